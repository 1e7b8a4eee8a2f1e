"""Everything that is wrong with a file is told at once, with its line, its row and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapstudio.mapping.definition import RowKind
from mapstudio.mapping.problems import MappingError, Problem, Severity
from mapstudio.mapping.reading import parse_mapping, read_mapping
from mapstudio.model import UsageError
from tests.mapping.samples import GUESTS, HEAD, mapping_text


def problems(text: str) -> list[Problem]:
    return list(parse_mapping(text, "m.yaml").problems)


def only(text: str) -> Problem:
    found = problems(text)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def row_problem(row: str) -> Problem:
    return only(mapping_text(row))


def test_a_good_file_is_read_as_it_says() -> None:
    mapping = parse_mapping(GUESTS, "m.yaml").require()
    assert mapping.name == "guests-to-contacts"
    assert mapping.source.where == "guestEmail"
    assert mapping.destination.key == ("email",)
    assert [(row.field, row.kind, row.line) for row in mapping.rows] == [
        ("email", RowKind.EXPRESSION, 15),
        ("firstname", RowKind.EXPRESSION, 16),
        ("lifecyclestage", RowKind.EXPRESSION, 17),
        ("hs_language", RowKind.CONSTANT, 18),
        ("date_of_birth", RowKind.QUESTION, 21),
        ("company", RowKind.IGNORE, 22),
        ("address.city", RowKind.EXPRESSION, 23),
        ("dealstage", RowKind.BINDING, 26),
    ]
    assert mapping.rows[6].from_ == "guestCity\n  || guestTown"
    assert mapping.values["stay-stage"].entries == {"confirmed": "opportunity", "checked_out": "customer"}
    assert [(item.field, item.reason) for item in mapping.ignored] == [("guestGender", "not wanted by marketing")]
    assert [example.name for example in mapping.examples] == ["confirmed guest", "no e-mail"]


def test_all_problems_of_a_file_are_told_at_once_in_order() -> None:
    text = (
        "mapstudio: 1\nname: Guests List\ndescripton: x\n"
        "source: {connection: hotel, object: guests, wher: a}\n"
        "destination: {connection: crm, object: contacts, mode: upser}\n"
        "fields:\n  a: {from: x, constant: 1}\n  b: {form: x}\n  c: {from: x, values: nope}\n"
    )
    found = problems(text)
    assert [problem.line for problem in found] == [2, 3, 4, 5, 7, 8, 9]
    assert found[0].remedy == "write guests-list"
    assert found[1].remedy == 'did you mean "description"?'
    assert found[2].remedy == 'did you mean "where"?'
    assert found[3].remedy == 'did you mean "upsert"?'
    assert {problem.row for problem in found[4:]} == {"a", "b", "c"}
    with pytest.raises(MappingError) as caught:
        parse_mapping(text, "m.yaml").require()
    assert len(caught.value.problems) == 7
    assert caught.value.exit_code == 2
    assert "m.yaml:7: row a: from and constant stand in one row; keep exactly one of them" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("a", True),
        ("a-1", True),
        ("1a", True),
        ("A", False),
        ("a_b", False),
        ("a--b", False),
        ("-a", False),
        ("a b", False),
    ],
)
def test_a_name_is_in_kebab_case(name: str, good: bool) -> None:
    found = problems(mapping_text("email: x").replace("guests-to-contacts", f'"{name}"'))
    assert (found == []) is good


@pytest.mark.parametrize("key", ["mapstudio", "name", "source", "destination"])
def test_what_a_file_must_have_is_asked_for(key: str) -> None:
    text = "".join(line for line in mapping_text("email: x").splitlines(keepends=True) if not line.startswith(key))
    assert key in only(text).message


def test_extension_keys_are_kept_and_ignored_at_the_top_and_in_rows() -> None:
    assert problems(mapping_text("email: {from: a, x-ticket: {deep: [1]}}", rest="x-team: [a, 012]\n")) == []


def test_unknown_keys_in_a_row_are_refused_with_a_guess() -> None:
    problem = row_problem("email: {from: a, defalt: b}")
    assert (problem.row, problem.remedy) == ("email", 'did you mean "default"?')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x b", "anchor"),
        ("a: b\nc: *x", "alias"),
        ("a: {<<: b, from: c}", "merge keys"),
        ("a: b\na: c", "the key a stands twice"),
        ("a: !customer x", "tag"),
        ("? [a, b]\n: c", "key must be text"),
    ],
)
def test_constructs_that_the_format_does_not_take_are_refused(text: str, words: str) -> None:
    assert any(words in problem.message for problem in problems(mapping_text(text)))


def test_a_key_that_stands_twice_at_the_top_is_refused() -> None:
    assert "twice" in only(mapping_text("a: b", rest="name: other\n")).message


def test_a_second_document_is_refused() -> None:
    assert "second YAML document" in only(mapping_text("a: b", rest="---\nmapstudio: 1\n")).message


@pytest.mark.parametrize("version", ["2", "17"])
def test_a_newer_format_is_said_once_and_the_file_is_read_only(version: str) -> None:
    loaded = parse_mapping(f"mapstudio: {version}\nwhatever: {{a: &x 1}}\n", "m.yaml")
    assert len(loaded.problems) == 1
    assert f"format {version}" in loaded.problems[0].message
    assert "read-only" in loaded.problems[0].remedy
    assert loaded.mapping is None
    assert loaded.document.locked
    with pytest.raises(MappingError):
        loaded.require()


@pytest.mark.parametrize("version", ["'1'", "1.5", "0", "-1", "true", "x", "~", "[1]", "01"])
def test_a_version_is_a_number(version: str) -> None:
    assert any("version" in problem.message for problem in problems(f"mapstudio: {version}\n"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"# nothing yet\n", "empty"),
        (b"- a\n- b\n", "not a mapping"),
        (b"just text", "not a mapping"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8"),
        (b"\xff\xfem\x00a\x00", "not UTF-8"),
        (b"mapstudio: 1\x00", "not YAML"),
        (b"mapstudio: 1\nsource:\n\tconnection: a\n", "a tab"),
        (b"mapstudio: 1\nname: [a\n", "not YAML"),
        (b"[" * 100_000, "nested deeper"),
        (b"a: " + b"{b: " * 5_000, "nested deeper"),
        (b'mapstudio: "\\UFFFFFFFF"', "not YAML"),
        (b"%YAML x\n---\na: b", "not YAML"),
    ],
)
def test_a_file_that_is_no_mapping_is_one_clear_problem_and_stays_as_it_is(
    data: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "m.yaml"
    path.write_bytes(data)
    loaded = read_mapping(path)
    assert len(loaded.problems) == 1
    assert words in loaded.problems[0].message
    assert loaded.mapping is None
    assert loaded.document.data == data


def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.yaml cannot be read"):
        read_mapping(tmp_path / "nowhere.yaml")
    with pytest.raises(UsageError, match="cannot be read"):
        read_mapping(tmp_path)
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(9_000_000)
    with pytest.raises(UsageError, match="larger than"):
        read_mapping(large)


def test_byte_order_mark_line_ends_and_missing_final_newline_are_read_and_kept() -> None:
    text = "\ufeff" + GUESTS.replace("\n", "\r\n").removesuffix("\r\n")
    loaded = parse_mapping(text, "m.yaml")
    assert loaded.problems == ()
    assert loaded.document.text == text
    assert loaded.require().rows[0].line == 15


class TestTables:
    @pytest.mark.parametrize(
        "table",
        [
            "{1: a, '1': b}",
            "{true: a, 'true': b}",
            "{1: a, 1.0: b}",
            "{100: a, 1e2: b}",
            "{True: a, true: b}",
            "{a: 1, a: 2}",
        ],
    )
    def test_two_keys_with_one_text_are_refused(self, table: str) -> None:
        assert problems(mapping_text("a: {from: x, values: t}", rest=f"values: {{t: {table}}}\n"))
        assert problems(mapping_text(f"a: {{from: x, values: {table}}}"))

    def test_keys_are_kept_by_their_text(self) -> None:
        mapping = parse_mapping(
            mapping_text("a: {from: x, values: {1: a, 2.50: b, no: c, true: d, '03': e}}"), "m.yaml"
        ).require()
        table = mapping.rows[0].values
        assert not isinstance(table, str)
        assert table is not None
        assert list(table.entries) == ["1", "2.5", "no", "true", "03"]

    def test_a_null_is_no_key_and_may_be_a_value(self) -> None:
        assert "null is no key" in row_problem("a: {from: x, values: {~: b}}").message
        assert problems(mapping_text("a: {from: x, values: {b: null}}")) == []

    def test_an_ambiguous_key_must_be_quoted(self) -> None:
        assert "quote it" in row_problem("a: {from: x, values: {012: b}}").remedy


class TestOtherParts:
    @pytest.mark.parametrize("key", ["[]", "[email, email]", "{a: b}", "null", "[[a]]"])
    def test_a_key_is_a_name_or_a_list_of_names(self, key: str) -> None:
        assert only(mapping_text("email: x").replace("key: email", f"key: {key}")).row == "key"

    def test_a_key_may_have_several_fields(self) -> None:
        text = mapping_text("email: x\ncode: y").replace("key: email", "key: [email, code]")
        assert parse_mapping(text, "m.yaml").require().destination.key == ("email", "code")

    @pytest.mark.parametrize(
        "each", ["{items: rooms}", "{id: roomID}", "rooms", "{items: rooms, id: a..b}", "{items: 5, id: a}"]
    )
    def test_each_needs_items_and_an_id(self, each: str) -> None:
        text = mapping_text("email: x").replace("object: guests", f"object: guests, each: {each}")
        assert {problem.row for problem in problems(text)} == {"each"}

    @pytest.mark.parametrize("ignored", ["[a]", "{a: }", "{a: ''}", "{a: {b: c}}"])
    def test_an_ignored_field_has_a_reason(self, ignored: str) -> None:
        assert len(problems(mapping_text("email: x", rest=f"ignored: {ignored}\n"))) == 1

    @pytest.mark.parametrize(
        "example",
        [
            "{given: {}, expect: {}}",
            "{name: a, expect: {}}",
            "{name: a, given: 5, expect: {}}",
            "{name: a, given: {}}",
            "{name: a, given: {}, expect: 5}",
            "{name: a, given: {}, expect_skip: true, expect: {}}",
            "{name: a, given: {}, expect_error: {}}",
            "{name: a, given: {}, expect: {}, at: soon}",
            "{name: a, given: {phone: 0600}, expect: {}}",
            "{name: a, given: {}, expects: {}, expect: {}}",
            "{name: a, given: {}, expect: {}, links: 5}",
            "{name: a, given: {}, expect: {}, links: {companies: 5}}",
            "{name: a, given: {}, expect: {}, links: {companies: {1: }}}",
            "{name: a, given: {}, expect: {}, links: {companies: {1: {id: 2}}}}",
            "just text",
        ],
    )
    def test_an_example_has_its_shape(self, example: str) -> None:
        assert len(problems(mapping_text("email: x", rest=f"examples: [{example}]\n"))) == 1

    def test_sections_without_content_are_empty(self) -> None:
        text = HEAD + "values:\nfields:\nignored:\nexamples:\n"
        loaded = parse_mapping(text, "m.yaml")
        assert [problem.severity for problem in loaded.problems] == [Severity.WARNING]
        assert loaded.require().rows == ()

    def test_a_file_in_json_is_a_mapping(self) -> None:
        text = (
            '{"mapstudio": 1, "name": "a", "source": {"connection": "a", "object": "b"},\n'
            ' "destination": {"connection": "c", "object": "d"}, "fields": {"e": "f"}}'
        )
        assert parse_mapping(text, "m.yaml").require().rows[0].from_ == "f"


def test_a_problem_in_json_and_in_words() -> None:
    problem = row_problem("a: {from: x, defalt: b}")
    assert str(problem) == 'm.yaml:6: row a: unknown key "defalt" in a row; did you mean "default"?'
    assert problem.to_json() == {
        "file": "m.yaml",
        "line": 6,
        "row": "a",
        "message": 'unknown key "defalt" in a row',
        "remedy": 'did you mean "default"?',
        "severity": "error",
        "code": "",
        "position": None,
    }


@pytest.mark.parametrize(
    "damage", ["[", "]", "{", "&", "*", "!", "|", "@", "`", '"', "'", ": ", " #", "\t", "null", "5", "x:"]
)
def test_every_problem_has_a_line_and_a_remedy(damage: str) -> None:
    for place in range(0, len(GUESTS), 29):
        for problem in problems(GUESTS[:place] + damage + GUESTS[place:]):
            assert problem.line > 0
            assert problem.message
            assert problem.remedy, str(problem)
