"""``mapstudio status``: the project's mappings and how far each is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapstudio.cli import output
from mapstudio.cli.mappings import load, mapped_objects_for, snapshots_for
from mapstudio.cli.options import json_option, open_project, project_option, verbose_option
from mapstudio.cli.plan_view import counted

if TYPE_CHECKING:
    from mapstudio.project import MappingRef
    from mapstudio.runner import RunReader


@click.command("status")
@json_option
@project_option
@verbose_option
def command(*, project_folder: Path | None, as_json: bool) -> None:
    """Show the project's mappings: problems, open questions, the last run, what was rejected or waits for a person.

    Does not use the network.
    """
    from mapstudio.project import state_folder
    from mapstudio.runner import RunReader, StateStore

    project = open_project(project_folder)
    with StateStore.open(state_folder(project)) as state:
        reader = RunReader(state)
        waiting, reviews = state.inbox.waiting(), state.reviews.waiting()
        mappings = [_state(reference, reader, waiting, reviews) for reference in project.mappings()]
    if as_json:
        output.json_data({"project": project.name, "root": str(project.root), "mappings": mappings})
        return
    output.talk(f"{project.name}: {project.root}")
    if not mappings:
        output.talk("No mapping yet. Begin one with mapstudio map new, or in the studio.")
        return
    headers = ("MAPPING", "FROM -> TO", "ROWS", "ERRORS", "QUESTIONS", "DEAD", "REVIEW", "LAST RUN")
    output.table(headers, [_row(mapping) for mapping in mappings], right=(2, 3, 4, 5, 6))
    for mapping in mappings:
        if number := mapping["waiting"]:
            output.talk(f"{mapping['reference']}: {number:,} to be read again wait in the inbox; listen applies them.")
    if asked := sum(mapping["reviews"] for mapping in mappings):
        output.talk(
            f"{'1 record waits' if asked == 1 else f'{asked:,} records wait'} for a person: mapstudio review list"
        )


def _state(
    reference: MappingRef, reader: RunReader, waiting: Mapping[str, int], reviews: Mapping[str, int]
) -> dict[str, Any]:
    from mapstudio.mapping.checking import check_mapping
    from mapstudio.mapping.definition import RowKind
    from mapstudio.mapping.problems import Severity
    from mapstudio.runner import run_json

    loaded = load(reference.path)
    mapping = loaded.mapping
    source, destination = snapshots_for(reference.path, loaded)
    mapped = mapped_objects_for(reference.path)
    problems = check_mapping(loaded, source_schema=source, destination_schema=destination, mapped=mapped)
    rows = mapping.all_rows if mapping is not None else ()
    runs = reader.runs(mapping=reference.name, limit=1)
    return {
        "name": reference.name,
        "reference": reference.reference,
        "source": f"{mapping.source.connection}.{mapping.source.object}" if mapping else None,
        "destination": f"{mapping.destination.connection}.{mapping.destination.object}" if mapping else None,
        "rows": len(mapping.rows) if mapping is not None else 0,
        "errors": sum(problem.severity is Severity.ERROR for problem in problems),
        "warnings": sum(problem.severity is Severity.WARNING for problem in problems),
        "questions": sum(row.kind is RowKind.QUESTION for row in rows),
        "examples": len(mapping.examples) if mapping else 0,
        "dead_letters": len(reader.dead_letters(mapping=reference.name)),
        "reviews": reviews.get(reference.name, 0),
        "waiting": waiting.get(reference.name, 0),
        "last_run": run_json(runs[0]) if runs else None,
    }


def _row(state: dict[str, Any]) -> list[str]:
    sides = f"{state['source']} -> {state['destination']}" if state["source"] else "broken"
    numbers = [str(state[name]) for name in ("rows", "errors", "questions", "dead_letters", "reviews")]
    return [state["reference"], sides, *numbers, _last(state["last_run"])]


def _last(run: dict[str, Any] | None) -> str:
    if run is None:
        return "never"
    counts = {name: value for name, value in run.items() if isinstance(value, int)}
    return f"{run['started'][:16].replace('T', ' ')} {run['status']}, {counted(counts)}"
