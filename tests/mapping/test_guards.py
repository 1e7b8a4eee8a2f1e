"""Where a guard of generated code holds, or values pass together, the cast would have given the very same values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mapstudio.expressions.compiler import Value, Writer, load_function
from mapstudio.mapping.cast import make_caster
from mapstudio.mapping.program.guards import guard
from mapstudio.mapping.unchanged import passes
from mapstudio.model import Field, FieldType, JsonValue, Option
from tests.mapping.generating.rows import FIELDS

_MOMENTS = st.sampled_from(
    [
        *("2024-05-01", "2024-02-29", "2023-02-29", "2024-13-01", "2024-W18-3", "20240501", "٢٠٢٤-٠٥-٠١"),
        *("2024-05-01T10:20:30Z", "2024-05-01T24:00:00Z", "2024-05-01 10:20:30Z", "2024-05-01T10:20:60Z"),
        *("2024-05-01T10:20:30z", "2024-W18-3T10:20:30Z", "2024-05-01T10:20:30", "0000-00-00", "10000-01-01"),
        *("2024-05-01T10:20,5Z", "2024-05-01T10:20.55Z", "2024-05-01T102030.5Z", "2024-05-01T1٠:20:30Z"),
    ]
)
_CHARACTERS = "0123456789-:TZtz+W., "


@st.composite
def _typed_wrong(draw: st.DrawFn) -> str:
    """Return a date or a moment with one character in place of another one, or one more, or one less."""
    text = draw(_MOMENTS)
    place, kind = draw(st.integers(0, len(text))), draw(st.integers(0, 3))
    new = draw(st.sampled_from(_CHARACTERS))
    return (text, text[:place] + new + text[place + 1 :], text[:place] + new + text[place:], text[:-1])[kind]


_VALUES: st.SearchStrategy[JsonValue] = st.one_of(
    st.none(),
    _typed_wrong(),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z"),
    st.text(max_size=6),
    st.sampled_from(["a", "Ana", "confirmed", "12", " ", "", "\xa0\n"]),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.lists(st.integers(0, 2) | st.just({"$binding": "won"}), max_size=2),
    st.dictionaries(st.sampled_from(["a", "$binding"]), st.text(max_size=2), max_size=1),
)


def holds(field: Field, value: JsonValue, classes: frozenset[type]) -> bool:
    writer = Writer(level=1)
    condition = guard(field, Value("value", classes), writer, blank_is_null=True)
    if not condition:
        return False
    check: Callable[[JsonValue], Any] = load_function(f"def check(value):\n    return {condition}\n", "check", writer)
    return bool(check(value))


# Most values do not fit most fields.
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.sampled_from(FIELDS), _VALUES, st.booleans())
def test_a_guard_implies_that_the_cast_changes_nothing(field: Field, value: JsonValue, placeholders: bool) -> None:
    known = {type(value)} | ({type(None)} if isinstance(value, str) else {int, str, float, Decimal, bool, list, dict})
    assume(holds(field, value, frozenset(known)))
    found = make_caster(field, placeholders=placeholders)(value)
    assert type(found) is type(value)
    assert found == value
    assert value is not None
    assert not isinstance(value, str) or value.strip()


def all_pass(field: Field, values: Sequence[JsonValue]) -> bool:
    test = passes(field)
    return test is not None and test(values, set(map(type, values)))


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.sampled_from(FIELDS), st.lists(_VALUES, min_size=1, max_size=3), st.booleans())
def test_values_that_pass_together_are_left_as_they_are(
    field: Field, drawn: list[JsonValue], placeholders: bool
) -> None:
    values = [value for value in drawn if value is not None and (not isinstance(value, str) or value.strip())]
    assume(values and all_pass(field, values))
    cast = make_caster(field, placeholders=placeholders)
    assert repr([cast(value) for value in values]) == repr(values)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (FieldType.TEXT, "Ana"),
        (FieldType.OPTION, "a"),
        (FieldType.DATE, "2024-05-01"),
        (FieldType.DATETIME, "2024-05-01T10:20:30Z"),
        (FieldType.INTEGER, 7),
        (FieldType.NUMBER, Decimal("1.5")),
        (FieldType.BOOLEAN, False),
        (FieldType.OBJECT, {}),
        (FieldType.LIST, []),
        (FieldType.UNKNOWN, "x"),
    ],
)
def test_what_most_values_are_like_needs_no_cast(type_: FieldType, value: JsonValue) -> None:
    field = Field("f", type=type_, options=(Option("a", "A"),) if type_ is FieldType.OPTION else ())
    assert holds(field, value, frozenset({type(value), type(None)}))
    assert all_pass(field, [value, value])
