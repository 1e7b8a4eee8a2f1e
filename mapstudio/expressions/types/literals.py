"""From a value to its type, and whether a value is of a type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from mapstudio.expressions.types.lattice import (
    NULL,
    UNKNOWN,
    Format,
    ListType,
    NumberType,
    ObjectType,
    Rest,
    TextType,
    Type,
    list_of,
    object_of,
    tuple_of,
    union,
)
from mapstudio.expressions.values import NumberRangeError, as_decimal, is_number
from mapstudio.model import JsonValue

_LISTED_ELEMENTS = 50
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?([Zz]|[-+][0-9]{2}:[0-9]{2})?"
)


def type_of_value(value: JsonValue) -> Type:
    """Return the type that holds just this value."""
    if isinstance(value, list):
        items = tuple(map(type_of_value, value))
        return tuple_of(items) if len(items) <= _LISTED_ELEMENTS else list_of(union(*items), filled=True)
    if isinstance(value, dict):
        return object_of({name: type_of_value(item) for name, item in value.items()})
    if is_number(value):
        return Type(number=NumberType(_is_whole(value), frozenset({value})))
    return _of_scalar(value)


def _of_scalar(value: JsonValue) -> Type:
    if isinstance(value, bool):
        return Type(booleans=frozenset({value}))
    if isinstance(value, str):
        return Type(text=TextType(values=frozenset({value})))
    return NULL if value is None else UNKNOWN


def type_of_values(values: Iterable[JsonValue]) -> Type:
    """Return the type of what is one of the values."""
    return union(*map(type_of_value, values))


def holds(of: Type, value: JsonValue) -> bool:
    """Return whether the value is one of the type's."""
    if value is None:
        return of.null
    if isinstance(value, bool):
        return value in of.booleans
    if isinstance(value, str):
        return of.text is not None and (
            value in of.text.values or any(_FORMATS[item](value) for item in of.text.formats)
        )
    if isinstance(value, list):
        return of.list is not None and _holds_list(of.list, value)
    if isinstance(value, dict):
        return of.object is not None and _holds_object(of.object, value)
    return of.number is not None and _holds_number(of.number, value)


def _holds_list(of: ListType, value: list[JsonValue]) -> bool:
    if of.filled and not value:
        return False
    if of.items is not None:
        return len(value) == len(of.items) and all(map(holds, of.items, value))
    return of.element is None or all(holds(of.element, item) for item in value)


def _holds_object(of: ObjectType, value: dict[str, JsonValue]) -> bool:
    if of.filled and not value:
        return False
    if of.rest is Rest.NOTHING and not value.keys() <= of.fields.keys():
        return False
    return all(holds(known, value.get(name)) for name, known in of.fields.items())


def _holds_number(of: NumberType, value: object) -> bool:
    if not is_number(value):
        return False
    return (not of.whole or _is_whole(value)) and (of.values is None or value in of.values)


def _is_whole(value: object) -> bool:
    if not is_number(value):
        return False
    try:
        exact = as_decimal(value)
    except NumberRangeError:
        return False
    return exact == exact.to_integral_value()


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _zone(text: str) -> str | None:
    """Return the zone of a date-time, empty where it has none; ``None`` for a text that is no date-time."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    try:
        datetime.fromisoformat(f"{match[1]}T{match[2]}")
    except ValueError:
        return None
    return match[4] or ""


_FORMATS: Mapping[Format, Callable[[str], bool]] = {
    Format.TEXT: lambda _: True,
    Format.OPTION: lambda text: bool(text.strip()),
    Format.REFERENCE: lambda text: bool(text.strip()),
    Format.DATE: _is_date,
    Format.DATETIME: lambda text: bool(_zone(text)),
    Format.LOCAL: lambda text: _zone(text) == "",
    Format.MOMENT: lambda text: _is_date(text) or _zone(text) is not None,
}


def of_format(text: str, format_: Format) -> bool:
    """Return whether a text is of a format."""
    return _FORMATS[format_](text)


def scalars_of(of: Type) -> list[JsonValue] | None:
    """Return all values of a type of which they are known, and no lists or objects; ``None`` for any other."""
    if of.object is not None or of.list is not None or (of.text is not None and of.text.formats):
        return None
    if of.number is not None and of.number.values is None:
        return None
    found: list[JsonValue] = [None] if of.null else []
    found += sorted(of.booleans)
    found += sorted(of.text.values) if of.text is not None else ()
    return [*found, *(of.number.values or ())] if of.number is not None else found
