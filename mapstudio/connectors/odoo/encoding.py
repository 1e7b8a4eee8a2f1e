"""What a record holds, as Odoo's ``write`` and ``load`` take it.

What Odoo would damage without a word is refused here: a text in a many2one empties it, ``"false"`` in a boolean is
true, a text over its size is cut, a number in a text loses its type, and a read-only field really changes (all recorded
on 16.0 and 19.0). A time goes in Odoo's own text, UTC without ``T`` and ``Z``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from mapstudio.connectors.odoo.fields import SET_BY_ODOO, OdooField
from mapstudio.connectors.odoo.values import to_odoo_time
from mapstudio.model import JsonValue

_NUMBERS = frozenset({"integer", "float", "monetary"})
_TEXTS = frozenset({"char", "text", "html"})
_WIDEST = 2**31


class RefusedValueError(Exception):
    """A value that is not sent; the text is the reason."""


def encode(item: OdooField, value: JsonValue, *, creating: bool = False) -> JsonValue:
    """Return a value as ``write`` takes it; ``False`` empties.

    Args:
        item: The field.
        value: From a record.
        creating: The record is new: what Odoo asks for once and never lets go, such as the type of an invoice, is set.

    Raises:
        RefusedValueError: Odoo would refuse or damage it.
    """
    if item.name in SET_BY_ODOO:
        raise RefusedValueError("Odoo sets this field itself")
    if item.readonly and not (creating and item.required):
        raise RefusedValueError("read-only in Odoo, which would change it all the same when it is written from outside")
    if item.type == "one2many":
        raise RefusedValueError("a list of lines, which is written line by line: give its row each, key and fields")
    convert = _ENCODERS.get(item.type)
    if convert is None:
        raise RefusedValueError(f"fields of Odoo's type {item.type} are not written")
    return _empty(item) if value is None else convert(item, value)


def to_cell(item: OdooField, encoded: JsonValue) -> JsonValue:
    """Return an encoded value as a cell of ``load``; references go into a ``/.id`` column."""
    if item.type == "many2many":
        return ",".join(str(one) for one in _set_by(encoded))
    if item.type == "boolean":
        return "1" if encoded else "0"
    if encoded is False:
        return ""
    if item.type == "many2one":
        return str(encoded)
    return encoded


def column(item: OdooField) -> str:
    """Return the column of ``load`` for the field."""
    return f"{item.name}/.id" if item.type in {"many2one", "many2many"} else item.name


def _empty(item: OdooField) -> JsonValue:
    if item.type in _NUMBERS:
        raise RefusedValueError("Odoo has no empty number; give the row a default of 0")
    if item.type == "boolean":
        raise RefusedValueError("Odoo has no empty boolean; give the row a default of false")
    return [[6, 0, []]] if item.type == "many2many" else False


def _text(item: OdooField, value: JsonValue) -> JsonValue:
    if not isinstance(value, str):
        raise RefusedValueError("not a text")
    if "\x00" in value:
        raise RefusedValueError("holds a null character, which Odoo's database does not take")
    if value == "":
        return False  # stored as a text it would differ from nothing, in domains and for people
    if item.size is not None and len(value) > item.size:
        raise RefusedValueError(f"{len(value)} characters; Odoo keeps {item.size} and cuts the rest")
    return value


def _number(item: OdooField, value: JsonValue) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise RefusedValueError("not a number")
    if item.type != "integer":
        return value
    whole = Decimal(str(value))
    if whole != whole.to_integral_value() or not -_WIDEST <= whole < _WIDEST:
        raise RefusedValueError("not an integer of Odoo's range")
    return int(whole)


def _option(item: OdooField, value: JsonValue) -> str:
    known = [key for key, _ in item.options]
    if not isinstance(value, str) or (known and value not in known):
        raise RefusedValueError(f"not one of the options ({', '.join(known[:8])}{', ...' if len(known) > 8 else ''})")
    return value


def _time(item: OdooField, value: JsonValue) -> str:
    try:
        if item.type == "date":
            return date.fromisoformat(str(value)).isoformat()
        return to_odoo_time(str(value))
    except ValueError:
        wanted = "a date (YYYY-MM-DD)" if item.type == "date" else "a time with a zone (RFC 3339)"
        raise RefusedValueError(f"not {wanted}") from None


def _boolean(item: OdooField, value: JsonValue) -> bool:  # noqa: ARG001 - one signature for all
    if not isinstance(value, bool):
        raise RefusedValueError("not true or false; Odoo would take any text for true")
    return value


def _link(item: OdooField, value: JsonValue) -> int:  # noqa: ARG001 - one signature for all
    return _target(value)


def _links(item: OdooField, value: JsonValue) -> JsonValue:  # noqa: ARG001 - one signature for all
    if not isinstance(value, list):
        raise RefusedValueError("not a list of records")
    return [[6, 0, [_target(one) for one in value]]]


def _set_by(command: JsonValue) -> list[JsonValue]:
    """Return the ids of the one command ``[6, 0, ids]`` in a list."""
    first = command[0] if isinstance(command, list) and command else None
    ids = first[2] if isinstance(first, list) and len(first) == 3 else []
    return ids if isinstance(ids, list) else []


def _target(value: JsonValue) -> int:
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and int(value) > 0:
        return int(value)
    raise RefusedValueError("not the id of a record; Odoo would empty the field without a word")


_ENCODERS: Mapping[str, Callable[[OdooField, JsonValue], JsonValue]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_NUMBERS, _number),
    "boolean": _boolean,
    "selection": _option,
    "date": _time,
    "datetime": _time,
    "many2one": _link,
    "many2many": _links,
}
