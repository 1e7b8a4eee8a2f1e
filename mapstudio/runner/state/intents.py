"""Intents: what is about to be written. One that is left behind tells of a batch whose outcome nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mapstudio.model import JsonScalar
from mapstudio.model.exact_json import dumps, loads
from mapstudio.runner.state.clock import Clock, stamp
from mapstudio.runner.state.database import Database, Row
from mapstudio.runner.state.scope import Scope


@dataclass(frozen=True, slots=True)
class Intent:
    """One record of a batch that is about to be written.

    Attributes:
        source_id: The source record.
        destination_id: The record to update; ``None`` when it is to be created.
        key: The canonical values of the mapping's key.
        run: The run that noted it; empty until then.
    """

    source_id: str
    destination_id: str | None
    key: tuple[JsonScalar, ...]
    run: str = ""


class Intents:
    """The intents of batches in flight, by run; found again by lock and scope."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def note(self, run: str, lock: str, scope: Scope, intents: Iterable[Intent]) -> None:
        """Note a batch; it must be committed before the batch is sent."""
        now = stamp(self._clock())
        self._database.execute_many(
            "INSERT OR REPLACE INTO intents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (run, lock, *scope.columns, item.source_id, item.destination_id, dumps([*item.key]), now)
                for item in intents
            ],
        )

    def clear(self, run: str, source_ids: Iterable[str]) -> None:
        """Forget those whose outcome is recorded, in the same transaction."""
        self._database.execute_many(
            "DELETE FROM intents WHERE run = ? AND source_id = ?", [(run, item) for item in source_ids]
        )

    def left(self, lock: str, scope: Scope) -> list[Intent]:
        """Return what earlier runs under this lock left behind for this scope, oldest first."""
        rows = self._database.execute("SELECT * FROM intents WHERE lock = ? ORDER BY noted_at, source_id", (lock,))
        return [_intent(row) for row in rows if _scope(row) == scope]


def _intent(row: Row) -> Intent:
    key = loads(row["key"])
    values = tuple(item for item in key if not isinstance(item, (list, dict))) if isinstance(key, list) else ()
    return Intent(row["source_id"], row["destination_id"], values, row["run"])


def _scope(row: Row) -> Scope:
    return Scope(row["source_account"], row["source_object"], row["destination_account"], row["destination_object"])
