"""Odoo's values as plain typed JSON, and back into what a ``write``, a ``load`` or a domain takes.

What Odoo would damage without a word is refused here: a text in a many2one empties it, ``"false"`` in a boolean is
true, a text over its size is cut, a number in a text loses its type (all recorded on 16.0 and 19.0).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from mapstudio.connectors.odoo.fields import SET_BY_ODOO, X2MANY, OdooField
from mapstudio.model import JsonValue

_NUMBERS = frozenset({"integer", "float", "monetary"})
_TEXTS = frozenset({"char", "text", "html"})
_DATETIME = "%Y-%m-%d %H:%M:%S"
_EXTERNAL_ID = re.compile(r"[A-Za-z_]\w*\.[^\s.][^\s]*")
_WIDEST = 2**31


class RefusedValueError(Exception):
    """A value that is not sent; the text is the reason."""


def decode(item: OdooField, value: JsonValue) -> JsonValue:
    """Return a value as a record holds it: absent is null, a reference ``{id, name}``, a time RFC 3339 in UTC."""
    kind = item.type
    if kind == "boolean":
        return bool(value)
    if kind in _NUMBERS:
        return 0 if value is False else value
    if kind in X2MANY:
        return [{"id": one} for one in value] if isinstance(value, list) else []
    return None if value is False or value is None else _filled(kind, value)


def _filled(kind: str, value: JsonValue) -> JsonValue:
    if kind == "many2one" and isinstance(value, list) and len(value) == 2:
        return {"id": value[0], "name": None if value[1] is False else value[1]}
    return from_odoo_time(str(value)) if kind == "datetime" else value


def from_odoo_time(text: str) -> str:
    """Return Odoo's UTC text as RFC 3339."""
    return f"{text[:10]}T{text[11:19]}Z"


def to_odoo_time(text: str) -> str:
    """Return an RFC 3339 time as Odoo's UTC text, cut to the second as Odoo cuts it.

    Raises:
        ValueError: No time, or one without a zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment.astimezone(UTC).strftime(_DATETIME)


def encode(item: OdooField, value: JsonValue) -> JsonValue:
    """Return a value as ``write`` takes it; ``False`` empties.

    Raises:
        RefusedValueError: Odoo would refuse or damage it.
    """
    if item.name in SET_BY_ODOO:
        raise RefusedValueError("Odoo sets this field itself")
    convert = _ENCODERS.get(item.type)
    if convert is None:
        raise RefusedValueError(f"fields of Odoo's type {item.type} are not written yet")
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


def external_reference(value: JsonValue) -> str | None:
    """Return a value that names a record by ``module.name``, else ``None``."""
    return value if isinstance(value, str) and _EXTERNAL_ID.fullmatch(value) else None


def for_domain(item: OdooField, value: JsonValue) -> JsonValue:
    """Return a canonical value as a search takes it."""
    if item.type in {"many2one", "integer", "many2one_reference"} or item.name == "id":
        return int(str(value)) if str(value).lstrip("-").isdigit() else 0
    if item.type in {"float", "monetary"}:
        return Decimal(str(value))
    if item.type == "datetime":
        return to_odoo_time(str(value))
    return value


def rounded(value: Decimal, digits: int) -> Decimal:
    """Round as Odoo does: halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _empty(item: OdooField) -> JsonValue:
    if item.type in _NUMBERS:
        raise RefusedValueError("Odoo has no empty number; give the row a default of 0")
    if item.type == "boolean":
        raise RefusedValueError("Odoo has no empty boolean; give the row a default of false")
    return [[6, 0, []]] if item.type == "many2many" else False


def _text(item: OdooField, value: JsonValue) -> str:
    if not isinstance(value, str):
        raise RefusedValueError("not a text")
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
