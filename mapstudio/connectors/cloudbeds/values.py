"""The wire's texts as typed values, and back: ``""`` is null, counts are numbers, local times get their offset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from mapstudio.connectors.cloudbeds.fields import FieldSpec
from mapstudio.model import FieldType, JsonValue, Record
from mapstudio.model.exact_json import parse_number

WIRE_TIME = "%Y-%m-%d %H:%M:%S"
_NO_DATE = "0000-00-00"
_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})


def typed(spec: FieldSpec, value: JsonValue, zone: ZoneInfo) -> JsonValue:
    """Return a wire value as the field's type; a text that is none of the type stays as it is, so that it shows."""
    if isinstance(value, (list, dict)):
        return value
    if value is None or value in {"", spec.absent}:
        return None
    if spec.field.type is FieldType.DATETIME:
        return local_time(value, zone)
    return _CONVERSIONS.get(spec.field.type, _text)(value)


def typed_object(fields: Sequence[FieldSpec], wire: Record, zone: ZoneInfo) -> Record:
    """Return the object with all its fields; one that the wire does not have is null."""
    return {spec.leaf: typed(spec, wire.get(spec.listed), zone) for spec in fields}


def rows_of(value: JsonValue) -> list[Record]:
    """Return the objects of a list, or of an object by id; PHP writes an empty one as ``[]``."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, dict)]


def local_time(value: JsonValue, zone: ZoneInfo) -> JsonValue:
    """Return a local time of the hotel as RFC 3339 with its offset."""
    moment = parse_local(value, zone)
    if moment is not None:
        return moment.isoformat()
    return None if isinstance(value, str) and value.startswith(_NO_DATE) else value


def parse_local(value: JsonValue, zone: ZoneInfo) -> datetime | None:
    """Return a local time of the hotel, ``None`` when the text is none."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.strptime(value.replace("T", " ", 1), WIRE_TIME).replace(tzinfo=zone)
    except ValueError:
        return None


def utc_text(value: JsonValue, zone: ZoneInfo) -> str | None:
    """Return a local time of the hotel as RFC 3339 in UTC."""
    moment = parse_local(value, zone)
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment is not None else None


def form_text(spec: FieldSpec, value: JsonValue) -> str:
    """Return a value as a form's text; null empties the field, with its own word where it has one."""
    if value is None:
        return spec.absent or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _text(value: JsonValue) -> JsonValue:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _integer(value: JsonValue) -> JsonValue:
    return int(value) if isinstance(value, str) and value.strip().lstrip("-").isdecimal() else value


def _number(value: JsonValue) -> JsonValue:
    if not isinstance(value, str):
        return value
    try:
        Decimal(value)
    except InvalidOperation:
        return value
    return int(value) if value.strip().lstrip("-").isdecimal() else parse_number(value)


def _boolean(value: JsonValue) -> JsonValue:
    text = str(value).lower()
    return True if text in _TRUE else False if text in _FALSE else value


def _date(value: JsonValue) -> JsonValue:
    if not isinstance(value, str):
        return value
    if value.startswith(_NO_DATE):
        return None
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        return value


_CONVERSIONS: Mapping[FieldType, Callable[[JsonValue], JsonValue]] = {
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
}
