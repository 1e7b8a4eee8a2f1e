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
    ],
)
def test_fields_at_the_cursor(text: str, first: list[str]) -> None:
    assert _proposed(text)[: len(first)] == first


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


@given(st.text(alphabet="abcl()[]{}.,|&?:*@'\"`0 -", max_size=30), st.integers(-5, 40))
def test_completing_never_raises(text: str, cursor: int) -> None:
    for item in complete(text, cursor, FIELDS):
        assert 0 <= item.start <= item.end <= len(text)
