"""The inbox: what systems told, kept until the run that read it again has ended.

An entry is no event but what is to be read again for one mapping: a record, or an object of which it is not said what.
Events that come while it waits change nothing but its version, so that five of them make one read; what comes while it
is read makes it stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mapstudio.connectors.notices import Concern, Notice
from mapstudio.runner.state.clock import Clock, stamp
from mapstudio.runner.state.database import Database, Row

REMEMBERED = timedelta(days=7)
"""How long an event is known again; no system repeats one for longer than three days."""
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)
_IS = "lock = ? AND account = ? AND object = ?"
_IS_ENTRY = f"{_IS} AND field = ? AND value = ? AND version = ?"


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes notices: a mapping on its way to one destination.

    Attributes:
        mapping: The mapping's name.
        lock: The lock of its runs.
    """

    mapping: str
    lock: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be read again.

    Attributes:
        concern: What; see :class:`Concern`.
        events: How many events made it.
        version: Counts them for good; another one means that something has come since.
        attempts: How often it was tried.
        first_at: When the first of them came, RFC 3339 UTC.
    """

    concern: Concern
    events: int
    version: int
    attempts: int
    first_at: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of the notices of a delivery: each counts once.

    Attributes:
        taken: Something is to be read again.
        repeated: They were known already.
        ignored: They concern nothing that is mapped.
    """

    taken: int = 0
    repeated: int = 0
    ignored: int = 0


class Inbox:
    """The entries of all mappings, by lock, account and object."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def put(self, account: str, notices: Iterable[Notice], takers: Mapping[str, Sequence[Taker]]) -> Stored:
        """Keep what notices concern; all of it is on disk when this returns.

        Args:
            account: The source's account among all.
            notices: What a delivery told.
            takers: Who takes them, by object.
        """
        counts = dict.fromkeys(("taken", "repeated", "ignored"), 0)
        with self._database.transaction():
            for notice in notices:
                wanted: dict[Taker, set[Concern]] = {}
                for concern in notice.concerns:
                    for taker in takers.get(concern.object, ()):
                        wanted.setdefault(taker, set()).add(concern)
                new = {taker: found for taker, found in wanted.items() if self._is_new(taker, account, notice)}
                for taker, found in new.items():
                    self._add(taker, account, notice.event, found)
                counts["taken" if new else "repeated" if wanted else "ignored"] += 1
        return Stored(**counts)

    def due(self, taker: Taker, account: str, object_name: str, *, limit: int, early: bool = False) -> list[Entry]:
        """Return what is to be read again now, oldest first; ``early`` also what was put off."""
        until = "9999" if early else stamp(self._clock())
        rows = self._database.execute(
            f"SELECT * FROM inbox WHERE {_IS} AND due_at <= ? ORDER BY first_at, value LIMIT ?",  # noqa: S608 - a constant
            (taker.lock, account, object_name, until, limit),
        )
        return [_entry(row) for row in rows]

    def take_off(self, taker: Taker, account: str, entries: Iterable[Entry]) -> None:
        """Forget entries whose run has ended; one to which something came meanwhile stays."""
        self._database.execute_many(
            f"DELETE FROM inbox WHERE {_IS_ENTRY}",  # noqa: S608 - a constant
            [_key(taker, account, item) for item in entries],
        )

    def put_off(self, taker: Taker, account: str, entries: Iterable[Entry], *, pause: timedelta | None = None) -> None:
        """Let entries wait before they are tried again, each time longer unless a pause is given."""
        now = self._clock()
        self._database.execute_many(
            f"UPDATE inbox SET attempts = attempts + 1, due_at = ? WHERE {_IS_ENTRY}",  # noqa: S608 - a constant
            [(stamp(now + (pause or _pause(item.attempts))), *_key(taker, account, item)) for item in entries],
        )

    def waiting(self) -> Mapping[str, int]:
        """Return how many entries wait, by mapping."""
        rows = self._database.execute("SELECT mapping, count(*) AS number FROM inbox GROUP BY mapping")
        return {row["mapping"]: int(row["number"]) for row in rows}

    def remove_old(self, before: str) -> None:
        """Remove entries that nobody took for so long, and events that no longer come again."""
        self._database.execute("DELETE FROM inbox WHERE last_at < ?", (before,))
        self._database.execute("DELETE FROM events_seen WHERE seen_at < ?", (stamp(self._clock() - REMEMBERED),))

    def _is_new(self, taker: Taker, account: str, notice: Notice) -> bool:
        if notice.identity is None:
            return True
        key = (taker.lock, account, notice.identity)
        if self._database.execute("SELECT 1 FROM events_seen WHERE lock = ? AND account = ? AND identity = ?", key):
            return False
        self._database.execute("INSERT INTO events_seen VALUES (?, ?, ?, ?)", (*key, stamp(self._clock())))
        return True

    def _add(self, taker: Taker, account: str, event: str, concerns: Iterable[Concern]) -> None:
        now = stamp(self._clock())
        self._database.execute_many(
            """
            INSERT INTO inbox (mapping, lock, account, object, field, value, event, first_at, last_at, due_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (lock, account, object, field, value) DO UPDATE SET
                events = events + 1, version = version + 1, attempts = 0,
                event = excluded.event, last_at = excluded.last_at, due_at = excluded.due_at
            """,
            [
                (taker.mapping, taker.lock, account, item.object, item.field or "", item.value or "", event, *[now] * 3)
                for item in concerns
            ],
        )


def _key(taker: Taker, account: str, entry: Entry) -> tuple[str | int, ...]:
    concern = entry.concern
    return (taker.lock, account, concern.object, concern.field or "", concern.value or "", entry.version)


def _entry(row: Row) -> Entry:
    concern = Concern(row["object"], row["value"] or None, row["field"] or None)
    return Entry(concern, row["events"], row["version"], row["attempts"], row["first_at"])


def _pause(attempts: int) -> timedelta:
    return min(_FIRST_PAUSE * (1 << min(attempts, 20)), _LONGEST_PAUSE)
