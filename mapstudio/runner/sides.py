"""Opens both ends of a mapping: connected, guarded, with their live schemas."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TypeAlias

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.opening import guard, open_connector
from mapstudio.mapping.definition import Mapping
from mapstudio.mapping.paths_read import paths_read
from mapstudio.project import SANDBOX, Project
from mapstudio.runner.task import Side

Connect: TypeAlias = Callable[[Project, str, str], Connector]
connect: Connect = open_connector


@dataclass(frozen=True, slots=True)
class Environments:
    """Which environment each side uses; there is no fallback from one to the other."""

    source: str = SANDBOX
    destination: str = SANDBOX


@dataclass(frozen=True, slots=True)
class Sides:
    """Both ends, open."""

    source: Side
    destination: Side


async def open_sides(
    project: Project, mapping: Mapping, environments: Environments, connect_to: Connect, stack: AsyncExitStack
) -> Sides:
    """Open both ends; they are closed with the stack.

    Raises:
        MapstudioError: Whatever keeps one of them from being used; the first one that is found.
    """

    async def side(
        connector: Connector, connection: str, environment: str, object_name: str, used: Collection[str]
    ) -> Side:
        account = await guard(connector, project, connection, environment)
        schema = await connector.schema(object_name, used)
        able = connector.capabilities(object_name)
        return Side(connection, environment, object_name, connector, account, schema, able)

    source, destination = mapping.source, mapping.destination
    reader = await stack.enter_async_context(connect_to(project, source.connection, environments.source))
    writer = await stack.enter_async_context(connect_to(project, destination.connection, environments.destination))
    try:
        async with asyncio.TaskGroup() as group:
            one = group.create_task(
                side(reader, source.connection, environments.source, source.object, paths_read(mapping))
            )
            written = [row.field for row in mapping.all_rows]
            other = group.create_task(
                side(writer, destination.connection, environments.destination, destination.object, written)
            )
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    return Sides(one.result(), other.result())
