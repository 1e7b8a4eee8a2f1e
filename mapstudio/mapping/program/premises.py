"""What must be known of a mapping before its code is written: what it reads, and what its destination requires."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.expressions import Expression, ExpressionSyntaxError, compile_expression
from mapstudio.expressions.compiler import NotCompilableError
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.definition import Each, path_parts
from mapstudio.mapping.expression_text import LINK
from mapstudio.mapping.required import required_fields
from mapstudio.model.exact_json import dumps


def used_expressions(compiled: CompiledMapping) -> Iterator[Expression]:
    """Yield all expressions that are evaluated, as they read from the whole record.

    Raises:
        NotCompilableError: One is not valid, or asks for links.
    """
    source = compiled.mapping.source
    if source.where is not None:
        yield _compiled(source.where)
    texts = [item.row.from_ for item in compiled.rows if not item.row.silent and item.row.from_ is not None]
    if source.each is None:
        yield from map(_compiled, texts)
        return
    for text in (id_expression(source.each).text, *texts):
        yield _compiled(f"({source.each.items})[*].[{text}]")


def id_expression(each: Each) -> Expression:
    """Return the expression of an element's id."""
    return compile_expression(".".join(dumps(part) for part in path_parts(each.id)))


def needed_fields(compiled: CompiledMapping) -> dict[tuple[str, ...], str]:
    """Return the fields that the destination requires of a new record, by path.

    Raises:
        NotCompilableError: A row gives an object that may hold one of them, or only a part of one.
    """
    schema = compiled.schema
    needed = {path_parts(item.name): item.name for item in required_fields(schema)} if schema is not None else {}
    for item in compiled.rows:
        for parts in needed:
            shorter = min(len(parts), len(item.parts))
            if parts != item.parts and parts[:shorter] == item.parts[:shorter]:
                raise NotCompilableError
    return needed


def _compiled(text: str) -> Expression:
    try:
        expression = compile_expression(text)
    except ExpressionSyntaxError as error:
        raise NotCompilableError from error
    if LINK in expression.functions:
        raise NotCompilableError
    return expression
