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


class TestRows:
    @pytest.mark.parametrize(
        "row",
        [
            "a: {from: x, constant: 1}",
            "a: {question: q, ignore: r}",
            "a: {binding: b, from: x}",
            "a: {note: x}",
            "a: {}",
        ],
    )
    def test_exactly_one_thing_feeds_a_row(self, row: str) -> None:
        problem = row_problem(row)
        assert "exactly one of" in problem.remedy
        assert problem.row == "a"

    def test_a_default_of_null_is_refused(self) -> None:
        assert "default cannot be null" in row_problem("a: {from: x, default: null}").message
        assert "default cannot be null" in row_problem("a: {from: x, default: }").message

    @pytest.mark.parametrize("written", ["null", "~", ""])
    def test_a_constant_of_null_is_refused(self, written: str) -> None:
        assert "constant cannot be null" in row_problem(f"a: {{constant: {written}}}").message

    @pytest.mark.parametrize(
        "written",
        [
            "012",
            "1_000",
            "+5",
            "0x1f",
            "0o17",
            ".5",
            "5.",
            ".inf",
            ".nan",
            "-012",
            "00",
            "0b11",
            "1_0.5",
            "+34600111222",
        ],
    )
    def test_a_number_that_json_would_not_write_so_must_be_quoted(self, written: str) -> None:
        for row in (f"a: {{constant: {written}}}", f"a: {{from: x, default: {written}}}"):
            problem = row_problem(row)
            assert written in problem.message
            assert "quote it" in problem.remedy
        assert problems(mapping_text(f'a: {{constant: "{written}"}}')) == []

    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ("2026-08-30", "2026-08-30"),
            ("2026-08-30T14:00:00Z", "2026-08-30T14:00:00Z"),
            ("12:30:45", "12:30:45"),
            ("no", "no"),
            ("Yes", "Yes"),
            ("on", "on"),
            ("NO", "NO"),
            ("true", True),
            ("12", 12),
            ("-0.5", -0.5),
            ("1e3", 1000.0),
            ('"12"', "12"),
            ("es-mx", "es-mx"),
            ("[a, 1, null]", ["a", 1, None]),
            ("{a: {b: no}}", {"a": {"b": "no"}}),
            ('""', ""),
        ],
    )
    def test_constants_are_json_values(self, written: str, value: object) -> None:
        row = parse_mapping(mapping_text(f"a: {{constant: {written}}}"), "m.yaml").require().rows[0]
        assert row.constant == value
        assert type(row.constant) is type(value)

    def test_a_number_keeps_its_decimal_value(self) -> None:
        row = parse_mapping(mapping_text("a: {constant: 0.1000000000000000055}"), "m.yaml").require().rows[0]
        assert str(row.constant) == "0.1000000000000000055"

    def test_bindings_stand_as_row_default_and_table_value(self) -> None:
        text = mapping_text(
            "a: {binding: won}\nb: {from: x, default: {binding: lead}}\nc: {from: x, values: {y: {binding: z}}}"
        )
        first, second, third = parse_mapping(text, "m.yaml").require().rows
        assert (first.kind, first.binding) == (RowKind.BINDING, "won")
        assert second.default == {"$binding": "lead"}
        assert not isinstance(third.values, str)
        assert third.values is not None
        assert third.values.entries == {"y": {"$binding": "z"}}

    def test_an_unknown_value_map_is_an_error_of_the_file(self) -> None:
        text = mapping_text("a: {from: x, values: stay-stages}", rest="values: {stay-stage: {a: b}}\n")
        assert only(text).remedy == 'did you mean "stay-stage"?'

    def test_an_unknown_value_map_in_a_lookup_is_an_error_of_the_file(self) -> None:
        text = mapping_text("a: lookup('stages', x)", rest="values: {stage: {a: b}}\n")
        assert only(text).message == 'there is no value map "stages"'
        assert problems(mapping_text("a: lookup('stage', x)", rest="values: {stage: {a: b}}\n")) == []

    @pytest.mark.parametrize(
        "row", ["a: {from: x, on_null: drop}", "a: {from: x, blank: yes}", "a: {from: x, on_error: x}"]
    )
    def test_settings_take_their_words_only(self, row: str) -> None:
        assert "is not a value of" in row_problem(row).message

    def test_two_rows_that_write_to_one_place_are_refused(self) -> None:
        assert "same place" in row_problem("address: x\naddress.city: y").message
        assert "same place" in row_problem("address.city: x\naddress: y").message
        assert "same place" in row_problem("a: x\n'\"a\"': y").message
        assert problems(mapping_text("address.city: x\naddress.zip: y\n'\"address.city\"': z")) == []

    @pytest.mark.parametrize("name", ["a..b", ".a", "a.", '"\\"a"'])
    def test_a_name_that_is_no_path_is_refused(self, name: str) -> None:
        assert "is not a field path" in row_problem(f"{name}: x").message

    def test_owner_without_question_is_a_warning(self) -> None:
        assert row_problem("a: {from: x, owner: Marta}").severity is Severity.WARNING

    def test_a_draft_may_be_unfinished_but_not_malformed(self) -> None:
        found = row_problem("a: {from: 'lower(x', draft: true}")
        assert found.severity is Severity.WARNING
        assert row_problem("a: {from: x, draft: true, nope: 1}").severity is Severity.ERROR


