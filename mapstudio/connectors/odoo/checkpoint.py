"""Where an incremental read goes on: the newest change that was there, and what of the time before it was told.

Odoo stamps a record with the start of its transaction, to the second, so a long import shows up with an older stamp
than changes that were read long before. The next read therefore begins some time before the newest change, and what it
brings again is left out where it is exactly what was told: the same stamp alone would not do, for two transactions may
have begun in one second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mapstudio.connectors.odoo.values import from_odoo_time
from mapstudio.model import Record, SourceRecord, UsageError
from mapstudio.model.exact_json import JsonError, dumps, loads

OVERLAP = timedelta(minutes=10)
"""Longer than Odoo lets a request run."""

_LAYOUT = "%Y-%m-%d %H:%M:%S"
_MOST_TOLD = 10_000
"""Records remembered; after a larger import all of it comes once more, which changes nothing but costs time."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One moment of a source.

    Attributes:
        newest: The newest ``write_date`` that was there when the read began, in Odoo's text.
        told: By id a mark of the record as it was told, for those that the next read brings again.
    """

    newest: str
    told: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """Read a checkpoint's text.

        Raises:
            UsageError: It is none of Odoo's.
        """
        try:
            found = loads(text)
            newest = str(found["write_date"])  # type: ignore[index,call-overload]
            datetime.strptime(newest, _LAYOUT)  # noqa: DTZ007 - Odoo's text, always UTC
        except (JsonError, ValueError, KeyError, TypeError):
            raise UsageError(
                f'"{text}" is no checkpoint of Odoo.', remedy="Read everything once, without --since."
            ) from None
        told = found.get("told") if isinstance(found, dict) else None
        return cls(newest, {str(one): str(mark) for one, mark in told.items()} if isinstance(told, dict) else {})

    @property
    def begins(self) -> str:
        """Where the next read begins, in Odoo's text."""
        return (datetime.strptime(self.newest, _LAYOUT) - OVERLAP).strftime(_LAYOUT)  # noqa: DTZ007 - see above

    def told_already(self, record: SourceRecord) -> bool:
        """Return whether the record was told exactly as it is."""
        return self.told.get(record.id) == mark_of(record)

    def text(self) -> str:
        """Return the checkpoint as it is kept."""
        kept: Record = {"write_date": self.newest}
        if 0 < len(self.told) <= _MOST_TOLD:
            kept["told"] = dict(self.told)
        return dumps(kept)


def marks(records: Iterable[SourceRecord], begins: str) -> dict[str, str]:
    """Return the marks of those records that were changed since a moment in Odoo's text; empty for all of them."""
    moment = from_odoo_time(begins) if begins else ""
    return {record.id: mark_of(record) for record in records if record.modified is None or record.modified >= moment}


def mark_of(record: SourceRecord) -> str:
    """Return what tells a record's content from any other's."""
    content = dumps([record.modified, record.data])
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
