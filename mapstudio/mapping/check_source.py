"""Checking the words of all expressions against the source's schema."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.expressions.inference import Inferred
from mapstudio.expressions.types.fields import UnknownField
from mapstudio.mapping.check_expressions import inferred
from mapstudio.mapping.definition import Mapping, Row
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.row_scopes import row_scope, row_scopes
from mapstudio.mapping.schema_fields import has_source_path
from mapstudio.model import Schema
from mapstudio.model.suggest import did_you_mean

CODE = "unknown-field"
_ARCHIVAL = frozenset({"archived", "active"})
"""The fields by which records say whether they are archived, where archived ones can be read."""


def check_source(mapping: Mapping, schema: Schema) -> Iterator[Problem]:
    """Yield every word that is no field of the source, and ignored fields that it does not have."""
    source, scopes = mapping.source, row_scopes(mapping, schema)
    if source.where is not None:
        yield from _unknown(mapping, schema, Row("where", source.where_line), inferred(scopes.where, source.where))
    if source.each is not None:
        each = Row("each", source.each.line)
        yield from _unknown(mapping, schema, each, inferred(scopes.items, source.each.items))
    if source.archived and not _ARCHIVAL & schema.by_name.keys():
        message = f"records of {_name(schema)} do not say whether they are archived: only those that are not are read"
        yield Problem(mapping.file, source.line, "", message, "leave archived out", Severity.WARNING)
    for after in mapping.destination.after:
        if after.when is not None:
            yield from _unknown(mapping, schema, Row(after.row, after.line), inferred(scopes.rows, after.when))
    for row in mapping.all_rows:
        yield from unknown_words(mapping, row, schema)
    for item in mapping.ignored:
        if not has_source_path(schema, item.field):
            message = f"the ignored field {item.field} is no field of {_name(schema)}"
            remedy = did_you_mean(item.field, schema.by_name) or "remove it"
            yield Problem(mapping.file, item.line, "", message, remedy, Severity.WARNING)


def unknown_words(mapping: Mapping, row: Row, schema: Schema) -> Iterator[Problem]:
    """Yield every word of a row's expression that is no field of the source."""
    if row.from_ is not None:
        yield from _unknown(mapping, schema, row, inferred(row_scope(mapping, row, schema), row.from_))


def _unknown(mapping: Mapping, schema: Schema, row: Row, of: Inferred | None) -> Iterator[Problem]:
    severity = Severity.WARNING if row.draft else Severity.ERROR
    told: set[str] = set()
    for item in of.unknown if of is not None else ():
        if item.path not in told:
            told.add(item.path)
            message = f"{item.path} is no field of {_name(schema)}"
            remedy = _remedy(row, of, item)
            yield Problem(mapping.file, row.line, row.field, message, remedy, severity, CODE, item.start)


def _remedy(row: Row, of: Inferred | None, item: UnknownField) -> str:
    text = of.expression.bare_field if of is not None else None
    if text is None or of is None:
        return item.remedy or "look at the source's fields with mapstudio schema"
    if row.quoted:
        return f"did you mean the constant '{of.expression.text}'? Write {{constant: {of.expression.text}}}"
    return item.remedy or f"if a fixed value is meant, write {{constant: {text}}}"


def _name(schema: Schema) -> str:
    return f"{schema.connection} {schema.object}".strip()
