"""Checkpoints: how far a source was read for a mapping and its destination."""

from __future__ import annotations

from dataclasses import dataclass

from mapstudio.runner.state.clock import Clock, stamp
from mapstudio.runner.state.database import Database
from mapstudio.runner.state.scope import SCOPE_IS, Scope


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where the next incremental read goes on.

    Attributes:
        position: The connector's own opaque text.
        mapping_digest: The mapping's digest then: another one means that unchanged records may map differently now.
        saved_at: RFC 3339 UTC.
    """

    position: str
    mapping_digest: str
    saved_at: str


class Checkpoints:
    """The checkpoints, by mapping and scope."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def get(self, mapping: str, scope: Scope) -> Checkpoint | None:
        """Return the checkpoint, if there is one."""
        rows = self._database.execute(
            f"SELECT * FROM checkpoints WHERE mapping = ? AND {SCOPE_IS}",  # noqa: S608 - a constant
            (mapping, *scope.columns),
        )
        return Checkpoint(rows[0]["position"], rows[0]["mapping_digest"], rows[0]["saved_at"]) if rows else None

    def save(self, mapping: str, scope: Scope, position: str, mapping_digest: str) -> None:
        """Set the checkpoint; everything read before it must be safe by now."""
        self._database.execute(
            "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (mapping, *scope.columns, position, mapping_digest, stamp(self._clock())),
        )

    def drop(self, mapping: str, destination_account: str, destination_object: str) -> None:
        """Forget a mapping's checkpoints for a destination: the next run reads everything."""
        self._database.execute(
            "DELETE FROM checkpoints WHERE mapping = ? AND destination_account = ? AND destination_object = ?",
            (mapping, destination_account, destination_object),
        )
