"""Values on their way in and out: what the server makes of what a client sends, silent damage included."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mapstudio.sandbox.odoo.definitions import TEXTS, FieldDefinition, Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import database_error, value_error
from mapstudio.sandbox.odoo.markup import sanitize
from mapstudio.sandbox.odoo.properties import to_row

DATE = "%Y-%m-%d"
DATETIME = "%Y-%m-%d %H:%M:%S"


def to_stored(env: Environment, model: str, definition: FieldDefinition, value: Value) -> Value:
    """Return a client's value as it is stored (x2many fields excepted).

    Raises:
        ServerError: The value cannot be taken; much that is wrong is taken all the same, as by the real server.
    """
    convert = _CONVERSIONS.get(definition.type)
    if convert is not None:
        return convert(env, model, definition, value)
    return None if value is False else value


def to_wire(  # noqa: PLR0911 - one answer for each type
    env: Environment, definition: FieldDefinition, value: Value, *, names: bool
) -> Value:
    """Return a stored value as a client reads it; ``names`` gives references as ``[id, name]``."""
    kind = definition.type
    if kind == "many2one":
        if value is None:
            return False
        return [value, env.display_name(definition.relation, value)] if names else value
    if kind == "datetime" and value:
        return value[:19]
    if kind in {"float", "monetary"}:
        return float(value or 0)
    if kind in {"integer", "many2one_reference"}:
        return value or 0
    if kind in {"properties", "properties_definition"}:
        return value or []
    return False if value is None else value


def round_half_up(number: float, digits: int) -> float:
    """Round as the server does: halves away from zero, on the decimal text."""
    return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _text(env: Environment, model: str, definition: FieldDefinition, value: Value) -> str | None:  # noqa: ARG001
    if value is None or value is False:
        return None
    text = value if isinstance(value, str) else str(value)
    if definition.type == "html":
        return sanitize(text)
    return text[: definition.size] if definition.size else text


def _boolean(env: Environment, model: str, definition: FieldDefinition, value: Value) -> bool:  # noqa: ARG001
    return bool(value)


def _integer(env: Environment, model: str, definition: FieldDefinition, value: Value) -> int:  # noqa: ARG001
    if value is None or value is False:
        return 0
    try:
        number = int(value)
    except ValueError as error:
        raise value_error(str(error)) from error
    if not -(2**31) <= number < 2**31:
        raise database_error("errors.NumericValueOutOfRange", "integer out of range\n")
    return number


def _float(env: Environment, model: str, definition: FieldDefinition, value: Value) -> float:  # noqa: ARG001
    if value is None or value is False:
        return 0.0
    try:
        number = float(value)
    except ValueError as error:
        raise value_error(str(error)) from error
    if math.isnan(number):
        raise value_error("cannot convert float NaN to integer")
    if definition.type == "monetary":
        return round_half_up(number, 2)
    return round_half_up(number, definition.digits[1]) if definition.digits else number


def _selection(env: Environment, model: str, definition: FieldDefinition, value: Value) -> str | None:  # noqa: ARG001
    if not value:
        return None
    if value not in dict(definition.selection):
        raise value_error(f"Wrong value for {model}.{definition.name}: {value!r}")
    return str(value)


def _date(env: Environment, model: str, definition: FieldDefinition, value: Value) -> str | None:  # noqa: ARG001
    if not value:
        return None
    text = str(value)[:10]
    try:
        return datetime.strptime(text, DATE).strftime(DATE)  # noqa: DTZ007 - a date has no zone
    except ValueError as error:
        raise value_error(str(error)) from error


def _datetime(env: Environment, model: str, definition: FieldDefinition, value: Value) -> str | None:  # noqa: ARG001
    if not value:
        return None
    text = str(value)
    # The format is cut to the text's length, so a date alone is taken as midnight.
    layout = DATETIME[: max(len(text) - 2, 8)]
    try:
        return datetime.strptime(text, layout).strftime(DATETIME)  # noqa: DTZ007 - stored as UTC without saying so
    except ValueError as error:
        raise value_error(str(error)) from error


def _reference(env: Environment, model: str, definition: FieldDefinition, value: Value) -> int | None:
    if isinstance(value, (list, tuple)) and value:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, int) or value == 0:
        return None  # a text or an object empties the field, and nobody is told
    comodel = definition.relation
    if comodel not in env.models or not env.exists(comodel, value):
        raise env.words.wrong_reference(model, definition.name, definition.string, comodel, value, env.uid)
    return value


def _properties(env: Environment, model: str, definition: FieldDefinition, value: Value) -> list[Any] | None:  # noqa: ARG001
    if not value:
        return None
    if not isinstance(value, list) or any(not isinstance(one, dict) or not one.get("name") for one in value):
        raise value_error(f"Wrong value for {model}.{definition.name}: {value!r}")
    kept = {row["name"]: row for row in value}
    if len(kept) < len(value):
        raise value_error("Duplicated properties definition")
    return [dict(one) for one in value if one.get("type")]


_CONVERSIONS: Mapping[str, Callable[[Environment, str, FieldDefinition, Any], Any]] = {
    **dict.fromkeys(TEXTS, _text),
    "boolean": _boolean,
    "integer": _integer,
    "many2one_reference": _integer,
    "float": _float,
    "monetary": _float,
    "selection": _selection,
    "date": _date,
    "datetime": _datetime,
    "many2one": _reference,
    "properties": lambda env, model, definition, value: to_row(value),  # noqa: ARG005
    "properties_definition": _properties,
}
