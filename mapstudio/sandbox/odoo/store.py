"""The database: rows in memory, with calls that are done wholly or not at all.

A row maps field names to stored values: ``None`` for null, plain numbers and booleans, ids for a many2one, a list of
ids for a many2many, ``YYYY-MM-DD`` and ``YYYY-MM-DD HH:MM:SS[.ffffff]`` for dates and times (UTC). A one2many is not
stored: it is found through the reference of the other side, for which there is an index.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal, Protocol, TypeAlias

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.ledger import Ledger

Row: TypeAlias = dict[str, Any]


@dataclass
class Table:
    """The rows of one model."""

    rows: dict[int, Row] = field(default_factory=dict)
    last_id: int = 0
    index: dict[str, dict[int, set[int]]] = field(default_factory=dict)
    """For each indexed many2one: id pointed to -> ids of the rows that point to it."""


class Watcher(Protocol):
    """One who is told of writes."""

    def check(self, model: str) -> None:
        """Raise when nothing may be written on the model."""

    def leaving(self, model: str, record: int) -> None:
        """Take note of a record that is about to be deleted."""

    def committed(self, entries: Sequence[Entry]) -> None:
        """Take note of what a call wrote, when it is done."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One write of a client, for the ledger and for those who watch."""

    model: str
    operation: Literal["create", "update", "archive"]
    key: JsonValue
    record: int
    values: Record
    changed: frozenset[str]


class Database:
    """All tables of one server.

    Args:
        name: The service's name in the ledger.
        ledger: Gets one line for each record that a client wrote, when its call is done.
        indexed: For each model the many2one fields that other models' one2many fields rely on.
    """

    def __init__(self, name: str, ledger: Ledger, indexed: Mapping[str, Collection[str]]) -> None:
        self.name = name
        self.tables: dict[str, Table] = {}
        self.external: dict[tuple[str, str], int] = {}
        """(module, name) -> id of the row in ``ir.model.data``."""
        self.named: dict[tuple[str, int], list[int]] = {}
        """(model, record) -> ids of its rows in ``ir.model.data``."""
        self.sequences: dict[str, int] = {}
        self.now = "2026-01-01 00:00:00.000000"
        self.watcher: Watcher | None = None
        self._ledger = ledger
        self._indexed = indexed
        self._undo: list[Callable[[], object]] = []
        self._entries: list[Entry] = []

    def table(self, model: str) -> Table:
        """Return the model's table."""
        found = self.tables.get(model)
        if found is None:
            found = self.tables[model] = Table(index={name: {} for name in self._indexed.get(model, ())})
        return found

    @contextmanager
    def transaction(self, moment: datetime) -> Iterator[None]:
        """Do one call: its time is that of its start, and an error undoes all of it."""
        self.now = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        self._undo.clear()
        self._entries.clear()
        try:
            yield
        except BaseException:
            self._entries.clear()
            self.roll_back_to(0)
            raise
        for entry in self._entries:
            self._ledger.record(
                self.name,
                entry.model,
                entry.operation,
                key=entry.key,
                id=str(entry.record),
                values=entry.values,
                changed=entry.changed,
            )
        if self.watcher is not None:
            self.watcher.committed(self._entries)

    def forget(self) -> None:
        """Take what was done so far as given: the seed is neither undone nor in the ledger."""
        self._undo.clear()
        self._entries.clear()

    def savepoint(self) -> tuple[int, int]:
        """Return a mark to go back to."""
        return len(self._undo), len(self._entries)

    def roll_back(self, mark: tuple[int, int]) -> None:
        """Undo what was done since the mark; ids stay used, as sequences are not undone."""
        self.roll_back_to(mark[0])
        del self._entries[mark[1] :]

    def roll_back_to(self, length: int) -> None:
        """Undo changes until only so many are left."""
        while len(self._undo) > length:
            self._undo.pop()()

    def on_undo(self, back: Callable[[], object]) -> None:
        """Remember how to take back something that is done now."""
        self._undo.append(back)

    def insert(self, model: str, row: Row) -> int:
        """Store a new row and return its id."""
        found = self.table(model)
        found.last_id += 1
        self._undo.append(partial(self._put, model, found.last_id, None))
        self._put(model, found.last_id, row)
        return found.last_id

    def update(self, model: str, record: int, values: Row, drop: Collection[str] = ()) -> None:
        """Change some values of a row; what it shall not hold any more is dropped."""
        before = self.table(model).rows[record]
        self._undo.append(partial(self._put, model, record, before))
        kept = {name: before[name] for name in before if name not in drop} if drop else before
        self._put(model, record, {**kept, **values})

    def delete(self, model: str, record: int) -> None:
        """Remove a row."""
        self._undo.append(partial(self._put, model, record, self.table(model).rows[record]))
        self._put(model, record, None)

    @contextmanager
    def unnoted(self) -> Iterator[None]:
        """Leave out of the ledger what is written inside: the system's own doing for a write that is noted."""
        before = len(self._entries)
        yield
        del self._entries[before:]

    def wrote(
        self,
        model: str,
        operation: Literal["create", "update", "archive"],
        record: int,
        values: Record,
        changed: Collection[str],
        key: JsonValue = None,
    ) -> None:
        """Note a write for the ledger; it goes in when the call is done."""
        if self.watcher is not None:
            self.watcher.check(model)
        named = str(record) if key is None else key
        self._entries.append(Entry(model, operation, named, record, values, frozenset(changed)))

    def _put(self, model: str, record: int, row: Row | None) -> None:
        found = self.table(model)
        before = found.rows.get(record)
        for name, index in found.index.items():
            _move(index, record, before.get(name) if before else None, row.get(name) if row else None)
        if model == "ir.model.data":
            self._put_name(record, before, row)
        if row is None:
            found.rows.pop(record, None)
        else:
            found.rows[record] = row

    def _put_name(self, record: int, before: Row | None, row: Row | None) -> None:
        if before is not None:
            self.external.pop((before["module"], before["name"]), None)
            self.named[before["model"], before["res_id"]].remove(record)
        if row is not None:
            self.external[row["module"], row["name"]] = record
            self.named.setdefault((row["model"], row["res_id"]), []).append(record)


def _move(index: dict[int, set[int]], record: int, old: int | None, new: int | None) -> None:
    if old == new:
        return
    if old is not None:
        index[old].discard(record)
    if new is not None:
        index.setdefault(new, set()).add(record)
