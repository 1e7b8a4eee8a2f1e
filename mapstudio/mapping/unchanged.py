"""Which values a cast gives back as they are: what most values of a field are like, so that it need not be called.

Whatever passes here, :mod:`mapstudio.mapping.cast` would return as the very same value; property tests hold that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from mapstudio.model import Field, FieldType, JsonValue

Passes: TypeAlias = Callable[[Collection[JsonValue], Collection[type]], bool]
"""Tells of several values and their classes, of which none is null or blank, whether all of them pass."""

DAYS: set[str] = set()
"""Days that were looked at before: of all that people write down there are some thousands."""
_MOST_DAYS = 10_000
_TEXT = {str}
CLASSES: Mapping[FieldType, tuple[type, ...]] = {
    FieldType.INTEGER: (int,),
    FieldType.NUMBER: (Decimal, int, float),
    FieldType.BOOLEAN: (bool,),
    FieldType.OBJECT: (dict,),
    FieldType.LIST: (list,),
}
"""The classes of which every value passes; those that are met most come first."""


def passes(item: Field) -> Passes | None:
    """Return the test for a field; ``None`` where nothing is known without the cast."""
    if item.rules:
        return None
    if item.type in CLASSES:
        allowed = frozenset(CLASSES[item.type])
        return lambda _, classes: allowed.issuperset(classes)
    of_texts = _of_texts(item)
    return None if of_texts is None else lambda values, classes: classes == _TEXT and of_texts(values)


def _of_texts(item: Field) -> Callable[[Collection[JsonValue]], bool] | None:
    if item.type is FieldType.OPTION:
        return frozenset(option.value for option in item.options).issuperset if item.options else lambda _: True
    if item.type is FieldType.DATE:
        return lambda values: DAYS.issuperset(values) or all(map(is_day, values))  # type: ignore[arg-type] # of texts
    if item.type is FieldType.DATETIME:
        return lambda values: all(map(is_instant, values))  # type: ignore[arg-type] # it is asked of texts only
    if item.type in {FieldType.TEXT, FieldType.UNKNOWN}:
        most = item.max_length
        return lambda values: most is None or max(map(len, values)) <= most  # type: ignore[arg-type] # of texts
    return None


def is_day(text: str) -> bool:
    """Return whether the text is a day of the calendar, written ``2026-08-30``."""
    if len(text) != 10 or text[4::3] != "--":
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    if len(DAYS) < _MOST_DAYS:
        DAYS.add(text)
    return True


def is_instant(text: str) -> bool:
    """Return whether the text is of the form ``2026-08-30T14:00:00Z``, the one that systems write most."""
    if len(text) != 20 or text[4::3] != "--T::Z":
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
