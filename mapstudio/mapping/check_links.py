"""Checking that what rows link to becomes a record of the destination at all, by the mappings of the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf
from typing import TypeAlias

from mapstudio.mapping.definition import Mapping, Row
from mapstudio.mapping.expression_text import LinkCall, links_called
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.schema_fields import find_field
from mapstudio.model import Schema
from mapstudio.model.suggest import did_you_mean

Mapped: TypeAlias = Callable[[str, str], MappingOf[str, frozenset[str]]]
"""For a source and a destination connection: the destination objects that records of each source object become."""


def check_links(mapping: Mapping, mapped: Mapped | None, schema: Schema | None) -> Iterator[Problem]:
    """Yield what can never be resolved, or not without a word more.

    Args:
        mapping: The mapping.
        mapped: What the mappings of its project do, this one included; ``None`` without a project.
        schema: The destination's, when known.
    """
    calls = [(row, call) for row in mapping.all_rows if row.from_ is not None for call in links_called(row.from_)]
    if not calls:
        return
    became = mapped(mapping.source.connection, mapping.destination.connection) if mapped is not None else None
    for row, call in calls:
        if row.by is not None:
            message = f"a link gives an id, and by looks for a record whose {row.by} is that id"
            yield _warning(mapping, row, message, "remove by")
        if became is not None:
            yield from _check(mapping, row, call, became, schema)


def _check(
    mapping: Mapping, row: Row, call: LinkCall, became: MappingOf[str, frozenset[str]], schema: Schema | None
) -> Iterator[Problem]:
    objects = became.get(call.object)
    if not objects:
        side = f"{mapping.source.connection} {call.object}"
        message = f"no mapping of the project maps {side} to {mapping.destination.connection}: the link waits for ever"
        yield _warning(mapping, row, message, did_you_mean(call.object, became) or "map it, or correct the name")
        return
    if call.says_which:
        return
    field = find_field(schema, row.field)
    wanted = field.reference if field is not None else None
    known = " and ".join(sorted(objects))
    if wanted is not None and wanted not in objects:
        message = f"{row.field} refers to {wanted}, but {call.object} are mapped to {known}: the link waits for ever"
        yield _warning(mapping, row, message, f"map {call.object} to {wanted}, or feed another field")
    elif wanted is None and len(objects) > 1:
        message = f"{call.object} are mapped to {known}, and nothing says which of them is meant"
        yield _warning(mapping, row, message, f"name it: link('{call.object}', ..., '{min(objects)}')")


def _warning(mapping: Mapping, row: Row, message: str, remedy: str) -> Problem:
    return Problem(mapping.file, row.line, row.field, message, remedy, Severity.WARNING)
