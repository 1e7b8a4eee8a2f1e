"""Checking what the expressions of a mapping say: their traps, and what plain JMESPath could not run."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.expressions import ExpressionSyntaxError
from mapstudio.expressions.inference import Inferred, Scope
from mapstudio.expressions.linting import lints_of
from mapstudio.expressions.portability import unportable
from mapstudio.mapping.definition import Mapping, Row
from mapstudio.mapping.expression_text import compiled_expression
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.row_scopes import row_scope, row_scopes
from mapstudio.model import Schema


def check_traps(mapping: Mapping, schema: Schema | None) -> Iterator[Problem]:
    """Yield a warning for every trap; without a schema for those that the text alone shows."""
    scopes, source = row_scopes(mapping, schema), mapping.source
    if source.where is not None:
        yield from _traps(mapping, "where", source.where_line, inferred(scopes.where, source.where), condition=True)
    if source.each is not None:
        yield from _traps(mapping, "each", source.each.line, inferred(scopes.items, source.each.items))
    for after in mapping.destination.after:
        if after.when is not None:
            yield from _traps(mapping, after.row, after.line, inferred(scopes.rows, after.when), condition=True)
    for row in mapping.all_rows:
        if row.from_ is not None:
            yield from row_traps(mapping, row, schema)


def row_traps(mapping: Mapping, row: Row, schema: Schema | None) -> Iterator[Problem]:
    """Yield a warning for every trap of one row."""
    if row.from_ is not None:
        yield from _traps(mapping, row.field, row.line, inferred(row_scope(mapping, row, schema), row.from_))


def _traps(mapping: Mapping, row: str, line: int, of: Inferred | None, *, condition: bool = False) -> Iterator[Problem]:
    for item in lints_of(of, condition=condition) if of is not None else ():
        yield Problem(mapping.file, line, row, item.message, item.remedy, Severity.WARNING, item.code, item.start)


def check_portable(mapping: Mapping) -> Iterator[Problem]:
    """Yield a warning for everything that plain JMESPath could not run."""
    source = mapping.source
    texts = [("where", source.where_line, source.where)]
    if source.each is not None:
        texts.append(("each", source.each.line, source.each.items))
    texts += [(after.row, after.line, after.when) for after in mapping.destination.after]
    texts += [(row.field, row.line, row.from_) for row in mapping.all_rows]
    for row, line, text in texts:
        try:
            found = unportable(compiled_expression(text)) if text is not None else ()
        except ExpressionSyntaxError:
            continue
        for item in found:
            message = f"plain JMESPath does not know {item.what}"
            yield Problem(mapping.file, line, row, message, "", Severity.WARNING, "portable", item.position)


def inferred(scope: Scope, text: str) -> Inferred | None:
    """Return what is known of an expression; ``None`` for one that is none."""
    try:
        return scope.infer(compiled_expression(text))
    except ExpressionSyntaxError:
        return None
