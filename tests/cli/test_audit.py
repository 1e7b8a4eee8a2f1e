"""What a careful stranger tried from outside, and what the commands must answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import GOOD, MAPPING, Call, call_process

SCHEMA = {
    "connection": "crm",
    "object": "contacts",
    "taken_at": "2026-08-30T00:00:00Z",
    "fields": [
        {"name": "email", "label": "Email", "type": "text"},
        {"name": "phone", "label": "Phone", "type": "text", "read_only": True},
    ],
}


@pytest.mark.parametrize("option", ["--constant", "--default", "--values"])
def test_a_null_is_refused_instead_of_ignored(option: str, mapping: Path, call: Call) -> None:
    done = call("map", "set", "guests.yaml", "phone", option, "null")
    assert done.code == 2
    assert "cannot be null" in done.err
    assert mapping.read_text() == MAPPING


def test_removing_a_row_is_told_as_such(mapping: Path, call: Call) -> None:
    assert call("map", "rm", "guests.yaml", "phone").err == "guests.yaml: phone removed.\n"


def test_an_invalid_expression_is_refused_in_whole_sentences(mapping: Path, call: Call) -> None:
    told = call("map", "set", "guests.yaml", "phone", "--expr", "lower(").err
    assert '". Nothing was written; --draft keeps an unfinished expression.\n' in told


def test_rows_are_listed_with_what_changes_their_meaning(mapping: Path, call: Call) -> None:
    call("map", "set", "guests.yaml", "phone", "--on-null", "clear", "--on-error", "skip", "--blank", "keep")
    row = json.loads(call("map", "ls", "guests.yaml", "--json").out)["rows"][2]
    assert (row["on_null"], row["on_error"], row["blank"]) == ("clear", "skip", "keep")


def test_a_missing_part_is_named_with_its_meaning(folder: Path, call: Call) -> None:
    (folder / "m.yaml").write_text("mapstudio: 1\nfields: {a: {question: ''}}\n", encoding="utf-8")
    told = call("check", "m.yaml").out
    assert "add source (where records are read)" in told
    assert '"question" must be a text; write one (an open question' in told
    assert "no schema" not in told
    assert "no key" not in told


def test_a_file_with_a_byte_order_mark_is_found_in_its_folder(folder: Path, call: Call) -> None:
    (folder / "inside").mkdir()
    (folder / "inside" / "a.yaml").write_bytes(b"\xef\xbb\xbf" + MAPPING.encode())
    assert call("test", "inside").err == "1 passed, 0 failed.\n"


def test_rows_that_the_schema_does_not_take_are_told(folder: Path, mapping: Path, call: Call) -> None:
    (folder / "s.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    done = call("transform", "guests.yaml", "--schema", "s.json", stdin=GOOD)
    assert done.code == 0
    assert "firstname is no field of crm contacts" in done.err
    assert "phone is read-only" in done.err


def test_outputs_and_rejects_never_share_a_file(folder: Path, mapping: Path, call: Call) -> None:
    done = call("transform", "guests.yaml", "-o", "x.jsonl", "--rejects", "./x.jsonl", stdin=GOOD)
    assert done.code == 2
    assert not (folder / "x.jsonl").exists()


def test_a_long_expression_is_shown_around_the_place_at_fault(call: Call) -> None:
    told = call("eval", "a || " * 500 + "§ || " + "b || " * 200).err
    place, mark = told.splitlines()[1:3]
    assert len(place) < 110
    assert place[mark.index("^")] == "§"


def test_a_long_expression_is_cut_in_problems(mapping: Path, call: Call) -> None:
    mapping.write_text(MAPPING.replace("trim(guestEmail)", "trim(" + "a" * 4000), encoding="utf-8")
    assert len(call("transform", "guests.yaml", stdin=GOOD).err) < 600


def test_a_field_that_records_do_not_have_is_refused(project: Path, call: Call) -> None:
    done = call("records", "crm", "contacts", "--field", "emial")
    assert (done.code, done.out) == (2, "")
    assert 'did you mean "email"' in done.err.replace("Did", "did")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_told_in_one_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mapstudio", "eval", "@"],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: Standard output cannot be written: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_streams_that_the_caller_closed_are_empty_ones(closed: str) -> None:
    command = f'exec "$0" -m mapstudio eval @ {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable], capture_output=True, input=b"1", env=os.environ, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_numbers_out_of_range_are_told_as_sentences(call: Call) -> None:
    done = call_process("eval", "a", stdin='{"a":1e99999999999999999999}')
    assert (done.code, done.err) == (2, "error: standard input: the exponent of a number is out of range.\n")


def test_an_unbound_binding_names_the_table_that_it_belongs_into(mapping: Path, project: Path, call: Call) -> None:
    mapping.write_text(MAPPING.replace("phone(guestPhone, guestCountry)", "{binding: desk}"), encoding="utf-8")
    done = call("plan", "guests")
    assert done.code == 2
    assert 'desk = "..." to [connections.crm.sandbox.bindings]' in done.err


def test_a_name_that_is_no_path_is_quoted(mapping: Path, call: Call) -> None:
    mapping.write_text(MAPPING.replace("  phone:", "  '':"), encoding="utf-8")
    assert 'error: "" is not a field path' in call("check", "guests.yaml").out


def test_an_unfinished_draft_does_not_look_like_a_row_that_was_cut(mapping: Path, call: Call) -> None:
    done = call("map", "set", "guests.yaml", "phone", "--expr", "lower(", "--draft")
    assert 'phone: {from: "lower(", draft: true}' in mapping.read_text()
    assert "is not closed" in done.err
    assert "cut" not in done.err
