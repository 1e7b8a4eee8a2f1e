"""What an expression tells without a record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import compile_expression, search
from mapstudio.expressions import EvaluationError
from mapstudio.model import JsonValue


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("guestEmail", "guestEmail"),
        ("country_id.code", "country_id.code"),
        ("lines[].price", "lines[].price"),
        ("lines[*].price | [0]", "lines[].price"),
        ("lines[0].price", "lines[].price"),
        ("lines[-3:].price", "lines[].price"),
        ("lines[?qty > `1`].price", "lines[].price lines[].qty"),
        ("lines[?contains(tags, 'x')] | [0].price", "lines[].price lines[].tags"),
        ("rooms[].guests[].name", "rooms[].guests[].name"),
        ("sort_by(lines, &qty)[0].price", "lines[].price lines[].qty"),
        ("max_by(lines, &qty).price", "lines[].price lines[].qty"),
        ("map(&price, lines)", "lines[].price"),
        ("lines[].{p: price, q: qty}", "lines[].price lines[].qty"),
        ("length(lines)", "lines"),
        ("tags[0]", "tags"),
        ("a || b.c", "a b.c"),
        ("coalesce(guestCellPhone, guestPhone)", "guestCellPhone guestPhone"),
        ("phone(a, country.code)", "a country.code"),
        ("{x: a}.x", "a"),
        ("!a && 'x' == b", "a b"),
        ('"a.b".c', '"a.b".c'),
        ("customFields.*", "customFields"),
        ("`1`", ""),
        ("@", "@"),
        ("*", "@"),
        ("keys(@)", "@"),
        ("to_string(@)", "@"),
        ("@.a", "a"),
        ("(lines[?qty])[*].[lower(name)]", "lines[].name lines[].qty"),
    ],
)
def test_paths(text: str, paths: str) -> None:
    assert compile_expression(text).paths == frozenset(paths.split())


def test_functions_tables_and_bare_fields() -> None:
    expression = compile_expression("lookup('stages', lower(trim(status)))")
    assert expression.functions == {"lookup", "lower", "trim"}
    assert expression.tables == {"stages"}
    assert expression.bare_field is None
    assert compile_expression('"first name"').bare_field == "first name"
    assert compile_expression(" a ").bare_field == "a"
    assert compile_expression("a.b").bare_field is None
    assert compile_expression("a") is compile_expression("a")


RECORD = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        st.one_of(st.none(), st.integers(0, 3), st.sampled_from(["x", ""])),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        ),
        max_leaves=12,
    ),
)
EXPRESSIONS = [
    "a",
    "a.b",
    "a[].b",
    "a[?b].c",
    "a[0].b",
    "sort_by(a, &b)[0].c",
    "a || b",
    "[a, b.c]",
    "{x: a[].b, y: c}",
    "a.b[].c",
    "a[*].b | [0]",
    "not_null(a.b, c)",
    "a[].b[].c",
    "length(to_array(a))",
    "a[?b == `1`] | [0].c",
]


@given(RECORD, st.sampled_from(EXPRESSIONS))
def test_what_is_not_in_the_paths_is_not_read(record: dict[str, JsonValue], text: str) -> None:
    """Leaving out what the paths do not name changes no result: a connector may fetch the paths alone."""
    expression = compile_expression(text)
    tops = {path.partition(".")[0].removesuffix("[]") for path in expression.paths}
    reduced = {key: value for key, value in record.items() if key in tops}
    assert _outcome(text, record) == _outcome(text, reduced)


def _outcome(text: str, record: JsonValue) -> object:
    try:
        return search(text, record)
    except EvaluationError as error:
        return error.reason
