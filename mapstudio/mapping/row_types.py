"""The type of a row's value on its way: from the expression through value map, blanks and default."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mapstudio.expressions.types.calls import TableType
from mapstudio.expressions.types.choices import keys_of, looked_up
from mapstudio.expressions.types.lattice import (
    NOTHING,
    NULL,
    Type,
    joined,
    list_of,
    only,
    union,
    without_blank,
    without_null,
)
from mapstudio.mapping.definition import Mapping, Row, Table
from mapstudio.mapping.row_scopes import fixed_type, table_type

_SCALARS = ("text", "number", "booleans")


@dataclass(frozen=True, slots=True)
class RowType:
    """What a row's value may be.

    Attributes:
        given: What the expression gives.
        kept: What the value map makes of it, or it itself: neither null nor, where blank is null, a blank text.
        value: What is cast: blank is null, and the default stands in for null.
        missing: Known keys that the value map does not have and nothing stands in for.
    """

    given: Type
    kept: Type
    value: Type
    missing: tuple[str, ...] = ()


def row_type(mapping: Mapping, row: Row, given: Type) -> RowType:
    """Return the type of a row's value.

    Args:
        mapping: The mapping, for its value maps.
        row: The row.
        given: What its expression gives.
    """
    default = fixed_type(row.default) if row.default is not None else None
    table = _table(mapping, row)
    mapped = given if table is None else _mapped(table, given, default)
    missing = _missing(table, given) if table is not None and default is None else ()
    is_blank = mapped.text is not None and mapped.text.may_be_blank and not row.keep_blank
    stands_in = NULL if default is None else default
    mapped = replace(mapped, known=mapped.known and given.known)
    value = kept = without_null(mapped) if row.keep_blank else without_blank(mapped)
    if given.null or is_blank:
        value = joined(value, replace(stands_in, known=stands_in.known and given.known))
    if table is not None and mapped.null:
        value = joined(value, NULL)
    return RowType(given, kept, value, missing)


def _table(mapping: Mapping, row: Row) -> TableType | None:
    table = row.values if isinstance(row.values, Table) else mapping.values.get(row.values or "")
    return table_type(table) if table is not None else None


def _mapped(table: TableType, given: Type, default: Type | None) -> Type:
    scalars = without_null(only(given, *_SCALARS))
    found = NOTHING if scalars.is_nothing else looked_up(table, scalars, default)
    if given.list is None:
        return found
    elements = given.list.elements
    each = looked_up(table, without_null(only(elements, *_SCALARS)), default)
    inner = each.list.elements if each.list is not None else NOTHING
    flat = union(without_null(replace(each, list=None)), inner, NULL if elements.null else NOTHING)
    return union(found, list_of(flat))


def _missing(table: TableType, given: Type) -> tuple[str, ...]:
    of = given.list.elements if given.list is not None else given
    keys = keys_of(without_null(only(of, *_SCALARS))) if of.known else None
    return tuple(sorted((keys or frozenset()) - table.entries.keys()))
