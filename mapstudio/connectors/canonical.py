"""The form in which two values of a field are equal, where a system says nothing else."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from mapstudio.model import Field, FieldType, JsonValue


def canonical_value(item: Field, value: JsonValue) -> JsonValue:
    """The default of :meth:`Connector.canonical`."""
    if value is None or value == "":
        return None
    match item.type:
        case FieldType.INTEGER | FieldType.NUMBER:
            return _plain_number(value)
        case FieldType.OPTIONS | FieldType.REFERENCES if isinstance(value, list):
            return sorted((str(element) for element in value), key=str) or None
        case FieldType.REFERENCE if isinstance(value, dict):
            return str(value.get("id"))
        case FieldType.REFERENCE | FieldType.OPTION:
            return str(value)
        case _:
            return value


def _plain_number(value: JsonValue) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        return value
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return value
    plain = format(number.normalize(), "f")
    return "0" if plain == "-0" else plain
