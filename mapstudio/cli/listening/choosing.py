"""Which mappings take the notices of a connection, and whether they may be applied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.asking import interactive
from mapstudio.cli.mappings import load
from mapstudio.model.errors import UsageError

if TYPE_CHECKING:
    from mapstudio.mapping.reading import LoadedMapping
    from mapstudio.project import Project


def chosen_mappings(project: Project, connection: str, references: Sequence[str]) -> list[LoadedMapping]:
    """Return the mappings that read from a connection: those that are named, by default all of the project.

    Raises:
        UsageError: One of those named reads from another connection, or there is none.
        MappingError: One of them is invalid.
    """
    paths = project.mapping_paths(*references) if references else [item.path for item in project.mappings()]
    chosen = []
    for loaded in map(load, paths):
        if references:
            loaded.require()
        if loaded.mapping is not None and loaded.mapping.source.connection == connection:
            loaded.require()
            chosen.append(loaded)
        elif references and loaded.mapping is not None:
            raise UsageError(
                f'"{loaded.mapping.name}" reads from "{loaded.mapping.source.connection}", not from "{connection}".',
                remedy="Listen to that connection for it.",
            )
        elif loaded.mapping is None:
            output.warn(f"{loaded.document.file} cannot be read and is left out.")
    if not chosen:
        raise UsageError(f'No mapping of the project reads from "{connection}".')
    return chosen


def told_mappings(mappings: Sequence[LoadedMapping], told: frozenset[str], label: str) -> list[LoadedMapping]:
    """Return the mappings of whose objects the system tells; the others are named and left out.

    Raises:
        UsageError: There is none.
    """
    kept = []
    for loaded in mappings:
        mapping = loaded.require()
        if mapping.source.object in told:
            kept.append(loaded)
        else:
            remedy = "apply it with --since last, or whole"
            output.warn(f"{mapping.name} is left out: {label} tells nothing of {mapping.source.object}; {remedy}.")
    if not kept:
        raise UsageError(f"{label} tells nothing of what these mappings read.", remedy="Apply them in another way.")
    return kept


def confirmation(mappings: Sequence[LoadedMapping], environment: str, given: str | None) -> str | None:
    """Return the name by which writing to production is confirmed; a person is asked for it once.

    Raises:
        PreconditionError: It is needed, and there is none or another one.
    """
    from mapstudio.runner import check_confirmation, confirm_needed

    names = list(dict.fromkeys(loaded.require().destination.connection for loaded in mappings))
    if given is None and confirm_needed(environment) and interactive():
        output.talk(f"Whatever comes in will be written to {', '.join(names)} ({environment}), without a question.")
        given = str(click.prompt("Type the connection's name to confirm", err=True))
    for name in names:
        check_confirmation(name, environment, given)
    return given
