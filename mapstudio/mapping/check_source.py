"""Checking the words of all expressions against the source's schema."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.expressions import ExpressionSyntaxError
from mapstudio.mapping.definition import Mapping
from mapstudio.mapping.expression_text import compiled_expression
from mapstudio.mapping.paths_read import expression_paths
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.schema_fields import has_source_path
from mapstudio.model import Schema
from mapstudio.model.suggest import did_you_mean


def check_source(mapping: Mapping, schema: Schema) -> Iterator[Problem]:
    """Yield every word that is no field of the source, and ignored fields that it does not have."""
    source = mapping.source
    if source.where is not None:
        yield from _check(mapping, schema, "where", source.where_line, source.where, _paths(source.where))
    if source.each is not None:
        yield from _check(mapping, schema, "each", source.each.line, source.each.items, _paths(source.each.items))
    for row in mapping.rows:
        if row.from_ is not None:
            paths = expression_paths(mapping, row.from_)
            severity = Severity.WARNING if row.draft else Severity.ERROR
            yield from _check(
                mapping, schema, row.field, row.line, row.from_, paths, quoted=row.quoted, severity=severity
            )
    for item in mapping.ignored:
        if not has_source_path(schema, item.field):
            message = f"the ignored field {item.field} is no field of {_name(schema)}"
            remedy = did_you_mean(item.field, schema.by_name) or "remove it"
            yield Problem(mapping.file, item.line, "", message, remedy, Severity.WARNING)


def _check(
    mapping: Mapping,
    schema: Schema,
    row: str,
    line: int,
    text: str,
    paths: frozenset[str],
    *,
    quoted: bool = False,
    severity: Severity = Severity.ERROR,
) -> Iterator[Problem]:
    for path in sorted(paths):
        if not has_source_path(schema, path):
            message = f"{path} is no field of {_name(schema)}"
            remedy = _remedy(schema, text, path, quoted=quoted)
            yield Problem(mapping.file, line, row, message, remedy, severity)


def _remedy(schema: Schema, text: str, path: str, *, quoted: bool) -> str:
    is_alone = compiled_expression(text).bare_field is not None
    if is_alone and quoted:
        return f"did you mean the constant '{text}'? Write {{constant: {text}}}"
    near = did_you_mean(path, schema.by_name)
    if near or not is_alone:
        return near or "look at the source's fields with mapstudio schema"
    return f"if a fixed value is meant, write {{constant: {text}}}"


def _paths(text: str) -> frozenset[str]:
    try:
        return compiled_expression(text).paths
    except ExpressionSyntaxError:
        return frozenset()


def _name(schema: Schema) -> str:
    return f"{schema.connection} {schema.object}".strip()
