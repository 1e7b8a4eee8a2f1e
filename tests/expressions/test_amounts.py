"""Amounts: rounded, limited, multiplied, read and written by their decimal value; money in is money out."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import compile_expression, search
from mapstudio.expressions import EvaluationError, ExpressionSyntaxError
from mapstudio.expressions.functions.currencies import minor_digits
from mapstudio.expressions.functions.number_texts import STYLES
from mapstudio.model import JsonValue, exact_json

BIG = Decimal("12345678901234567890.125")
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4)

# Of two decimals and of more, whole ones, and of a size at which floats begin to have none.
ALMOST_MONEY = (
    0.1,
    0.2,
    0.3,
    19.9,
    1.005,
    0.001,
    1e-9,
    999999999.99,
    1e9,
    9007199254740993.0,
    1e22,
    -0.0,
    7,
    -(2**53) - 1,
)


def number(exact: Decimal) -> JsonValue:
    """Return a number as a record holds it."""
    return exact_json.loads(format(exact, "f"))


def decimal(value: JsonValue) -> Decimal:
    assert isinstance(value, int | float | Decimal)
    return Decimal(str(value))


@pytest.mark.parametrize(
    ("expression", "data", "expected"),
    [
        ("round(@, `2`)", 1.005, 1),
        ("round(@, `2`, 'half-up')", 1.005, 1.01),
        ("round(@, `2`)", BIG, Decimal("12345678901234567890.12")),
        ("round(@, `2`, 'half-up')", -0.125, -0.13),
        ("round(@, `2`, 'half-down')", 0.125, 0.12),
        ("round(@, `0`, 'up')", -1.1, -2),
        ("round(@, `0`, 'down')", -1.9, -1),
        ("round(@, `0`, 'ceiling')", -1.9, -1),
        ("round(@, `0`, 'floor')", -1.1, -2),
        ("round(@, `-2`)", 1250, 1200),
        ("round(@, `5`)", 1.5, 1.5),
        ("round(@)", None, None),
        ("multiply(@, `0.1`)", BIG, Decimal("1234567890123456789.0125")),
        ("multiply(@)", 19.90, 19.9),
        ("multiply(`2`, @)", None, None),
        ("clamp(@, `0`, `1`)", 2**70, 1),
        ("clamp(@, `null`, `null`)", BIG, BIG),
        ("max_of(`1`, @)", BIG, BIG),
        ("min_of('b', @)", None, "b"),
        ("sum_by(@, &a)", [{"a": 0.1}, {"a": 0.2}, {"b": 1}], 0.3),
        ("minor_units(@, 'eur')", Decimal("0.07"), 7),
        ("minor_units(@, 'CLF')", 1.2345, 12345),
        ("minor_units(@, 'JPY')", 500.0, 500),
        ("from_minor_units(@, 'KWD')", 1, 0.001),
        ("from_minor_units(@, 'EUR')", 2**70, Decimal(2**70).scaleb(-2)),
    ],
)
def test_amounts_are_exact(expression: str, data: JsonValue, expected: JsonValue) -> None:
    found = search(expression, data)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("expression", "data", "reason"),
    [
        ("round(@, `0.5`)", 1, "round needs a whole number, got 0.5"),
        ("round(@, `1000`)", 1, "round got a number that is out of range"),
        ("round(`1`, `0`, @)", "odd", 'there is no way to round "odd"'),
        ("round(@)", "1", "round needs a number, got text"),
        ("clamp(`1`, @, `0`)", 5, "clamp's least number 5 is greater than its greatest 0"),
        ("max_of(`1`, @)", "a", "max_of cannot compare a text and a number"),
        ("multiply(`1`, @)", "2", "multiply needs a number as its 2nd argument, got text"),
        ("minor_units(@, 'JPY')", 1.5, "1.5 has more than JPY, which has no decimals"),
        ("minor_units(`1`, @)", "EURO", '"EURO" is no currency'),
        ("from_minor_units(@, 'EUR')", 1.5, "from_minor_units needs a whole number, got 1.5"),
    ],
)
def test_reasons(expression: str, data: JsonValue, reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search(expression, data)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("1.234.567,89", "es", 1234567.89),
        ("1 234,5", "es", 1234.5),
        ("1\u202f234,5", "fr", 1234.5),
        ("1\u00a0234,5 €", "fr-FR", 1234.5),
        ("12,34,567.5", "en-IN", 1234567.5),
        ("1’234.50", "de_CH", 1234.5),
        ("1,234.50", "es-MX", 1234.5),
        ("1.234,50", "es-ES.UTF-8", 1234.5),
        ("-1.234", "es", -1234),
        ("−5", "en", -5),
        ("+5", "en", 5),
        ("-€5.50", "en", -5.5),
        ("€ -5.50", "en", -5.5),
        ("US$1,000", "en", 1000),
        ("MXN 1,000.10", "es-MX", 1000.1),
        ("1000,10EUR", "de", 1000.1),
        (".5", "en", 0.5),
        (",5", "es", 0.5),
        ("007", "es", 7),
        ("  12  ", "", 12),
        ("12345678901234567890.12", "", Decimal("12345678901234567890.12")),
    ],
)
def test_parse_number(text: str, locale: str, expected: JsonValue) -> None:
    found = search("parse_number(t, l)" if locale else "parse_number(t)", {"t": text, "l": locale})
    assert found == expected
    assert type(found) is type(number(decimal(expected)))


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("1,234.56", "es"),
        ("1.234,56", "en"),
        ("0,123", "en"),
        ("1,23", "en"),
        ("1.2345", "es"),
        ("1.234 567", "es"),
        ("1234.567,5", "es"),
        ("12%", "en"),
        ("(5)", "en"),
        ("5-", "en"),
        ("--5", "en"),
        ("1e5", "en"),
        ("5.", "en"),
        ("٣", "en"),
        ("1²", "en"),
        ("EUR 5 EUR", "en"),
        ("ABC 5", "en"),
        ("€", "en"),
        ("-", "en"),
        ("NaN", "en"),
        ("9" * 101, "en"),
        ("1,234", ""),
        ("1 234", ""),
    ],
)
def test_what_is_no_number_of_a_locale(text: str, locale: str) -> None:
    with pytest.raises(EvaluationError, match=f"is not a number as {locale} writes it" if locale else "plain number"):
        search("parse_number(t, l)" if locale else "parse_number(t)", {"t": text, "l": locale})


def test_a_number_is_taken_as_it_is() -> None:
    assert search("parse_number(@, 'es')", 19.9) == 19.9
    assert search("parse_number(@)", " ") is None


def test_unknown_locales() -> None:
    for expression in ("parse_number(a, 'esperanto')", "format_number(a, 'es-419')"):
        with pytest.raises(ExpressionSyntaxError, match="is not known: name a language or a language and a country"):
            compile_expression(expression)
    with pytest.raises(EvaluationError, match='how numbers are written in "xx" is not known'):
        search("format_number(`1`, @)", "xx")
    with pytest.raises(ExpressionSyntaxError, match='did you mean "half-up"'):
        compile_expression("round(a, `2`, 'halfup')")


@pytest.mark.parametrize(
    ("value", "locale", "digits", "expected"),
    [
        (0, "es", 2, "0,00"),
        (-0.001, "es", 2, "0,00"),
        (-1234.5, "es", None, "-1.234,5"),
        (999, "en", 0, "999"),
        (123456, "en-IN", 1, "1,23,456.0"),
        (BIG, "de-CH", 2, "12’345’678’901’234’567’890.12"),
        (1234.5, "fr", 2, "1\u00a0234,50"),
    ],
)
def test_format_number(value: JsonValue, locale: str, digits: int | None, expected: str) -> None:
    call = "format_number(v, l)" if digits is None else "format_number(v, l, d)"
    assert search(call, {"v": value, "l": locale, "d": digits}) == expected


@given(AMOUNTS, st.sampled_from(sorted(STYLES)))
def test_what_is_written_is_read_again(amount: Decimal, locale: str) -> None:
    record: dict[str, JsonValue] = {"n": number(amount), "l": locale}
    assert search("parse_number(format_number(n, l), l)", record) == record["n"]
    cents = search("parse_number(format_number(n, l, `2`), l)", record)
    assert decimal(cents) == amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)


@given(st.lists(AMOUNTS, min_size=1, max_size=6))
def test_products_and_sums_are_those_of_decimals(amounts: list[Decimal]) -> None:
    record: JsonValue = [{"n": number(amount)} for amount in amounts]
    assert decimal(search("sum_by(@, &n)", record)) == sum(amounts)
    arguments = ", ".join(f"@[{place}].n" for place in range(len(amounts)))
    assert Fraction(decimal(search(f"multiply({arguments})", record))) == prod(map(Fraction, amounts))


@given(st.lists(st.sampled_from(ALMOST_MONEY) | st.decimals(-(10**10), 10**10, places=2).map(float), max_size=6))
def test_sums_of_money_have_no_noise(amounts: list[float]) -> None:
    found = search("sum(@)", [*amounts])
    assert Fraction(decimal(found)) == sum(Fraction(decimal(amount)) for amount in amounts)
    assert isinstance(found, int) == (decimal(found) == int(decimal(found)))


@given(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_minor_units_and_back(amount: Decimal, currency: str) -> None:
    digits = minor_digits(currency)
    assert digits is not None
    record: dict[str, JsonValue] = {"n": number(round(amount, digits)), "c": currency}
    assert search("from_minor_units(minor_units(n, c), c)", record) == record["n"]
