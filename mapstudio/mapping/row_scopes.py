"""What the expressions of a mapping are read against: the records that ``where`` takes, or their elements."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace

from mapstudio.expressions import ExpressionSyntaxError
from mapstudio.expressions.inference import Scope
from mapstudio.expressions.types.calls import TableType
from mapstudio.expressions.types.lattice import UNKNOWN, Type
from mapstudio.expressions.types.literals import type_of_value
from mapstudio.mapping.definition import Each, Mapping, Row, Table, is_placeholder
from mapstudio.mapping.expression_text import compiled_expression
from mapstudio.model import JsonValue, Schema

BOUND = replace(UNKNOWN, null=False)
"""The type of a value that an environment gives."""
_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class RowScopes:
    """The scopes of one mapping.

    Attributes:
        where: The source's records.
        items: Those that ``where`` takes.
        rows: What the rows see: those records, or with ``each`` their elements.
    """

    where: Scope
    items: Scope
    rows: Scope


@dataclass(frozen=True, slots=True)
class _Key:
    where: str | None
    each: Each | None
    values: MappingOf[str, Table]


_remembered: list[tuple[Schema | None, _Key, RowScopes]] = []


def row_scopes(mapping: Mapping, schema: Schema | None) -> RowScopes:
    """Return the scopes of a mapping; those of the same source are made once, and remember what they inferred.

    Args:
        mapping: The mapping.
        schema: The source's; without it nothing is known of the records.
    """
    key = _Key(mapping.source.where, mapping.source.each, mapping.values)
    for known, of, found in _remembered:
        if known is schema and of == key:
            return found
    made = _row_scopes(mapping, schema)
    _remembered.append((schema, key, made))
    del _remembered[:-_REMEMBERED]
    return made


def row_scope(mapping: Mapping, row: Row, schema: Schema | None) -> Scope:
    """Return what a row's expression is read against; for an inner row that is an element of its row's list."""
    scope = row_scopes(mapping, schema).rows
    parent = mapping.row(row.parent) if row.parent is not None else None
    if parent is None or parent.from_ is None:
        return scope
    try:
        return scope.elements(compiled_expression(parent.from_))
    except ExpressionSyntaxError:
        return Scope.of_schema(None, scope.tables)


def _row_scopes(mapping: Mapping, schema: Schema | None) -> RowScopes:
    source = mapping.source
    tables = {name: table_type(table) for name, table in mapping.values.items()}
    scope = items = Scope.of_schema(schema, tables)
    try:
        if source.where is not None:
            items = scope.where(compiled_expression(source.where))
        rows = items.elements(compiled_expression(source.each.items)) if source.each is not None else items
    except ExpressionSyntaxError:
        rows = items
    return RowScopes(scope, items, rows)


def table_type(table: Table) -> TableType:
    """Return what is known of a value map; a bound value may be anything."""
    return TableType({key: fixed_type(value) for key, value in table.entries.items()})


def fixed_type(value: JsonValue) -> Type:
    """Return the type of a value that the file gives."""
    return BOUND if is_placeholder(value) else type_of_value(value)
