"""What generated code calls: the meaning of the interpreter for values whose classes are known only then."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import chain
from types import NoneType
from typing import Any

import msgspec

from mapstudio.expressions.compiler.decimals import exact_decimal
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.values import equals, have_own_order, order
from mapstudio.model import JsonValue

NUMBER_CLASSES = frozenset({int, float, Decimal})
NULL_TEXT = msgspec.Raw(b"null")
ZERO_TEXTS = tuple(map(msgspec.Raw, (b"0.00", b"0", b"0.0")))
_SIMPLE = frozenset({str, int, float, bool, NoneType})


def _no_step() -> None:
    """Comparing two parts of one record needs no budget."""


def equal(left: JsonValue, right: JsonValue, step: Callable[[], None] = _no_step) -> bool:
    """Return whether two values are equal as JSON; see :func:`mapstudio.expressions.values.equals`."""
    if left.__class__ is right.__class__ and left.__class__ in _SIMPLE:
        return left == right
    return equals(left, right, step)


def less(left: JsonValue, right: JsonValue) -> bool | None:
    """Return ``left < right``, null for what has no order."""
    found = order(left, right)
    return None if found is None else found < 0


def less_or_equal(left: JsonValue, right: JsonValue) -> bool | None:
    """Return ``left <= right``, null for what has no order."""
    found = order(left, right)
    return None if found is None else found <= 0


def greater(left: JsonValue, right: JsonValue) -> bool | None:
    """Return ``left > right``, null for what has no order."""
    found = order(left, right)
    return None if found is None else found > 0


def greater_or_equal(left: JsonValue, right: JsonValue) -> bool | None:
    """Return ``left >= right``, null for what has no order."""
    found = order(left, right)
    return None if found is None else found >= 0


def read(text: msgspec.Raw) -> Decimal:
    """Return the number that stands in a record as this text.

    Raises:
        DecimalException: It is none, or too long.
    """
    return exact_decimal(str(text, "utf-8"))


def fail() -> None:
    """Leave an evaluation that meets an error to the interpreter, which tells the reason.

    Raises:
        EvaluationError: Always.
    """
    raise EvaluationError("")


def sorted_by(elements: list[Any], keys: list[Any]) -> list[Any]:
    """Return the elements in the order of their keys.

    Raises:
        EvaluationError: Keys without an order.
    """
    if not elements:
        return []
    if not have_own_order(keys):
        fail()
    return [elements[place] for place in sorted(range(len(keys)), key=keys.__getitem__)]


def greatest_by(elements: list[Any], keys: list[Any]) -> object:
    """Return the first element of those with the greatest key, null for none.

    Raises:
        EvaluationError: Keys without an order.
    """
    if not elements:
        return None
    if not have_own_order(keys):
        fail()
    return elements[keys.index(max(keys))]


def least_by(elements: list[Any], keys: list[Any]) -> object:
    """Return the first element of those with the least key, null for none.

    Raises:
        EvaluationError: Keys without an order.
    """
    if not elements:
        return None
    if not have_own_order(keys):
        fail()
    return elements[keys.index(min(keys))]


def flattened(elements: list[JsonValue]) -> list[JsonValue]:
    """Return the elements of elements, one level."""
    if list not in map(type, elements):
        return elements[:]
    return list(chain.from_iterable(item if isinstance(item, list) else (item,) for item in elements))
