"""Whom each connection reaches: asked on a thread of its own, for Home and for the connections' own screen."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mapstudio.connectors.declarations import Account, Setting
from mapstudio.connectors.opening import connection_settings, guard
from mapstudio.model import AuthenticationError, MapstudioError
from mapstudio.project import Environment, Origin, Project, setting_origin, variable_name
from mapstudio.runner.sides import Connect


@dataclass(frozen=True, slots=True)
class SettingState:
    """One setting of an environment; a secret's value is never part of it.

    Attributes:
        name: The setting.
        secret: It is a secret.
        required: The connection needs it.
        origin: Where its value comes from; ``None`` when it is nowhere.
        value: What is used, for what is no secret.
    """

    name: str
    secret: bool
    required: bool
    origin: Origin | None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """What is known of one environment of a connection.

    Attributes:
        connection: The connection.
        environment: The environment.
        settings: What it needs and has.
        account: Whom it reached.
        error: Why it reached nobody.
        seconds: How long that took.
        when: When it was tried; ``None`` while it was not.
    """

    connection: str
    environment: str
    settings: tuple[SettingState, ...] = ()
    account: Account | None = None
    error: MapstudioError | None = None
    seconds: float = 0.0
    when: datetime | None = field(default=None)

    @property
    def missing(self) -> tuple[SettingState, ...]:
        """The required secrets that are nowhere."""
        return tuple(item for item in self.settings if item.secret and item.required and item.origin is None)

    @property
    def lacks_secret(self) -> bool:
        """Whether nothing was sent because a secret is missing."""
        return bool(self.missing) and (self.error is None or isinstance(self.error, AuthenticationError))


def all_environments(project: Project) -> list[tuple[str, str]]:
    """Return every connection with each of its environments, in the file's order."""
    return [(item.name, name) for item in project.connections.values() for name in item.environments]


def probe_all(
    project: Project, wanted: Sequence[tuple[str, str]], connect: Connect, found: Callable[[Probe], object]
) -> None:
    """Try environments side by side and tell each as it answers; to be called beside the screen's loop."""

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            for connection, environment in wanted:
                group.create_task(one(connection, environment))

    async def one(connection: str, environment: str) -> None:
        found(await probe(project, connection, environment, connect))

    asyncio.run(work())


async def probe(project: Project, connection: str, environment: str, connect: Connect) -> Probe:
    """Try one environment; whatever goes wrong with it is part of the answer."""
    settings: tuple[SettingState, ...] = ()
    began = time.monotonic()
    account: Account | None = None
    error: MapstudioError | None = None
    try:
        settings = setting_states(project, connection, environment)
        connector = connect(project, connection, environment)
        began = time.monotonic()
        async with connector:
            account = await guard(connector, project, connection, environment)
    except MapstudioError as failure:
        error = failure
    return Probe(connection, environment, settings, account, error, time.monotonic() - began, datetime.now(UTC))


def setting_states(project: Project, connection: str, environment: str) -> tuple[SettingState, ...]:
    """Return the settings of an environment; may ask the keyring.

    Raises:
        UsageError: The connection is of an unknown type, or has no such environment.
    """
    entry = project.connection(connection).environment(environment)
    declared = connection_settings(project, connection, environment)
    return tuple(
        SettingState(
            name=item.name,
            secret=item.secret,
            required=item.required,
            origin=setting_origin(project, connection, environment, item),
            value="" if item.secret else _told(connection, entry, item),
        )
        for item in declared
    )


def _told(connection: str, entry: Environment, item: Setting) -> str:
    """Return what is used of a setting that is no secret: its variable wins over the file."""
    variable = os.environ.get(variable_name(connection, entry.name, item.name), "").strip()
    return variable or entry.settings.get(item.name, "") or item.default
