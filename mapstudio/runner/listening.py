"""Applies what the inbox holds: the ordinary plan and apply of each mapping, of those records alone.

Entries are taken off once the run that read them has ended; whatever ends it before (an error, ctrl+c, ``kill -9``)
leaves them where they are, and reading them once more writes nothing twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from mapstudio.connectors.exchange import Among
from mapstudio.mapping.checking import require_plannable
from mapstudio.mapping.reading import LoadedMapping, read_mapping
from mapstudio.model import LockedError, MapstudioError, PreconditionError, UsageError, Verb
from mapstudio.project import Project
from mapstudio.runner.confirmation import check_confirmation
from mapstudio.runner.lock import lock_name
from mapstudio.runner.plan import Plan
from mapstudio.runner.report import Report
from mapstudio.runner.runner import InterruptedRunError, Runner
from mapstudio.runner.sides import Connect, Environments, connect
from mapstudio.runner.state import Entry, RunStatus, StateStore, Taker

_AT_ONCE = 500
"""Entries in one run: few enough that what came last does not wait long for what came first."""
_MOST = 10_000
_LOCKED_PAUSE = timedelta(seconds=5)
_OPEN = frozenset({Verb.WAIT, Verb.REVIEW})
_PART = "#"
"""Between a record's id and that of an element of it, where ``each`` makes several of one."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of some entries of one mapping.

    Attributes:
        mapping: The mapping's name.
        events: How many events they stand for.
        reports: Of the runs, one for what was named and one for what was not.
        gone: How many of the records that were named are not there any more.
        left: How many entries stay: their records wait for others or for a person, or their outcome is not known.
        error: What kept them from being read or written; they stay.
        interrupted: The user stopped it; they stay.
    """

    mapping: str
    events: int
    reports: Sequence[Report] = ()
    gone: int = 0
    left: int = 0
    error: MapstudioError | None = None
    interrupted: bool = False


class Listener:
    """The mappings of one source that take its notices.

    Args:
        project: Where connections are looked up.
        mappings: Their files, in the order in which they run: what others link to comes first.
        environments: Of both sides.
        state: Holds the inbox, links and runs.
        confirmed: The destination's name as the user confirmed it; needed for production.
        connect_to: Gives the connectors; tests bring their own.

    Raises:
        UsageError: A file cannot be read.
        MappingError: A mapping is invalid, or cannot be applied.
    """

    def __init__(
        self,
        project: Project,
        mappings: Sequence[Path],
        environments: Environments,
        state: StateStore,
        *,
        confirmed: str | None = None,
        connect_to: Connect = connect,
    ) -> None:
        self._project = project
        self._environments = environments
        self._state = state
        self._confirmed = confirmed
        self._connect = connect_to
        self._mappings = [_Listening.of(path, environments) for path in mappings]
        self._runner: Runner | None = None
        self._stop = False

    @property
    def takers(self) -> Mapping[str, Sequence[Taker]]:
        """Who takes notices, by the source's object."""
        found: dict[str, list[Taker]] = {}
        for item in self._mappings:
            found.setdefault(item.object, []).append(item.taker)
        return found

    @property
    def stopped(self) -> bool:
        """Whether it is to end."""
        return self._stop

    def request_stop(self) -> bool:
        """Stop at the next safe moment, as :meth:`Runner.request_stop` does; there is always something to stop."""
        self._stop = True
        if self._runner is not None:
            self._runner.request_stop()
        return True

    async def check(self, account: str) -> None:
        """Open each mapping once, so that what would keep it from being applied is told before anything comes.

        Args:
            account: The account whose notices are taken.

        Raises:
            MapstudioError: What :class:`Runner` raises, no confirmation, or a source that is another account.
        """
        for item in self._mappings:
            async with self._open(item) as runner:
                destination = runner.task.destination
                check_confirmation(
                    destination.connection, destination.environment, self._confirmed, account=destination.account
                )
                _check_source(runner, account)

    async def work_off(self, account: str, *, early: bool = False) -> AsyncIterator[Handled]:
        """Apply what is due, mapping by mapping; yield each part when it is done.

        Args:
            account: The account whose notices are taken.
            early: Also what was put off.
        """
        for item in self._mappings:
            entries = self._state.inbox.due(item.taker, account, item.object, limit=_MOST, early=early)
            for start in range(0, len(entries), _AT_ONCE):
                if self._stop:
                    return
                yield await self._handle(item, account, entries[start : start + _AT_ONCE])

    async def _handle(self, item: _Listening, account: str, entries: Sequence[Entry]) -> Handled:
        events = sum(entry.events for entry in entries)
        try:
            async with self._open(item, locked=True) as runner:
                _check_source(runner, account)
                return await self._run(runner, item, account, entries)
        except InterruptedRunError:
            return Handled(item.taker.mapping, events, left=len(entries), interrupted=True)
        except MapstudioError as error:
            pause = _LOCKED_PAUSE if isinstance(error, LockedError) else None
            self._state.inbox.put_off(item.taker, account, entries, pause=pause)
            return Handled(item.taker.mapping, events, left=len(entries), error=error)

    async def _run(self, runner: Runner, item: _Listening, account: str, entries: Sequence[Entry]) -> Handled:
        inbox, reports, gone, left = self._state.inbox, list[Report](), 0, 0
        for part in (
            [entry for entry in entries if entry.concern.value is None],
            [entry for entry in entries if entry.concern.value is not None],
        ):
            if not part:
                continue
            plan = await _plan(runner, part)
            report = await runner.apply(plan, confirmed=self._confirmed)
            reports.append(report)
            if report.status is RunStatus.STOPPED:
                left += len(part)
                if report.error is not None:
                    inbox.put_off(item.taker, account, part)
                break
            stays = _staying(part, plan, report)
            with self._state.transaction():
                inbox.take_off(item.taker, account, [entry for entry in part if entry not in stays])
                inbox.put_off(item.taker, account, stays)
            gone += _gone(part, plan)
            left += len(stays)
        last = reports[-1]
        interrupted = last.status is RunStatus.STOPPED and last.error is None
        events = sum(entry.events for entry in entries)
        return Handled(item.taker.mapping, events, tuple(reports), gone, left, last.error, interrupted)

    def _open(self, item: _Listening, *, locked: bool = False) -> _Opened:
        loaded = read_mapping(item.path)
        if _Listening.of_loaded(item.path, loaded, self._environments) != item:
            raise UsageError(f"{item.path} is about other objects than when listening began.", remedy="Start it again.")
        runner = Runner(self._project, loaded, self._environments, self._state, connect_to=self._connect)
        return _Opened(self, runner, locked=locked)

    def now_runs(self, runner: Runner | None) -> None:
        """Note which runner is to be stopped with this."""
        self._runner = runner
        if runner is not None and self._stop:
            runner.request_stop()


