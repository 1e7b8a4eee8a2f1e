"""Turns what a reference or association row says (a code, a name, an external id) into the id of what it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from mapstudio.connectors.exchange import Reference
from mapstudio.mapping.associations import ID, LABELS
from mapstudio.mapping.definition import INNER
from mapstudio.mapping.identity import line_key
from mapstudio.mapping.lines import inner_name
from mapstudio.model import JsonScalar, JsonValue, Record, UsageError
from mapstudio.model.paths import get_path, set_path, split_path
from mapstudio.runner.candidate import Candidate
from mapstudio.runner.task import Task

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Named:
    """What the values of a row name.

    Attributes:
        reference: How they name it.
        found: The ids of all records that a value names.
        record_id: Returns the id of the record that an id of an object names.
    """

    reference: Reference
    found: Mapping[JsonScalar, Sequence[str]]
    record_id: Callable[[str, str], str]


class _UnresolvedError(Exception):
    """A value names none or several; the text is the reason."""


async def resolve_references(task: Task, candidates: Sequence[Candidate]) -> None:
    """Replace every such value by an id; a value that names none or several rejects its record."""
    for name, reference in task.references.items():
        using = [item for item in candidates if item.meant and get_path(item.values, name) is not None]
        wanted = {value for item in using for value in _asked(get_path(item.values, name), reference)}
        named = await _resolve(task, reference, sorted(wanted, key=str))
        for item in using:
            _replace(task, item, name, named)


async def resolve_lines(task: Task, candidates: Sequence[Candidate]) -> None:
    """Do the same with the values of inner rows; each line that fails is named by its key."""
    for name, references in task.line_references.items():
        for own, reference in references.items():
            using = [item for item in candidates if item.meant and _lines(item, name)]
            values = [get_path(line, own) for item in using for line in _lines(item, name)]
            wanted = {value for one in values for value in _asked(one, reference)}
            named = await _resolve(task, reference, sorted(wanted, key=str))
            for item in using:
                _replace_in_lines(task, item, name, own, named)


def _lines(item: Candidate, name: str) -> list[Record]:
    value = get_path(item.values, name)
    return [line for line in value if isinstance(line, dict)] if isinstance(value, list) else []


def _replace_in_lines(task: Task, item: Candidate, name: str, own: str, named: _Named) -> None:
    row = task.mapping.row(f"{name}{INNER}{own}")
    item.values = deepcopy(item.values)
    for number, line in enumerate(_lines(item, name)):
        value = get_path(line, own)
        if value is None:
            continue
        try:
            set_path(line, own, _resolved(value, named))
        except _UnresolvedError as error:
            if row is not None and row.skip_errors and own != task.lines[name].key:
                line_without = _without(line, split_path(own))
                line.clear()
                line.update(line_without)
            else:
                item.reject(inner_name(name, _label(task, item, name, number), own), str(error), value)


def _label(task: Task, item: Candidate, name: str, number: int) -> str:
    """Return what the mapping gave as the key of a line."""
    given = item.rows[name].value
    line = given[number] if isinstance(given, list) else None
    return line_key(get_path(line, task.lines[name].key)) or "" if isinstance(line, dict) else ""


async def resolve_associations(task: Task, candidates: Sequence[Candidate]) -> None:
    """Replace what an association row gives of its records by their ids; a value of none or several rejects."""
    for name, row in task.associations.items():
        if row.by is None:
            continue
        reference = Reference(row.object, row.by)
        using = [item for item in candidates if item.meant and get_path(item.values, name) is not None]
        wanted = {value for item in using for value in _asked(_values(get_path(item.values, name), row.by), reference)}
        named = await _resolve(task, reference, sorted(wanted, key=str))
        for item in using:
            _replace(task, item, name, named)


def _values(value: JsonValue, by: str) -> JsonValue:
    entries = value if isinstance(value, list) else []
    return [entry[by] for entry in entries if isinstance(entry, dict) and by in entry]


async def _resolve(task: Task, reference: Reference, wanted: Sequence[JsonScalar]) -> _Named:
    found: dict[JsonScalar, Sequence[str]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        found.update(await task.destination.connector.resolve(reference, wanted[start : start + _AT_ONCE]))
    return _Named(reference, found, task.destination.connector.record_id)


def _asked(value: JsonValue, reference: Reference) -> list[JsonScalar]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if not isinstance(item, (list, dict)) and not _is_id(item, reference)]


def _is_id(value: JsonValue, reference: Reference) -> bool:
    """Without ``by``, an integer (or its digits) is an id already, and a text an external id."""
    if reference.by is not None:
        return value is None
    return value is None or isinstance(value, int) or (isinstance(value, str) and value.isdigit())


def _replace(task: Task, item: Candidate, name: str, named: _Named) -> None:
    value = get_path(item.values, name)
    try:
        resolved = _resolved(value, named)
    except _UnresolvedError as error:
        row = task.mapping.row(name)
        if row is not None and row.skip_errors:
            del item.rows[name]
            item.values = _without(item.values, split_path(name))
        else:
            item.reject(name, str(error), value)
        return
    item.values = deepcopy(item.values)
    set_path(item.values, name, resolved)


def _resolved(value: JsonValue, named: _Named) -> JsonValue:
    if isinstance(value, list):
        return [_one(element, named) for element in value]
    return _one(value, named)


def _one(value: JsonValue, named: _Named) -> JsonValue:
    reference = named.reference
    if isinstance(value, dict) and reference.by in value and LABELS in value:
        return {ID: _one(value[reference.by], named), LABELS: value[LABELS]}
    if isinstance(value, (list, dict)):
        raise _UnresolvedError(f"a {_kind(value)} names no record of {reference.object}")
    if _is_id(value, reference):
        return value if value is None else _as_read(value, named)
    ids = named.found.get(value, ())
    what = f'{reference.by} "{value}"' if reference.by else f'the external id "{value}"'
    if not ids:
        raise _UnresolvedError(f"no record of {reference.object} has {what}")
    if len(ids) > 1:
        raise _UnresolvedError(f"{len(ids)} records of {reference.object} have {what}: {', '.join(ids)}")
    return ids[0]


def _as_read(value: JsonScalar, named: _Named) -> JsonScalar:
    """Return an id as the destination's records have it."""
    try:
        identity = named.record_id(named.reference.object, str(value))
    except UsageError as error:
        raise _UnresolvedError(error.message) from error
    return value if identity == str(value) else identity


def _without(values: Record, parts: tuple[str, ...]) -> Record:
    first, *rest = parts
    if not rest:
        return {name: value for name, value in values.items() if name != first}
    child = values.get(first)
    return {**values, first: _without(child, tuple(rest))} if isinstance(child, dict) else values


def _kind(value: JsonValue) -> str:
    return "list" if isinstance(value, list) else "map"
