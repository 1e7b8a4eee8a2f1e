"""Refusals: what a destination did not take, remembered for a while so that it is not asked the same again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from mapstudio.model import Reason
from mapstudio.runner.state.batching import batched, marks
from mapstudio.runner.state.clock import Clock, stamp
from mapstudio.runner.state.database import Database
from mapstudio.runner.state.reasons import reasons_of, reasons_text
from mapstudio.runner.state.scope import SCOPE_IS, Scope

HELD_BACK = timedelta(hours=12)
"""How long the same values are not sent again."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that the destination refused.

    Attributes:
        source_id: The source record.
        fingerprint: Of what was sent; holds no data itself.
        reasons: What the destination said.
        refused_at: RFC 3339 UTC; empty until it is remembered.
    """

    source_id: str
    fingerprint: str
    reasons: tuple[Reason, ...]
    refused_at: str = ""


class Refusals:
    """The last refusal of each record, by mapping, scope and source id."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def remember(self, mapping: str, scope: Scope, refusals: Iterable[Refusal]) -> None:
        """Keep refusals, each in place of an earlier one of its record."""
        now = stamp(self._clock())
        self._database.execute_many(
            "INSERT OR REPLACE INTO refusals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (mapping, *scope.columns, item.source_id, item.fingerprint, reasons_text(item.reasons), now)
                for item in refusals
            ],
        )

    def recent(self, mapping: str, scope: Scope, source_ids: Collection[str]) -> Mapping[str, Refusal]:
        """Return the refusals of these records that are not too old to count, by source id."""
        found: dict[str, Refusal] = {}
        for some in batched(source_ids):
            rows = self._database.execute(
                f"SELECT * FROM refusals WHERE mapping = ? AND {SCOPE_IS} AND refused_at > ?"  # noqa: S608 - constants
                f" AND source_id IN ({marks(some)})",
                (mapping, *scope.columns, self._oldest(), *some),
            )
            for row in rows:
                name = row["source_id"]
                found[name] = Refusal(name, row["fingerprint"], tuple(reasons_of(row["reasons"])), row["refused_at"])
        return found

    def forget(self, mapping: str, scope: Scope, source_ids: Iterable[str]) -> None:
        """Forget what was refused of records that passed: the same values may be right again one day."""
        self._database.execute_many(
            f"DELETE FROM refusals WHERE mapping = ? AND {SCOPE_IS} AND source_id = ?",  # noqa: S608 - a constant
            [(mapping, *scope.columns, item) for item in source_ids],
        )

    def remove_old(self) -> None:
        """Remove what no longer counts."""
        self._database.execute("DELETE FROM refusals WHERE refused_at <= ?", (self._oldest(),))

    def _oldest(self) -> str:
        return stamp(self._clock() - HELD_BACK)
