"""Resolves what a connection needs; a secret from its variable, its command, the keyring, or the secrets file.

Every form names the environment, so that a sandbox's token can never reach production.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from mapstudio.model import AuthenticationError, UsageError
from mapstudio.model.suggest import did_you_mean
from mapstudio.project.model import FILE_NAME, Environment, Project, variable_name
from mapstudio.project.redaction import remember
from mapstudio.project.secret_command import run_secret_command

ACCOUNT = "account"
"""Every environment may pin the account that it must reach, whatever the connector's own settings are."""


class SettingLike(Protocol):
    """What is asked of a connector's setting here."""

    @property
    def name(self) -> str:
        """The key in the file, or the ``FIELD`` of the variable."""

    @property
    def secret(self) -> bool:
        """Kept as a reference only."""

    @property
    def required(self) -> bool:
        """Must be there."""

    @property
    def default(self) -> str:
        """Used when nothing is said; empty for none."""


class Origin(StrEnum):
    """Where a setting's value comes from."""

    VARIABLE = "environment variable"
    COMMAND = "secret_command"
    KEYRING = "keyring"
    FILE = "secrets file"
    PROJECT = FILE_NAME
    DEFAULT = "default"


def resolve_settings(
    project: Project, connection: str, environment: str, settings: Sequence[SettingLike]
) -> dict[str, str]:
    """Return the value of every setting that has one, secrets resolved. May run programs and wait for the keyring.

    Raises:
        UsageError: No such connection or environment, an unknown or missing setting, a secret in the project file.
        AuthenticationError: A required secret is nowhere.
    """
    entry = project.connection(connection).environment(environment)
    _refuse_unknown(entry, connection, settings)
    values: dict[str, str] = {}
    missing: list[SettingLike] = []
    for setting in settings:
        value = _value(project, connection, entry, setting, settings)
        if value is not None:
            values[setting.name] = value
        elif setting.required:
            missing.append(setting)
    if missing:
        raise _missing(connection, environment, missing)
    return values


def setting_origin(project: Project, connection: str, environment: str, setting: SettingLike) -> Origin | None:
    """Return where the value would come from, ``None`` when it is nowhere. Runs no program; may ask the keyring."""
    entry = project.connection(connection).environment(environment)
    variable = variable_name(connection, environment, setting.name)
    if variable in os.environ or f"{variable}_FILE" in os.environ:
        return Origin.VARIABLE
    if not setting.secret:
        if setting.name in entry.settings:
            return Origin.PROJECT
        return Origin.DEFAULT if setting.default else None
    if setting.name in entry.secret_command or "" in entry.secret_command:
        return Origin.COMMAND
    from mapstudio.project.keyring_store import read_secret  # noqa: PLC0415 - only when a secret is looked for there
    from mapstudio.project.secret_file import read_file_secret  # noqa: PLC0415

    if read_secret(project, connection, environment, setting.name):
        return Origin.KEYRING
    return Origin.FILE if read_file_secret(project, connection, environment, setting.name) else None


def pinned_account(project: Project, connection: str, environment: str) -> str | None:
    """Return the id of the account that the environment says it reaches, ``None`` when nothing is pinned."""
    return project.connection(connection).environment(environment).settings.get(ACCOUNT)


def _value(
    project: Project, connection: str, entry: Environment, setting: SettingLike, settings: Sequence[SettingLike]
) -> str | None:
    value = _from_variable(variable_name(connection, entry.name, setting.name))
    if not setting.secret:
        if value is None:
            value = entry.settings.get(setting.name)
        return value if value is not None else setting.default or None
    if value is None:
        value = _from_command(project, connection, entry, setting, settings)
    if value is None:
        value = _stored(project, connection, entry.name, setting.name)
    if value is not None:
        remember(value)
    return value


def _from_variable(variable: str) -> str | None:
    value = os.environ.get(variable)
    if value is not None:
        if not value.strip():
            raise UsageError(f"The variable {variable} is set but empty.", remedy="Give it a value, or unset it.")
        return value.strip()
    path = os.environ.get(f"{variable}_FILE")
    if path is None:
        return None
    try:
        content = Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise UsageError(f"{variable}_FILE names {path}, which cannot be read: {reason}.") from error
    if not content:
        raise UsageError(f"{variable}_FILE names {path}, which is empty.")
    return content


def _from_command(
    project: Project, connection: str, entry: Environment, setting: SettingLike, settings: Sequence[SettingLike]
) -> str | None:
    arguments = entry.secret_command.get(setting.name)
    place = f"{FILE_NAME}: connections.{connection}.{entry.name}.secret_command"
    if arguments is None and "" in entry.secret_command:
        secrets = [item.name for item in settings if item.secret]
        if len(secrets) > 1:
            remedy = "Write " + "secret_command = { " + ", ".join(f"{name} = [...]" for name in secrets) + " }."
            raise UsageError(f"{place} does not say which secret it prints.", remedy=remedy)
        arguments = entry.secret_command[""]
    if arguments is None:
        return None
    return run_secret_command(arguments, folder=project.root, place=place)


def _stored(project: Project, connection: str, environment: str, name: str) -> str | None:
    from mapstudio.project.keyring_store import read_secret  # noqa: PLC0415 - only when a secret is looked for there
    from mapstudio.project.secret_file import read_file_secret  # noqa: PLC0415

    found = read_secret(project, connection, environment, name)
    return found if found is not None else read_file_secret(project, connection, environment, name)


def _refuse_unknown(entry: Environment, connection: str, settings: Sequence[SettingLike]) -> None:
    place = f"connections.{connection}.{entry.name}"
    secrets = {item.name for item in settings if item.secret}
    plain = [item.name for item in settings if not item.secret]
    for name in entry.settings:
        if name in secrets:
            variable = variable_name(connection, entry.name, name)
            remedy = f"Take it out, and set {variable} or run mapstudio connect {connection} --env {entry.name}."
            message = f"{FILE_NAME}: {place}.{name} is a secret, which may not stand in this file."
            raise UsageError(message, remedy=remedy)
        if name not in plain and name != ACCOUNT:
            hint = did_you_mean(name, [*plain, ACCOUNT, "bindings", "secret_command"])
            remedy = hint[0].upper() + hint[1:] if hint else f"Known here: {', '.join([*plain, ACCOUNT])}."
            raise UsageError(f'{FILE_NAME}: {place} has an unknown key "{name}".', remedy=remedy)
    for name in entry.secret_command:
        if name and name not in secrets:
            known = ", ".join(sorted(secrets)) or "none"
            message = f'{FILE_NAME}: {place}.secret_command names "{name}", which is no secret of this connection.'
            raise UsageError(message, remedy=f"Its secrets: {known}.")


def _missing(connection: str, environment: str, missing: Sequence[SettingLike]) -> UsageError | AuthenticationError:
    call = f"mapstudio connect {connection} --env {environment}"
    plain = [setting.name for setting in missing if not setting.secret]
    if plain:
        return UsageError(
            f'The connection "{connection}" ({environment}) lacks: {", ".join(plain)}.',
            remedy=f"Add it below [connections.{connection}.{environment}] in {FILE_NAME}, or run {call}.",
        )
    names = ", ".join(setting.name for setting in missing)
    variables = " and ".join(variable_name(connection, environment, setting.name) for setting in missing)
    return AuthenticationError(
        f'The connection "{connection}" ({environment}) has no {names}.', remedy=f"Set {variables}, or run {call}."
    )
