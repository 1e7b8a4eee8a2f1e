"""What an editor asks: colours and completions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.expressions import complete, tokens
from mapstudio.model import Field, FieldType

FIELDS = [
    Field("guestEmail", "E-mail", FieldType.TEXT, required=True),
    Field("guestFirstName", "First name", FieldType.TEXT),
    Field("lines", "Lines", FieldType.LIST),
    Field("lines[].price", "Price", FieldType.NUMBER),
    Field("lines[].qty", "Quantity", FieldType.NUMBER),
    Field("rooms[].guests[].name", "Name", FieldType.TEXT),
    Field("country_id.code", "Code", FieldType.TEXT),
    Field("custom-x", "Custom", FieldType.TEXT),
]


def _kinds(text: str) -> list[tuple[str, str]]:
    return [(text[token.start : token.end], str(token.kind)) for token in tokens(text)]


def test_tokens() -> None:
    assert [kind for _, kind in _kinds("""lower("a b") || x[0].y == 'é`'""")] == [
        "function", "punctuation", "field", "punctuation", "operator", "field", "punctuation", "literal", "punctuation",
        "punctuation", "field", "operator", "literal",
    ]  # fmt: skip
    assert _kinds("a = 'x") == [("a", "field"), ("=", "operator"), ("'x", "error")]


@given(st.text())
def test_tokens_cover_any_text_in_order(text: str) -> None:
    found = tokens(text)
    position = 0
    for token in found:
        assert not text[position : token.start].strip(" \t\r\n")
        assert token.start < token.end
        position = token.end
    assert not text[position:].strip(" \t\r\n")


def _proposed(text: str) -> list[str]:
    return [item.text for item in complete(text, len(text), FIELDS)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("gu", ["guestEmail", "guestFirstName"]),
        ("mail", ["guestEmail"]),
        ("First n", []),
        ("lower(gu", ["guestEmail", "guestFirstName"]),
        ("a || gu", ["guestEmail", "guestFirstName"]),
        ("lines[].pr", ["price"]),
        ("lines[*].", ["price", "qty"]),
        ("lines[0].q", ["qty"]),
        ("lines[-2:].q", ["qty"]),
        ("lines[?q", ["qty"]),
        ("lines[?contains(q", ["qty"]),
        ("lines[?qty > `1`].", ["price", "qty"]),
        ("lines[].{a: p", ["price"]),
        ("lines[].[p", ["price"]),
        ("lines | [0].p", ["price"]),
        ("(lines)[0].p", ["price"]),
        ("sort_by(lines, &p", ["price"]),
        ("sort_by(lines, &price)[0].q", ["qty"]),
        ("max_by(lines, &price).q", ["qty"]),
        ("rooms[].guests[].n", ["name"]),
        ("rooms[].", ["guests"]),
        ("country_id.", ["code"]),
        ("cust", ['"custom-x"']),
        ('"cus', ['"custom-x"']),
        ("{a: lines[0].qty, b: guestE", ["guestEmail"]),
        ("guestEmail ? guestF", ["guestFirstName"]),
        ("guestEmail ? lines : guestF", ["guestFirstName"]),
        ("(guestEmail ? lines : lines)[0].p", ["price"]),
        ("lines[].{a: qty ? p", ["price"]),
        ("lines[].{a: qty * p", ["price"]),
        ("lines[0].qty + guestE", ["guestEmail"]),
        ("-guestE", ["guestEmail"]),
        ("lines[].[qty, $.guestE", ["guestEmail"]),
        ("lines[?qty > $.lines[0].q", ["qty"]),
        ("let $l = lines in $l[0].p", ["price"]),
        ("let $l = lin", ["lines"]),
        ("let $l = lines, $c = country_id in $c.c", ["code"]),
        ("let $l = lines in $l[].{a: p", ["price"]),
        ("let $l = lines in {a: $l[0].qty, b: $l[0].p", ["price"]),
        ("let $r = rooms[0] in let $g = $r.guests in $g[0].n", ["name"]),
        ("lines[].{a: (let $q = qty in p", ["price"]),
        ("(let $l = lines in $l)[0].p", ["price"]),
        ("[let $l = lines in $l[0], guestE", ["guestEmail"]),
        ("let $l = lines in $", ["$l"]),
        ("let $lines = lines, $other = guestEmail in $l", ["$lines"]),
        ("let $l = lines in ", ["$l", "guestEmail"]),
        ("rooms[].guests[] | [0].n", ["name"]),
        ("lines | sort_by(@, &p", ["price"]),
        ("first(lines).p", ["price"]),
        ("sum_by(lines, &p", ["price"]),
        ("group_by(lines[?qty], &p", ["price"]),
        ("unique(lines)[0].p", ["price"]),
    ],
)
def test_fields_at_the_cursor(text: str, first: list[str]) -> None:
    assert _proposed(text)[: len(first)] == first


@pytest.mark.parametrize(
    ("before", "after", "first"),
    [
        ("map(&p", ", lines)", ["price"]),
        ("map(&{a: q", "}, lines[?qty])", ["qty"]),
        ("map(&n", ", rooms[].guests[]) | [0]", ["name"]),
        ("lines[].{a: map(&guestE", ", guests)}", []),
        ("sort_by(lines, &p", ")[0]", ["price"]),
        ("{a: guestE", ", b: x}", ["guestEmail"]),
    ],
)
def test_fields_at_a_cursor_in_the_middle(before: str, after: str, first: list[str]) -> None:
    found = [item.text for item in complete(before + after, len(before), FIELDS) if item.kind == "field"]
    assert found[: len(first)] == first
    assert bool(found) is bool(first)


def test_a_variable_is_seen_in_its_body_only() -> None:
    assert "$l" not in _proposed("let $l = lines, $m = ")
    assert "$l" not in _proposed("[let $l = lines in $l, ")
    found = complete("let $l = lines in $", 19, FIELDS)
    assert [(item.text, item.kind, item.detail, item.start, item.end) for item in found] == [
        ("$l", "variable", "variable, lines", 18, 19)
    ]


def test_a_field_says_where_its_values_are() -> None:
    paths = [item.path for item in complete("lines[].", 8, FIELDS)]
    assert paths == ["lines[].price", "lines[].qty"]
    assert [item.path for item in complete("max_by(lines, &price).q", 23, FIELDS)] == ["lines[].qty"]
    assert [item.path for item in complete("room", 4, FIELDS) if item.kind == "field"] == ["rooms[]"]
    assert all(not item.path for item in complete("tit", 3, FIELDS) if item.kind == "function")


@pytest.mark.parametrize("text", ["'gu", "`gu", "guestEmail ", "lines[].nothing", "length(lines).", "{gu", "'x'.", "5"])
def test_nothing_is_proposed_where_nothing_fits(text: str) -> None:
    assert _proposed(text) == []


def test_completions_say_what_they_are_and_what_they_replace() -> None:
    field = complete("lower(gue) ", 9, FIELDS)[0]
    assert (field.text, field.start, field.end, field.kind, field.detail) == (
        "guestEmail",
        6,
        9,
        "field",
        "E-mail, text",
    )
    inside = complete("lower(guestE)", 8, FIELDS)[0]
    assert (inside.start, inside.end) == (6, 12)
    function = next(item for item in complete("tit", 3, FIELDS) if item.kind == "function")
    assert (function.text, function.detail) == ("title_case(", "title_case(text) -> text")
    assert [item.text for item in complete("pho", 3, ["phoneNumber"])][:2] == ["phoneNumber", "phone("]


@given(st.text(alphabet="abcl()[]{}.,|&?:*@'\"`0 -$=+let in", max_size=30), st.integers(-5, 40))
def test_completing_never_raises(text: str, cursor: int) -> None:
    for item in complete(text, cursor, FIELDS):
        assert 0 <= item.start <= item.end <= len(text)
