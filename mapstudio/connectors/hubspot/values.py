"""Values on the wire, where everything is a string or null, and values in a record, which have types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from mapstudio.connectors.canonical import canonical_value
from mapstudio.connectors.hubspot.mending import mended
from mapstudio.model import Field, FieldType, JsonValue
from mapstudio.model.exact_json import parse_number

_INTEGER = re.compile(r"-?\d{1,400}")
_MOST_DIGITS = 400
EMAIL = "email"
STAGE = "lifecyclestage"


def decoded(kind: FieldType, text: JsonValue) -> JsonValue:
    """Return the typed value of a wire value; text that does not have its type's form stays text."""
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        return text
    decode = _DECODERS.get(kind)
    return decode(text) if decode else text


def encoded(kind: FieldType, value: JsonValue) -> str:
    """Return the wire form of a value; null is the empty text, which clears.

    Raises:
        TypeError: An object, or a list where one value belongs.
        ValueError: A number that no property can hold.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return _plain(Decimal(str(value)))
    if kind is FieldType.OPTIONS and isinstance(value, (list, str)):
        # An empty part in front would add to the present values instead of taking their place.
        parts = value.split(";") if isinstance(value, str) else [encoded(FieldType.OPTION, one) for one in value]
        return ";".join(part for part in parts if part)
    if not isinstance(value, str):
        raise TypeError("a property takes one value, not a list or an object")
    if kind is FieldType.DATETIME:
        moment = _moment(value)
        return _stamp(moment) if moment else value
    return value


def canonical(item: Field, value: JsonValue) -> JsonValue:
    """Return the form in which two values are equal exactly if the system takes them for equal."""
    if isinstance(value, str):
        if item.name == EMAIL:
            return value.strip().lower() or None
        if item.type is FieldType.DATETIME and (moment := _moment(value)):
            return _stamp(moment)
        if item.type is FieldType.TEXT:
            return mended(item, value) or None
    return canonical_value(item, value)


def _plain(number: Decimal) -> str:
    """Return a number without an exponent, which is refused there: 1e-7 is no number."""
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise ValueError("a property holds no number of this size")
    return format(number, "f")


def keeps(item: Field, present: JsonValue, new: JsonValue) -> bool:
    """Return whether the new value is an earlier lifecycle stage: it is taken without a word, and the later one stays.

    The vendor moves a record back only after its stage was cleared, on purpose.
    """
    if item.name != STAGE or present is None or new is None:
        return False
    order = [option.value for option in item.options]
    return present in order and new in order and order.index(str(new)) < order.index(str(present))


def _number(text: str) -> JsonValue:
    if _INTEGER.fullmatch(text):
        return int(text)
    try:
        return parse_number(text)
    except ValueError:
        return text


def _boolean(text: str) -> JsonValue:
    return {"true": True, "false": False}.get(text, text)


def _several(text: str) -> JsonValue:
    return [part for part in text.split(";") if part] or None


def _date(text: str) -> JsonValue:
    return datetime.fromtimestamp(int(text) / 1000, UTC).date().isoformat() if _INTEGER.fullmatch(text) else text[:10]


def _datetime(text: str) -> JsonValue:
    return _stamp(datetime.fromtimestamp(int(text) / 1000, UTC)) if _INTEGER.fullmatch(text) else text


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_DECODERS: Mapping[FieldType, Callable[[str], JsonValue]] = {
    FieldType.NUMBER: _number,
    FieldType.INTEGER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.OPTIONS: _several,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
}
