"""From the wire's objects to records, by our own list of fields: one way for all objects, however deep they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mapstudio.connectors.cloudbeds.fields import FieldSpec, Source, specs
from mapstudio.connectors.cloudbeds.unlisted import unlisted
from mapstudio.connectors.cloudbeds.values import rows_of, typed
from mapstudio.model import FieldType, JsonValue, Record


def shaped(object_name: str, wire: Record, zone: ZoneInfo, source: Source | None = Source.LIST) -> Record:
    """Return the fields of an object that come from one source; of its list also what is none of our fields.

    Args:
        object_name: The object.
        wire: What that source gave.
        zone: The hotel's time zone.
        source: The source; ``None`` takes fields of all of them.
    """
    chosen = [spec for spec in specs(object_name) if source is None or spec.source is source]
    return _Shaper(object_name, chosen, zone, keeps_more=source is Source.LIST).object(wire, "")


@dataclass(frozen=True, slots=True)
class _Shaper:
    """Makes records of one object.

    Attributes:
        name: The object.
        chosen: The fields that are wanted.
        zone: The hotel's time zone.
        keeps_more: Keep also what is none of our fields.
    """

    name: str
    chosen: Sequence[FieldSpec]
    zone: ZoneInfo
    keeps_more: bool

    def object(self, wire: Record, prefix: str) -> Record:
        data: Record = {}
        for spec in self.chosen:
            rest = spec.field.name.removeprefix(prefix)
            if not spec.field.name.startswith(prefix) or "[]" in rest:
                continue
            *parents, leaf = rest.split(".")
            inner, target = wire, data
            for parent in parents:
                below, group = inner.get(parent), target.setdefault(parent, {})
                inner, target = _record(below), _record(group)
            target[leaf] = self._value(spec, inner.get(spec.listed))
        return data | unlisted(self.name, wire, self.zone, prefix) if self.keeps_more else data

    def _value(self, spec: FieldSpec, value: JsonValue) -> JsonValue:
        below = f"{spec.field.name}[]."
        if spec.field.type is FieldType.LIST and any(child.field.name.startswith(below) for child in self.chosen):
            return [self.object(row, below) for row in rows_of(value)]
        if spec.field.type is FieldType.LIST and value in (None, ""):
            return []
        return typed(spec, value, self.zone)


def _record(value: JsonValue) -> Record:
    """Return an object as it is; PHP writes an empty one as a list, and some things are an object or a list of one."""
    return value if isinstance(value, dict) else next(iter(rows_of(value)), {})
