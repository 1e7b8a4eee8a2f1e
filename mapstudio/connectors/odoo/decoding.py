"""Odoo's answers as plain typed JSON: absent is null, a reference an object, a time RFC 3339, properties by name."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from mapstudio.connectors.odoo.fields import X2MANY, OdooField
from mapstudio.connectors.odoo.values import from_odoo_time, rounded
from mapstudio.model import JsonValue

_NUMBERS = frozenset({"integer", "float", "monetary"})
_BLANK_HTML = re.compile(r"(?:\s|&nbsp;|<br\s*/?>|</?(?:p|div|span)(?:\s[^>]*)?>)*", re.IGNORECASE)
"""What Odoo's editor leaves of a text that was deleted."""

_NO_NOISE = 8
"""Places of a rounded number beyond which there is nothing but the noise of binary fractions."""


def decode(item: OdooField, value: JsonValue) -> JsonValue:
    """Return a value as a record holds it."""
    kind = item.type
    if kind == "boolean":
        return bool(value)
    if kind in _NUMBERS:
        return 0 if value is False else _number(item, value)
    if kind in X2MANY:
        return [{"id": one} for one in value] if isinstance(value, list) else []
    if kind == "properties":
        return _properties(value)
    if value is False or value is None or (kind == "many2one_reference" and value == 0):
        return None
    return _filled(kind, value)


def _filled(kind: str, value: JsonValue) -> JsonValue:
    if kind == "many2one" and isinstance(value, list) and len(value) == 2:
        return {"id": value[0], "name": None if value[1] is False else value[1]}
    if kind == "html" and isinstance(value, str) and _BLANK_HTML.fullmatch(value):
        return None
    return from_odoo_time(str(value)) if kind == "datetime" else value


def _number(item: OdooField, value: JsonValue) -> JsonValue:
    if not isinstance(value, (float, Decimal)) or (item.type != "monetary" and item.digits is None):
        return value
    exact = Decimal(str(value))
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= -_NO_NOISE:
        return value
    return Decimal(format(rounded(exact, _NO_NOISE).normalize(), "f"))


def _properties(value: JsonValue) -> JsonValue:
    """Return the values of definitions by their names."""
    told = value if isinstance(value, list) else []
    return {
        str(one["name"]): _property(str(one.get("type")), one.get("value"))
        for one in told
        if isinstance(one, dict) and "name" in one and one.get("type") != "separator"
    }


def _property(kind: str, value: Any) -> JsonValue:  # noqa: ANN401 - whatever a client defined
    if kind == "boolean":
        return bool(value)
    if kind == "tags":
        return list(value) if isinstance(value, list) else []
    if kind == "many2many":
        return [_filled("many2one", one) for one in value] if isinstance(value, list) else []
    return None if value is False or value is None else _filled(kind, value)
