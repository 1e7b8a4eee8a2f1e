"""Traps and what is not portable, as check tells them: by row, with the place in its expression."""

from __future__ import annotations

from mapstudio.mapping.check_expressions import check_portable, check_traps
from mapstudio.mapping.checking import check_mapping
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import Schema
from tests.mapping.samples import GUESTS, HEAD, RESERVATIONS, mapping_of, mapping_text

EMAIL = "email: guestEmail"


def traps(row: str, *, head: str = HEAD, schema: Schema | None = RESERVATIONS) -> list[Problem]:
    return list(check_traps(mapping_of(f"{EMAIL}\n{row}", head=head), schema))


def test_a_trap_is_a_warning_of_its_row_at_its_place() -> None:
    (found,) = traps("a: lower(trim(guestCountry)) || starts_with(guestEmail, 'a')")
    assert (found.row, found.line, found.code, found.severity) == ("a", 7, "null-argument", Severity.WARNING)
    assert found.position == len("lower(trim(guestCountry)) || starts_with(")
    assert str(found) == (
        "test.yaml:7: row a, character 42: starts_with fails where guestEmail is null; write guestEmail || ''"
    )


def test_without_a_schema_the_traps_of_the_text_are_told() -> None:
    assert traps("a: starts_with(guestEmail, 'a')", schema=None) == []
    assert [problem.code for problem in traps("a: to_number('12,50')", schema=None)] == ["to-number"]


def test_where_is_looked_at_and_narrows_what_the_rows_see() -> None:
    head = HEAD.replace("guests}", "guests, where: length(rooms)}")
    assert [(problem.row, problem.code) for problem in traps("a: guestCountry", head=head)] == [
        ("where", "number-is-true")
    ]
    head = HEAD.replace("guests}", "guests, where: guestEmail}")
    assert traps("a: starts_with(guestEmail, 'a')", head=head) == []


def test_rows_of_each_see_the_elements_and_the_whole() -> None:
    head = HEAD.replace("guests}", "guests, each: {items: 'rooms[?price]', id: roomID}}")
    assert [problem.code for problem in traps("a: price + `1`", head=head)] == []
    assert [problem.code for problem in traps("a: starts_with(roomID, $.guestEmail)", head=head)] == [
        "null-argument"
    ] * 2


def test_value_maps_are_known_to_lookup() -> None:
    row = "a: lookup('kinds', 'double')"
    rest = "values: {kinds: {single: S}}\n"
    (found,) = check_traps(mapping_of(f"{EMAIL}\n{row}", rest=rest), RESERVATIONS)
    assert (found.code, found.position) == ("not-in-table", len("lookup('kinds', "))


def test_a_row_that_is_no_expression_has_no_traps() -> None:
    loaded = parse_mapping(mapping_text(f"{EMAIL}\na: {{from: lower(, draft: true}}\nb: {{constant: 1}}"), "m.yaml")
    assert loaded.mapping is not None
    assert list(check_traps(loaded.mapping, RESERVATIONS)) == []


def test_check_tells_traps_in_the_order_of_the_file() -> None:
    loaded = parse_mapping(mapping_text(f"{EMAIL}\nb: guestEmail != ''\na: guestEmial"), "m.yaml")
    found = check_mapping(loaded, source_schema=RESERVATIONS)
    told = [(problem.row, problem.code) for problem in found if problem.row in {"a", "b"}]
    assert told == [("b", "empty-is-not-null"), ("a", "unknown-field")]


def test_what_is_not_portable_is_told_by_row() -> None:
    head = HEAD.replace("guests}", "guests, where: '!lower(guestEmail)', each: {items: 'rooms[].{p: -price}', id: p}}")
    found = list(check_portable(mapping_of("email: p\na: p || `1` + p", head=head)))
    assert [(problem.row, problem.position) for problem in found] == [("where", 1), ("each", 12), ("a", 9)]
    assert {problem.severity for problem in found} == {Severity.WARNING}
    assert found[0].message == "plain JMESPath does not know the function lower"


def test_check_asks_for_portability_only_where_it_is_wanted() -> None:
    loaded = parse_mapping(GUESTS, "m.yaml")
    assert not any(problem.code == "portable" for problem in check_mapping(loaded))
    assert [problem.row for problem in check_mapping(loaded, portable=True) if problem.code == "portable"] == [
        "email",
        "email",
    ]


def test_a_problem_in_json_has_its_code_and_its_place() -> None:
    (found,) = traps("a: guestEmail != ''")
    told = found.to_json()
    assert (told["code"], told["position"], told["row"]) == ("empty-is-not-null", 0, "a")
