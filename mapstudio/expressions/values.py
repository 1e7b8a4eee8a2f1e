"""JSON values as JMESPath sees them: types, truth, equality, order and numbers by their decimal value."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation, Overflow, Underflow
from functools import reduce
from typing import TypeAlias, TypeGuard

from mapstudio.model import JsonValue

Number: TypeAlias = "int | float | Decimal"

MAX_EXPONENT = 400
"""Numbers from 1e400 upwards (or as small) are refused: written out they fill pages, and no system holds them."""
MAX_DIGITS = 400
_FLOAT_LENGTH = 15

# Wide enough for the exact sum of any numbers within the exponents above.
EXACT = Context(prec=2 * MAX_EXPONENT + 40, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, Overflow, Underflow])
# For sums of money: with fewer digits than this nothing is rounded, and what would be is an error.
_SHORT = Context(
    prec=60, rounding=ROUND_HALF_EVEN, Emin=-60, Emax=60, traps=[InvalidOperation, Inexact, Overflow, Underflow]
)
_MAX_BITS = math.floor(MAX_DIGITS * math.log2(10))

_NAMES = {str: "text", bool: "true or false", list: "a list", dict: "an object", type(None): "nothing"}


class NumberRangeError(ValueError):
    """A number that is not finite or has too many digits."""


def is_number(value: object) -> TypeGuard[Number]:
    """Return whether the value is a JSON number (a boolean is none)."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def type_word(value: object) -> str:
    """Return the value's type in the words of a consultant: ``text``, ``a number``, ``nothing``."""
    if is_number(value):
        return "a number"
    return _NAMES.get(type(value), "something that is no JSON")


def is_false(value: JsonValue) -> bool:
    """Return JMESPath's falsehood: null, false, an empty text, list or object. Zero is true."""
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def is_blank(value: JsonValue) -> bool:
    """Return whether the value is null or a text of white space only."""
    return value is None or (isinstance(value, str) and not value.strip())


def as_decimal(number: Number) -> Decimal:
    """Return the number's decimal value: the float 0.1 is 0.1, as it is written.

    Raises:
        NumberRangeError: Not finite, or beyond 400 digits.
    """
    if isinstance(number, float):
        if not math.isfinite(number):
            raise NumberRangeError
        return Decimal(repr(number))
    exact = Decimal(number)
    if not exact:
        # However it is written: 0e400 is no large number.
        return _ZERO
    if not exact.is_finite() or abs(exact.adjusted()) > MAX_EXPONENT:
        raise NumberRangeError
    digits = len(exact.as_tuple().digits)
    if digits > MAX_DIGITS:
        # Zeros at the end are none: 1.000 is 1, however many of them there are.
        exact = exact.normalize(Context(prec=digits))
        if len(exact.as_tuple().digits) > MAX_DIGITS:
            raise NumberRangeError
    return exact


def plain_number(exact: Decimal) -> Number:
    """Return a decimal value as an int or float where that is exact, else as it is.

    Raises:
        NumberRangeError: See :func:`as_decimal`.
    """
    text = str(exact)
    if len(text) <= _FLOAT_LENGTH and "E" not in text and exact.is_finite():
        # So few digits come back from a float as they are.
        near = float(text)
        return int(near) if near.is_integer() else near
    if not exact:
        return 0
    if not exact.is_finite() or abs(exact.adjusted()) > MAX_EXPONENT:
        raise NumberRangeError
    if exact == exact.to_integral_value(context=EXACT):
        return int(exact)
    number = float(exact)
    return number if Decimal(repr(number)) == exact else exact


_NUMBERS = frozenset({int, float, Decimal})
_TEXTS = {str}
_ZERO = Decimal(0)


def are_texts(value: object) -> bool:
    """Return whether the value is a list of texts."""
    return value.__class__ is list and _TEXTS.issuperset(map(type, value))


def are_numbers(value: object) -> bool:
    """Return whether the value is a list of numbers."""
    return value.__class__ is list and _NUMBERS.issuperset(map(type, value))


def have_own_order(value: object) -> bool:
    """Return whether Python orders the elements of a list as JMESPath does: texts, and numbers that are exact alike."""
    if value.__class__ is not list or not value:
        return False
    classes = set(map(type, value))
    if classes <= _EXACT_NUMBERS:
        return True
    if classes == _MIXED:
        # So far each whole number is a float of its own, and comparing the two is comparing decimals.
        return bool(min(value) > -_SAFE and max(value) < _SAFE)
    return len(classes) == 1 and classes <= _ORDERED


_EXACT_NUMBERS = {int, Decimal}
_ORDERED = {str, float}
_MIXED = {int, float}
_SAFE = 2**53
_LARGE = 1e9
_MANY = 10_000


