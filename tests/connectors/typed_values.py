"""Whether a record's values are what its schema says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from mapstudio.model import FieldType, JsonValue
from mapstudio.model.paths import get_path


def values_at(data: JsonValue, name: str) -> list[JsonValue]:
    """Return all values at a schema field's name; ``lines[].price`` gives one for each line."""
    head, bracket, rest = name.partition("[]")
    value = get_path(data, head) if head and isinstance(data, dict) else data
    if not bracket:
        return [value]
    elements = value if isinstance(value, list) else []
    return [found for element in elements for found in values_at(element, rest.removeprefix("."))]


def fits(kind: FieldType, value: JsonValue) -> bool:
    """Return whether the value is null or of the type, as section 2 of the mapping format writes it."""
    return value is None or _CHECKS[kind](value)


def _text(value: JsonValue) -> bool:
    return isinstance(value, str)


def _integer(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: JsonValue) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _date(value: JsonValue) -> bool:
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def _datetime(value: JsonValue) -> bool:
    return isinstance(value, str) and "T" in value and datetime.fromisoformat(value).tzinfo is not None


def _options(value: JsonValue) -> bool:
    return isinstance(value, list) and all(isinstance(element, str) for element in value)


def _reference(value: JsonValue) -> bool:
    return isinstance(value, (str, int)) or (isinstance(value, dict) and "id" in value)


_CHECKS: Mapping[FieldType, Callable[[JsonValue], bool]] = {
    FieldType.TEXT: _text,
    FieldType.OPTION: _text,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: lambda value: isinstance(value, bool),
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.OPTIONS: _options,
    FieldType.LIST: lambda value: isinstance(value, list),
    FieldType.REFERENCES: lambda value: isinstance(value, list),
    FieldType.OBJECT: lambda value: isinstance(value, dict),
    FieldType.REFERENCE: _reference,
    FieldType.UNKNOWN: lambda _: True,
}
