"""Safe casts only: what fits is taken, everything else is a reason with the value in it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.mapping.cast import CastError, make_caster
from mapstudio.mapping.numbers import plain_number
from mapstudio.model import Field, FieldType, JsonValue, Option

COUNTRIES = (Option("Brazil", "Brazil"), Option("Spain", "España"), Option("PT", "Portugal"))


def cast(kind: FieldType, value: JsonValue, *, by: str | None = None, max_length: int | None = None) -> JsonValue:
    options = COUNTRIES if kind in {FieldType.OPTION, FieldType.OPTIONS} else ()
    return make_caster(Field("country", type=kind, options=options, max_length=max_length), by=by)(value)


def reason(kind: FieldType, value: JsonValue, *, by: str | None = None, max_length: int | None = None) -> str:
    with pytest.raises(CastError) as caught:
        cast(kind, value, by=by, max_length=max_length)
    return caught.value.reason


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        (" a ", " a "),
        (5, "5"),
        (5.0, "5"),
        (1.5, "1.5"),
        (Decimal("1E+2"), "100"),
        (Decimal("1.50"), "1.5"),
        (Decimal("0.00"), "0"),
        (-0.0, "0"),
        (1e21, "1" + "0" * 21),
        (1e-7, "0.0000001"),
    ],
)
def test_text_takes_text_and_numbers_in_their_shortest_plain_form(value: JsonValue, text: str) -> None:
    assert cast(FieldType.TEXT, value) == text


@pytest.mark.parametrize("value", [True, [], ["a"], {}, {"a": 1}])
def test_text_takes_nothing_else(value: JsonValue) -> None:
    assert "country takes text" in reason(FieldType.TEXT, value)


def test_a_text_that_is_too_long_is_refused_and_never_cut() -> None:
    assert cast(FieldType.TEXT, "12345", max_length=5) == "12345"
    assert cast(FieldType.TEXT, "ñandú", max_length=5) == "ñandú"
    assert reason(FieldType.TEXT, "123456", max_length=5) == '"123456" has 6 characters; country takes 5'
    assert "has 200 characters" in reason(FieldType.TEXT, "x" * 200, max_length=5)
    assert len(reason(FieldType.TEXT, "x" * 200, max_length=5)) < 120


@pytest.mark.parametrize(
    ("value", "number"),
    [(5, 5), (5.5, 5.5), (Decimal("0.1"), Decimal("0.1")), ("5", 5), (" 5.25 ", 5.25), ("-3", -3), ("\u00a07\n", 7)],
)
def test_number_takes_numbers_and_plain_decimal_text(value: JsonValue, number: JsonValue) -> None:
    assert cast(FieldType.NUMBER, value) == number


def test_a_number_out_of_text_keeps_every_digit() -> None:
    assert cast(FieldType.NUMBER, "0.1000000000000000055") == Decimal("0.1000000000000000055")


@pytest.mark.parametrize(
    "value",
    [
        "1e3",
        "+5",
        "12,5",
        "1.000,5",
        "1 000",
        ".5",
        "5.",
        "0x1",
        "",
        "-",
        "five",
        "NaN",
        "Infinity",
        "1_000",
        "٣",
        "9" * 500,
    ],
)
def test_number_takes_no_other_text(value: str) -> None:
    assert "no plain decimal number" in reason(FieldType.NUMBER, value)


@pytest.mark.parametrize("value", [True, False, [1], {"a": 1}])
def test_number_takes_no_other_type(value: JsonValue) -> None:
    assert "country takes a number" in reason(FieldType.NUMBER, value)


@pytest.mark.parametrize(
    ("value", "number"), [(5, 5), (5.0, 5), ("5", 5), ("5.00", 5), (Decimal("1E+2"), 100), ("-0", 0)]
)
def test_integer_takes_whole_numbers(value: JsonValue, number: int) -> None:
    result = cast(FieldType.INTEGER, value)
    assert result == number
    assert type(result) is int


@pytest.mark.parametrize("value", [5.5, "5.5", Decimal("0.1")])
def test_integer_refuses_fractions(value: JsonValue) -> None:
    assert "has a fraction; country takes a whole number" in reason(FieldType.INTEGER, value)


def test_boolean_takes_true_and_false_only() -> None:
    assert cast(FieldType.BOOLEAN, True) is True
    assert cast(FieldType.BOOLEAN, False) is False
    others: list[JsonValue] = ["true", "yes", 1, 0, "", [True]]
    for value in others:
        assert "takes true or false" in reason(FieldType.BOOLEAN, value)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-08-30", "2026-08-30"),
        ("2024-02-29", "2024-02-29"),
        ("2026-08-30T00:00:00Z", "2026-08-30"),
        ("2026-08-30T00:00:00-05:00", "2026-08-30"),
        ("2026-08-30 00:00:00.000+02:00", "2026-08-30"),
    ],
)
def test_date_takes_days_and_midnights_in_their_own_offset(value: str, day: str) -> None:
    assert cast(FieldType.DATE, value) == day


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-08-30T14:00:00Z", "not midnight"),
        ("2026-08-30T00:00:00.001Z", "not midnight"),
        ("2026-08-30T00:00:00", "is no date"),
        ("2026-02-30", "no day of the calendar"),
        ("30/08/2026", "is no date"),
        ("20260830", "is no date"),
        ("2026-8-3", "is no date"),
        (" 2026-08-30", "is no date"),
        (20260830, "is a number"),
        (["2026-08-30"], "is a list"),
    ],
)
def test_date_takes_nothing_else(value: JsonValue, words: str) -> None:
    assert words in reason(FieldType.DATE, value)


@pytest.mark.parametrize(
    "value", ["2026-08-30T14:00:00Z", "2026-08-30T14:00:00.123+02:00", "2026-08-30 14:00:00-05:30"]
)
def test_date_time_takes_what_has_a_zone(value: str) -> None:
    assert cast(FieldType.DATETIME, value) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-08-30T14:00:00", "has no zone"),
        ("2026-08-30", "without a time"),
        ("2026-08-30T25:00:00Z", "no date-time"),
        ("2026-02-30T14:00:00Z", "no date-time"),
        ("soon", "no date-time"),
        (1756562400000, "is a number"),
    ],
)
def test_date_time_takes_nothing_else(value: JsonValue, words: str) -> None:
    assert words in reason(FieldType.DATETIME, value)


def test_an_option_is_taken_by_its_internal_value_exactly() -> None:
    assert cast(FieldType.OPTION, "Spain") == "Spain"
    assert reason(FieldType.OPTION, "Brasil") == '"Brasil" is not an option of country; did you mean "Brazil"?'
    assert reason(FieldType.OPTION, "spain").endswith('did you mean "Spain"?')
    assert reason(FieldType.OPTION, "Portugal").endswith('did you mean "PT"?')
    assert reason(FieldType.OPTION, "Xyz") == '"Xyz" is not an option of country'
    assert "takes one of its options" in reason(FieldType.OPTION, ["Spain"])
    assert make_caster(Field("stage", type=FieldType.OPTION))("anything") == "anything"


def test_a_number_is_an_option_by_its_text() -> None:
    stars = Field("stars", type=FieldType.OPTION, options=(Option("5", "five"),))
    assert make_caster(stars)(5.0) == "5"


def test_a_multi_select_takes_a_list_or_one() -> None:
    assert cast(FieldType.OPTIONS, ["Spain", "PT"]) == ["Spain", "PT"]
    assert cast(FieldType.OPTIONS, "Spain") == ["Spain"]
    assert cast(FieldType.OPTIONS, []) == []
    assert '"France" is not an option' in reason(FieldType.OPTIONS, ["Spain", "France"])
    reason(FieldType.OPTIONS, ["Spain", None])
    reason(FieldType.OPTIONS, [["Spain"]])


@pytest.mark.parametrize(
    "kind", [FieldType.TEXT, FieldType.NUMBER, FieldType.BOOLEAN, FieldType.DATE, FieldType.OPTION]
)
def test_a_list_does_not_go_into_a_scalar(kind: FieldType) -> None:
    assert '["a"] is a list' in reason(kind, ["a"])


def test_a_reference_is_an_id_or_an_external_id() -> None:
    assert cast(FieldType.REFERENCE, 68) == 68
    assert cast(FieldType.REFERENCE, 68.0) == 68
    assert cast(FieldType.REFERENCE, "68") == 68
    assert cast(FieldType.REFERENCE, "base.es") == "base.es"
    assert "say how to find the record with by" in reason(FieldType.REFERENCE, "Spain")
    assert "take its id" in reason(FieldType.REFERENCE, {"id": 68, "name": "Spain"})
    assert cast(FieldType.REFERENCES, [68, "base.es"]) == [68, "base.es"]
    assert "is a number" in reason(FieldType.REFERENCES, 68)


def test_with_by_the_raw_value_is_kept_for_the_search() -> None:
    assert cast(FieldType.REFERENCE, "ES", by="code") == "ES"
    assert cast(FieldType.REFERENCE, 34, by="phone_code") == 34
    assert cast(FieldType.REFERENCES, ["a", "b"], by="name") == ["a", "b"]
    reason(FieldType.REFERENCE, ["ES"], by="code")


def test_objects_lists_and_the_unknown() -> None:
    assert cast(FieldType.OBJECT, {"a": 1}) == {"a": 1}
    assert cast(FieldType.LIST, [1, {"a": None}]) == [1, {"a": None}]
    assert cast(FieldType.UNKNOWN, [1]) == [1]
    reason(FieldType.OBJECT, [1])
    reason(FieldType.LIST, {"a": 1})
    assert "has 3 characters" in reason(FieldType.UNKNOWN, "abc", max_length=2)


def test_a_binding_without_a_value_passes_where_it_may() -> None:
    field = Field("stage", type=FieldType.OPTION, options=COUNTRIES)
    assert make_caster(field, placeholders=True)({"$binding": "won"}) == {"$binding": "won"}
    several = Field("stages", type=FieldType.OPTIONS, options=COUNTRIES)
    assert make_caster(several, placeholders=True)([{"$binding": "a"}, "PT"]) == [{"$binding": "a"}, "PT"]
    with pytest.raises(CastError):
        make_caster(several, placeholders=True)([{"$binding": "a"}, "no"])
    with pytest.raises(CastError):
        make_caster(field)({"$binding": "won"})


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=8))
def test_a_number_survives_text_and_back(number: Decimal) -> None:
    text = cast(FieldType.TEXT, number)
    assert isinstance(text, str)
    again = plain_number(text)
    assert again is not None
    assert Decimal(str(again)) == number


@pytest.mark.parametrize("value", [0, -5, "0", "-5", "1.50", "7.b"])
def test_a_reference_is_never_what_no_record_can_have(value: JsonValue) -> None:
    assert "neither an id nor an external id" in reason(FieldType.REFERENCE, value)


def test_a_reference_may_carry_the_id_of_what_its_record_belongs_to() -> None:
    assert cast(FieldType.REFERENCE, "297652-84510005") == "297652-84510005"
    for value in ("297652-", "-84510005", "297652-0", "297652-a", "297652 - 84510005"):
        assert "neither an id nor an external id" in reason(FieldType.REFERENCE, value)


def test_a_huge_number_is_no_fraction() -> None:
    assert "is out of range" in reason(FieldType.INTEGER, Decimal("1e5000"))
