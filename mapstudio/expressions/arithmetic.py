"""Arithmetic by decimal value: 0.1 + 0.2 is 0.3. Null with anything is null, like in text functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Context, Decimal, Inexact

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.values import (
    EXACT,
    Number,
    as_decimal,
    in_range,
    is_number,
    plain_number,
    type_word,
)
from mapstudio.model import JsonValue

_FLOAT_DIGITS = 15
# Far from where floats become infinite, or 0.
_FLOAT_EXPONENT = 300
_QUOTIENT_DIGITS = 28


def quotient(dividend: Decimal, divisor: Decimal) -> Number:
    """Return the quotient; one that does not end is the nearest float, or has 28 digits where a float would lose some.

    Raises:
        NumberRangeError: See :func:`~mapstudio.expressions.values.as_decimal`.
    """
    # 1.50 has no more digits than 1.5: the result depends on the value, not on how it is written.
    digits = max(len(item.normalize(EXACT).as_tuple().digits) for item in (dividend, divisor))
    context = Context(prec=max(_QUOTIENT_DIGITS, digits + 10), traps=[])
    result = context.divide(dividend, divisor)
    is_short = digits <= _FLOAT_DIGITS and abs(result.adjusted()) < _FLOAT_EXPONENT
    return float(result) if context.flags[Inexact] and is_short else plain_number(result)


def compute(operator: str, left: JsonValue, right: JsonValue) -> JsonValue:
    """Return ``left operator right``; null when one of them is null.

    Args:
        operator: ``+``, ``-``, ``*``, ``/``, ``//`` (rounded down) or ``%`` (what ``//`` leaves).
        left: The first operand.
        right: The second one.

    Raises:
        EvaluationError: An operand is no number, or the divisor is 0.
        NumberRangeError: Beyond 400 digits.
    """
    if left is None or right is None:
        return None
    for operand in (left, right):
        if not is_number(operand):
            hint = "; concat joins texts" if operator == "+" and isinstance(operand, str) else ""
            raise EvaluationError(f"{operator} needs numbers, got {type_word(operand)}{hint}", operand)
    assert is_number(left)  # noqa: S101 - checked above
    assert is_number(right)  # noqa: S101 - checked above
    if operator in _DIVISIONS and right == 0:
        raise EvaluationError(f"{operator} divides by 0", left)
    if type(left) is int and type(right) is int and operator in _OF_INTEGERS:
        return in_range(_OF_INTEGERS[operator](left, right))
    return _OF_DECIMALS[operator](as_decimal(left), as_decimal(right))


def signed(operator: str, operand: JsonValue) -> JsonValue:
    """Return the number with the sign before it; null for null.

    Raises:
        EvaluationError: It is no number.
        NumberRangeError: Beyond 400 digits.
    """
    if operand is None:
        return None
    if not is_number(operand):
        raise EvaluationError(f"{operator} needs a number, got {type_word(operand)}", operand)
    exact = as_decimal(operand)
    return plain_number(exact if operator == "+" else exact.copy_negate())


def _floored(left: Decimal, right: Decimal) -> int:
    first, second, _ = _scaled(left, right)
    return first // second


def _rest(left: Decimal, right: Decimal) -> Number:
    first, second, exponent = _scaled(left, right)
    return plain_number(Decimal(first % second).scaleb(exponent, context=EXACT))


def _scaled(left: Decimal, right: Decimal) -> tuple[int, int, int]:
    """Return both as whole multiples of one power of ten, and its exponent: divided as integers, nothing is rounded."""
    exponent = min(0, *(int(item.as_tuple().exponent) for item in (left, right)))
    first, second = (int(item.scaleb(-exponent, context=EXACT)) for item in (left, right))
    return first, second, exponent


_DIVISIONS = {"/", "//", "%"}
_OF_INTEGERS: Mapping[str, Callable[[int, int], int]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "//": lambda left, right: left // right,
    "%": lambda left, right: left % right,
}
_OF_DECIMALS: Mapping[str, Callable[[Decimal, Decimal], Number]] = {
    "+": lambda left, right: plain_number(EXACT.add(left, right)),
    "-": lambda left, right: plain_number(EXACT.subtract(left, right)),
    "*": lambda left, right: plain_number(EXACT.multiply(left, right)),
    "/": quotient,
    "//": _floored,
    "%": _rest,
}
