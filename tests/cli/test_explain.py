"""``eval --trace`` and ``explain``: why a value is what it is, as a tree, as data, and as an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import BAD, GOOD, MAPPING, Call

FIELDS = [
    {"name": "email", "type": "text", "required": True},
    {"name": "firstname", "type": "text", "max_length": 2},
    {"name": "phone", "type": "text"},
]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of one width, whatever the tests are started from."""
    monkeypatch.setenv("COLUMNS", "160")


def test_a_trace_is_a_tree_of_parts_with_their_values(call: Call) -> None:
    done = call("eval", "lower(trim(a || b))", "--trace", stdin='{"b": " X "}')
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        '  lower(trim(a || b))  "x"',
        '    trim(a || b)       "X"',
        '      a || b           " X "  takes the 2nd: the 1st is null',
        "        a              null   the record has no field a",
        '        b              " X "',
    ]


def test_a_trace_of_a_failure_marks_it_and_ends_with_1(call: Call) -> None:
    done = call("eval", "concat(lower(a), b)", "--trace", stdin='{"a": 1, "b": "x"}')
    assert done.code == 1
    assert done.out.splitlines() == [
        "  concat(lower(a), b)  error",
        "!   lower(a)           error  lower needs text, got a number",
        "      a                1",
        '    b                  "x"',
    ]
    assert done.err == "error: lower needs text, got a number. The value is 1.\n"


def test_each_line_has_a_trace(call: Call) -> None:
    done = call("eval", "a", "--trace", stdin='{"a": 1}\n{"b": 2}\n')
    assert done.out.splitlines() == ["line 1", "  a  1", "line 2", "  a  null  the record has no field a"]
    told = [
        json.loads(line) for line in call("eval", "a", "--trace", "--json", stdin='{"a": 1}\n{}\n').out.splitlines()
    ]
    assert [item["value"] for item in told] == [1, None]


def test_a_trace_as_data(call: Call) -> None:
    told = json.loads(call("eval", "a[?b].c", "--trace", "--json", stdin='{"a": [{"b": 1, "c": 2}, {}]}').out)
    assert (told["text"], told["value"], told["note"]) == ("a[?b].c", [2], "1 of 2 elements: 1 left out by the filter")
    assert [(part.get("label"), part["outcome"]) for part in told["parts"]] == [
        (None, "value"),
        ("[0]", "value"),
        ("[1]", "left out"),
    ]


def test_a_link_stays_open_in_a_trace(call: Call) -> None:
    done = call("eval", "link('companies', id)", "--trace", stdin='{"id": 12}')
    assert done.code == 0
    assert 'open  what companies "12" became is known to plan and apply only' in done.out


def test_no_record_acts_on_the_terminal(call: Call, mapping: Path) -> None:
    evil = json.dumps({"guestEmail": "\x1b]0;owned\x07\u202e", "\x9b31m": 1})
    for arguments in (("eval", "guestEmail || *", "--trace"), ("explain", "guests.yaml", "email")):
        done = call(*arguments, stdin=evil)
        assert not set("\x1b\x07\x9b\u202e") & set(done.out + done.err)


def test_explain_goes_back_from_what_is_sent(mapping: Path, call: Call) -> None:
    done = call("explain", "guests.yaml", "email", stdin=GOOD)
    assert done.code == 0
    assert done.out.splitlines() == [
        "guests: email, line 1",
        '  email                           "ana@b.example"  sent',
        '    from lower(trim(guestEmail))  "ana@b.example"',
        '      trim(guestEmail)            "Ana@B.Example"',
        '        guestEmail                "Ana@B.Example"',
    ]
    assert done.err == "No schema of crm contacts is known: nothing is cast.\n"


def test_explain_of_a_rejected_record_ends_with_1(mapping: Path, call: Call) -> None:
    done = call("explain", "guests.yaml", "phone", "--line", "2", stdin=f"{GOOD}\n{BAD}\n")
    assert done.code == 1
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert lines[1:3] == [
        "! phone error the record is rejected",
        '! from phone(guestPhone, guestCountry) error "n/a" is not a phone number',
    ]


