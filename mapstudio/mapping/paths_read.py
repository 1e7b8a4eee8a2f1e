"""Which paths of the source a mapping reads: what is used decides what is fetched."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.expressions import ExpressionSyntaxError
from mapstudio.mapping.definition import Mapping, Row, path_parts
from mapstudio.mapping.expression_text import compiled_expression
from mapstudio.model.exact_json import dumps

EVERYTHING = "@"


def expression_paths(mapping: Mapping, text: str) -> frozenset[str]:
    """Return the paths of the whole record that a row's expression reads; nothing for an invalid one."""
    try:
        paths = compiled_expression(text).paths
    except ExpressionSyntaxError:
        return frozenset()
    each = mapping.source.each
    if each is None:
        return paths
    try:
        # The engine itself tells what a path below an element is in the record.
        return compiled_expression(element_text(each.items, text)).paths
    except ExpressionSyntaxError:
        return frozenset({EVERYTHING})


def element_text(items: str, text: str) -> str:
    """Return the expression that reads in a record what another reads in each element of a list."""
    return f"({items})[*].[{text}]"


def row_paths(mapping: Mapping, row: Row) -> frozenset[str]:
    """Return the paths that one row reads."""
    if row.from_ is None:
        return frozenset()
    parent = mapping.row(row.parent) if row.parent is not None else None
    within = parent.from_ if parent is not None else None
    return expression_paths(mapping, row.from_ if within is None else element_text(within, row.from_))


def paths_read(mapping: Mapping) -> frozenset[str]:
    """Return the paths that all expressions read, with ``where``, ``each`` and the elements' id."""
    return frozenset().union(*_all_paths(mapping))


def _all_paths(mapping: Mapping) -> Iterator[frozenset[str]]:
    source = mapping.source
    for text in (source.where, source.each.items if source.each is not None else None):
        if text is not None:
            try:
                yield compiled_expression(text).paths
            except ExpressionSyntaxError:
                continue
    if source.each is not None:
        yield expression_paths(mapping, ".".join(dumps(part) for part in path_parts(source.each.id)))
    for after in mapping.destination.after:
        if after.when is not None:
            yield expression_paths(mapping, after.when)
    for row in mapping.all_rows:
        yield row_paths(mapping, row)
