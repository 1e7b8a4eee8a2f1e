"""From the wire's objects to records, by our own list of fields: one way for all objects, however deep they are."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from mapstudio.connectors.cloudbeds.fields import FieldSpec, Source, specs
from mapstudio.connectors.cloudbeds.values import rows_of, typed
from mapstudio.model import FieldType, JsonValue, Record


def shaped(object_name: str, wire: Record, zone: ZoneInfo, source: Source | None = Source.LIST) -> Record:
    """Return the fields of an object that come from one source.

    Args:
        object_name: The object.
        wire: What that source gave.
        zone: The hotel's time zone.
        source: The source; ``None`` takes fields of all of them.
    """
    chosen = [spec for spec in specs(object_name) if source is None or spec.source is source]
    return _object(chosen, wire, zone, "")


def _object(chosen: list[FieldSpec], wire: Record, zone: ZoneInfo, prefix: str) -> Record:
    data: Record = {}
    for spec in chosen:
        rest = spec.field.name.removeprefix(prefix)
        if not spec.field.name.startswith(prefix) or "[]" in rest:
            continue
        *parents, leaf = rest.split(".")
        inner, target = wire, data
        for parent in parents:
            below, group = inner.get(parent), target.setdefault(parent, {})
            inner, target = _record(below), _record(group)
        target[leaf] = _value(chosen, spec, inner.get(spec.listed), zone)
    return data


def _value(chosen: list[FieldSpec], spec: FieldSpec, value: JsonValue, zone: ZoneInfo) -> JsonValue:
    below = f"{spec.field.name}[]."
    if spec.field.type is FieldType.LIST and any(child.field.name.startswith(below) for child in chosen):
        return [_object(chosen, row, zone, below) for row in rows_of(value)]
    if spec.field.type is FieldType.LIST and value in (None, ""):
        return []
    return typed(spec, value, zone)


def _record(value: JsonValue) -> Record:
    """Return an object as it is; PHP writes an empty one as a list, and some things are an object or a list of one."""
    return value if isinstance(value, dict) else next(iter(rows_of(value)), {})
