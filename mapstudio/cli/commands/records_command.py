"""``mapstudio records``: some records of an object, as mappings see them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.options import env_option, json_option, open_project, project_option, verbose_option
from mapstudio.cli.reaching import reached
from mapstudio.cli.running import wait_for
from mapstudio.model.counting import number_of
from mapstudio.model.errors import UsageError
from mapstudio.model.suggest import did_you_mean

if TYPE_CHECKING:
    from mapstudio.model import JsonValue, Schema, SourceRecord
    from mapstudio.project import Project


@click.command("records")
@click.argument("connection")
@click.argument("object_name", metavar="OBJECT")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Read at most so many.")
@click.option("--field", "fields", multiple=True, metavar="PATH", help="Read and print this field only; repeatable.")
@env_option
@json_option
@project_option
@verbose_option
def command(
    connection: str,
    object_name: str,
    limit: int,
    fields: tuple[str, ...],
    environment: str,
    project_folder: Path | None,
    as_json: bool,
) -> None:
    """Print records of an OBJECT of a CONNECTION as JSON lines. Uses the network.

    The lines are what mapstudio transform and mapstudio eval read. With --json they are one JSON array.
    """
    project = open_project(project_folder)
    records = wait_for(_records(project, connection, environment, object_name, limit, fields))
    rows = [_shown(record, fields) for record in records]
    if as_json:
        output.json_data(rows)
        return
    for row in rows:
        output.json_data(row, indent=0)
    output.talk(f"{number_of(len(rows), 'record')} of {connection}.{object_name} ({environment}).")


async def _records(
    project: Project, connection: str, environment: str, object_name: str, limit: int, fields: Sequence[str]
) -> list[SourceRecord]:
    from mapstudio.connectors.exchange import ReadRequest

    found: list[SourceRecord] = []
    request = ReadRequest(object_name, paths=frozenset(fields) or None, limit=limit)
    async with reached(project, connection, environment) as (connector, _):
        if fields:
            _check_fields(await connector.schema(object_name, used=fields), fields)
        async for page in connector.read(request):
            found.extend(page.records)
            if len(found) >= limit:
                break
    return found[:limit]


def _shown(record: SourceRecord, fields: Sequence[str]) -> JsonValue:
    """Return what is printed: a connector may answer more than it was asked for."""
    from mapstudio.cli.picking import picked

    return picked(record.data, fields) if fields else record.data


def _check_fields(schema: Schema, fields: Sequence[str]) -> None:
    from mapstudio.mapping.schema_fields import has_source_path

    for path in fields:
        if not has_source_path(schema, path):
            remedy = did_you_mean(path, schema.by_name) or "List them with mapstudio schema."
            raise UsageError(f'{schema.connection} {schema.object} has no field "{path}".', remedy=remedy)
