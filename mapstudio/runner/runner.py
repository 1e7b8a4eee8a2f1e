"""The runner: one mapping, both sides open, planned and applied. It neither draws nor prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Literal, Self

from mapstudio.connectors.exchange import Among
from mapstudio.expressions import Engine
from mapstudio.mapping.bindings import require_bound
from mapstudio.mapping.checking import require_plannable
from mapstudio.mapping.reading import LoadedMapping, read_mapping
from mapstudio.model import ExitCode, JsonValue, MapstudioError, SourceRecord, UsageError
from mapstudio.project import Project, state_folder
from mapstudio.runner.applying import Execution
from mapstudio.runner.candidate import candidates_of
from mapstudio.runner.confirmation import check_confirmation
from mapstudio.runner.linking import LinkBook
from mapstudio.runner.lock import RunLock, lock_name
from mapstudio.runner.plan import Plan, PlannedRecord
from mapstudio.runner.planner import plan_candidates
from mapstudio.runner.planning import make_plan
from mapstudio.runner.preflight import check_abilities
from mapstudio.runner.progress import ProgressCallback, silent
from mapstudio.runner.reading import read_sample
from mapstudio.runner.recovery import Recovered, find_recovered
from mapstudio.runner.report import Report
from mapstudio.runner.reviewing import check_held
from mapstudio.runner.sides import Connect, Environments, Sides, connect, open_sides
from mapstudio.runner.staleness import check_premises, check_present
from mapstudio.runner.state import StateStore
from mapstudio.runner.task import Task, digest_of

_NOT_OPEN = "the runner is not open: use it as an async context manager"


class InterruptedRunError(MapstudioError):
    """The user wanted to stop before anything was written."""

    exit_code = ExitCode.INTERRUPTED


class Runner:
    """Plans and applies one mapping. Use as an async context manager; one plan or apply at a time.

    Args:
        project: Where connections and bindings are looked up.
        mapping: The file, or what the studio has of it.
        environments: Which environment each side uses.
        state: Where links and runs are kept; the project's own by default.
        connect_to: Gives the connectors; tests bring their own.

    Raises:
        UsageError: The file cannot be read.
        MappingError: The mapping has errors, or a binding has no value; all are listed.
    """

    def __init__(
        self,
        project: Project,
        mapping: Path | LoadedMapping,
        environments: Environments | None = None,
        state: StateStore | None = None,
        *,
        connect_to: Connect = connect,
        engine: Engine = Engine.COMPILED,
    ) -> None:
        self._loaded = read_mapping(mapping) if isinstance(mapping, Path) else mapping
        self._project = project
        self._environments = environments or Environments()
        self._mapping = self._loaded.require()
        require_bound(self._mapping, self._bindings(), self._environments.destination)
        self._given_state = self._open_state = state
        self._folder = state.folder if state is not None else state_folder(project)
        destination = self._mapping.destination
        self._lock = RunLock(
            self._folder,
            lock_name(self._mapping.name, destination.connection, self._environments.destination),
        )
        self._connect = connect_to
        self._engine = engine
        self._stack = AsyncExitStack()
        self._sides: Sides | None = None
        self._task: Task | None = None
        self._trusted: Plan | None = None
        self._stop = False
        self._busy = False

    async def __aenter__(self) -> Self:
        """Open both sides, guard them, and check the mapping against their live schemas.

        Raises:
            MappingError: The mapping does not go with the schemas, or its mode and key not with the destination.
            PreconditionError: A connection reaches another account than it may.
            AuthenticationError: Credentials are missing or refused.
            ConnectionFailedError: A system does not answer.
            UsageError: A connection is not set up, or an object does not exist.
        """
        try:
            self._open_state = self._given_state or StateStore.open(self._folder)
            await self._stack.__aenter__()
            self._sides = await open_sides(self._project, self._mapping, self._environments, self._connect, self._stack)
            self._task = self._compiled()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    @property
    def task(self) -> Task:
        """The mapping with both sides; there once the runner is entered."""
        if self._task is None:
            raise RuntimeError(_NOT_OPEN)
        return self._task

    @property
    def state(self) -> StateStore:
        """Where links and runs are kept; there once the runner is entered."""
        if self._open_state is None:
            raise RuntimeError(_NOT_OPEN)
        return self._open_state

    def use_mapping(self, loaded: LoadedMapping) -> None:
        """Go on with an edited mapping between the same two objects, without connecting again.

        Raises:
            MappingError: It has errors; the runner keeps the one that it had.
            UsageError: It is about another object, or has another name.
        """
        mapping = loaded.require()
        before = self._mapping
        same = (before.name, before.source.connection, before.source.object) == (
            mapping.name,
            mapping.source.connection,
            mapping.source.object,
        ) and (before.destination.connection, before.destination.object) == (
            mapping.destination.connection,
            mapping.destination.object,
        )
        if not same:
            raise UsageError(f"{mapping.file} is about other objects now.", remedy="Open it again.")
        kept = (self._loaded, self._mapping)
        self._loaded, self._mapping = loaded, mapping
        try:
            self._task = self._compiled()
        except MapstudioError:
            self._loaded, self._mapping = kept
            raise
        self._trusted = None

    def acquire_lock(self) -> None:
        """Hold the lock until the runner is closed: a plan made from now on is applied without checking it again.

        May be called before the runner is entered, so that a second run ends before it connects.

        Raises:
            MappingError: The mode is ``mirror``: what will not be applied needs no lock.
            LockedError: Another run holds it; the message names the holder.
        """
        require_plannable(self._loaded, writing=True)
        self._lock.acquire()

    def request_stop(self) -> bool:
        """Stop at the next safe moment: a plan is given up, an apply ends after the batch in flight.

        Returns:
            Whether there is something to stop.
        """
        self._stop = True
        return self._busy

    async def sample(self, limit: int) -> list[SourceRecord]:
        """Return the first source records, as the mapping sees them."""
        return await read_sample(self.task, limit)

    async def plan(
        self,
        limit: int | None = None,
        since: Literal["last"] | None = None,
        progress: ProgressCallback = silent,
        *,
        among: Sequence[Among] | None = None,
        retry: bool = False,
    ) -> Plan:
        """Return what an apply would do; nothing is written anywhere.

        Args:
            limit: Only the first so many source records.
            since: ``last`` reads from the last checkpoint on, ``None`` reads all.
            progress: Told as it goes on.
            among: Only these records, which the source's own notices named; the checkpoint stays where it is.
            retry: Send also what the destination refused a short time ago.

        Raises:
            UsageError: ``since`` on a source that cannot be read incrementally.
            InterruptedRunError: :meth:`request_stop` was called.
        """
        with self._working():
            plan = await make_plan(
                self.task,
                self.state,
                self._lock.name,
                limit=limit,
                since=since,
                among=among,
                retry=retry,
                progress=progress,
                check=self._check_stop,
            )
        self._trusted = plan if self._lock.held else None
        return plan

    async def apply(self, plan: Plan, progress: ProgressCallback = silent, *, confirmed: str | None = None) -> Report:
        """Execute a plan under the lock and return what really happened, also when it was stopped.

        A plan that was not made under this very lock (from a file, or shown to someone first) is checked against the
        destination before the first write.

        Args:
            plan: What to do.
            progress: Told after each batch.
            confirmed: The destination's name as the user confirmed it; needed for production.

        Raises:
            MappingError: The mode is ``mirror``, which apply does not do yet.
            PreconditionError: No confirmation, or the plan no longer holds.
            LockedError: Another run holds the lock.
            StateError: What happened cannot be noted.
        """
        task = self.task
        require_plannable(self._loaded, writing=True)
        destination = task.destination
        check_confirmation(destination.connection, destination.environment, confirmed, account=destination.account)
        with self._locked(), self._working():
            recovered = await self._checked(plan)
            self._trusted = None
            self.state.remove_old()
            return await Execution(
                task=task,
                state=self.state,
                plan=plan,
                lock=self._lock.name,
                stopping=lambda: self._stop,
                progress=progress,
            ).execute(recovered)

    async def plan_record(self, record: SourceRecord) -> PlannedRecord:
        """Return the plan of one source record, by the same path as that of all; with ``each`` of its first element."""
        return (await self.plan_outputs(record))[0]

    async def plan_outputs(self, record: SourceRecord) -> Sequence[PlannedRecord]:
        """Return the plan of each output of one source record; at least one, which may say that it is skipped."""
        task = self.task
        return await plan_candidates(
            task, self.state, candidates_of(task, record), recovered=Recovered(), progress=silent
        )

    async def _checked(self, plan: Plan) -> Recovered:
        if plan is self._trusted:
            return await find_recovered(self.task, self.state, self._lock.name)
        check_premises(self.task, plan)
        recovered = await find_recovered(self.task, self.state, self._lock.name)
        check_held(self.task, self.state, plan, recovered)
        await check_present(self.task, plan)
        return recovered

    def _compiled(self) -> Task:
        if self._sides is None:
            raise RuntimeError(_NOT_OPEN)
        source, destination = self._sides.source, self._sides.destination
        mapping = require_plannable(self._loaded, source_schema=source.schema, destination_schema=destination.schema)
        compiled = mapping.compile(
            schema=destination.schema,
            source_schema=source.schema,
            bindings=self._bindings(),
            links=LinkBook(self.state, source.account_key, destination.account_key, source.connector.record_id),
            engine=self._engine,
        )
        task = Task(mapping, digest_of(self._loaded.document.text), source, destination, compiled)
        check_abilities(task)
        return task

    def _bindings(self) -> dict[str, JsonValue]:
        connection = self._project.connection(self._mapping.destination.connection)
        return dict(connection.environment(self._environments.destination).bindings)

    def _check_stop(self) -> None:
        if self._stop:
            raise InterruptedRunError("Interrupted. Nothing was written.")

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._busy = True
        try:
            yield
        finally:
            self._busy = False

    @contextmanager
    def _locked(self) -> Iterator[None]:
        held = self._lock.held
        self._lock.acquire()
        try:
            yield
        finally:
            if not held:
                self._lock.release()

    async def _close(self) -> None:
        try:
            await self._stack.aclose()
        finally:
            self._lock.release()
            self._sides = self._task = None
            if self._open_state is not self._given_state and self._open_state is not None:
                self._open_state.close()
            self._open_state = self._given_state
