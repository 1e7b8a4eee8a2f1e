"""One open mapping: the editor, both sides, the sample and what they add up to. The screens draw it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from mapstudio.connectors.declarations import Account
from mapstudio.connectors.opening import open_connector
from mapstudio.mapping.definition import Mapping
from mapstudio.mapping.paths_read import paths_read
from mapstudio.model import JsonValue, MapstudioError, Schema, SourceRecord
from mapstudio.project import PRODUCTION, Project, load_snapshot, state_folder
from mapstudio.project.mapped_objects import MappedObjects
from mapstudio.runner import Environments, PlannedRecord
from mapstudio.runner.sides import Connect
from mapstudio.studio.session.cache import SideCache
from mapstudio.studio.session.editor import Editor
from mapstudio.studio.session.live import EVERYTHING, Live, LiveSide
from mapstudio.studio.session.paths import field_key, value_at
from mapstudio.studio.session.preview import Preview, preview_expression
from mapstudio.studio.session.sample import Sample
from mapstudio.studio.session.view import MapView, ViewInputs, build_view


@dataclass(frozen=True, slots=True)
class SideState:
    """What is known of one side.

    Attributes:
        connection: The connection's name.
        object: The object.
        environment: Its environment.
        schema: What it holds, when known.
        live: The schema is the system's own, of now; else it is what was last read.
        read_at: When the schema was read.
        account: Whom it reaches, once it was reached.
        error: Why it was not; ``None`` as long as it was not tried or when it was.
        failed_at: When it was not.
    """

    connection: str
    object: str
    environment: str
    schema: Schema | None = None
    live: bool = False
    read_at: datetime | None = None
    account: Account | None = None
    error: MapstudioError | None = None
    failed_at: datetime | None = None

    @property
    def production(self) -> bool:
        """Whether it is production."""
        return self.environment == PRODUCTION

    @property
    def stale(self) -> bool:
        """Whether what is shown is older than the answer that did not come."""
        return self.error is not None and self.schema is not None and not self.live


class MapSession:
    """One mapping, open in the studio.

    Args:
        project: The project.
        path: The mapping file.
        environments: Which environment each side uses.
        connect: Gives the connectors; tests bring their own.

    Raises:
        UsageError: The file cannot be read.
    """

    def __init__(
        self, project: Project, path: Path, environments: Environments, *, connect: Connect = open_connector
    ) -> None:
        state = state_folder(project)
        self.project = project
        self.environments = environments
        self.editor = Editor(path, state)
        self.sample: Sample | None = None
        self.sample_live = False
        self.record = 0
        self._mapped = MappedObjects(project)
        self._cache = SideCache(state)
        self._live = Live(project, environments, connect=connect)
        self.source = self._side("source")
        self.destination = self._side("destination")
        self.view = MapView(self.inputs())

    @property
    def mapping(self) -> Mapping | None:
        """What the document says now."""
        return self.editor.loaded.mapping

    @property
    def current(self) -> SourceRecord | None:
        """The current record of the sample."""
        if self.sample is None or not self.sample.records:
            return None
        return self.sample.records[min(self.record, len(self.sample.records) - 1)]

    def inputs(self) -> ViewInputs:
        """Return what the view is made of now."""
        return ViewInputs(
            self.editor.loaded, self.source.schema, self.destination.schema, self.sample, self._bindings(), self._mapped
        )

    def refresh(self) -> MapView:
        """Make the view again, at once."""
        self.view = build_view(self.inputs(), self.view)
        return self.view

    async def refresh_off_loop(self) -> MapView:
        """Make the view again beside the screen's loop; the old one stays until it is ready."""
        inputs = self.inputs()
        self.view = await asyncio.to_thread(build_view, inputs, self.view)
        return self.view

    def take_remembered(self) -> None:
        """Show what was last read of both sides, until they answer."""
        self.source = self._remembered(self.source)
        self.destination = self._remembered(self.destination)
        if self.sample is None:
            side = self.source
            self.sample = self._cache.sample(side.connection, side.environment, side.object)
        with contextlib.suppress(OSError):
            self._cache.forget_old()

    async def open_source(self) -> None:
        """Reach the source; what goes wrong is kept in its state."""
        if self.mapping is not None:
            self.source = await self._reached(self.source, self._live.source(self.mapping))

    async def open_destination(self) -> None:
        """Reach the destination; what goes wrong is kept in its state."""
        if self.mapping is not None:
            self.destination = await self._reached(self.destination, self._live.destination(self.mapping))

    async def fetch_sample(self, progress: Callable[[int], None] = lambda _: None) -> None:
        """Read the sample again.

        Raises:
            MapstudioError: The source cannot be read; the old sample stays.
        """
        if self.mapping is None:
            return
        self.sample = await self._live.sample(self.mapping, paths_read(self.mapping), progress)
        self.sample_live = True
        self.record = min(self.record, max(len(self.sample.records) - 1, 0))
        side = self.source
        with contextlib.suppress(OSError):
            self._cache.keep_sample(side.connection, side.environment, side.object, self.sample)

    def needs_more(self, paths: frozenset[str]) -> bool:
        """Return whether expressions read something that the sample was not asked for."""
        return self.sample is not None and self.sample_live and bool(self.sample.lacks(paths - {EVERYTHING}))

    def preview(self, field: str, text: str) -> Preview:
        """Return what an expression would give; may be called beside the screen's loop."""
        return preview_expression(self.view, field, text, self.record)

    def examples(self, paths: Sequence[str]) -> dict[str, JsonValue]:
        """Return a value of each source field, by its path: the current record's, or else the first that there is."""
        records = self.sample.records if self.sample is not None else ()
        order = [*records[self.record : self.record + 1], *records]
        found = {
            path: next(filter(_is_there, (value_at(item.data, field_key(path)) for item in order)), None)
            for path in paths
        }
        return {path: value for path, value in found.items() if value is not None}

    async def plan_current(self) -> tuple[PlannedRecord, ...]:
        """Return the plan of the current record.

        Raises:
            MapstudioError: The mapping cannot be planned, or a side not be reached.
        """
        record = self.current
        if record is None:
            return ()
        return await self._live.plan_record(self.editor.loaded, record)

    def go_to_record(self, index: int) -> bool:
        """Make another record the current one and return whether it is another."""
        count = len(self.sample.records) if self.sample is not None else 0
        index = max(0, min(index, count - 1))
        if not count or index == self.record:
            return False
        self.record = index
        return True

    def next_failing(self, step: int, field: str = "") -> int | None:
        """Return the next record on which a row (or any row) fails, going round; ``None`` when none does."""
        row = self.view.by_field.get(field)
        failing = row.errors_at if row is not None and row.errors_at else self.view.failing
        if not failing:
            return None
        if step > 0:
            return next((index for index in failing if index > self.record), failing[0])
        return next((index for index in reversed(failing) if index < self.record), failing[-1])

    async def close(self) -> None:
        """Close the connections; they are opened again when needed."""
        await self._live.close()

    def _side(self, which: str) -> SideState:
        mapping = self.mapping
        environment = self.environments.source if which == "source" else self.environments.destination
        if mapping is None:
            return SideState("", "", environment)
        side = mapping.source if which == "source" else mapping.destination
        return SideState(side.connection, side.object, environment)

    def _bindings(self) -> dict[str, JsonValue]:
        connection = self.project.connections.get(self.destination.connection)
        environment = connection.environments.get(self.destination.environment) if connection is not None else None
        return dict(environment.bindings) if environment is not None else {}

    def _remembered(self, side: SideState) -> SideState:
        if side.schema is not None or not side.connection:
            return side
        schema = self._cache.schema(side.connection, side.environment, side.object)
        if schema is None:
            with contextlib.suppress(MapstudioError):
                schema = load_snapshot(self.project, side.connection, side.object)
        return replace(side, schema=schema, read_at=_moment(schema))

    async def _reached(self, side: SideState, reaching: Awaitable[LiveSide]) -> SideState:
        try:
            found = await reaching
        except MapstudioError as error:
            return replace(side, live=False, error=error, failed_at=datetime.now(UTC))
        with contextlib.suppress(OSError):
            named = replace(found.schema, connection=side.connection, object=side.object)
            self._cache.keep_schema(side.environment, named)
        return replace(
            side,
            schema=found.schema,
            live=True,
            read_at=datetime.now(UTC),
            account=found.account,
            error=None,
            failed_at=None,
        )


def _is_there(value: JsonValue) -> bool:
    return value is not None and value not in ("", [], {})


def _moment(schema: Schema | None) -> datetime | None:
    try:
        return datetime.fromisoformat(schema.taken_at) if schema is not None and schema.taken_at else None
    except ValueError:
        return None
