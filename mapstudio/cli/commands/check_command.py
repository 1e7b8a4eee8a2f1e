"""``mapstudio check``: everything that is wrong with mappings, at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapstudio.cli import output
from mapstudio.cli.mappings import connection_problems, load, mapped_objects_for, mapping_files, snapshots_for
from mapstudio.cli.options import json_option, project_if_any, project_option, verbose_option
from mapstudio.model.errors import ExitCode

if TYPE_CHECKING:
    from mapstudio.mapping.problems import Problem


@click.command("check")
@click.argument("mappings", nargs=-1, required=True, metavar="MAPPING...")
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@click.option("--portable", is_flag=True, help="Warn of what plain JMESPath could not run.")
@json_option
@project_option
@verbose_option
def command(
    *, mappings: tuple[str, ...], strict: bool, portable: bool, project_folder: Path | None, as_json: bool
) -> int:
    """Find what is wrong with each MAPPING: a file, a name or a folder. Does not use the network.

    The schemas of both sides are taken from the project's snapshots (mapstudio schema CONNECTION OBJECT --save); where
    there are none, the file is checked alone. Exit code 2 when there is an error.
    """
    checked = [_checked(path, portable=portable) for path in mapping_files(mappings, project_if_any(project_folder))]
    failing = [result for result in checked if not _passes(result["problems"], strict=strict)]
    if as_json:
        output.json_data({"mappings": [_entry(result, strict=strict) for result in checked]})
    else:
        for result in checked:
            _show(result["problems"])
        output.talk(_summary(checked, failing, strict=strict))
    return ExitCode.USAGE if failing else ExitCode.DONE


def _checked(path: Path, *, portable: bool) -> dict[str, Any]:
    from mapstudio.mapping.checking import check_mapping

    loaded = load(path)
    source, destination = snapshots_for(path, loaded)
    mapped = mapped_objects_for(path)
    problems = check_mapping(
        loaded, source_schema=source, destination_schema=destination, mapped=mapped, portable=portable
    )
    problems = [*connection_problems(path, loaded, destination), *problems]
    name = loaded.mapping.name if loaded.mapping is not None else ""
    return {"name": name or path.stem, "file": loaded.document.file, "problems": problems}


def _passes(problems: list[Problem], *, strict: bool) -> bool:
    from mapstudio.mapping.problems import Severity

    refused = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return not any(problem.severity in refused for problem in problems)


def _entry(result: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    return {
        "name": result["name"],
        "file": result["file"],
        "ok": _passes(result["problems"], strict=strict),
        "problems": [problem.to_json() for problem in result["problems"]],
    }


def _show(problems: list[Problem]) -> None:
    from mapstudio.mapping.problems import Severity

    colours = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
    for problem in problems:
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        remedy = f"; {problem.remedy}" if problem.remedy else ""
        mark = output.paint(f"{problem.severity}:", colours[problem.severity])
        output.painted(f"{output.safe(place)}: {mark} {output.safe(f'{problem.subject}{problem.message}{remedy}')}")


def _summary(checked: list[dict[str, Any]], failing: list[dict[str, Any]], *, strict: bool) -> str:
    count = len(checked)
    if failing:
        return f"{len(failing)} of {count} mapping{'s' * (count > 1)} must be corrected: {_names(failing)}."
    kind = "no error and no warning" if strict else "no error"
    return f"{count} mapping{'s' * (count > 1)} checked, {kind}."


def _names(results: list[dict[str, Any]]) -> str:
    return ", ".join(result["name"] for result in results)
