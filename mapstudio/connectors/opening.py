"""From a project's connection to an open, guarded one: the only door through which a system is reached."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.declarations import Account, AccountKind, Setting
from mapstudio.connectors.http import LOOPBACK
from mapstudio.connectors.registry import connector_class
from mapstudio.model import PreconditionError
from mapstudio.project import FILE_NAME, PRODUCTION, SANDBOX, Project, pinned_account, resolve_settings, variable_name

_URL = "url"


def open_connector(project: Project, connection: str, environment: str) -> Connector:
    """Return a connector with its settings resolved; nothing is sent until it is used as a context manager.

    Raises:
        UsageError: No such connection, environment or type, or a setting is missing or malformed.
        AuthenticationError: A secret is nowhere to be found.
    """
    chosen = connector_class(project.connection(connection).type)
    settings = resolve_settings(project, connection, environment, connection_settings(project, connection, environment))
    opened = chosen.open(connection, settings)
    if chosen.oauth_app(settings) is not None:
        from mapstudio.project.token_vault import ProjectTokenVault  # noqa: PLC0415 - only OAuth has tokens to keep

        opened.use_vault(ProjectTokenVault(project, connection, environment))
    return opened


def connection_settings(project: Project, connection: str, environment: str) -> list[Setting]:
    """Return the settings that a connection has: those of OAuth where the project, or a variable, names an app for it.

    Raises:
        UsageError: No such connection, environment or type.
    """
    settings = connector_class(project.connection(connection).type).settings
    entry = project.connection(connection).environment(environment)
    oauth = any(
        item.name in entry.settings or variable_name(connection, environment, item.name) in os.environ
        for item in settings
        if item.oauth and item.required and not item.secret
    )
    return settings_of(settings, oauth=oauth)


def settings_of(settings: Sequence[Setting], *, oauth: bool) -> list[Setting]:
    """Return those settings that a connection has: with OAuth no other secret, without it none of OAuth's."""
    return [item for item in settings if (item.oauth or not item.secret if oauth else not item.oauth)]


async def guard(connector: Connector, project: Project, connection: str, environment: str) -> Account:
    """Return the account that is reached, once it is the one that the environment may reach.

    ``sandbox`` never reaches an account that says it is production. ``production`` reaches one that says it is a
    sandbox only where the project pins that very account; so does any other environment one that says it is production.
    An account that cannot tell is taken where it is pinned; outside of ``production``, on this machine as well.

    Raises:
        PreconditionError: The account is not the pinned one, is of the wrong kind, or cannot be told and is not pinned.
        AuthenticationError: The credentials are refused.
        ConnectionFailedError: The system does not answer.
    """
    account = await connector.whoami()
    where = f'The connection "{connection}" ({environment})'
    pin = pinned_account(project, connection, environment)
    if pin is not None and pin != account.id:
        raise PreconditionError(
            f'{where} reaches account "{account.id}" ({account.name}), but {FILE_NAME} pins account "{pin}".',
            remedy="Nothing was read or written. Check the credentials, or correct the pin.",
        )
    pinned = is_named(account, project.connection(connection).environment(environment).settings)
    if not _allowed(account.kind, environment, pinned=pinned, local=_is_local(project, connection, environment)):
        raise _refusal(account, connection, environment)
    return account


def is_named(account: Account, settings: Mapping[str, str]) -> bool:
    """Whether a setting of the connector's own holds the account's id; one of several parts, in any order."""
    return any(_parts(value) == _parts(account.id) for value in settings.values())


def _parts(text: str) -> set[str]:
    return {part.strip() for part in text.split(",")}


def _allowed(kind: AccountKind, environment: str, *, pinned: bool, local: bool) -> bool:
    """Whether an account of that kind may be reached.

    ``pinned`` is said by the project file: under ``account``, or under a setting of the connector's own that holds the
    account's id (a portal, a property).
    """
    match kind:
        case AccountKind.SANDBOX:
            return environment != PRODUCTION or pinned
        case AccountKind.PRODUCTION:
            return environment == PRODUCTION or (pinned and environment != SANDBOX)
        case AccountKind.UNKNOWN:
            return pinned or (local and environment != PRODUCTION)


def _refusal(account: Account, connection: str, environment: str) -> PreconditionError:
    reached = f'account "{account.id}" ({account.name})'
    table = f"[connections.{connection}.{environment}]"
    pin = f'add account = "{account.id}" below {table} in {FILE_NAME}'
    if account.kind is AccountKind.UNKNOWN:
        return PreconditionError(
            f'The connection "{connection}" ({environment}) reaches {reached}, which cannot tell whether it is a '
            "production account.",
            remedy=f"If it is the right one, {pin}.",
        )
    remedy = f"If it is the right one all the same, {pin}."
    if account.kind is AccountKind.PRODUCTION and environment == SANDBOX:
        remedy = f"Use the credentials of a sandbox, or move them to [connections.{connection}.{PRODUCTION}]."
    return PreconditionError(
        f'The connection "{connection}" is to reach {environment}, but {reached} says that it is {account.kind}.',
        remedy=f"Nothing was read or written. {remedy}",
    )


def _is_local(project: Project, connection: str, environment: str) -> bool:
    variable = variable_name(connection, environment, _URL)
    if f"{variable}_FILE" in os.environ:
        return False
    written = project.connection(connection).environment(environment).settings.get(_URL, "")
    return urlsplit(os.environ.get(variable, written).strip()).hostname in LOOPBACK
