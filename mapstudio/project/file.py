"""Reads ``mapstudio.toml``: strict, all problems at once, each with its line and a remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeAlias
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, ValidationError

from mapstudio.model import UsageError
from mapstudio.project.model import FILE_NAME, Connection, Environment, Project, variable_name
from mapstudio.project.problems import ProjectError, ProjectProblem, problem_at
from mapstudio.project.shape import shape_problems, toml_problem

Argv: TypeAlias = Annotated[list[StrictStr], Field(min_length=1)]

PROJECT_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*([_.-][A-Za-z0-9]+)*")
NAME_RULE = "Use letters and digits, joined by - or _, starting with a letter."
_SECRET_WORDS = re.compile(
    r"(^|[_.-])(token|password|passwd|secret|api_?key|private_?key|credentials?)$", re.IGNORECASE
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _ProjectTable(_Strict):
    name: StrictStr
    mappings: list[StrictStr] = []


class _EnvironmentTable(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)
    __pydantic_extra__: dict[str, StrictStr | StrictInt | StrictBool]

    bindings: dict[str, StrictStr | StrictInt | StrictFloat | StrictBool] = {}
    secret_command: Argv | dict[str, Argv] = {}


class _ConnectionTable(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)
    __pydantic_extra__: dict[str, _EnvironmentTable]

    type: Annotated[StrictStr, Field(min_length=1)]


class _File(_Strict):
    project: _ProjectTable
    connections: dict[str, _ConnectionTable] = {}


def find_project(start: Path | None = None) -> Project:
    """Return the project of a folder: the nearest ``mapstudio.toml`` in it or above it.

    Raises:
        UsageError: There is none.
        ProjectError: The file is wrong.
    """
    folder = (start or Path.cwd()).resolve()
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.")
    for candidate in (folder, *folder.parents):
        if (candidate / FILE_NAME).is_file():
            return read_project(candidate)
    raise UsageError(
        f"No {FILE_NAME} is in {folder} or above it.",
        remedy="Go to the project's folder, start one here with mapstudio init, or try the sample with mapstudio demo.",
    )


def read_project(root: Path) -> Project:
    """Read the project of exactly this folder.

    Raises:
        UsageError: The file cannot be read.
        ProjectError: It is no TOML, or something in it is wrong; all problems are listed.
    """
    root = root.resolve()
    try:
        text = (root / FILE_NAME).read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(f"{root / FILE_NAME} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ProjectError([problem_at((), "the file is not UTF-8.", "Save it as UTF-8.")]) from error
    return parse_project(text, root)


def parse_project(text: str, root: Path) -> Project:
    """Read a project from the text of its file.

    Raises:
        ProjectError: As :func:`read_project`.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProjectError([toml_problem(error)]) from error
    found = list(_secrets(data))
    try:
        parsed = _File.model_validate(data)
    except ValidationError as error:
        raise ProjectError([*found, *shape_problems(error, data)], text) from error
    found.extend(_name_problems(parsed))
    found.extend(_folder_problems(parsed, root))
    if found:
        raise ProjectError(found, text)
    return _project(parsed, root)


def _project(parsed: _File, root: Path) -> Project:
    connections = {
        name: Connection(
            name,
            table.type,
            {label: _environment(label, entry) for label, entry in (table.__pydantic_extra__ or {}).items()},
        )
        for name, table in parsed.connections.items()
    }
    return Project(root, parsed.project.name, connections, tuple(parsed.project.mappings))


def _environment(name: str, table: _EnvironmentTable) -> Environment:
    settings = {key: _plain(value) for key, value in (table.__pydantic_extra__ or {}).items()}
    command = table.secret_command if isinstance(table.secret_command, dict) else {"": table.secret_command}
    return Environment(name, settings, dict(table.bindings), {key: tuple(argv) for key, argv in command.items()})


def _plain(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _secrets(data: Mapping[str, Any]) -> Iterator[ProjectProblem]:
    for connection, table in _tables(data.get("connections")):
        for environment, entry in _tables(table):
            for name, value in entry.items():
                if not isinstance(value, (dict, list)):
                    yield from _secret((connection, environment, name), value)


def _tables(value: object) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield from ((key, item) for key, item in value.items() if isinstance(item, dict))


def _secret(place: tuple[str, str, str], value: object) -> Iterator[ProjectProblem]:
    connection, environment, name = place
    if _SECRET_WORDS.search(name):
        how = f"set {variable_name(*place)} or run mapstudio connect {connection} --env {environment}."
        remedy = f"Take it out, make a new one (this one was in a file), and {how}"
        yield problem_at(("connections", *place), "a secret may not stand in this file.", remedy)
    elif isinstance(value, str) and _has_credentials(value):
        remedy = "Write the address without it."
        yield problem_at(("connections", *place), "a password may not stand in an address.", remedy)


def _has_credentials(value: str) -> bool:
    try:
        return "://" in value and urlsplit(value).password is not None
    except ValueError:
        return False


def _name_problems(parsed: _File) -> Iterator[ProjectProblem]:
    if not PROJECT_NAME.fullmatch(parsed.project.name):
        remedy = 'Use lower case letters, digits and dashes, such as "casa-palma".'
        yield problem_at(("project", "name"), f'"{parsed.project.name}" is no project name.', remedy)
    variables: dict[str, str] = {}
    for connection, table in parsed.connections.items():
        if not WORD.fullmatch(connection):
            yield problem_at(("connections", connection), f'"{connection}" is no connection name.', NAME_RULE)
        for environment in table.__pydantic_extra__ or {}:
            key = ("connections", connection, environment)
            if not WORD.fullmatch(environment):
                yield problem_at(key, f'"{environment}" is no environment name.', NAME_RULE)
            prefix = variable_name(*key[1:], "")
            if prefix in variables:
                message = f"its variables {prefix}... are those of {variables[prefix]} too."
                yield problem_at(key, message, "Rename one, so that no secret can reach the wrong system.")
            variables.setdefault(prefix, f"{connection}.{environment}")


def _folder_problems(parsed: _File, root: Path) -> Iterator[ProjectProblem]:
    for folder in parsed.project.mappings:
        path = (root / folder).resolve()
        if not path.is_relative_to(root):
            yield problem_at(("project", "mappings"), f'"{folder}" is outside the project.', "Name folders below it.")
        elif not path.is_dir():
            yield problem_at(("project", "mappings"), f'there is no folder "{folder}".', "Make it, or take it out.")
