"""Values between the wire and a record: nothing changes on the way there and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.connectors.hubspot.values import canonical, decoded, encoded, keeps
from mapstudio.model import Field, FieldType, JsonValue, Option

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6)


@given(DECIMALS)
def test_a_number_keeps_its_decimal_value(number: Decimal) -> None:
    wire = encoded(FieldType.NUMBER, number)
    assert "e" not in wire.lower()
    back = decoded(FieldType.NUMBER, wire)
    assert isinstance(back, (int, float, Decimal))
    assert Decimal(str(back)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_never_sent_with_an_exponent(number: float) -> None:
    wire = encoded(FieldType.NUMBER, number)
    assert "e" not in wire.lower()
    assert Decimal(wire) == Decimal(repr(number))


@given(st.lists(st.text("abcdef_", min_size=1), min_size=1, unique=True))
def test_a_multi_select_is_a_set(values: list[str]) -> None:
    item = Field("interests", type=FieldType.OPTIONS)
    there: JsonValue = [*values]
    back = decoded(FieldType.OPTIONS, encoded(FieldType.OPTIONS, there))
    assert back == there
    assert canonical(item, [*reversed(values)]) == canonical(item, back)


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2100, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001
def test_a_moment_is_the_same_in_every_zone(moment: datetime, hours: int) -> None:
    item = Field("closedate", type=FieldType.DATETIME)
    moment = moment.replace(microsecond=0)
    offset = f"{hours:+03}:00"
    local = f"{moment.isoformat()}{offset}"
    wire = encoded(FieldType.DATETIME, local)
    assert wire.endswith(".000Z")
    assert datetime.fromisoformat(wire) == datetime.fromisoformat(local)
    assert canonical(item, local) == canonical(item, decoded(FieldType.DATETIME, wire))


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_date_stays_a_date(day: date) -> None:
    wire = encoded(FieldType.DATE, day.isoformat())
    assert decoded(FieldType.DATE, wire) == day.isoformat()
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    assert decoded(FieldType.DATE, str(int(midnight.timestamp() * 1000))) == day.isoformat()


@pytest.mark.parametrize(
    ("kind", "value", "wire"),
    [
        (FieldType.TEXT, None, ""),
        (FieldType.TEXT, "a;b", "a;b"),
        (FieldType.BOOLEAN, False, "false"),
        (FieldType.NUMBER, 1e21, "1000000000000000000000"),
        (FieldType.NUMBER, 1e-7, "0.0000001"),
        (FieldType.OPTIONS, ["a", "b"], "a;b"),
        (FieldType.OPTIONS, [], ""),
        (FieldType.OPTIONS, ["", "a"], "a"),
        (FieldType.OPTIONS, ";a;b", "a;b"),
        *((kind, None, "") for kind in FieldType),
    ],
)
def test_what_goes_out(kind: FieldType, value: JsonValue, wire: str) -> None:
    assert encoded(kind, value) == wire


@pytest.mark.parametrize(
    ("kind", "wire", "value"),
    [
        (FieldType.TEXT, "", None),
        (FieldType.NUMBER, "0012", 12),
        (FieldType.NUMBER, "12.50", 12.5),
        (FieldType.NUMBER, "0.1234567890123456789", Decimal("0.1234567890123456789")),
        (FieldType.NUMBER, "a lot", "a lot"),
        (FieldType.BOOLEAN, "true", True),
        (FieldType.BOOLEAN, "maybe", "maybe"),
        (FieldType.OPTIONS, ";a;;b", ["a", "b"]),
        (FieldType.DATETIME, "1795132800000", "2026-11-20T00:00:00.000Z"),
    ],
)
def test_what_comes_in(kind: FieldType, wire: str, value: JsonValue) -> None:
    assert decoded(kind, wire) == value


def test_a_lifecycle_stage_does_not_go_back() -> None:
    """As the vendor has it: an earlier stage is taken without a word, and the later one stays."""
    stages = tuple(Option(name, name) for name in ("lead", "opportunity", "customer"))
    stage, other = Field("lifecyclestage", type=FieldType.OPTION, options=stages), Field("a", options=stages)
    assert keeps(stage, "customer", "lead")
    assert not keeps(stage, "lead", "customer")
    assert not keeps(stage, "customer", None)
    assert not keeps(stage, None, "lead")
    assert not keeps(stage, "unknown", "lead")
    assert not keeps(other, "customer", "lead")


def test_addresses_are_equal_whatever_their_case() -> None:
    email, name = Field("email", type=FieldType.TEXT), Field("firstname", type=FieldType.TEXT)
    assert canonical(email, " Ana@Example.ORG ") == "ana@example.org"
    assert canonical(email, " ") is None
    assert canonical(name, "ANA") == "ANA"
    assert canonical(Field("amount", type=FieldType.NUMBER), "10.00") == canonical(
        Field("amount", type=FieldType.NUMBER), 10
    )


@pytest.mark.parametrize("value", [{"a": 1}, ["a"]])
def test_a_shape_that_no_property_takes_is_refused(value: JsonValue) -> None:
    with pytest.raises(TypeError):
        encoded(FieldType.TEXT, value)


@pytest.mark.parametrize("value", [Decimal("1E+100000000"), Decimal("NaN"), float("inf")])
def test_a_number_that_no_property_holds_is_refused_at_once(value: JsonValue) -> None:
    with pytest.raises(ValueError, match="number"):
        encoded(FieldType.NUMBER, value)
