"""When Odoo takes two values of a field for the same, because it would store the same."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from mapstudio.connectors.canonical import canonical_value
from mapstudio.connectors.odoo.markup import canonical_markup, safe_markup
from mapstudio.connectors.odoo.values import from_odoo_time, rounded, to_odoo_time
from mapstudio.model import Field, FieldType, JsonValue

EMAILS = frozenset({"email", "email_from", "email_normalized", "login"})
"""Fields that are compared without case."""

_WEBSITES = frozenset({"website"})


def canonical(item: Field, value: JsonValue, *, digits: int | None, html: bool) -> JsonValue:
    """Return the value in the form that Odoo would store.

    Args:
        item: The field.
        value: From a record, or about to be written.
        digits: To how many places Odoo rounds the field's numbers; ``None`` when it does not.
        html: The field holds markup; Odoo makes a paragraph of a plain text.
    """
    if value is None or value == "":
        return None
    if item.type is FieldType.TEXT and isinstance(value, str):
        return _text(item.name.rpartition(".")[2], value, html=html)
    if item.type is FieldType.NUMBER and digits is not None:
        return canonical_value(item, _rounded(value, digits))
    if item.type is FieldType.DATETIME and isinstance(value, str):
        return _moment(value)
    if item.type is FieldType.REFERENCES and isinstance(value, list):
        return [*sorted({str(one.get("id")) if isinstance(one, dict) else str(one) for one in value})] or None
    return canonical_value(item, value)


def kept_markup(present: JsonValue, new: JsonValue) -> bool:
    """Return whether Odoo would keep the present markup although another is written: it drops what differs."""
    if not isinstance(new, str):
        return False
    now = canonical_markup(present) if isinstance(present, str) else ""
    return canonical_markup(new) != now and safe_markup(new) == now


def _text(name: str, value: str, *, html: bool) -> str:
    if name in EMAILS:
        return value.strip().lower()
    if name in _WEBSITES and "://" not in value:
        return f"http://{value}"
    return canonical_markup(value) if html else value


def _rounded(value: JsonValue, digits: int) -> JsonValue:
    try:
        return rounded(Decimal(str(value)), digits)
    except InvalidOperation:
        return value


def _moment(value: str) -> str:
    try:
        return from_odoo_time(to_odoo_time(value))
    except ValueError:
        return value
