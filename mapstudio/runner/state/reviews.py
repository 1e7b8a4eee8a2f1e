"""Reviews: records of which nobody but a person can say which destination record they are, and what was said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mapstudio.model import JsonValue, Lookalike, Reason, Record
from mapstudio.model.exact_json import dumps, loads
from mapstudio.runner.state.clock import Clock, stamp
from mapstudio.runner.state.database import Database, Row
from mapstudio.runner.state.reasons import reasons_of, reasons_text
from mapstudio.runner.state.scope import SCOPE_IS, Scope

_NEVER = "~"
"""Later than any moment."""


class Decision(StrEnum):
    """What a person said of a record."""

    LINK = "link"
    """It is this destination record."""
    CREATE = "create"
    """It is none of them: it is to be created."""
    SKIP = "skip"
    """It is to be left out."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A record that a person is to look at now.

    Attributes:
        source_id: The source record.
        reasons: Why; at least one.
        found: The destination records that it may be.
        key: What tells its key from others; holds no data itself. ``None`` when it has none.
        record: The source record; ``None`` when it was not read.
        output: What the mapping made of it; ``None`` when it was not read.
        sent: It was sent and may have been written: it is never sent again by itself.
    """

    source_id: str
    reasons: tuple[Reason, ...]
    found: tuple[Lookalike, ...] = ()
    key: str | None = None
    record: Record | None = None
    output: Record | None = None
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """One review as the state file holds it.

    Attributes:
        number: Counts them; ``review show`` takes it as ``r3``.
        scope: Between which objects.
        mapping: The mapping that asked last.
        doubt: What a person is asked.
        declined: Destination records of which a person said that they are not it.
        first_at: RFC 3339 UTC.
        last_at: RFC 3339 UTC.
        run: The last run that met it.
        decision: What a person said; ``None`` while it is asked.
        chosen: With :attr:`Decision.LINK`, the destination record.
        decided_at: RFC 3339 UTC.
        closed_at: When the record stood in the destination; ``None`` until then.
    """

    number: int
    scope: Scope
    mapping: str
    doubt: Doubt
    declined: frozenset[str]
    first_at: str
    last_at: str
    run: str
    decision: Decision | None = None
    chosen: str | None = None
    decided_at: str | None = None
    closed_at: str | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return f"r{self.number}"

    @property
    def source_id(self) -> str:
        """The source record."""
        return self.doubt.source_id

    @property
    def asks(self) -> bool:
        """Whether it waits for a person."""
        return self.decision is None and self.closed_at is None

    def to_json(self) -> dict[str, Any]:
        """Return everything, for ``--json``; ``row`` and ``reason`` are those of the first reason."""
        doubt, first = self.doubt, self.doubt.reasons[0]
        return {
            "id": self.name,
            "mapping": self.mapping,
            "source": doubt.source_id,
            "sent": doubt.sent,
            "row": first.row,
            "reason": first.reason,
            "reasons": [reason.to_json() for reason in doubt.reasons],
            "candidates": [item.to_json() for item in doubt.found],
            "declined": sorted(self.declined),
            "first_at": self.first_at,
            "last_at": self.last_at,
            "run": self.run,
            "decision": self.decision and str(self.decision),
            "chosen": self.chosen,
            "decided_at": self.decided_at,
            "closed_at": self.closed_at,
            "record": doubt.record,
            "output": doubt.output,
        }


class Reviews:
    """One review for each source record, scoped as links are: what a person says holds in every mapping."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def put(self, mapping: str, scope: Scope, run: str, doubts: Iterable[Doubt], *, planned: str = _NEVER) -> None:
        """Ask a person, again where somebody answered before and the question has come up anew.

        Args:
            mapping: Who asks.
            scope: Between which objects.
            run: The run that met them.
            doubts: What to ask.
            planned: When it was found that they are to be asked; an answer that was given since stays.
        """
        now = stamp(self._clock())
        self._database.execute_many(
            """
            INSERT INTO reviews (
                mapping, source_account, source_object, destination_account, destination_object, source_id, sent, key,
                first_at, last_at, run, reasons, found, record, output
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (source_account, source_object, destination_account, destination_object, source_id)
            DO UPDATE SET
                mapping = excluded.mapping, last_at = excluded.last_at, run = excluded.run,
                first_at = iif(closed_at IS NULL, first_at, excluded.first_at),
                sent = iif(closed_at IS NULL, max(sent, excluded.sent), excluded.sent),
                key = coalesce(excluded.key, key), reasons = excluded.reasons, found = excluded.found,
                record = coalesce(excluded.record, record), output = coalesce(excluded.output, output),
                decision = iif(decided_at >= ?, decision, NULL), chosen = iif(decided_at >= ?, chosen, NULL),
                closed_at = NULL
            """,
            [
                (
                    mapping,
                    *scope.columns,
                    item.source_id,
                    item.sent,
                    item.key,
                    now,
                    now,
                    run,
                    reasons_text(item.reasons),
                    dumps([found.to_json() for found in item.found]),
                    None if item.record is None else dumps(item.record),
                    None if item.output is None else dumps(item.output),
                    planned,
                    planned,
                )
                for item in doubts
            ],
        )

    def decide(self, number: int, decision: Decision, *, chosen: str | None, declined: Collection[str]) -> None:
        """Keep what a person said.

        Args:
            number: The review's.
            decision: What was said.
            chosen: The destination record that it is.
            declined: All those that it is not.
        """
        self._database.execute(
            "UPDATE reviews SET decision = ?, chosen = ?, declined = ?, decided_at = ?, closed_at = NULL WHERE id = ?",
            (decision, chosen, dumps([*sorted(declined)]), stamp(self._clock()), number),
        )

    def close(self, scope: Scope, source_ids: Iterable[str]) -> None:
        """Close the reviews of records that stand in the destination; what was said of them still holds."""
        now = stamp(self._clock())
        self._database.execute_many(
            f"UPDATE reviews SET closed_at = ? WHERE {SCOPE_IS} AND source_id = ?"  # noqa: S608 - a constant
            " AND closed_at IS NULL",
            [(now, *scope.columns, item) for item in source_ids],
        )

    def close_unsent(self, scope: Scope, source_ids: Iterable[str]) -> None:
        """Close the reviews of records that are not wanted any more, unless they may stand there all the same."""
        now = stamp(self._clock())
        self._database.execute_many(
            f"UPDATE reviews SET closed_at = ? WHERE {SCOPE_IS} AND source_id = ?"  # noqa: S608 - a constant
            " AND closed_at IS NULL AND NOT sent AND decision IS NULL",
            [(now, *scope.columns, item) for item in source_ids],
        )

    def of_scope(self, scope: Scope) -> list[Review]:
        """Return all that may matter to a plan: those that are open, and those in which a person chose or declined."""
        rows = self._database.execute(
            f"SELECT * FROM reviews WHERE {SCOPE_IS}"  # noqa: S608 - a constant
            " AND (closed_at IS NULL OR chosen IS NOT NULL OR declined <> '[]')",
            scope.columns,
        )
        return [_review(row) for row in rows]

    def all(self, *, mapping: str | None = None, decided: bool = False, limit: int | None = None) -> list[Review]:
        """Return what waits for a person, newest first; with ``decided`` also what does not any more."""
        rows = self._database.execute(
            """
            SELECT * FROM reviews WHERE (? IS NULL OR mapping = ?) AND (? OR closed_at IS NULL AND decision IS NULL)
            ORDER BY last_at DESC, id LIMIT ?
            """,
            (mapping, mapping, decided, -1 if limit is None else limit),
        )
        return [_review(row) for row in rows]

    def waiting(self) -> Mapping[str, int]:
        """Return how many records wait for a person, by mapping."""
        rows = self._database.execute(
            """
            SELECT mapping, count(*) AS number FROM reviews
            WHERE closed_at IS NULL AND decision IS NULL GROUP BY mapping
            """
        )
        return {row["mapping"]: int(row["number"]) for row in rows}

    def get(self, number: int) -> Review | None:
        """Return one review by its number."""
        rows = self._database.execute("SELECT * FROM reviews WHERE id = ?", (number,))
        return _review(rows[0]) if rows else None

    def of_source(self, source_id: str) -> Sequence[Review]:
        """Return all reviews of a source id, newest first."""
        rows = self._database.execute(
            "SELECT * FROM reviews WHERE source_id = ? ORDER BY last_at DESC, id", (source_id,)
        )
        return [_review(row) for row in rows]

    def remove_old(self, before: str) -> None:
        """Remove client data of before that moment: what was asked and said stays, without the records."""
        for row in self._database.execute("SELECT * FROM reviews WHERE last_at < ?", (before,)):
            reasons = reasons_text(Reason(item.row, item.reason) for item in reasons_of(row["reasons"]))
            found = dumps([Lookalike(item.id, "").to_json() for item in _lookalikes(row["found"])])
            self._database.execute(
                "UPDATE reviews SET record = NULL, output = NULL, reasons = ?, found = ? WHERE id = ?",
                (reasons, found, row["id"]),
            )


def _review(row: Row) -> Review:
    doubt = Doubt(
        source_id=row["source_id"],
        reasons=tuple(reasons_of(row["reasons"])),
        found=tuple(_lookalikes(row["found"])),
        key=row["key"],
        record=_record(row["record"]),
        output=_record(row["output"]),
        sent=bool(row["sent"]),
    )
    declined = loads(row["declined"])
    return Review(
        number=row["id"],
        scope=Scope(row["source_account"], row["source_object"], row["destination_account"], row["destination_object"]),
        mapping=row["mapping"],
        doubt=doubt,
        declined=frozenset(str(item) for item in declined) if isinstance(declined, list) else frozenset(),
        first_at=row["first_at"],
        last_at=row["last_at"],
        run=row["run"],
        decision=Decision(row["decision"]) if row["decision"] else None,
        chosen=row["chosen"],
        decided_at=row["decided_at"],
        closed_at=row["closed_at"],
    )


def _lookalikes(text: str) -> Iterable[Lookalike]:
    value = loads(text)
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict):
            yield Lookalike(str(item.get("id")), str(item.get("evidence")))


def _record(text: str | None) -> Record | None:
    value: JsonValue = None if text is None else loads(text)
    return value if isinstance(value, dict) else None
