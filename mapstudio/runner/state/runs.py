"""Runs: what was executed, when, with what result, and what happened to each record."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mapstudio.model import Record
from mapstudio.model.exact_json import dumps, loads
from mapstudio.runner.state.clock import Clock, stamp
from mapstudio.runner.state.database import Database, Row
from mapstudio.runner.state.names import run_name


class RunStatus(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    """Ended before its end: interrupted, killed, or a connection was lost. Running again goes on."""


@dataclass(frozen=True, slots=True)
class SideInfo:
    """One side of a run, for people.

    Attributes:
        connection: The connection's name in the project.
        environment: Its environment.
        object: The object read or written.
        account: The account's name.
    """

    connection: str
    environment: str
    object: str
    account: str

    def to_json(self) -> dict[str, Any]:
        """Return the side as it stands in a report."""
        return {
            "connection": self.connection,
            "environment": self.environment,
            "object": self.object,
            "account": self.account,
        }


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as the state file holds it.

    Attributes:
        id: Short and speakable, such as ``calm-heron-27``.
        started: RFC 3339 UTC.
        ended: RFC 3339 UTC, ``None`` while it runs.
        status: See :class:`RunStatus`.
        mapping: The mapping's name.
        lock: The name of the lock under which it runs.
        source: Where it reads.
        destination: Where it writes.
        counts: What really happened so far, by verb, and ``read``.
        report: Everything else that was told at the end.
    """

    id: str
    started: str
    ended: str | None
    status: RunStatus
    mapping: str
    lock: str
    source: SideInfo
    destination: SideInfo
    counts: Mapping[str, int]
    report: Record = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunEntry:
    """What a run did to one record.

    Attributes:
        source_id: The source record.
        verb: What happened.
        destination_id: The destination record, when there is one.
        entry: The record as it stands in ``plan --json``.
    """

    source_id: str
    verb: str
    destination_id: str | None
    entry: Record


class Runs:
    """The runs and their log."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def start(
        self, *, mapping: str, lock: str, source: SideInfo, destination: SideInfo, counts: Mapping[str, int]
    ) -> str:
        """Note that a run has begun and return its id."""
        taken = {row["id"] for row in self._database.execute("SELECT id FROM runs")}
        name = run_name(taken, secrets.SystemRandom())
        self._database.execute(
            "INSERT INTO runs VALUES (?, ?, NULL, ?, ?, ?, ?, ?, ?, '{}')",
            (
                name,
                stamp(self._clock()),
                RunStatus.RUNNING,
                mapping,
                lock,
                dumps(source.to_json()),
                dumps(destination.to_json()),
                dumps({**counts}),
            ),
        )
        return name

    def count(self, run: str, counts: Mapping[str, int]) -> None:
        """Replace the counts, so that a killed run shows what it did."""
        self._database.execute("UPDATE runs SET counts = ? WHERE id = ?", (dumps({**counts}), run))

    def end(self, run: str, status: RunStatus, counts: Mapping[str, int], report: Record) -> None:
        """Note that a run has ended."""
        self._database.execute(
            "UPDATE runs SET ended = ?, status = ?, counts = ?, report = ? WHERE id = ?",
            (stamp(self._clock()), status, dumps({**counts}), dumps(report), run),
        )

    def abandon(self, lock: str, report: Record) -> list[str]:
        """Mark as stopped what still counts as running under a lock that is ours now; return the ids."""
        left = self._database.execute("SELECT id FROM runs WHERE lock = ? AND status = ?", (lock, RunStatus.RUNNING))
        for row in left:
            self._database.execute(
                "UPDATE runs SET ended = ?, status = ?, report = ? WHERE id = ?",
                (stamp(self._clock()), RunStatus.STOPPED, dumps(report), row["id"]),
            )
        return [row["id"] for row in left]

    def get(self, run: str) -> RunRow | None:
        """Return one run by its id."""
        rows = self._database.execute("SELECT * FROM runs WHERE id = ?", (run,))
        return _run(rows[0]) if rows else None

    def newest(self, *, mapping: str | None = None, limit: int = 50) -> Sequence[RunRow]:
        """Return the newest runs first, of one mapping or of all."""
        rows = self._database.execute(
            "SELECT * FROM runs WHERE ? IS NULL OR mapping = ? ORDER BY started DESC, rowid DESC LIMIT ?",
            (mapping, mapping, limit),
        )
        return [_run(row) for row in rows]

    def add_entries(self, run: str, entries: Iterable[RunEntry]) -> None:
        """Add to a run's log; a record that is there already gets its newer entry."""
        self._database.execute_many(
            "INSERT OR REPLACE INTO run_records VALUES (?, ?, ?, ?, ?)",
            [(run, item.source_id, item.verb, item.destination_id, dumps(item.entry)) for item in entries],
        )

    def entries(self, run: str) -> Sequence[RunEntry]:
        """Return a run's log, by source id."""
        rows = self._database.execute("SELECT * FROM run_records WHERE run = ? ORDER BY source_id", (run,))
        return [RunEntry(row["source_id"], row["verb"], row["destination_id"], _object(row["entry"])) for row in rows]

    def remove_old(self, before: str) -> None:
        """Remove ended runs that started before that moment, with their logs."""
        self._database.execute("DELETE FROM runs WHERE started < ? AND status <> ?", (before, RunStatus.RUNNING))


def _run(row: Row) -> RunRow:
    return RunRow(
        id=row["id"],
        started=row["started"],
        ended=row["ended"],
        status=RunStatus(row["status"]),
        mapping=row["mapping"],
        lock=row["lock"],
        source=_side(row["source"]),
        destination=_side(row["destination"]),
        counts={verb: count for verb, count in _object(row["counts"]).items() if isinstance(count, int)},
        report=_object(row["report"]),
    )


def _side(text: str) -> SideInfo:
    return SideInfo(**{name: str(value) for name, value in _object(text).items()})


def _object(text: str) -> Record:
    value = loads(text)
    return value if isinstance(value, dict) else {}
