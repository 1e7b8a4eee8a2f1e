"""``mapstudio schema``: the fields of an object, live; ``--save`` keeps them in the project for work offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.options import env_option, json_option, open_project, project_option, verbose_option
from mapstudio.cli.reaching import reached, say_reached
from mapstudio.cli.running import wait_for
from mapstudio.model.counting import number_of

if TYPE_CHECKING:
    from mapstudio.connectors.declarations import Account
    from mapstudio.model import Field, Schema
    from mapstudio.project import Project

_OPTIONS_SHOWN = 6


@click.command("schema")
@click.argument("connection")
@click.argument("object_name", metavar="OBJECT")
@click.option("--save", is_flag=True, help="Write the snapshot schemas/CONNECTION.OBJECT.json into the project.")
@env_option
@json_option
@project_option
@verbose_option
def command(
    connection: str, object_name: str, save: bool, environment: str, project_folder: Path | None, as_json: bool
) -> None:
    """Show the fields of an OBJECT of a CONNECTION. Uses the network."""
    from mapstudio.project import save_snapshot, snapshot_text

    project = open_project(project_folder)
    account, schema = wait_for(_schema(project, connection, environment, object_name))
    if save:
        output.talk(f"Saved {save_snapshot(project, schema)}.")
    if as_json:
        if output.to_terminal():
            output.json_data(schema.to_json())
        else:
            output.raw(snapshot_text(schema))
        return
    say_reached(connection, environment, account)
    rows = [(item.name, _type(item), _rules(item), _shown_label(item), _options(item)) for item in schema.fields]
    output.table(("FIELD", "TYPE", "RULES", "LABEL", "OPTIONS"), rows)
    looked_at = max((item.guessed_from for item in schema.fields), default=0)
    if looked_at:
        output.talk(f"A type with ? is guessed from {number_of(looked_at, 'record')}: nobody tells it.")


async def _schema(project: Project, connection: str, environment: str, object_name: str) -> tuple[Account, Schema]:
    async with reached(project, connection, environment) as (connector, account):
        return account, await connector.schema(object_name)


def _type(item: Field) -> str:
    reference = f" of {item.reference}" if item.reference else ""
    length = f" ({item.max_length})" if item.max_length else ""
    return f"{item.type}{'?' if item.guessed else ''}{reference}{length}"


def _rules(item: Field) -> str:
    words = (("required", item.required), ("unique", item.unique), ("read-only", item.read_only))
    return ", ".join([*(word for word, holds in words if holds), *(rule.words for rule in item.rules)])


def _shown_label(item: Field) -> str:
    return "" if item.label == item.name else item.label


def _options(item: Field) -> str:
    values = [option.value for option in item.options]
    more = f", ... {len(values)} in all" if len(values) > _OPTIONS_SHOWN else ""
    return ", ".join(values[:_OPTIONS_SHOWN]) + more
