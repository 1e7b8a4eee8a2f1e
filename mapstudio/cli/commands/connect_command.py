"""``mapstudio connect``: sets a connection up, stores its secret, and says which account it reaches."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapstudio.cli import asking, output
from mapstudio.cli.letting_in import PORT, let_in
from mapstudio.cli.options import env_option, json_option, open_project, project_option, verbose_option
from mapstudio.cli.reaching import reached
from mapstudio.cli.running import wait_for
from mapstudio.model.errors import MapstudioError, UsageError

if TYPE_CHECKING:
    from mapstudio.connectors.declarations import Account, Setting
    from mapstudio.project import Project


@dataclass
class _Secrets:
    """Where each secret of a connection ended up."""

    stored: dict[str, str] = field(default_factory=dict)
    to_set: list[str] = field(default_factory=list)
    complete: bool = True


@click.command("connect")
@click.argument("name", required=False)
@click.option("--type", "connector_type", help="The kind of system; needed for a new connection.")
@env_option
@click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="A setting that is no secret; repeatable.")
@click.option("--test", is_flag=True, help="Only test: NAME, or without it every connection of the environment.")
@click.option("--no-test", is_flag=True, help="Set up without testing.")
@click.option("--secrets-file", is_flag=True, help="Keep the secret in a private file (0600) in the state folder.")
@click.option("--oauth", is_flag=True, help="Let it in by OAuth, in a browser.")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="Of OAuth's redirect.")
@click.option("--no-browser", is_flag=True, help="Print the page's address only.")
@json_option
@project_option
@verbose_option
def command(
    *,
    name: str | None,
    connector_type: str | None,
    environment: str,
    pairs: tuple[str, ...],
    test: bool,
    no_test: bool,
    secrets_file: bool,
    oauth: bool,
    port: int,
    no_browser: bool,
    project_folder: Path | None,
    as_json: bool,
) -> int | None:
    """Set up the connection NAME, or test it. Uses the network.

    Asks for what the connector needs, writes mapstudio.toml, keeps secrets in the system's keyring (without one it
    prints the variable to set), and says which account and environment it reached. Without a terminal, each secret is
    read from a line of standard input.

    With --oauth it opens a page where a person lets it in; the app's redirect address is http://localhost:PORT/callback.
    """
    project = open_project(project_folder)
    if test:
        return _test(project, name, environment, as_json=as_json)
    if not name:
        raise UsageError("A connection needs a name.", remedy="Write mapstudio connect NAME --type TYPE.")
    project, settings = _set_up(project, name, connector_type, environment, pairs, oauth=oauth)
    secrets = _secrets(project, name, environment, settings, in_file=secrets_file)
    if oauth and secrets.complete:
        _let_in(project, name, environment, secrets, port, browser=not no_browser, in_file=secrets_file)
    account = None
    if secrets.complete and not no_test:
        account = wait_for(_reach(project, name, environment))
    _report(project, name, environment, secrets, account, as_json=as_json)
    return None


def _set_up(
    project: Project, name: str, connector_type: str | None, environment: str, pairs: tuple[str, ...], *, oauth: bool
) -> tuple[Project, list[Setting]]:
    from mapstudio.connectors.opening import settings_of
    from mapstudio.connectors.registry import connector_class, connector_types
    from mapstudio.project.editing import set_connection

    known = project.connections.get(name)
    if known is not None and connector_type not in (None, known.type):
        raise UsageError(
            f'The connection "{name}" is of type "{known.type}", not "{connector_type}".',
            remedy="Give the new one another name, or change the type in mapstudio.toml.",
        )
    chosen = connector_type or (known.type if known else asking.ask_type(connector_types()))
    every = connector_class(chosen).settings
    if oauth and not any(item.oauth for item in every):
        raise UsageError(f'A connection of type "{chosen}" is not let in by OAuth.', remedy="Leave out --oauth.")
    present = known.environments[environment].settings if known and environment in known.environments else {}
    settings = settings_of(every, oauth=oauth or any(item.oauth and item.name in present for item in every))
    given = asking.given_settings(pairs, settings)
    variables = frozenset(item.name for item in settings if _has_variable(name, environment, item.name))
    values = asking.ask_settings(settings, given, present, variables)
    changed = set_connection(project, name, chosen, environment, values)
    if changed != project:
        output.talk(f"Wrote {project.file}.")
    return changed, settings


def _has_variable(connection: str, environment: str, setting: str) -> bool:
    from mapstudio.project import variable_name

    variable = variable_name(connection, environment, setting)
    return variable in os.environ or f"{variable}_FILE" in os.environ


def _secrets(project: Project, name: str, environment: str, settings: list[Setting], *, in_file: bool) -> _Secrets:
    from mapstudio.project import Origin, setting_origin, variable_name

    result = _Secrets()
    for setting in settings:
        if not setting.secret:
            continue
        origin = setting_origin(project, name, environment, setting)
        if origin in (Origin.VARIABLE, Origin.COMMAND):
            result.stored[setting.name] = str(origin)
            continue
        secret = asking.ask_secret(setting, known=origin is not None)
        if secret is not None:
            place = _store(project, name, environment, setting.name, secret, in_file=in_file)
            if place is None:
                # Nothing can keep it here: it serves this test, and the person sets the variable.
                os.environ[variable_name(name, environment, setting.name)] = secret
                result.to_set.append(variable_name(name, environment, setting.name))
            else:
                result.stored[setting.name] = place
        elif origin is not None:
            result.stored[setting.name] = str(origin)
        elif setting.required:
            result.to_set.append(variable_name(name, environment, setting.name))
            result.complete = False
    return result


def _store(project: Project, name: str, environment: str, setting: str, secret: str, *, in_file: bool) -> str | None:
    from mapstudio.project.keyring_store import store_secret
    from mapstudio.project.redaction import remember
    from mapstudio.project.secret_file import store_file_secret

    remember(secret)
    if in_file:
        return str(store_file_secret(project, name, environment, setting, secret))
    return "keyring" if store_secret(project, name, environment, setting, secret) else None


def _let_in(
    project: Project, name: str, environment: str, secrets: _Secrets, port: int, *, browser: bool, in_file: bool
) -> None:
    from mapstudio.connectors.opening import connection_settings
    from mapstudio.connectors.registry import connector_class
    from mapstudio.project import resolve_settings
    from mapstudio.project.keyring_store import vetted_backend
    from mapstudio.project.token_vault import ProjectTokenVault

    if not in_file and vetted_backend() is None:
        remedy = "Add --secrets-file to keep them in a private file of the state folder."
        raise UsageError("There is no keyring that encrypts on this machine to keep the tokens in.", remedy=remedy)
    chosen = connector_class(project.connection(name).type)
    settings = resolve_settings(project, name, environment, connection_settings(project, name, environment))
    app = chosen.oauth_app(settings)
    if app is None:
        raise UsageError(f'The connection "{name}" ({environment}) names no app for OAuth.')
    tokens = wait_for(let_in(app, f"{name} ({chosen.type})", port, browser=browser))
    place = ProjectTokenVault(project, name, environment).keep(tokens.to_text(), in_file=in_file)
    secrets.stored["tokens"] = str(place)


async def _reach(project: Project, name: str, environment: str) -> Account:
    from mapstudio.connectors.opening import guard, is_named, open_connector
    from mapstudio.project import pinned_account
    from mapstudio.project.editing import set_connection

    async with open_connector(project, name, environment) as connector:
        account = await connector.whoami()
        connection = project.connection(name)
        pinned = is_named(account, connection.environment(environment).settings)
        # A pin that names another account is never changed here: guard refuses then.
        if not pinned and pinned_account(project, name, environment) is None and _is_to_be_pinned(account, environment):
            project = set_connection(project, name, connection.type, environment, {asking.ACCOUNT: account.id})
            output.talk(f"Pinned account {account.id} in {project.file}.")
        return await guard(connector, project, name, environment)


def _is_to_be_pinned(account: Account, environment: str) -> bool:
    """Whether the environment is to reach this account only: where both say the same there is nothing to ask."""
    from mapstudio.project import PRODUCTION, SANDBOX

    if environment == SANDBOX:
        return str(account.kind) == SANDBOX
    if environment == PRODUCTION == str(account.kind) and not asking.interactive():
        return True
    return asking.ask_pin(account.name, account.id)


def _report(
    project: Project, name: str, environment: str, secrets: _Secrets, account: Account | None, *, as_json: bool
) -> None:
    if as_json:
        output.json_data(
            {
                "connection": name,
                "type": project.connection(name).type,
                "environment": environment,
                "secrets": secrets.stored,
                "set": secrets.to_set,
                "account": account and _account(account),
            }
        )
        return
    for setting, place in secrets.stored.items():
        output.talk(f"{setting}: {place}")
    if secrets.to_set:
        output.talk(_why_to_set())
        for variable in secrets.to_set:
            output.data(f"export {variable}=...")
    if account is not None:
        output.data(f"{name} ({environment}): {account.name}, {account.system}, {account.kind}")
    elif not secrets.complete:
        output.talk(f"Then test it: mapstudio connect {name} --env {environment} --test")


def _why_to_set() -> str:
    from mapstudio.project.keyring_store import vetted_backend

    where = "Set it where mapstudio runs:"
    return where if vetted_backend() else f"There is no keyring that encrypts on this machine. {where}"


def _test(project: Project, name: str | None, environment: str, *, as_json: bool) -> int | None:
    names = [name] if name else [item.name for item in project.connections.values() if environment in item.environments]
    if not names:
        raise UsageError(f'No connection has an environment "{environment}".', remedy="Set one up: mapstudio connect.")
    results = [_tested(project, item, environment) for item in names]
    failures = [result for result in results if isinstance(result[1], MapstudioError)]
    if as_json:
        output.json_data([_result(item, environment, outcome) for item, outcome in results])
    else:
        for item, outcome in results:
            if not isinstance(outcome, MapstudioError):
                output.data(f"{item} ({environment}): {outcome.name}, {outcome.system}, {outcome.kind}")
    for _, outcome in failures:
        if isinstance(outcome, MapstudioError):
            output.error(outcome.message, outcome.remedy)
    return max((outcome.exit_code for _, outcome in failures if isinstance(outcome, MapstudioError)), default=None)


def _tested(project: Project, name: str, environment: str) -> tuple[str, Account | MapstudioError]:
    try:
        return name, wait_for(_guarded(project, name, environment))
    except MapstudioError as error:
        return name, error


async def _guarded(project: Project, name: str, environment: str) -> Account:
    async with reached(project, name, environment) as (_, account):
        return account


def _result(name: str, environment: str, outcome: Account | MapstudioError) -> dict[str, Any]:
    entry: dict[str, Any] = {"connection": name, "environment": environment}
    if isinstance(outcome, MapstudioError):
        return {**entry, "ok": False, "error": str(outcome), "exit_code": int(outcome.exit_code)}
    return {**entry, "ok": True, "account": _account(outcome)}


def _account(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "kind": str(account.kind),
        "system": account.system,
        "time_zone": account.time_zone,
    }
