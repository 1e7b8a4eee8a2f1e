"""Dead letters: rejected records, each with its reason and all that is needed to replay it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mapstudio.model import JsonValue, Reason, Record
from mapstudio.model.exact_json import dumps, loads
from mapstudio.runner.state.clock import Clock, stamp
from mapstudio.runner.state.database import Database, Row
from mapstudio.runner.state.reasons import reasons_of, reasons_text
from mapstudio.runner.state.scope import Scope


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that was rejected now.

    Attributes:
        source_id: The source record.
        reasons: Why; at least one.
        record: The source record as it was read.
        output: What the mapping made of it, as far as it came.
        in_part: It was written, but not all of it: the reasons say what is missing.
    """

    source_id: str
    reasons: tuple[Reason, ...]
    record: Record
    output: Record
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One dead letter as the state file holds it.

    Attributes:
        id: What ``dead-letters show`` takes.
        mapping: The mapping's name.
        source_id: The source record.
        attempts: In how many runs it was rejected.
        first_at: RFC 3339 UTC.
        last_at: RFC 3339 UTC.
        closed_at: When the record passed after all (or needs nothing any more); ``None`` while it is open.
        run: The last run that rejected it.
        reasons: Why, the last time.
        record: The source record; ``None`` once it was removed for its age.
        output: What the mapping made of it; ``None`` once it was removed for its age.
    """

    id: int
    mapping: str
    source_id: str
    attempts: int
    first_at: str
    last_at: str
    closed_at: str | None
    run: str
    reasons: tuple[Reason, ...]
    record: Record | None
    output: Record | None

    def to_json(self) -> dict[str, Any]:
        """Return everything, for ``--json``; ``row``, ``reason`` and ``value`` are those of the first reason."""
        first = self.reasons[0]
        return {
            "id": self.id,
            "mapping": self.mapping,
            "source": self.source_id,
            "attempts": self.attempts,
            "row": first.row,
            "reason": first.reason,
            "value": first.value,
            "reasons": [reason.to_json() for reason in self.reasons],
            "first_at": self.first_at,
            "last_at": self.last_at,
            "closed_at": self.closed_at,
            "run": self.run,
            "record": self.record,
            "output": self.output,
        }


class DeadLetters:
    """One dead letter for each mapping and source record (of one pair of accounts)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def put(self, mapping: str, scope: Scope, run: str, rejections: Iterable[Rejection]) -> None:
        """Keep rejected records; one that is known already counts one more attempt and is open again."""
        now = stamp(self._clock())
        self._database.execute_many(
            """
            INSERT INTO dead_letters (
                mapping, source_account, destination_account, source_id, attempts, first_at, last_at, run,
                reasons, record, output
            ) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (mapping, source_account, destination_account, source_id) DO UPDATE SET
                attempts = attempts + (run <> excluded.run), last_at = excluded.last_at, closed_at = NULL,
                run = excluded.run, reasons = excluded.reasons, record = excluded.record, output = excluded.output
            """,
            [
                (
                    mapping,
                    scope.source_account,
                    scope.destination_account,
                    item.source_id,
                    now,
                    now,
                    run,
                    reasons_text(item.reasons),
                    dumps(item.record),
                    dumps(item.output),
                )
                for item in rejections
            ],
        )

    def close(self, mapping: str, scope: Scope, source_ids: Iterable[str]) -> None:
        """Close the letters of records that passed."""
        now = stamp(self._clock())
        self._database.execute_many(
            """
            UPDATE dead_letters SET closed_at = ?
            WHERE mapping = ? AND source_account = ? AND destination_account = ? AND source_id = ? AND closed_at IS NULL
            """,
            [(now, mapping, scope.source_account, scope.destination_account, item) for item in source_ids],
        )

    def all(self, *, mapping: str | None = None, closed: bool = False, limit: int | None = None) -> list[DeadLetter]:
        """Return the letters, last rejected first; closed ones only when asked for."""
        rows = self._database.execute(
            """
            SELECT * FROM dead_letters WHERE (? IS NULL OR mapping = ?) AND (? OR closed_at IS NULL)
            ORDER BY last_at DESC, id LIMIT ?
            """,
            (mapping, mapping, closed, -1 if limit is None else limit),
        )
        return [_letter(row) for row in rows]

    def open_sources(self, mapping: str, scope: Scope) -> frozenset[str]:
        """Return the source ids whose letter of this mapping is open."""
        rows = self._database.execute(
            """
            SELECT source_id FROM dead_letters
            WHERE mapping = ? AND source_account = ? AND destination_account = ? AND closed_at IS NULL
            """,
            (mapping, scope.source_account, scope.destination_account),
        )
        return frozenset(row["source_id"] for row in rows)

    def get(self, letter: int) -> DeadLetter | None:
        """Return one letter by its id."""
        rows = self._database.execute("SELECT * FROM dead_letters WHERE id = ?", (letter,))
        return _letter(rows[0]) if rows else None

    def remove_old(self, before: str) -> None:
        """Remove closed letters of before that moment; open ones keep their reasons, without any client data."""
        self._database.execute("DELETE FROM dead_letters WHERE closed_at < ?", (before,))
        for row in self._database.execute("SELECT * FROM dead_letters WHERE last_at < ?", (before,)):
            bare = reasons_text(Reason(item.row, item.reason) for item in reasons_of(row["reasons"]))
            self._database.execute(
                "UPDATE dead_letters SET record = NULL, output = NULL, reasons = ? WHERE id = ?",
                (bare, row["id"]),
            )

    def of_source(self, source_id: str) -> Sequence[DeadLetter]:
        """Return all letters of a source id, last rejected first."""
        rows = self._database.execute(
            "SELECT * FROM dead_letters WHERE source_id = ? ORDER BY last_at DESC, id", (source_id,)
        )
        return [_letter(row) for row in rows]


def _letter(row: Row) -> DeadLetter:
    return DeadLetter(
        id=row["id"],
        mapping=row["mapping"],
        source_id=row["source_id"],
        attempts=row["attempts"],
        first_at=row["first_at"],
        last_at=row["last_at"],
        closed_at=row["closed_at"],
        run=row["run"],
        reasons=tuple(reasons_of(row["reasons"])),
        record=_record(row["record"]),
        output=_record(row["output"]),
    )


def _record(text: str | None) -> Record | None:
    value: JsonValue = None if text is None else loads(text)
    return value if isinstance(value, dict) else None