def total(numbers: list[Number]) -> Number:
    """Return the exact sum; 0 for none.

    Raises:
        NumberRangeError: One is no number at all, or see :func:`as_decimal`.
    """
    classes = set(map(type, numbers))
    if classes <= _EXACT_NUMBERS:
        try:
            return plain_number(reduce(_SHORT.add, numbers, _ZERO))  # type: ignore[arg-type] # integers and decimals
        except (Inexact, InvalidOperation):
            # Too long for the quick way.
            pass
    elif classes <= _MIXED:
        cents = _cents(numbers)
        if cents is not None:
            return cents // 100 if cents % 100 == 0 else cents / 100
    elif not classes <= _NUMBERS:
        raise NumberRangeError
    return plain_number(reduce(EXACT.add, map(as_decimal, numbers), Decimal(0)))


def _cents(numbers: list[Number]) -> int | None:
    """Return a hundred times the exact sum of floats and integers that have two decimals at most, else ``None``.

    A number of so few digits has a float of its own: what comes back from its hundredths is that number and no other.
    """
    if not (len(numbers) < _MANY and min(numbers) > -_LARGE and max(numbers) < _LARGE):
        return None
    hundredths = [(number * 100.0 + 0.5) // 1.0 for number in numbers]  # type: ignore[operator] # no decimals
    return int(sum(hundredths)) if [one / 100.0 for one in hundredths] == numbers else None


def in_range(number: int) -> int:
    """Return an integer.

    Raises:
        NumberRangeError: It has over 400 digits.
    """
    if number.bit_length() > _MAX_BITS:
        raise NumberRangeError
    return number


def number_text(number: Number) -> str:
    """Return the number's shortest plain form: 5.0 is ``5``, 1e3 is ``1000``.

    Raises:
        NumberRangeError: See :func:`as_decimal`.
    """
    plain = format(as_decimal(number), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


def compare_numbers(left: Number, right: Number) -> int:
    """Return -1, 0 or 1 by decimal value, however long the numbers are.

    Raises:
        NumberRangeError: One of them is NaN, or an infinite float.
    """
    if type(left) is type(right) and isinstance(left, int | float):
        if left != left or right != right:  # noqa: PLR0124 - only NaN differs from itself
            raise NumberRangeError
        return (left > right) - (left < right)
    first, second = (as_decimal(item) if isinstance(item, float) else Decimal(item) for item in (left, right))
    if first.is_nan() or second.is_nan():
        raise NumberRangeError
    return (first > second) - (first < second)


def order(left: JsonValue, right: JsonValue) -> int | None:
    """Return -1, 0 or 1 for two numbers or two texts, ``None`` for anything else: such values have no order.

    Raises:
        NumberRangeError: See :func:`as_decimal`.
    """
    if is_number(left) and is_number(right):
        return compare_numbers(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    return None


def equals(left: JsonValue, right: JsonValue, step: Callable[[], None]) -> bool:
    """Return whether two values are equal as JSON: types first, so that ``true`` is never ``1``, however deep.

    Args:
        left: One value.
        right: The other.
        step: Called for every pair of values, so that a caller can stop a comparison without end.

    Raises:
        NumberRangeError: See :func:`as_decimal`.
    """
    # Pairs are made one by one: of long lists that differ at their beginning no more is looked at.
    levels: list[Iterator[tuple[JsonValue, JsonValue]]] = [iter(((left, right),))]
    while levels:
        for one, other in levels[-1]:
            step()
            if is_number(one) and is_number(other):
                if compare_numbers(one, other):
                    return False
            elif type(one) is not type(other):
                return False
            elif isinstance(one, list | dict) and isinstance(other, list | dict):
                if len(one) != len(other):
                    return False
                levels.append(_pairs(one, other))
                break
            elif one != other:
                return False
        else:
            levels.pop()
    return True


def _pairs(
    one: list[JsonValue] | dict[str, JsonValue], other: list[JsonValue] | dict[str, JsonValue]
) -> Iterator[tuple[JsonValue, JsonValue]]:
    """Yield what must be equal in two lists or objects of one size."""
    if isinstance(one, list):
        yield from zip(one, other, strict=True)
    elif isinstance(other, dict):
        for key, item in one.items():
            # A key that only one of them has makes a pair of two types.
            yield (item, other[key]) if key in other else ("", None)


def literal_copy(value: JsonValue) -> JsonValue:
    """Return a copy of a literal, so that whoever changes a result does not change the expression."""
    if isinstance(value, dict):
        return {key: literal_copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [literal_copy(item) for item in value]
    return value


def depth_of(value: JsonValue, most: int) -> int:
    """Return how deep lists and objects are nested, counting no further than ``most`` + 1."""
    depth, level = 0, [value]
    while depth <= most:
        level = [
            item
            for parent in level
            if isinstance(parent, dict | list)
            for item in (parent.values() if isinstance(parent, dict) else parent)
        ]
        if not level:
            return depth
        depth += 1
    return depth
