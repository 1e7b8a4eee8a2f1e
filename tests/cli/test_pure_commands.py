"""Commands that need neither a network nor a project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import BAD, GOOD, MAPPING, Call


@pytest.mark.parametrize(
    ("arguments", "stdin", "expected"),
    [
        (("eval", "phone('55 4123 4567', 'MX')"), "", '"+525541234567"\n'),
        (("eval", "a.b"), '{"a": {"b": 12345678901234567890.12}}', "12345678901234567890.12\n"),
        (("eval", "a", "-"), '{"a": 1}\n{"a": 2}\n', "1\n2\n"),
        (("eval", "@"), '{\n"a": 1}', '{\n  "a": 1\n}\n'),
    ],
)
def test_eval_prints_json(arguments: tuple[str, ...], stdin: str, expected: str, call: Call) -> None:
    done = call(*arguments, stdin=stdin)
    assert (done.code, done.out, done.err) == (0, expected, "")


def test_eval_of_a_value_that_fails_says_why_and_goes_on(call: Call) -> None:
    done = call("eval", "phone(a, 'ES')", stdin='{"a": "n/a"}\n{"a": "612 345 678"}')
    assert (done.code, done.out) == (1, '"+34612345678"\n')
    assert done.err == 'error: line 1: "n/a" is not a phone number. The value is "n/a".\n'


def test_transform_prints_outputs_and_tells_rejects(mapping: Path, call: Call) -> None:
    done = call("transform", str(mapping), stdin=f"{GOOD}\n\nnonsense\n{BAD}\n" + '{"guestEmail":null}')
    assert done.code == 1
    assert done.out == '{"email":"ana@b.example","firstname":"Ana"}\n'
    assert "rejected: line 3: no record: not JSON" in done.err
    assert 'rejected: line 4: row phone: "n/a" is not a phone number' in done.err
    assert "4 read, 1 written, 2 rejected, 1 skipped." in done.err


def test_transform_writes_files_whole_and_rejects_as_json_lines(mapping: Path, folder: Path, call: Call) -> None:
    (folder / "in.json").write_text(f"[{GOOD},\n{BAD}]", encoding="utf-8")
    done = call("transform", "guests.yaml", "in.json", "-o", "out.jsonl", "--rejects", "bad.jsonl", "--json")
    assert done.code == 1
    assert json.loads(done.out) == {"read": 2, "written": 1, "rejected": 1, "skipped": 0, "missing": {}}
    assert (folder / "out.jsonl").read_text() == '{"email":"ana@b.example","firstname":"Ana"}\n'
    reject = json.loads((folder / "bad.jsonl").read_text())
    assert (reject["source"], reject["reasons"][0]["row"]) == (2, "phone")
    assert reject["record"] == json.loads(BAD)
    assert (folder / "bad.jsonl").stat().st_mode & 0o777 == 0o600


def test_transform_leaves_an_old_output_when_it_cannot_begin(mapping: Path, folder: Path, call: Call) -> None:
    (folder / "out.jsonl").write_text("old", encoding="utf-8")
    mapping.write_text(MAPPING.replace("lower(trim(", "lower((("), encoding="utf-8")
    assert call("transform", "guests.yaml", "-o", "out.jsonl", stdin=GOOD).code == 2
    assert (folder / "out.jsonl").read_text() == "old"


def test_transform_with_a_schema_casts_and_warns(mapping: Path, folder: Path, call: Call) -> None:
    fields = [{"name": "email", "type": "text"}, {"name": "firstname", "type": "text", "max_length": 2}]
    fields += [{"name": "phone", "type": "text"}, {"name": "stage", "type": "text", "required": True}]
    schema = {"connection": "crm", "object": "contacts", "fields": fields}
    (folder / "s.json").write_text(json.dumps(schema), encoding="utf-8")
    done = call("transform", "guests.yaml", "--schema", "s.json", stdin=GOOD + '\n{"guestEmail":"a@b.example"}')
    assert (done.code, done.out) == (1, '{"email":"a@b.example"}\n')
    assert "row firstname:" in done.err
    assert "1 outputs lack stage" in done.err


def test_a_record_that_would_act_on_the_terminal_does_not(mapping: Path, call: Call) -> None:
    evil = json.dumps(
        {"guestEmail": "x@b.example", "guestPhone": "\x1b]0;owned\x07\x9b31m\u202e", "guestCountry": "ES"}
    )
    done = call("transform", str(mapping), stdin=evil)
    assert done.code == 1
    assert not set("\x1b\x07\x9b\u202e") & set(done.err + done.out)


def test_check_lists_every_problem_with_its_place(mapping: Path, folder: Path, call: Call) -> None:
    text = MAPPING.replace("fields:\n", "fields:\n  city: lower(\n  zip: {form: x}\n")
    mapping.write_text(text, encoding="utf-8")
    done = call("check", "guests.yaml")
    assert done.code == 2
    assert "guests.yaml:6: error: row city:" in done.out
    assert "guests.yaml:7: error: row zip:" in done.out
    told = json.loads(call("check", ".", "--json").out)["mappings"]
    assert [(item["name"], item["ok"]) for item in told] == [("guests", False)]
    assert {problem["row"] for problem in told[0]["problems"]} >= {"city", "zip"}


def test_check_knows_the_snapshots_of_the_project(mapping: Path, folder: Path, call: Call) -> None:
    (folder / "mapstudio.toml").write_text('[project]\nname = "a"\n', encoding="utf-8")
    (folder / "schemas").mkdir()
    fields = [{"name": name, "type": "text"} for name in ("guestEmail", "guestFirstName", "guestPhone", "guestCountry")]
    path = folder / "schemas" / "hotel.guests.json"
    path.write_text(json.dumps({"connection": "hotel", "object": "guests", "fields": fields}), encoding="utf-8")
    assert call("check", "guests").code == 0
    mapping.write_text(MAPPING.replace("title_case(guestFirstName)", "title_case(guestFirstNam)"), encoding="utf-8")
    done = call("check", "guests")
    assert done.code == 2
    assert "guestFirstName" in done.out


def test_strict_takes_warnings_for_errors(mapping: Path, call: Call) -> None:
    mapping.write_text(MAPPING.replace("fields:", "fields:\n  city: {question: Which one?}"), encoding="utf-8")
    assert call("check", "guests.yaml").code == 0
    assert call("check", "guests.yaml", "--strict").code == 2


def test_test_runs_examples_and_shows_what_differs(mapping: Path, call: Call) -> None:
    assert call("test", "guests.yaml").out == "ok   guests: shouted\n"
    mapping.write_text(MAPPING.replace("firstname: Ana}", "firstname: ANA}"), encoding="utf-8")
    done = call("test", "guests.yaml")
    assert done.code == 1
    assert 'firstname: expected "ANA", got "Ana"' in done.out
    told = json.loads(call("test", "guests.yaml", "--json").out)["mappings"][0]
    assert (told["passed"], told["failed"], told["examples"][0]["passed"]) == (0, 1, False)


def test_map_set_changes_the_lines_of_that_row_only(mapping: Path, call: Call) -> None:
    assert call("map", "set", "guests.yaml", "firstname", "--expr", "trim(guestFirstName)").code == 0
    assert mapping.read_text() == MAPPING.replace("title_case(guestFirstName)", "trim(guestFirstName)")
    told = json.loads(call("map", "set", "guests.yaml", "firstname", "--expr", "trim(guestFirstName)", "--json").out)
    assert told["changed"] is False
    call("map", "set", "guests.yaml", "stage", "--constant", "customer")
    call("map", "set", "guests.yaml", "born", "--question", "May we?", "--owner", "Marta")
    call("map", "set", "guests.yaml", "fax", "--ignore", "nobody has one")
    call("map", "ignore", "guests.yaml", "guestGender", "not wanted")
    rows = json.loads(call("map", "ls", "guests.yaml", "--json").out)
    kinds = {row["field"]: (row["kind"], row["says"]) for row in rows["rows"]}
    assert kinds["stage"] == ("constant", '"customer"')
    assert kinds["born"] == ("question", "May we?")
    assert kinds["fax"] == ("ignore", "nobody has one")
    assert rows["ignored"] == {"guestGender": "not wanted"}
    for field in ("stage", "born", "fax"):
        assert call("map", "rm", "guests.yaml", field).code == 0
    call("map", "ignore", "guests.yaml", "guestGender", "--remove")
    assert "email: lower(trim(guestEmail))  # the key" in mapping.read_text()
    assert "stage" not in mapping.read_text()


def test_map_set_says_whom_a_record_belongs_to(mapping: Path, call: Call) -> None:
    row = ("map", "set", "guests.yaml", "associations.companies")
    assert call(*row, "--expr", "domain", "--by", "domain", "--label", "Primary", "--replace").code == 0
    written = "  associations.companies: {from: domain, by: domain, label: Primary, replace: true}"
    assert written in mapping.read_text().splitlines()
    told = json.loads(call("map", "ls", "guests.yaml", "--json").out)["rows"][-1]
    assert (told["by"], told["label"], told["replace"]) == ("domain", "Primary", True)
    assert call(*row, "--no-replace", "--unset", "label").code == 0
    assert "  associations.companies: {from: domain, by: domain}" in mapping.read_text().splitlines()
    assert call(*row, "--label", "Primary").code == 0
    assert call(*row, "--ignore", "not yet").code == 0
    assert "  associations.companies: {ignore: not yet}" in mapping.read_text().splitlines()
    done = call("map", "set", "guests.yaml", "firstname", "--label", "Primary")
    assert done.code == 2
    assert "belong to associations" in done.err


def test_map_set_refuses_an_invalid_expression_unless_it_is_a_draft(mapping: Path, call: Call) -> None:
    done = call("map", "set", "guests.yaml", "firstname", "--expr", "lower(")
    assert done.code == 2
    assert mapping.read_text() == MAPPING
    assert call("map", "set", "guests.yaml", "firstname", "--expr", "lower(", "--draft").code == 0
    assert call("check", "guests.yaml").code == 0


def test_map_new_begins_a_mapping_in_the_project(project: Path, call: Call) -> None:
    done = call("map", "new", "a-b", "--source", "hotel.guests", "--destination", "crm.contacts", "--key", "email")
    assert (done.code, done.out) == (0, "a-b.yaml\n")
    assert "object: contacts, key: email" in (project / "a-b.yaml").read_text()
    again = call("map", "new", "a-b", "--source", "hotel.guests", "--destination", "crm.contacts")
    assert again.code == 2
    assert call("map", "new", "c", "--source", "nowhere.guests", "--destination", "crm.contacts").code == 2
    outside = call("map", "new", "d", "--source", "hotel.guests", "--destination", "crm.contacts", "--folder", "..")
    assert outside.code == 2


def test_map_new_takes_no_key_that_the_destination_sets_itself(project: Path, call: Call) -> None:
    new = ("map", "new", "back", "--source", "crm.contacts", "--destination", "hotel.guests")
    (project / "schemas").mkdir()
    fields = [{"name": "guestID", "type": "text", "read_only": True}, {"name": "guestEmail", "type": "text"}]
    (project / "schemas" / "hotel.guests.json").write_text(
        json.dumps({"connection": "hotel", "object": "guests", "fields": fields}), encoding="utf-8"
    )
    refused = call(*new, "--key", "guestID")
    assert (refused.code, "guestID of hotel.guests is read-only" in refused.err) == (2, True)
    assert not (project / "back.yaml").exists()
    assert call(*new, "--key", "guestEmail").code == 0


def test_init_starts_a_project_and_keeps_what_is_there(folder: Path, call: Call) -> None:
    (folder / ".gitignore").write_text("secret", encoding="utf-8")
    done = call("init", "Casa Palma Mérida", "--json")
    assert done.code == 0
    assert json.loads(done.out)["project"] == "casa-palma-merida"
    assert call("init", ".", "--name", "x").code == 0
    assert (folder / ".gitignore").read_text().startswith("secret\n.env\n")
    before = (folder / "mapstudio.toml").read_text()
    again = call("init")
    assert again.code == 0
    assert (folder / "mapstudio.toml").read_text() == before
    assert call("init", "bad", "--name", "Not Kebab").code == 2
    assert not (folder / "bad").exists()


def test_schema_of_mapping_is_json_schema(call: Call) -> None:
    assert "$schema" in json.loads(call("schema-of", "mapping").out)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str, call: Call) -> None:
    done = call("completion", shell)
    assert done.code == 0
    assert "_MAPSTUDIO_COMPLETE" in done.out


def test_status_tells_the_state_of_each_mapping(mapping: Path, project: Path, call: Call) -> None:
    told = json.loads(call("status", "--json").out)["mappings"][0]
    assert (told["name"], told["rows"], told["errors"], told["last_run"]) == ("guests", 3, 0, None)
    assert "guests" in call("status").out


def test_connections_show_where_secrets_come_from_but_never_secrets(project: Path, call: Call) -> None:
    done = call("connections", "--json")
    told = {item["name"]: item for item in json.loads(done.out)["connections"]}
    assert told["crm"]["secrets"]["token"]["origin"] == "environment variable"
    assert "local-sandbox-hubspot-token" not in done.out + call("connections").out
