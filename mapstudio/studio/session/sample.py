"""The sample: the source records that the preview runs on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from mapstudio.model import JsonValue, Record, SourceRecord
from mapstudio.studio.session.paths import FieldKey, field_key, filled_keys, value_at

SIZE = 50
"""How many records a sample holds."""


@dataclass(frozen=True)
class Sample:
    """Some source records.

    Attributes:
        records: In read order.
        paths: The paths that were asked for beyond what a plain list answers.
        taken: When they were read.
    """

    records: tuple[SourceRecord, ...]
    paths: frozenset[str]
    taken: datetime

    @property
    def data(self) -> list[Record]:
        """What each record holds."""
        return [record.data for record in self.records]

    @cached_property
    def filled(self) -> Mapping[FieldKey, int]:
        """In how many records each field holds something."""
        counts: Counter[FieldKey] = Counter()
        for record in self.records:
            counts.update(filled_keys(record.data))
        return counts

    @cached_property
    def heads(self) -> frozenset[str]:
        """The names at the top of the records."""
        return frozenset(name for record in self.records for name in record.data)

    def fill(self, key: FieldKey) -> int | None:
        """Return in how many of a hundred records a field holds something; ``None`` when no record tells of it.

        That is so without any records, and for what a plain list leaves out: its values are read once a row uses them.
        """
        if not self.records or not key or key[0] not in self.heads:
            return None
        return round(100 * self.filled.get(key, 0) / len(self.records))

    def value(self, index: int, key: FieldKey) -> JsonValue:
        """Return a field's value in a record."""
        return value_at(self.records[index].data, key) if 0 <= index < len(self.records) else None

    def lacks(self, paths: frozenset[str]) -> frozenset[str]:
        """Return the paths that were not asked for: their values may be missing here and still be there."""
        known = {field_key(path) for path in self.paths}
        return frozenset(
            path
            for path in paths
            if path not in self.paths
            and field_key(path) not in known
            and (len(field_key(path)) != 1 or field_key(path)[0] not in self.heads)
        )


def merged(plain: tuple[SourceRecord, ...], used: tuple[SourceRecord, ...]) -> tuple[SourceRecord, ...]:
    """Return the records as they were read for the expressions, with what a plain list told besides."""
    known = {record.id: record for record in plain}
    return (
        tuple(
            SourceRecord(record.id, {**known[record.id].data, **record.data}, record.modified)
            if record.id in known
            else record
            for record in used
        )
        or plain
    )