class TestLater:
    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ("order_line: {each: lines, key: sku, fields: {sku: sku}}", "nested write"),
            ("associations.companies: {link: companyId, label: works at}", "association"),
            ("associations.deals: {by: email}", "association"),
            ("company_id: link(companyId)", "link(...)"),
            ("company_id: {from: 'link ( companyId )', default: x}", "link(...)"),
        ],
    )
    def test_what_needs_a_later_version_is_kept_and_refused_by_name(self, row: str, words: str) -> None:
        text = mapping_text(row)
        loaded = parse_mapping(text, "m.yaml")
        assert words in only(text).message
        assert "later version" in only(text).message
        assert loaded.document.text == text
        assert loaded.mapping is not None
        assert len(loaded.mapping.rows) == 1
        with pytest.raises(MappingError):
            loaded.require()

    def test_the_root_inside_each_is_refused_by_name(self) -> None:
        head = HEAD.replace("object: guests}", "object: guests, each: {items: rooms, id: roomID}}")
        problem = only(mapping_text("email: $.guestEmail", head=head))
        assert '"$" inside "each"' in problem.message
        assert problems(mapping_text("email: '''$'' || \"$a\"'", head=head)) == []

    def test_a_text_that_only_looks_like_a_link_passes(self) -> None:
        assert problems(mapping_text("a: \"'link(x)'\"")) == []

    def test_mirror_is_parsed(self) -> None:
        text = mapping_text("email: x").replace("key: email", "key: email, mode: mirror")
        assert parse_mapping(text, "m.yaml").require().destination.mode == "mirror"


class TestYamlAgainstExpressions:
    @pytest.mark.parametrize(
        "row",
        [
            "a: vip ? x : y",
            "a: `5`",
            "a: @",
            "a: 'a' || b",
            "a: lines[].{a: b}",
            'a: "open',
            "a: [x",
            "a: {x",
            "a: | x",
            "a: %x",
        ],
    )
    def test_a_row_that_yaml_cannot_read_is_named_and_the_others_are_checked(self, row: str) -> None:
        found = problems(mapping_text(f"first: {{form: x}}\n{row}\nlast: {{from: x, vales: y}}"))
        by_row = {problem.row: problem for problem in found}
        assert by_row["a"].remedy == "quote the expression"
        assert by_row["a"].line == 7
        assert "did you mean" in by_row["last"].remedy
        assert "first" in by_row

    def test_several_rows_that_yaml_cannot_read_are_all_named(self) -> None:
        found = problems(mapping_text("a: @\nb: fine\nc: 'x' || y\nd: x: y"))
        assert [problem.row for problem in found] == ["a", "c", "d"]

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ("a: {from: phone(a, b)}", "comma"),
            ("a: {from: join(' # ', x)}", "not closed"),
            ("a: {x: y}", "map"),
            ("a: [x, y]", "text"),
            ("a: 5", "number"),
            ("a: true", "number or boolean"),
            ("a: 012", "number"),
            ("a: !vip", "tag"),
            ("a: *", "YAML cannot read"),
        ],
    )
    def test_an_expression_that_yaml_mangles_asks_for_quotes(self, row: str, words: str) -> None:
        found = problems(mapping_text(row))
        assert any(words in problem.message and "quote the expression" in problem.remedy for problem in found)
        assert all(problem.row == "a" for problem in found)

    def test_a_cut_at_a_hash_is_told_from_a_comment(self) -> None:
        assert problems(mapping_text("a: x # the guest's own")) == []
        problem = row_problem("a: replace(x, ' # ', '')")
        assert 'cut the expression at " #"' in problem.message
        assert problem.remedy == "quote the expression"

    def test_quoted_expressions_are_read_whole(self) -> None:
        text = mapping_text("a: \"'a' || b\"\nb: |-\n  vip ? 'A' : 'B'\nc: 'lines[].{a: b}'")
        assert [row.from_ for row in parse_mapping(text, "m.yaml").mapping.rows] == [  # type: ignore[union-attr]
            "'a' || b",
            "vip ? 'A' : 'B'",
            "lines[].{a: b}",
        ]

    def test_quotes_of_yaml_are_remembered(self) -> None:
        mapping = parse_mapping(mapping_text("a: 'customer'\nb: customer\nc: {from: \"customer\"}"), "m.yaml").require()
        assert [(row.from_, row.quoted) for row in mapping.rows] == [
            ("customer", True),
            ("customer", False),
            ("customer", True),
        ]

    def test_a_row_without_anything_is_told_at_its_own_line(self) -> None:
        problem = row_problem("a:\n# more\n\nb: x")
        assert (problem.row, problem.line) == ("a", 6)

    def test_an_expression_that_is_wrong_says_why(self) -> None:
        problem = row_problem("a: lower(x")
        assert problem.row == "a"
        assert "lower(x" in problem.message


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
