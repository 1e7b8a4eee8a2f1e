"""Number functions of the JMESPath specification, exact in decimal."""

from __future__ import annotations

import math
from decimal import Decimal

from mapstudio.expressions.arithmetic import quotient
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.kinds import Kind, one
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import Number, as_decimal, plain_number, total
from mapstudio.model import JsonValue
from mapstudio.model.exact_json import JsonError, loads

_GROUP = "Numbers"


@FUNCTIONS.function(
    "abs",
    one("number", Kind.NUMBER),
    returns="number",
    group=_GROUP,
    summary="The number without its sign.",
    examples=[Example("abs(`-5`)", 5)],
)
def _abs(_: Call, number: Number) -> JsonValue:
    exact = as_decimal(number).copy_abs()
    # Nothing is worked out, so it stays written as it was: 2.0 is 2.0 and not 2.
    return plain_number(exact) if isinstance(number, Decimal) else abs(number)


@FUNCTIONS.function(
    "ceil",
    one("number", Kind.NUMBER),
    returns="number",
    group=_GROUP,
    summary="The next whole number upwards.",
    examples=[Example("ceil(`1.2`)", 2)],
)
def _ceil(_: Call, number: Number) -> JsonValue:
    return math.ceil(as_decimal(number))


@FUNCTIONS.function(
    "floor",
    one("number", Kind.NUMBER),
    returns="number",
    group=_GROUP,
    summary="The next whole number downwards.",
    examples=[Example("floor(`1.8`)", 1)],
)
def _floor(_: Call, number: Number) -> JsonValue:
    return math.floor(as_decimal(number))


@FUNCTIONS.function(
    "sum",
    one("numbers", Kind.NUMBERS),
    returns="number",
    group=_GROUP,
    summary="The exact sum; 0 for an empty list.",
    examples=[
        Example("sum(`[0.1, 0.2]`)", 0.3),
        Example("sum(lines[].total)", 30, given={"lines": [{"total": 10}, {"total": 20}]}),
    ],
)
def _sum(_: Call, numbers: list[Number]) -> JsonValue:
    return total(numbers)


@FUNCTIONS.function(
    "avg",
    one("numbers", Kind.NUMBERS),
    returns="number or null",
    group=_GROUP,
    summary="The mean; null for an empty list.",
    examples=[Example("avg(`[1, 2]`)", 1.5), Example("avg(`[]`)", None)],
)
def _avg(_: Call, numbers: list[Number]) -> JsonValue:
    if not numbers:
        return None
    return quotient(as_decimal(total(numbers)), Decimal(len(numbers)))


@FUNCTIONS.function(
    "to_number",
    one("value"),
    returns="number or null",
    group=_GROUP,
    summary="The number that a text writes as JSON does; null for any other text or value.",
    examples=[Example("to_number('12.50')", 12.5), Example("to_number('12,5')", None)],
)
def _to_number(_: Call, value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return _parsed(value)
    return value if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def _parsed(text: str) -> JsonValue:
    # JSON's own grammar, by its own reader; what is no number there (1_000, nan, +5, 012) is none here.
    if not text.isascii() or not text[-1:].isdigit() or text[0] not in "-0123456789":
        return None
    try:
        value = loads(text)
    except JsonError:
        return None
    return plain_number(as_decimal(value)) if isinstance(value, Decimal) else value
