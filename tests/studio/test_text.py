"""Data as text: cleaned, measured, cut, masked, and lines between panes that meet."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.model import JsonValue
from mapstudio.studio.lattice import Box, Lattice
from mapstudio.studio.masking import mask_text, mask_value
from mapstudio.studio.text import cut, cut_middle, fit, shown, width_of
from mapstudio.studio.values import ValueFormat, group_number


@given(st.text(max_size=200), st.integers(min_value=1, max_value=60))
def test_cut_text_always_fits(text: str, width: int) -> None:
    safe = shown(text)
    assert width_of(cut(safe, width)) <= width
    assert width_of(cut_middle(safe, width)) <= width
    assert width_of(fit(safe, width)) == width


@given(st.text(max_size=300))
def test_nothing_reaches_the_screen_raw(text: str) -> None:
    safe = shown(text)
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in safe)
    assert not set(safe) & set("\u202e\u202d\u2066\u2067\u2028\u200f\ufeff")


def test_towers_of_combining_marks_are_low() -> None:
    assert len(shown("Z" + "\u0300" * 500)) == 3
    assert shown("\u0300a") == "a"
    assert len(shown("x" * 1_000_000)) <= 4000


@pytest.mark.parametrize(
    ("text", "field", "masked"),
    [
        ("ana@example.com", "", "a••@••••.com"),
        ("Ana <ana@mail.example.com>, b@x.es", "", "Ana <a••@••••.com>, b••@••••.es"),
        ("+5511980345521", "", "+551198••••21"),
        ("11980345521", "phone", "11980••••21"),
        ("(11) 98034-5521", "guestCellPhone", "(11) 980••••21"),
        ("12345678901", "", "12345678901"),
        ("X1234567", "guest.passportNumber", "X••••7"),
        ("Ana", "firstname", "Ana"),
        ("2026-08-30", "startDate", "2026-08-30"),
    ],
)
def test_what_names_a_person_is_masked(text: str, field: str, masked: str) -> None:
    assert mask_text(text, field) == masked


@given(st.from_regex(r"[a-z]{3,12}@[a-z]{3,12}\.(com|es|mx)", fullmatch=True))
def test_no_address_shows_through(address: str) -> None:
    name, _, host = address.partition("@")
    assert name not in mask_text(f"to {address}!")
    assert host.partition(".")[0] not in mask_text(address)


def test_values_inside_of_objects_are_masked_by_their_own_keys() -> None:
    value: JsonValue = {"contact": [{"phone": "11980345521", "note": "ok"}]}
    assert mask_value(value) == {"contact": [{"phone": "11980••••21", "note": "ok"}]}


def test_values_are_written_as_the_style_says() -> None:
    form = ValueFormat()
    assert form.bare(None)[0] == "∅"
    assert form.bare(None, width=4)[0] == "∅"
    assert form.bare("")[0] == '""'
    assert form.bare("  ") == ('"··"', form.bare("  ")[1])
    assert form.bare("  ")[1].hue == "warn"
    assert form.bare(False)[0] == "false"
    assert form.bare(Decimal("1840.00"))[0] == "1 840.00"
    assert form.bare([1, 2])[0] == "[ 2 ]"
    assert form.bare({"a": 1})[0] == "{ 1 }"
    assert form.bare("a\nb\x1b[31m")[0] == "a\\nb\\x1b[31m"
    assert form.json("BR")[0] == '"BR"'
    assert form.json(Decimal("1840.00"))[0] == "1840.00"
    assert group_number(-1234567) == "-1 234 567"
    assert group_number(999) == "999"


def rule(lattice: Lattice, y: int, width: int) -> str:
    """Return a line of rules."""
    return "".join(lattice.rule_cell(x, y).character for x in range(width))


def test_lines_meet_where_panes_meet() -> None:
    boxes = [Box("a", 0, 0, 4, 3), Box("b", 4, 0, 4, 3), Box("c", 0, 3, 6, 3), Box("d", 6, 3, 2, 3)]
    assert rule(Lattice(boxes), 0, 8) == "────┬───"
    assert rule(Lattice(boxes), 3, 8) == "────┴─┬─"
    assert rule(Lattice(boxes, focused="b"), 0, 8) == "────┲━━━"
    assert rule(Lattice(boxes, focused="a"), 0, 8) == "━━━━┱───"
    assert rule(Lattice(boxes, focused="c"), 3, 8) == "━━━━┷━┱─"
    assert rule(Lattice(boxes, guarded=frozenset({"c", "d"})), 3, 8) == "════╧═╤═"
    assert rule(Lattice(boxes, focused="a", ascii_only=True), 0, 8) == "====+---"


def test_panes_side_by_side_share_a_corner() -> None:
    boxes = [Box("a", 0, 0, 4, 2), Box("b", 4, 0, 4, 2), Box("c", 0, 2, 4, 2), Box("d", 4, 2, 4, 2)]
    assert rule(Lattice(boxes), 2, 8) == "────┼───"
    assert rule(Lattice(boxes, focused="d"), 2, 8) == "────╆━━━"
    assert rule(Lattice(boxes, focused="c"), 2, 8) == "━━━━╅───"
