"""``mapstudio objects``: what a connection offers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.options import env_option, json_option, open_project, project_option, verbose_option
from mapstudio.cli.reaching import reached, say_reached
from mapstudio.cli.running import wait_for

if TYPE_CHECKING:
    from mapstudio.connectors.declarations import Account, ObjectInfo
    from mapstudio.project import Project


@click.command("objects")
@click.argument("connection")
@env_option
@json_option
@project_option
@verbose_option
def command(connection: str, environment: str, project_folder: Path | None, as_json: bool) -> None:
    """List the objects of a CONNECTION that mappings can use. Uses the network."""
    account, objects = wait_for(_objects(open_project(project_folder), connection, environment))
    if as_json:
        output.json_data(
            [
                {"name": item.name, "label": item.label, "readable": item.readable, "writable": item.writable}
                for item in objects
            ]
        )
        return
    say_reached(connection, environment, account)
    rows = [(item.name, item.label, _mark(item.readable), _mark(item.writable)) for item in objects]
    output.table(("OBJECT", "LABEL", "READ", "WRITE"), rows)


async def _objects(project: Project, connection: str, environment: str) -> tuple[Account, Sequence[ObjectInfo]]:
    async with reached(project, connection, environment) as (connector, account):
        return account, await connector.objects()


def _mark(value: bool) -> str:
    return "yes" if value else "-"
