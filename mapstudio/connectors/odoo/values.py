"""Times, numbers and ids as Odoo writes them; :mod:`.decoding` and :mod:`.encoding` know the types of fields."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from mapstudio.connectors.odoo.fields import OdooField
from mapstudio.model import JsonValue

_DATETIME = "%Y-%m-%d %H:%M:%S"
_EXTERNAL_ID = re.compile(r"[A-Za-z_]\w*\.[^\s.][^\s]*")


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
