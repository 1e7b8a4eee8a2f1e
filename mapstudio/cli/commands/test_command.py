"""``mapstudio test``: runs the examples that stand in mappings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapstudio.cli import output
from mapstudio.cli.mappings import load, mapping_files, snapshots_for
from mapstudio.cli.options import engine_option, json_option, project_if_any, project_option, verbose_option
from mapstudio.model.errors import ExitCode

if TYPE_CHECKING:
    from mapstudio.mapping.examples import ExampleResult


@click.command("test")
@click.argument("mappings", nargs=-1, required=True, metavar="MAPPING...")
@engine_option
@json_option
@project_option
@verbose_option
def command(*, mappings: tuple[str, ...], engine: str, project_folder: Path | None, as_json: bool) -> int:
    """Run the examples of each MAPPING: a file, a name or a folder. Does not use the network.

    Outputs are cast to the destination's schema where the project has a snapshot of it. Exit code 1 when one fails.
    """
    results = [_run(path, engine) for path in mapping_files(mappings, project_if_any(project_folder))]
    failed = sum(result["failed"] for result in results)
    if as_json:
        output.json_data({"mappings": [_entry(result) for result in results]})
    else:
        for result in results:
            _show(result)
        passed = sum(result["passed"] for result in results)
        output.talk(f"{passed} passed, {failed} failed.")
    return ExitCode.REJECTED if failed else ExitCode.DONE


def _run(path: Path, engine: str) -> dict[str, Any]:
    from mapstudio.expressions import Engine
    from mapstudio.mapping.examples import run_examples

    loaded = load(path)
    mapping = loaded.require()
    _, schema = snapshots_for(path, loaded)
    examples = run_examples(mapping, schema=schema, engine=Engine(engine))
    passed = sum(example.passed for example in examples)
    return {
        "name": mapping.name,
        "file": mapping.file,
        "passed": passed,
        "failed": len(examples) - passed,
        "cast": schema is not None,
        "destination": f"{mapping.destination.connection}.{mapping.destination.object}",
        "examples": examples,
    }


def _entry(result: dict[str, Any]) -> dict[str, Any]:
    return {**result, "examples": [example.to_json() for example in result["examples"]]}


def _show(result: dict[str, Any]) -> None:
    examples: list[ExampleResult] = result["examples"]
    if not examples:
        output.talk(f"{result['file']}: no examples yet.")
    for example in examples:
        mark = output.paint("ok  ", "green") if example.passed else output.paint("FAIL", "bold", "red")
        output.painted(f"{mark} {output.safe(result['name'])}: {output.safe(example.name)}")
        for difference in example.differences:
            output.data(f"       {result['file']}:{example.line}: {difference}")
    if result["failed"] and not result["cast"]:
        connection, _, name = result["destination"].partition(".")
        remedy = f"mapstudio schema {connection} {name} --save keeps it"
        output.talk(f"note: {connection}.{name} has no snapshot here, so nothing was cast to its fields; {remedy}.")
