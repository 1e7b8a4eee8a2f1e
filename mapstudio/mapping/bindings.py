"""Values that differ per environment, put in the place of their names."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf

from mapstudio.mapping.definition import PLACEHOLDER, Mapping, Row, Table, is_placeholder
from mapstudio.mapping.expression_text import tables_named
from mapstudio.mapping.problems import MappingError, Problem
from mapstudio.model import JsonValue

Bindings = MappingOf[str, JsonValue]


def bind(value: JsonValue, bindings: Bindings | None) -> JsonValue:
    """Return the value with every placeholder that has a value replaced."""
    if isinstance(value, list):
        return [bind(item, bindings) for item in value]
    if bindings is not None and isinstance(value, dict) and is_placeholder(value):
        return bindings.get(str(value[PLACEHOLDER]), value)
    return value


def bindings_used(mapping: Mapping) -> dict[str, Row]:
    """Return the names that rows which send something need, each with the first row that does."""
    used: dict[str, Row] = {}
    for row in mapping.all_rows:
        if row.silent:
            continue
        names = [row.binding] if row.binding is not None else []
        names += _names([row.default])
        for table in _tables_of(mapping, row):
            names += _names(table.entries.values())
        for name in names:
            used.setdefault(name, row)
    return used


def require_bound(mapping: Mapping, bindings: Bindings, environment: str = "ENVIRONMENT") -> None:
    """Refuse to go on with a binding that has no value.

    Args:
        mapping: What needs them.
        bindings: What is bound.
        environment: The destination's, for the message.

    Raises:
        MappingError: Lists all of them.
    """
    problems = [
        Problem(
            mapping.file,
            row.line,
            row.field,
            f'the binding "{name}" has no value in this environment',
            f'add {name} = "..." to [connections.{mapping.destination.connection}.{environment}.bindings]',
        )
        for name, row in bindings_used(mapping).items()
        if name not in bindings
    ]
    if problems:
        raise MappingError(problems)


def _tables_of(mapping: Mapping, row: Row) -> list[Table]:
    names = set(tables_named(row.from_)) if row.from_ is not None else set()
    tables = [row.values] if isinstance(row.values, Table) else []
    if isinstance(row.values, str):
        names.add(row.values)
    return [*tables, *(mapping.values[name] for name in sorted(names) if name in mapping.values)]


def _names(values: Iterable[JsonValue]) -> list[str]:
    found: list[str] = []
    for value in values:
        if isinstance(value, list):
            found += _names(value)
        elif isinstance(value, dict) and is_placeholder(value):
            found.append(str(value[PLACEHOLDER]))
    return found
