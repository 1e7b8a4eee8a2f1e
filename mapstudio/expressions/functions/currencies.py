"""Amounts in the smallest unit of their currency, as payment systems count; the facts are in ``currencies.tsv``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.facts import rows_of
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.functions.whole import whole
from mapstudio.expressions.kinds import Kind, one
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import EXACT, Number, as_decimal, number_text, plain_number
from mapstudio.model import JsonValue

_GROUP = "Codes"


def minor_digits(currency: str) -> int | None:
    """Return how many decimals amounts in a currency have, ``None`` when there is no such currency."""
    return _currencies().get(currency.strip().upper())


@cache
def _currencies() -> dict[str, int]:
    return {code: int(digits) for digits, codes in rows_of("currencies.tsv") for code in codes.split()}


def _check_currency(literals: Sequence[JsonValue]) -> tuple[str, str]:
    currency = literals[1]
    if isinstance(currency, str) and minor_digits(currency) is None:
        return f"{shown(currency)} is no currency", "its ISO code of three letters, such as EUR"
    return "", ""


def _digits(currency: str) -> int:
    digits = minor_digits(currency)
    if digits is None:
        raise EvaluationError(f"{shown(currency)} is no currency", currency)
    return digits


@FUNCTIONS.function(
    "minor_units",
    one("amount", Kind.NUMBER),
    one("currency", Kind.TEXT),
    returns="number",
    group=_GROUP,
    summary=(
        "The amount as a whole number of the currency's smallest unit: cents for EUR, yen for JPY, thousandths for "
        "KWD. An amount with more decimals than the currency has is an error: round it before."
    ),
    examples=[
        Example("minor_units(`19.9`, 'EUR')", 1990),
        Example("minor_units(`500`, 'JPY')", 500),
        Example("minor_units(`1.234`, 'KWD')", 1234),
        Example("minor_units(`19.999`, 'EUR')", error="19.999 has more than the 2 decimals of EUR"),
    ],
    null_first=True,
    check_literals=_check_currency,
)
def _minor_units(_: Call, amount: Number, currency: str) -> JsonValue:
    digits = _digits(currency)
    exact = as_decimal(amount).scaleb(digits, context=EXACT)
    if exact != exact.to_integral_value(context=EXACT):
        name = currency.strip().upper()
        decimals = f"the {digits} decimals of {name}" if digits else f"{name}, which has no decimals"
        raise EvaluationError(f"{number_text(amount)} has more than {decimals}", amount)
    return plain_number(exact)


@FUNCTIONS.function(
    "from_minor_units",
    one("units", Kind.NUMBER),
    one("currency", Kind.TEXT),
    returns="number",
    group=_GROUP,
    summary="The amount that a whole number of the currency's smallest unit is.",
    examples=[
        Example("from_minor_units(`1990`, 'EUR')", 19.9),
        Example("from_minor_units(`500`, 'JPY')", 500),
    ],
    null_first=True,
    check_literals=_check_currency,
)
def _from_minor_units(_: Call, units: Number, currency: str) -> JsonValue:
    number = whole("from_minor_units", units)
    return plain_number(as_decimal(Decimal(number)).scaleb(-_digits(currency), context=EXACT))
