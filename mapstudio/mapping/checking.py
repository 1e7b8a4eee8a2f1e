"""Checking a mapping: the file, and where they are known the schemas of both sides. Everything is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mapstudio.mapping.check_destination import check_destination
from mapstudio.mapping.check_expressions import check_portable, check_traps
from mapstudio.mapping.check_links import Mapped, check_links
from mapstudio.mapping.check_source import check_source
from mapstudio.mapping.check_types import check_types
from mapstudio.mapping.definition import Mapping, RowKind
from mapstudio.mapping.format import Mode
from mapstudio.mapping.guesses import softened
from mapstudio.mapping.problems import MappingError, Problem, Severity, errors_of
from mapstudio.mapping.reading import LoadedMapping
from mapstudio.model import Schema
from mapstudio.model.suggest import did_you_mean


def check_mapping(
    loaded: LoadedMapping,
    *,
    source_schema: Schema | None = None,
    destination_schema: Schema | None = None,
    mapped: Mapped | None = None,
    portable: bool = False,
) -> list[Problem]:
    """Return everything that is wrong or worth knowing, in file order; notes come last.

    Args:
        loaded: The file.
        source_schema: What the source offers; without it expressions are checked for their form only.
        destination_schema: What the destination takes; without it names and fixed values are not checked.
        mapped: What the mappings of the project map to what; without it nobody knows which links can be resolved.
        portable: Tell also what plain JMESPath could not run.
    """
    problems = list(loaded.problems)
    mapping = loaded.mapping
    if mapping is None:
        return problems
    problems += _check_key(mapping)
    problems += _check_lines(mapping)
    problems += _check_state(mapping)
    if source_schema is not None:
        problems += softened(partial(check_source, mapping), source_schema)
    if destination_schema is not None:
        problems += check_destination(mapping, destination_schema)
    problems += check_traps(mapping, source_schema)
    problems += softened(partial(check_types, mapping, destination=destination_schema), source_schema)
    if portable:
        problems += check_portable(mapping)
    problems += check_links(mapping, mapped, destination_schema)
    problems += _notes(mapping, source_schema, destination_schema)
    return sorted(problems, key=lambda problem: (problem.severity is Severity.NOTE, problem.line))


def require_plannable(
    loaded: LoadedMapping,
    *,
    source_schema: Schema | None = None,
    destination_schema: Schema | None = None,
    writing: bool = False,
) -> Mapping:
    """Return the mapping if plan (with ``writing``: apply) may begin.

    Raises:
        MappingError: There are errors, there is no key, or with ``writing`` the mode is ``mirror``.
    """
    mapping = loaded.mapping
    errors = errors_of(check_mapping(loaded, source_schema=source_schema, destination_schema=destination_schema))
    if mapping is not None and not mapping.destination.key:
        errors.append(_no_key(mapping, Severity.ERROR))
    if mapping is not None and writing and mapping.destination.mode is Mode.MIRROR:
        errors.append(_mirror(mapping, Severity.ERROR))
    if errors or mapping is None:
        raise MappingError(errors)
    return mapping


def _check_key(mapping: Mapping) -> Iterator[Problem]:
    destination = mapping.destination
    if not destination.key and destination.object:
        yield _no_key(mapping, Severity.WARNING)
    for name in destination.key:
        row = mapping.row(name)
        if row is None:
            remedy = did_you_mean(name, mapping.by_field) or f"add a row {name}, or take another key"
            yield Problem(mapping.file, destination.key_line, "key", f"the key {name} has no row", remedy)
        elif row.kind is RowKind.NESTED:
            message = f"the key {name} holds lines, which cannot be looked up"
            yield Problem(mapping.file, row.line, "key", message, "take a field with a single value")
        elif row.silent:
            message = f"the key {name} is a row that sends nothing ({_why_silent(row.kind, draft=row.draft)})"
            yield Problem(mapping.file, row.line, "key", message, "feed it, or take another key")


def _check_lines(mapping: Mapping) -> Iterator[Problem]:
    for row in mapping.rows:
        nested = row.nested if not row.draft else None
        key = next((item for item in nested.rows if item.own == nested.key), None) if nested is not None else None
        if key is not None and key.silent:
            message = f"the key {key.own} of its lines sends nothing ({_why_silent(key.kind, draft=key.draft)})"
            yield Problem(mapping.file, key.line, row.field, message, "feed it, or take another key")


def _check_state(mapping: Mapping) -> Iterator[Problem]:
    if mapping.destination.mode is Mode.MIRROR:
        yield _mirror(mapping, Severity.WARNING)
    for row in mapping.all_rows:
        if row.kind is RowKind.QUESTION and row.question is not None:
            owner = f" ({row.owner})" if row.owner else ""
            message = f'the question "{row.question}"{owner} is open'
            yield Problem(mapping.file, row.line, row.field, message, "answer it, then map the row", Severity.WARNING)


def _why_silent(kind: RowKind, *, draft: bool) -> str:
    return "draft" if draft else str(kind)


def _no_key(mapping: Mapping, severity: Severity) -> Problem:
    message = "the destination has no key: plan and apply cannot find records"
    line = mapping.destination.line
    return Problem(mapping.file, line, "key", message, "add key: FIELD to destination", severity)


def _mirror(mapping: Mapping, severity: Severity) -> Problem:
    message = "the mode mirror needs a later version of mapstudio: apply refuses it"
    return Problem(mapping.file, mapping.destination.line, "", message, "use mode: upsert", severity)


def _notes(mapping: Mapping, source: Schema | None, destination: Schema | None) -> Iterator[Problem]:
    unknown = [
        f"{side.connection} {side.object}"
        for side, schema in ((mapping.source, source), (mapping.destination, destination))
        if schema is None and side.object
    ]
    if unknown:
        alone = "the file alone" if len(unknown) == 2 else "one side alone"
        message = f"checked {alone}: there is no schema of {' and '.join(unknown)}"
        yield Problem(
            mapping.file, 0, "", message, "take a snapshot with mapstudio schema CONNECTION OBJECT", Severity.NOTE
        )