def test_explain_takes_the_schema_of_a_file_or_of_the_project(mapping: Path, folder: Path, call: Call) -> None:
    snapshot = {"connection": "crm", "object": "contacts", "fields": FIELDS}
    (folder / "s.json").write_text(json.dumps(snapshot), encoding="utf-8")
    done = call("explain", "guests.yaml", "firstname", "--schema", "s.json", stdin=GOOD)
    assert done.code == 1
    assert "!   cast" in done.out
    assert '"Ana" has 3 characters; firstname takes 2' in done.out
    assert done.err == ""
    (folder / "mapstudio.toml").write_text('[project]\nname = "a"\n', encoding="utf-8")
    (folder / "schemas").mkdir()
    (folder / "s.json").rename(folder / "schemas" / "crm.contacts.json")
    assert "firstname takes 2" in call("explain", "guests", "firstname", stdin=GOOD).out


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ((), "line 1"),
        (("--line", "3"), "line 3"),
        (("--where", "guestCountry == 'ES'"), "line 3"),
        (("--example", "shouted"), "example shouted"),
    ],
)
def test_explain_finds_the_record(arguments: tuple[str, ...], place: str, mapping: Path, call: Call) -> None:
    done = call("explain", "guests.yaml", "email", *arguments, "--json", stdin=f"{GOOD}\n\n{BAD}\n")
    told = json.loads(done.out)
    assert (done.code, told["record"], told["field"], told["rows"][0]["state"]) == (0, place, "email", "value")


def test_explain_takes_rejects_and_dead_letters(mapping: Path, folder: Path, call: Call) -> None:
    call("transform", "guests.yaml", "--rejects", "bad.jsonl", stdin=BAD)
    assert '"n/a" is not a phone number' in call("explain", "guests.yaml", "phone", "bad.jsonl").out
    letter = json.dumps({"id": 1, "reasons": [], "record": json.loads(BAD)}, indent=2)
    assert '"n/a" is not a phone number' in call("explain", "guests.yaml", "phone", stdin=letter).out


def test_explain_says_why_a_record_is_left_out(mapping: Path, call: Call) -> None:
    done = call("explain", "guests.yaml", "email", stdin='{"guestEmail": null}')
    assert done.code == 0
    assert done.out.splitlines() == [
        "guests: email, line 1: where leaves the record out",
        "  where guestEmail  null  the field is null",
    ]


def test_explain_of_each_shows_every_element(folder: Path, call: Call) -> None:
    text = MAPPING.replace("where: guestEmail", "each: {items: rooms, id: n}").replace(
        "lower(trim(guestEmail))", "name"
    )
    (folder / "rooms.yaml").write_text(text.partition("examples:")[0], encoding="utf-8")
    done = call("explain", "rooms.yaml", "email", stdin='{"rooms": [{"n": 1, "name": "a"}, {"n": 2}]}')
    assert '  #1 email     "a"   sent' in done.out
    assert "the record has no field name" in done.out.partition("#2 email")[2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("emial",), 'guests has no row "emial". Did you mean "email"?'),
        (("email", "--line", "9"), "There is no record on line 9."),
        (("email", "--where", "guestEmail == 'x'"), "There is no record for which guestEmail == 'x' is true."),
        (("email", "--example", "shout"), 'guests has no example "shout". Did you mean "shouted"?'),
        (("email", "--example", "shouted", "--line", "1"), "More than one record is meant."),
        (("email", "--where", "lower("), "expected"),
        (("email", "no.jsonl"), "no.jsonl cannot be read"),
    ],
)
def test_explain_says_what_it_lacks(arguments: tuple[str, ...], sentence: str, mapping: Path, call: Call) -> None:
    done = call("explain", "guests.yaml", *arguments, stdin=GOOD)
    assert done.code == 2
    assert sentence in done.err
    assert done.out == ""


def test_explain_follows_a_row_with_lines_and_points_from_an_inner_row_to_it(folder: Path, call: Call) -> None:
    text = (
        "mapstudio: 1\nname: orders\nsource: {connection: crm, object: deals}\n"
        "destination: {connection: erp, object: orders, key: ref}\n"
        "fields:\n  ref: id\n  lines: {each: items, key: sku, fields: {sku: code}}\n"
    )
    (folder / "orders.yaml").write_text(text, encoding="utf-8")
    done = call("explain", "orders.yaml", "lines", stdin='{"items": [{"code": "A"}]}')
    assert (done.code, '[{"sku":"A"}]' in done.out) == (0, True), done.out
    inner = call("explain", "orders.yaml", "lines[].sku", stdin='{"items": [{"code": "A"}]}')
    assert inner.code == 2
    assert "Explain lines, which holds it" in inner.err
