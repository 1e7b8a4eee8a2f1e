"""``mapstudio connections``: what the project knows, and where each secret would come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapstudio.cli import output
from mapstudio.cli.options import json_option, open_project, project_option, verbose_option

if TYPE_CHECKING:
    from mapstudio.project import Connection, Environment, Project


@click.command("connections")
@json_option
@project_option
@verbose_option
def command(project_folder: Path | None, as_json: bool) -> None:
    """List the project's connections with their environments. Does not use the network.

    Secrets are never shown, only where each would come from.
    """
    project = open_project(project_folder)
    entries = [
        _entry(project, connection, environment)
        for connection in project.connections.values()
        for environment in connection.environments.values()
    ]
    if as_json:
        output.json_data({"project": project.name, "connections": entries})
        return
    if not entries:
        output.talk("No connection is set up yet. Run mapstudio connect NAME --type TYPE.")
        return
    output.table(("CONNECTION", "TYPE", "ENVIRONMENT", "REACHES", "SECRETS"), [_row(entry) for entry in entries])


def _entry(project: Project, connection: Connection, environment: Environment) -> dict[str, Any]:
    from mapstudio.connectors.opening import connection_settings
    from mapstudio.project import setting_origin

    settings = {}
    secrets = {}
    for setting in connection_settings(project, connection.name, environment.name):
        origin = setting_origin(project, connection.name, environment.name, setting)
        if setting.secret:
            secrets[setting.name] = {"origin": origin and str(origin), "required": setting.required}
        elif origin is not None:
            settings[setting.name] = {"origin": str(origin), "value": environment.settings.get(setting.name)}
    return {
        "name": connection.name,
        "type": connection.type,
        "environment": environment.name,
        "account": environment.settings.get("account"),
        "settings": settings,
        "secrets": secrets,
        "bindings": dict(environment.bindings),
    }


def _row(entry: dict[str, Any]) -> list[str]:
    reaches = [value["value"] or value["origin"] for name, value in entry["settings"].items() if name == "url"]
    if entry["account"]:
        reaches.append(f"account {entry['account']}")
    secrets = [
        f"{name}: {secret['origin'] or ('missing' if secret['required'] else 'none')}"
        for name, secret in entry["secrets"].items()
    ]
    return [entry["name"], entry["type"], entry["environment"], ", ".join(reaches) or "default", ", ".join(secrets)]