@dataclass(frozen=True, slots=True)
class _Listening:
    """A mapping as it was when listening began."""

    path: Path
    object: str
    taker: Taker

    @classmethod
    def of(cls, path: Path, environments: Environments) -> _Listening:
        return cls.of_loaded(path, read_mapping(path), environments)

    @classmethod
    def of_loaded(cls, path: Path, loaded: LoadedMapping, environments: Environments) -> _Listening:
        mapping = require_plannable(loaded, writing=True)
        lock = lock_name(mapping.name, mapping.destination.connection, environments.destination)
        return cls(path, mapping.source.object, Taker(mapping.name, lock))


class _Opened:
    """A runner that its listener can stop while it is open."""

    def __init__(self, listener: Listener, runner: Runner, *, locked: bool) -> None:
        self._listener = listener
        self._runner = runner
        self._locked = locked

    async def __aenter__(self) -> Runner:
        if self._locked:
            self._runner.acquire_lock()
        await self._runner.__aenter__()
        self._listener.now_runs(self._runner)
        return self._runner

    async def __aexit__(self, *error: object) -> None:
        self._listener.now_runs(None)
        await self._runner.__aexit__(*error)


async def _plan(runner: Runner, part: Sequence[Entry]) -> Plan:
    """Return the plan of the records that entries name, or where none is named of what has changed at all."""
    named: dict[str | None, set[str]] = {}
    for entry in part:
        if entry.concern.value is not None:
            named.setdefault(entry.concern.field, set()).add(entry.concern.value)
    if named:
        return await runner.plan(among=[Among(frozenset(values), field) for field, values in named.items()])
    since: Literal["last"] | None = "last" if runner.task.source.capabilities.incremental else None
    return await runner.plan(since=since)


def _staying(part: Sequence[Entry], plan: Plan, report: Report) -> list[Entry]:
    """Return the entries whose records are not done with: they wait, or nobody knows whether they were written."""
    ids = {record.source_id for record in plan.records if record.verb in _OPEN} | set(report.unknown)
    ids |= {record.source_id for record in report.reviews}
    records = {_record_id(source_id) for source_id in ids} | ids
    if not ids:
        return []
    by_id = [entry for entry in part if entry.concern.field is None and entry.concern.value in records]
    known = {entry.concern.value for entry in by_id}
    if all(source_id in known or _record_id(source_id) in known for source_id in ids):
        return by_id
    # Which of the others brought a record is not known.
    return [entry for entry in part if entry in by_id or entry.concern.field is not None or entry.concern.value is None]


def _gone(part: Sequence[Entry], plan: Plan) -> int:
    read = {record.source_id for record in plan.records}
    read |= {_record_id(source_id) for source_id in read}
    named = [entry.concern.value for entry in part if entry.concern.field is None and entry.concern.value is not None]
    return sum(value not in read for value in named)


def _record_id(source_id: str) -> str:
    return source_id.partition(_PART)[0]


def _check_source(runner: Runner, account: str) -> None:
    source = runner.task.source
    if source.account_key != account:
        raise PreconditionError(
            f'The connection "{source.connection}" ({source.environment}) reaches {source.account_key} now, and what '
            f"waits was told by {account}.",
            remedy="Nothing was read or written. Start listening again.",
        )
