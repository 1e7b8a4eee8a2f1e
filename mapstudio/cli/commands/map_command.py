"""``mapstudio map``: what the studio does to a mapping's rows, as commands; only the lines of that row change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mapstudio.cli import output
from mapstudio.cli.mappings import from_here, load, one_mapping
from mapstudio.cli.options import json_option, open_project, project_if_any, project_option, verbose_option
from mapstudio.cli.row_options import described, edit_of, row_options
from mapstudio.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mapstudio.mapping.document import Document
    from mapstudio.mapping.reading import LoadedMapping
    from mapstudio.project import Project

F = TypeVar("F", bound=Callable[..., Any])


@click.group("map")
def command() -> None:
    """Show or change the rows of a mapping. Does not use the network.

    Changes touch the lines of that row only; comments and order stay.
    """


def _common(function: F) -> F:
    return json_option(project_option(verbose_option(function)))


@command.command("ls")
@click.argument("mapping")
@_common
def ls_command(*, mapping: str, project_folder: Path | None, as_json: bool) -> int:
    """List the rows of MAPPING and the source fields left out on purpose. Does not use the network."""
    loaded = load(one_mapping(mapping, project_if_any(project_folder)))
    if loaded.mapping is None:
        loaded.require()
        return ExitCode.USAGE
    rows = [described(row) for row in loaded.mapping.all_rows]
    ignored = {item.field: item.reason for item in loaded.mapping.ignored}
    if as_json:
        output.json_data({"name": loaded.mapping.name, "file": loaded.document.file, "rows": rows, "ignored": ignored})
        return ExitCode.DONE
    lines = [(str(row["line"]), row["field"], row["kind"], row["says"], row.get("note") or "") for row in rows]
    lines += [("", field, "left out", reason, "source field") for field, reason in ignored.items()]
    output.table(("LINE", "FIELD", "KIND", "SAYS", "NOTE"), lines, right=(0,))
    return ExitCode.DONE


@command.command("set")
@click.argument("mapping")
@click.argument("field")
@row_options
@_common
def set_command(*, mapping: str, field: str, project_folder: Path | None, as_json: bool, **options: Any) -> int:  # noqa: ANN401 - see row_options
    """Change the row of destination FIELD in MAPPING, or add it. Does not use the network.

    Values of --constant and --default are JSON (5, true, "5") and else plain text. An invalid expression is refused,
    unless the row is a --draft.
    """
    edit = edit_of(field, **options)
    return _change(mapping, project_folder, lambda document: document.set_row(field, edit), field, as_json=as_json)


@command.command("rm")
@click.argument("mapping")
@click.argument("field")
@_common
def rm_command(*, mapping: str, field: str, project_folder: Path | None, as_json: bool) -> int:
    """Remove the row of destination FIELD from MAPPING. Does not use the network."""
    return _change(
        mapping, project_folder, lambda document: document.remove_row(field), field, as_json=as_json, done="removed"
    )


@command.command("ignore")
@click.argument("mapping")
@click.argument("source_field")
@click.argument("reason", required=False)
@click.option("--remove", is_flag=True, help="Take the field out of the list again.")
@_common
def ignore_command(
    *, mapping: str, source_field: str, reason: str | None, remove: bool, project_folder: Path | None, as_json: bool
) -> int:
    """Say that SOURCE_FIELD is left out on purpose, and why. Does not use the network."""
    if remove == bool(reason):
        raise UsageError("Give either a REASON or --remove.")

    def change(document: Document) -> None:
        if reason:
            document.set_ignored(source_field, reason)
        else:
            document.remove_ignored(source_field)

    return _change(mapping, project_folder, change, source_field, as_json=as_json)


@command.command("new")
@click.argument("name")
@click.option("--source", required=True, metavar="CONNECTION.OBJECT", help="What is read.")
@click.option("--destination", required=True, metavar="CONNECTION.OBJECT", help="What is written.")
@click.option("--key", multiple=True, metavar="FIELD", help="The destination field that finds a record; repeatable.")
@click.option("--where", help="An expression: which records are taken.")
@click.option("--folder", default=".", show_default=True, help="Where in the project.")
@_common
def new_command(
    *,
    name: str,
    source: str,
    destination: str,
    key: tuple[str, ...],
    where: str | None,
    folder: str,
    project_folder: Path | None,
    as_json: bool,
) -> int:
    """Begin a new mapping NAME in the project. Does not use the network."""
    from mapstudio.mapping.fresh import new_mapping
    from mapstudio.model.atomic import write_atomic

    project = open_project(project_folder)
    text = new_mapping(name, source=_side(source), destination=_side(destination), key=key, where=where)
    for side in (source, destination):
        project.connection(_side(side)[0])
    _check_key(project, _side(destination), key)
    path = (project.root / folder / f"{name}.yaml").resolve()
    if not path.is_relative_to(project.root):
        raise UsageError(f"{path} is outside the project {project.root}.")
    if path.exists():
        raise UsageError(f"{from_here(path)} is there already.", remedy="Take another name.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    if as_json:
        output.json_data({"file": str(from_here(path)), "name": name})
    else:
        output.data(str(from_here(path)))
        output.talk("Next: mapstudio map set, or mapstudio to open the studio.")
    return ExitCode.DONE


def _check_key(project: Project, destination: tuple[str, str], key: Sequence[str]) -> None:
    """Refuse a key that no mapping can write, as far as a snapshot of the destination tells."""
    from mapstudio.mapping.schema_fields import find_field
    from mapstudio.project import load_snapshot

    schema = load_snapshot(project, *destination)
    for name in key:
        field = find_field(schema, name) if schema is not None else None
        if field is not None and field.read_only:
            raise UsageError(
                f"{name} of {'.'.join(destination)} is read-only, and a mapping finds by what it writes.",
                remedy="Take a key that can be written: mapstudio schema CONNECTION OBJECT shows which fields can.",
            )


def _side(text: str) -> tuple[str, str]:
    connection, dot, name = text.partition(".")
    if not (dot and connection and name):
        raise UsageError(
            f'"{text}" names no object of a connection.', remedy="Write CONNECTION.OBJECT, such as crm.contacts."
        )
    return connection, name


def _change(
    mapping: str,
    folder: Path | None,
    change: Callable[[Document], None],
    field: str,
    *,
    as_json: bool,
    done: str = "changed",
) -> int:
    from mapstudio.mapping.reading import parse_mapping
    from mapstudio.mapping.saving import save_document

    path = one_mapping(mapping, project_if_any(folder))
    document = load(path).document
    change(document)
    changed = save_document(document, path)
    after = parse_mapping(document.text, document.file)
    problems = [problem for problem in after.problems if problem.row == field]
    if as_json:
        told = [problem.to_json() for problem in problems]
        output.json_data({"file": document.file, "field": field, "changed": changed, "problems": told})
    else:
        output.talk(
            f"{document.file}: {_says(after, field, done)}" if changed else f"{document.file}: nothing to change."
        )
        for problem in problems:
            output.warn(str(problem))
    return ExitCode.DONE


def _says(after: LoadedMapping, field: str, done: str) -> str:
    row = after.mapping.row(field) if after.mapping is not None else None
    if row is None:
        return f"{field} {done}."
    told = described(row)
    return f"{field} = {told['says']}" if told["kind"] == "expression" else f"{field}: {told['kind']} {told['says']}"
