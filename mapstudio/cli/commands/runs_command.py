"""``mapstudio runs``: what was executed, and what happened to each record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapstudio.cli import output
from mapstudio.cli.options import json_option, open_project, project_option, verbose_option
from mapstudio.cli.plan_view import counted, side

if TYPE_CHECKING:
    from mapstudio.runner import RunEntry, RunReader, RunRow


@contextmanager
def open_reader(folder: Path | None) -> Iterator[RunReader]:
    """Give the books of the project."""
    from mapstudio.project import state_folder
    from mapstudio.runner import RunReader, StateStore

    with StateStore.open(state_folder(open_project(folder))) as state:
        yield RunReader(state)


@click.group("runs")
def command() -> None:
    """List the project's runs, or show one. Does not use the network."""


@command.command("list")
@click.option("--mapping", metavar="NAME", help="Of this mapping only.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The newest so many.")
@json_option
@project_option
@verbose_option
def list_command(*, mapping: str | None, limit: int, project_folder: Path | None, as_json: bool) -> None:
    """List the runs, newest first. Does not use the network."""
    from mapstudio.runner import run_json

    with open_reader(project_folder) as reader:
        runs = reader.runs(mapping=mapping, limit=limit)
    if as_json:
        output.json_data([run_json(run) for run in runs])
        return
    if not runs:
        output.talk("No run yet. mapstudio apply MAPPING makes one.")
        return
    rows = [
        (run.id, run.started[:19].replace("T", " "), run.mapping, _to(run), str(run.status), _counts(run))
        for run in runs
    ]
    output.table(("RUN", "STARTED (UTC)", "MAPPING", "DESTINATION", "STATUS", "RESULT"), rows)


@command.command("show")
@click.argument("run", default="last")
@json_option
@project_option
@verbose_option
def show_command(*, run: str, project_folder: Path | None, as_json: bool) -> None:
    """Show one RUN (its id, the beginning of it, or last) with what it did. Does not use the network."""
    from mapstudio.runner import run_json

    with open_reader(project_folder) as reader:
        found = reader.run(run)
        entries = reader.entries(found)
    if as_json:
        output.json_data({**run_json(found), "records": [_entry(entry) for entry in entries]})
        return
    ended = found.ended[:19] if found.ended else "not yet"
    output.data(f"{found.id}: {found.mapping}, {found.status}")
    output.data(f"{side(found.source)} -> {side(found.destination)}")
    output.data(f"started {found.started[:19]}, ended {ended}")
    output.data(counted(found.counts))
    if error := found.report.get("error"):
        output.data(f"error: {error}")
    rows = [(entry.verb, entry.source_id, entry.destination_id or "", _what(entry)) for entry in entries]
    if rows:
        output.data("")
        output.table(("DID", "SOURCE", "DESTINATION", "WHAT"), rows)


def _to(run: RunRow) -> str:
    return f"{run.destination.connection} ({run.destination.environment})"


def _counts(run: RunRow) -> str:
    return counted(run.counts)


def _entry(entry: RunEntry) -> dict[str, Any]:
    told = {"source_id": entry.source_id, "verb": entry.verb, "destination_id": entry.destination_id}
    return {**entry.entry, **told}


def _what(entry: RunEntry) -> str:
    if undone := entry.entry.get("undone"):
        return f"undone {str(undone)[:19]}"
    reason = entry.entry.get("reason")
    if reason:
        row = entry.entry.get("row")
        return f"{row}: {reason}" if row else str(reason)
    fields = entry.entry.get("fields")
    names = [str(field.get("name")) for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []
    return ", ".join(names)
