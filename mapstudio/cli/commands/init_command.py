"""``mapstudio init``: starts a project in a folder."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import click

from mapstudio.cli import output
from mapstudio.cli.options import json_option, verbose_option
from mapstudio.model.errors import UsageError

_TOML = """\
# The project of a client: its systems and what differs between their environments. No secret belongs in here;
# mapstudio connect keeps them in the system's keyring, or says which variable to set.

[project]
name = "{name}"
"""
_IGNORED = (".env", "*.rejects.jsonl", "*.plan.json")


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--name", help="The project's name in lower case with dashes; by default made from the folder's.")
@json_option
@verbose_option
def command(folder: Path, name: str | None, as_json: bool) -> None:
    """Start a project in FOLDER (by default here). Does not use the network.

    Writes mapstudio.toml and lines in .gitignore; what is there already is kept.
    """
    from mapstudio.model.atomic import write_atomic
    from mapstudio.project import FILE_NAME, parse_project, read_project

    folder = folder.resolve()
    path = folder / FILE_NAME
    written = []
    if path.exists():
        project = read_project(folder)
    else:
        text = _TOML.format(name=name or _name_of(folder))
        project = parse_project(text, folder)
        _make(folder)
        write_atomic(path, text)
        written.append(FILE_NAME)
    if _ignore(folder / ".gitignore"):
        written.append(".gitignore")
    if as_json:
        output.json_data({"project": project.name, "folder": str(folder), "written": written})
        return
    output.data(str(path))
    output.talk(f"Wrote {' and '.join(written)}." if written else f'"{project.name}" is a project already.')
    output.talk("Next: mapstudio connect NAME --type TYPE, then mapstudio to open the studio.")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror or error}.") from error


def _name_of(folder: Path) -> str:
    plain = unicodedata.normalize("NFKD", folder.name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "project"


def _ignore(path: Path) -> bool:
    from mapstudio.model.atomic import write_atomic

    text = path.read_text(encoding="utf-8", errors="surrogateescape") if path.exists() else ""
    missing = [line for line in _IGNORED if line not in text.splitlines()]
    if missing:
        gap = "" if not text or text.endswith("\n") else "\n"
        added = f"{text}{gap}{chr(10).join(missing)}\n"
        write_atomic(path, added.encode("utf-8", "surrogateescape"))
    return bool(missing)
