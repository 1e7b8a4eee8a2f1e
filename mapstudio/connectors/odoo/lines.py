"""The lines of a record: as rows of ``load`` when it is created, as commands of one ``write`` when it is there.

Sections and notes are lines without data that people put between the others. They are no part of what a record holds
for a mapping, so nobody ever changes or removes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.encoding import column, to_cell
from mapstudio.connectors.odoo.external import external_id, line_id
from mapstudio.connectors.odoo.jobs import Job, Line, Shape
from mapstudio.model import JsonValue, SourceRecord

KIND = "display_type"
"""The field of a line that tells a section or a note from one with data."""

_NO_DATA = frozenset({"line_section", "line_subsection", "line_note"})
_ADD, _CHANGE, _REMOVE = 0, 1, 2


async def kinds_of(catalogue: Catalogue, model: str, fields: Collection[str]) -> set[str]:
    """Return those list fields among the paths whose lines have a kind."""
    known = await catalogue.fields(model)
    lists = {path.partition("[]")[0] for path in fields if "[]" in path} & known.keys()
    return {name for name in lists if KIND in await catalogue.fields(known[name].relation)}


def with_kind(fields: Collection[str], kinds: Collection[str]) -> set[str]:
    """Return the fields with the kind of their lines beside, so that :func:`only_data` can tell them apart.

    Args:
        fields: What to read, such as ``order_line[].name``.
        kinds: The list fields whose lines have a kind.
    """
    return {*fields, *(f"{name}[].{KIND}" for name in kinds)}


def only_data(records: Iterable[SourceRecord], kinds: Collection[str], fields: Collection[str]) -> list[SourceRecord]:
    """Return records without their sections and notes, and without the kind where nobody asked for it."""
    found = []
    for record in records:
        data = dict(record.data)
        for name in kinds:
            lines = data.get(name)
            if isinstance(lines, list):
                asked = f"{name}[].{KIND}" in fields
                kept = [one for one in lines if isinstance(one, dict) and one.get(KIND) not in _NO_DATA]
                data[name] = [_plain(one, asked=asked) for one in kept]
        found.append(replace(record, data=data))
    return found


def runs(lines: Sequence[Line]) -> list[list[Line]]:
    """Part a new record's lines into stretches that can be loaded at once.

    The rows of one ``load`` share their columns, and an empty cell sets a price of 0 where no cell lets Odoo work the
    price out. So lines with other fields follow in a call of their own, and all stay in their order.
    """
    return [list(group) for _, group in groupby(lines, key=lambda line: (line.field, sorted(line.values)))]


def line_columns(shape: Shape, lines: Sequence[Line]) -> list[str]:
    """Return the columns of ``load`` for lines of one stretch."""
    if not lines:
        return []
    name, items = lines[0].field, shape.lines[lines[0].field]
    return [f"{name}/id", *(f"{name}/{column(items[inner])}" for inner in sorted(lines[0].values))]


def line_cells(shape: Shape, job: Job, line: Line) -> list[JsonValue]:
    """Return one line's cells, in the order of :func:`line_columns`."""
    items = shape.lines[line.field]
    own = line_id(job.write.origin, shape.model, line.field, line.child.key)
    return [own, *(to_cell(items[inner], line.values[inner]) for inner in sorted(line.values))]


def load_rows(shape: Shape, job: Job, names: Sequence[str], lines: Sequence[Line]) -> Iterator[list[JsonValue]]:
    """Yield the rows of one record: its own cells beside its first line's, the others' below empty ones."""
    own: list[JsonValue] = [external_id(job.write.origin, shape.model)]
    own += [to_cell(shape.fields[name], job.values[name]) for name in names]
    if not lines:
        yield own
    for number, line in enumerate(lines):
        yield [*(own if number == 0 else [""] * len(own)), *line_cells(shape, job, line)]


def commands(lines: Sequence[Line]) -> dict[str, JsonValue]:
    """Return the commands that change lines, by list field; lines that are not named stay as they are."""
    found: dict[str, list[JsonValue]] = {}
    for line in lines:
        found.setdefault(line.field, []).append(_command(line))
    return {name: list(several) for name, several in found.items()}


def _command(line: Line) -> JsonValue:
    if line.child.id is None:
        return [_ADD, 0, line.values]
    if line.child.remove:
        return [_REMOVE, int(line.child.id)]
    return [_CHANGE, int(line.child.id), line.values]


def _plain(line: dict[str, JsonValue], *, asked: bool) -> dict[str, JsonValue]:
    return line if asked else {name: value for name, value in line.items() if name != KIND}
