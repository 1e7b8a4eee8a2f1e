"""The identity map: which destination record a source record became."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from mapstudio.runner.state.batching import batched, marks
from mapstudio.runner.state.clock import Clock, stamp
from mapstudio.runner.state.database import Database
from mapstudio.runner.state.scope import SCOPE_IS, Scope

_SIDES = "source_account = ? AND source_object = ? AND destination_account = ?"
# The destination objects are hopped over by the primary key: a scan would read every link of the source object.
_BECAME = f"""
    WITH RECURSIVE objects (name) AS (
        SELECT min(destination_object) FROM links WHERE {_SIDES}
        UNION ALL
        SELECT (SELECT min(destination_object) FROM links WHERE {_SIDES} AND destination_object > name)
        FROM objects WHERE name IS NOT NULL
    )
    SELECT name, (
        SELECT destination_id FROM links WHERE {_SIDES} AND destination_object = name AND source_id = ?
    ) AS destination_id
    FROM objects WHERE name IS NOT NULL
"""  # noqa: S608 - a constant
_PAIRS = f"SELECT source_id, destination_id FROM links WHERE {SCOPE_IS}"  # noqa: S608 - a constant


class Links:
    """Links, by scope and source id; one source record has one destination record."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def find(self, scope: Scope, source_ids: Collection[str]) -> dict[str, str]:
        """Return the destination ids of those source records that are linked."""
        found: dict[str, str] = {}
        for some in batched(source_ids):
            rows = self._database.execute(
                f"{_PAIRS} AND source_id IN ({marks(some)})",
                (*scope.columns, *some),
            )
            found.update((row["source_id"], row["destination_id"]) for row in rows)
        return found

    def became(
        self, source_account: str, source_object: str, destination_account: str, source_id: str
    ) -> dict[str, str | None]:
        """Return, for each destination object that records of the source object are linked to, this record's id there.

        An object to which others are linked and this one is not has ``None``.
        """
        sides = (source_account, source_object, destination_account)
        rows = self._database.execute(_BECAME, (*sides, *sides, *sides, source_id))
        return {row["name"]: row["destination_id"] for row in rows}

    def sharing(self, scope: Scope, destination_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Return for each destination record all source records that are linked to it."""
        found: dict[str, set[str]] = {}
        for some in batched(destination_ids):
            rows = self._database.execute(
                f"{_PAIRS} AND destination_id IN ({marks(some)})",
                (*scope.columns, *some),
            )
            for row in rows:
                found.setdefault(row["destination_id"], set()).add(row["source_id"])
        return {destination: frozenset(sources) for destination, sources in found.items()}

    def save(self, scope: Scope, pairs: Iterable[tuple[str, str]], run: str) -> None:
        """Link each source id to its destination id, in place of what it was linked to."""
        now = stamp(self._clock())
        self._database.execute_many(
            """
            INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET
                destination_id = excluded.destination_id, run = excluded.run, linked_at = excluded.linked_at
            WHERE destination_id <> excluded.destination_id
            """,
            [(*scope.columns, source_id, destination_id, run, now) for source_id, destination_id in pairs],
        )

    def accounts_of(self, run: str) -> frozenset[str]:
        """Return the destination accounts of the links that a run made."""
        rows = self._database.execute("SELECT DISTINCT destination_account FROM links WHERE run = ?", (run,))
        return frozenset(row["destination_account"] for row in rows)

    def drop_to(self, destination_account: str, destination_object: str, destination_ids: Iterable[str]) -> None:
        """Forget all links that lead to these destination records."""
        self._database.execute_many(
            "DELETE FROM links WHERE destination_account = ? AND destination_object = ? AND destination_id = ?",
            [(destination_account, destination_object, item) for item in destination_ids],
        )

    def drop(self, scope: Scope, source_ids: Iterable[str]) -> None:
        """Forget the links of these source records."""
        self._database.execute_many(
            f"DELETE FROM links WHERE {SCOPE_IS} AND source_id = ?",  # noqa: S608 - a constant
            [(*scope.columns, source_id) for source_id in source_ids],
        )
