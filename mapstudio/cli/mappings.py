"""Mappings as commands name them: with or without a project, one or a folder of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mapstudio.cli.options import project_if_any
from mapstudio.model.errors import UsageError

if TYPE_CHECKING:
    from mapstudio.connectors.contract import Connector
    from mapstudio.mapping.definition import Mapping
    from mapstudio.mapping.problems import Problem
    from mapstudio.mapping.reading import LoadedMapping
    from mapstudio.model import Schema
    from mapstudio.project import Project
    from mapstudio.project.mapped_objects import MappedObjects


def mapping_files(references: Sequence[str], project: Project | None) -> list[Path]:
    """Return the files that the references name; a folder stands for all mappings in it.

    Raises:
        UsageError: One names nothing.
    """
    from mapstudio.project import resolve_references

    return project.mapping_paths(*references) if project else resolve_references(references, root=None)


def one_mapping(reference: str, project: Project | None) -> Path:
    """Return the one file that the reference names.

    Raises:
        UsageError: It names nothing, or several.
    """
    paths = mapping_files([reference], project)
    if len(paths) > 1:
        names = ", ".join(path.stem for path in paths)
        raise UsageError(f"{reference} holds {len(paths)} mappings: {names}.", remedy="Name one of them.")
    return paths[0]


def load(path: Path) -> LoadedMapping:
    """Read a mapping; messages name it as it looks from here.

    Raises:
        UsageError: It cannot be read.
    """
    from mapstudio.mapping.reading import read_mapping

    return read_mapping(from_here(path))


def from_here(path: Path) -> Path:
    """Return the path relative to the working folder when it is below it."""
    try:
        relative = Path(os.path.relpath(path))
    except ValueError:  # another drive
        return path
    return path if relative.parts[:1] == ("..",) else relative


def snapshots_for(path: Path, loaded: LoadedMapping) -> tuple[Schema | None, Schema | None]:
    """Return the saved schemas of source and destination, where the mapping's own project has them.

    Raises:
        UsageError: A snapshot, or the project's file, is broken.
    """
    from mapstudio.project import load_snapshot

    project = project_if_any(None, start=path.parent)
    if project is None or loaded.mapping is None:
        return None, None
    source, destination = loaded.mapping.source, loaded.mapping.destination
    return (
        load_snapshot(project, source.connection, source.object),
        load_snapshot(project, destination.connection, destination.object),
    )


def connection_problems(path: Path, loaded: LoadedMapping, destination: Schema | None) -> list[Problem]:
    """Return what the kind of system at the destination says of key and steps, as far as it is known without asking it.

    Raises:
        UsageError: The project's file is broken.
    """
    from mapstudio.connectors.registry import connector_class, connector_types
    from mapstudio.runner.preflight import unknown_steps

    project = project_if_any(None, start=path.parent)
    mapping = loaded.mapping
    connection = project.connections.get(mapping.destination.connection) if project and mapping else None
    if mapping is None or connection is None or connection.type not in connector_types():
        return []
    kind = connector_class(connection.type)
    steps = unknown_steps(mapping, kind.actions(mapping.destination.object))
    return [*steps, *(_key_problems(mapping, kind, destination) if destination is not None else ())]


def _key_problems(mapping: Mapping, kind: type[Connector], destination: Schema) -> list[Problem]:
    """Return that the destination does not keep the mapping's key unique, where its kind of system needs that."""
    from mapstudio.mapping.format import Mode
    from mapstudio.mapping.problems import Severity
    from mapstudio.runner.preflight import unenforced_key

    if not mapping.destination.key or mapping.destination.mode is Mode.UPDATE:
        return []
    unique = {item.name for item in destination.fields if item.unique and not item.read_only}
    enforced = len(mapping.destination.key) == 1 and mapping.destination.key[0] in unique
    if enforced or not kind.unique_keys:
        return []
    return [unenforced_key(mapping, unique, severity=Severity.WARNING)]


def mapped_objects_for(path: Path) -> MappedObjects | None:
    """Return what the mappings of a mapping's own project map to what; ``None`` without a project.

    Raises:
        UsageError: The project's file is broken.
    """
    from mapstudio.project.mapped_objects import MappedObjects

    project = project_if_any(None, start=path.parent)
    return MappedObjects(project) if project is not None else None
