"""Both sides of a mapping, live: schemas, a sample, and the plan of one record. Everything here waits for a network.

Each side is opened on its own, so that one that is down leaves the other one working.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, cast

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.declarations import Account
from mapstudio.connectors.exchange import ReadRequest
from mapstudio.connectors.opening import guard, open_connector
from mapstudio.mapping.definition import Mapping
from mapstudio.mapping.reading import LoadedMapping
from mapstudio.model import Schema, SourceRecord
from mapstudio.project import Project
from mapstudio.runner import Environments, PlannedRecord, Runner
from mapstudio.runner.sides import Connect
from mapstudio.studio.session.sample import SIZE, Sample, merged

EVERYTHING = "@"


@dataclass(frozen=True, slots=True)
class LiveSide:
    """One side, reached.

    Attributes:
        account: Whom it reaches.
        schema: The object's schema as the system says it now.
    """

    account: Account
    schema: Schema


class _Lent:
    """An open connector for someone who would open and close one of their own."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def __aenter__(self) -> Connector:
        return self._connector

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class Live:
    """The open connections of one mapping.

    Args:
        project: The project.
        environments: Which environment each side uses.
        connect: Gives the connectors; tests bring their own.
    """

    def __init__(self, project: Project, environments: Environments, *, connect: Connect = open_connector) -> None:
        self._project = project
        self._environments = environments
        self._connect = connect
        self._stack = AsyncExitStack()
        self._open: dict[tuple[str, str], Connector] = {}
        self._opening = asyncio.Lock()
        self._runner: Runner | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close everything; it is opened again when it is next needed."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.__aexit__(None, None, None)
        self._open.clear()
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    async def source(self, mapping: Mapping) -> LiveSide:
        """Reach the source.

        Raises:
            MapstudioError: Whatever keeps it from being used.
        """
        side = mapping.source
        return await self._side(side.connection, self._environments.source, side.object)

    async def destination(self, mapping: Mapping) -> LiveSide:
        """Reach the destination.

        Raises:
            MapstudioError: Whatever keeps it from being used.
        """
        side = mapping.destination
        return await self._side(side.connection, self._environments.destination, side.object)

    async def sample(
        self, mapping: Mapping, paths: frozenset[str], progress: Callable[[int], None] = lambda _: None
    ) -> Sample:
        """Return the first records: all that a plain list answers, and what the expressions use besides.

        Raises:
            MapstudioError: Whatever keeps the source from being read.
        """
        side = mapping.source
        connector = await self._connector(side.connection, self._environments.source)
        request = ReadRequest(side.object, limit=SIZE, archived=side.archived)
        plain = await self._read(connector, request, progress)
        asked = Sample(plain, frozenset(), datetime.now(UTC)).lacks(paths - {EVERYTHING})
        if not asked:
            return Sample(plain, paths, datetime.now(UTC))
        used = await self._read(connector, replace(request, paths=paths - {EVERYTHING}), progress)
        return Sample(merged(plain, used), paths, datetime.now(UTC))

    async def plan_record(self, loaded: LoadedMapping, record: SourceRecord) -> tuple[PlannedRecord, ...]:
        """Return what an apply would do with one record, from the destination's present values.

        Raises:
            MapstudioError: The mapping cannot be planned, or the destination not be read.
        """
        if self._runner is None:
            runner = Runner(self._project, loaded, self._environments, connect_to=self._lend)
            await self._open_sides(loaded.require())
            self._runner = await runner.__aenter__()
        else:
            self._runner.use_mapping(loaded)
        return tuple(await self._runner.plan_outputs(record))

    def _lend(self, project: Project, connection: str, environment: str) -> Connector:
        del project
        return cast("Connector", _Lent(self._open[connection, environment]))

    async def _open_sides(self, mapping: Mapping) -> None:
        await self._connector(mapping.source.connection, self._environments.source)
        await self._connector(mapping.destination.connection, self._environments.destination)

    async def _side(self, connection: str, environment: str, object_name: str) -> LiveSide:
        connector = await self._connector(connection, environment)
        account = await guard(connector, self._project, connection, environment)
        return LiveSide(account, await connector.schema(object_name))

    async def _connector(self, connection: str, environment: str) -> Connector:
        key = (connection, environment)
        async with self._opening:
            if key not in self._open:
                connector = self._connect(self._project, connection, environment)
                self._open[key] = await self._stack.enter_async_context(connector)
        return self._open[key]

    @staticmethod
    async def _read(
        connector: Connector, request: ReadRequest, progress: Callable[[int], None]
    ) -> tuple[SourceRecord, ...]:
        records: list[SourceRecord] = []
        limit = request.limit or SIZE
        async for page in connector.read(request):
            records.extend(page.records[: limit - len(records)])
            progress(len(records))
            if len(records) >= limit:
                break
        return tuple(records)
