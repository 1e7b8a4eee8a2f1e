"""Rows as they are read: short and long, for later versions, and where YAML gets in an expression's way."""

from __future__ import annotations

import pytest

from mapstudio.mapping.definition import RowKind
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.reading import parse_mapping
from tests.mapping.samples import HEAD, mapping_text


def problems(text: str) -> list[Problem]:
    return list(parse_mapping(text, "m.yaml").problems)


def only(text: str) -> Problem:
    found = problems(text)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def row_problem(row: str) -> Problem:
    return only(mapping_text(row))


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
    def test_mirror_is_parsed(self) -> None:
        text = mapping_text("email: x").replace("key: email", "key: email, mode: mirror")
        assert parse_mapping(text, "m.yaml").require().destination.mode == "mirror"


class TestLinks:
    def test_a_row_may_link(self) -> None:
        assert problems(mapping_text("company_id: link('companies', companyId)")) == []
        assert problems(mapping_text("a: \"'link(x)'\"")) == []

    def test_an_object_without_a_name_is_refused(self) -> None:
        assert "no blank name" in row_problem("a: link(' ', companyId)").message

    @pytest.mark.parametrize(
        ("key", "row"),
        [("where: link('companies'\\, id)", "where"), ("each: {items: link('companies'\\, ids), id: id}", "each")],
    )
    def test_what_decides_which_records_there_are_may_not_wait_for_one(self, key: str, row: str) -> None:
        key = key.replace("link(", '"link(').replace(")", ')"').replace("\\", "")
        problem = only(mapping_text("a: x", head=HEAD.replace("guests}", f"guests, {key}}}")))
        assert problem.row == row
        assert "link(...) is for rows" in problem.message


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
