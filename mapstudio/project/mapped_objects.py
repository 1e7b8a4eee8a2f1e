"""What the mappings of a project map to what, so that a link to what is never mapped is told before it waits."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import cached_property

from mapstudio.model import MapstudioError
from mapstudio.project.model import Project


class MappedObjects:
    """The objects on both sides of all mappings; the files are read once, when they are first asked about.

    Args:
        project: The project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def __call__(self, source: str, destination: str) -> Mapping[str, frozenset[str]]:
        """Return the destination objects that records of each source object become, between two connections."""
        found: dict[str, set[str]] = {}
        for (reads, object_name), (writes, became) in self._sides:
            if (reads, writes) == (source, destination):
                found.setdefault(object_name, set()).add(became)
        return {name: frozenset(objects) for name, objects in found.items()}

    @cached_property
    def _sides(self) -> list[tuple[tuple[str, str], tuple[str, str]]]:
        from mapstudio.mapping.reading import read_mapping  # noqa: PLC0415 - a project alone is read without YAML

        sides: list[tuple[tuple[str, str], tuple[str, str]]] = []
        for reference in self._project.mappings():
            with contextlib.suppress(MapstudioError):
                mapping = read_mapping(reference.path).mapping
                if mapping is not None:
                    source, destination = mapping.source, mapping.destination
                    sides.append(
                        ((source.connection, source.object), (destination.connection, destination.object)),
                    )
        return sides
