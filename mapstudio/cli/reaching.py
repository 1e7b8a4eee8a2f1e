"""Opening a connection for a command: settings resolved, the account checked against the environment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from mapstudio.cli import output

if TYPE_CHECKING:
    from mapstudio.connectors.contract import Connector
    from mapstudio.connectors.declarations import Account
    from mapstudio.project import Project


@asynccontextmanager
async def reached(project: Project, connection: str, environment: str) -> AsyncIterator[tuple[Connector, Account]]:
    """Give an open connector, once it is sure to reach the account that the environment may reach.

    Raises:
        UsageError: The connection is not set up.
        AuthenticationError: A secret is missing or refused.
        ConnectionFailedError: The system does not answer.
        PreconditionError: It is another account than the environment's.
    """
    from mapstudio.connectors.opening import guard, open_connector

    async with open_connector(project, connection, environment) as connector:
        yield connector, await guard(connector, project, connection, environment)


def say_reached(connection: str, environment: str, account: Account) -> None:
    """Tell which account was reached."""
    output.talk(f"{connection} ({environment}): {account.name}, {account.system}")
