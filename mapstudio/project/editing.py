"""Changes ``mapstudio.toml`` without touching what is not changed: comments, order and spacing stay."""

from __future__ import annotations

from collections.abc import Mapping

from mapstudio.model.atomic import write_atomic
from mapstudio.project.file import parse_project
from mapstudio.project.model import Project
from mapstudio.project.positions import end_of_table


def set_connection(
    project: Project, name: str, connector_type: str, environment: str, settings: Mapping[str, str]
) -> Project:
    """Add a connection's environment to the project's file, or change its settings, and return the project anew.

    Args:
        project: As it is on disk.
        name: The connection; made when it is new.
        connector_type: Its type.
        environment: Made when it is new.
        settings: To be set; other settings of the environment stay. Never a secret.

    Raises:
        ProjectError: The result would be no valid project; nothing is written then.
    """
    text = project.file.read_bytes().decode("utf-8")
    connection, entry = ("connections", name), ("connections", name, environment)
    known = project.connections.get(name)
    changed = text
    if known is None:
        changed = _with_table(changed, connection, {"type": connector_type}, after=("connections",))
    elif known.type != connector_type:
        changed = _with_values(changed, connection, {"type": connector_type})
    if known is None or environment not in known.environments:
        changed = _with_table(changed, entry, settings, after=connection)
    else:
        changed = _with_values(changed, entry, settings)
    result = parse_project(changed, project.root)
    if changed != text:
        write_atomic(project.file, changed)
    return result


def _with_table(text: str, path: tuple[str, ...], values: Mapping[str, str], *, after: tuple[str, ...]) -> str:
    """Put a new table behind the last one of ``after``, or at the end of the file, with a blank line before it."""
    import tomlkit  # noqa: PLC0415 - only connect changes the file

    lines = text.splitlines(keepends=True)
    place = end_of_table(text, after)
    place = len(lines) if place is None else place
    if place and not lines[place - 1].endswith("\n"):
        lines[place - 1] += "\n"
    gap = "\n" if place and lines[place - 1].strip() else ""
    header = ".".join(tomlkit.key(part).as_string() for part in path)
    keys = "".join(
        f"{tomlkit.key(key).as_string()} = {tomlkit.item(value).as_string()}\n" for key, value in values.items()
    )
    lines.insert(place, f"{gap}[{header}]\n{keys}")
    return "".join(lines)


def _with_values(text: str, path: tuple[str, ...], values: Mapping[str, str]) -> str:
    import tomlkit  # noqa: PLC0415 - as above

    document = tomlkit.parse(text)
    table = document
    for part in path:
        table = table[part]
    for key, value in values.items():
        if str(table.get(key)) != value:
            table[key] = value
    return tomlkit.dumps(document)
