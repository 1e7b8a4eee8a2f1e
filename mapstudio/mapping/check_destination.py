"""Checking the rows against the destination's schema."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.mapping.associations import known_labels, row_caster, unknown_label
from mapstudio.mapping.cast import Caster, CastError
from mapstudio.mapping.definition import INNER, Mapping, Row, Table, inner_parts, path_parts
from mapstudio.mapping.field_rules import rules_only_told
from mapstudio.mapping.format import Mode, OnNull
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.required import required_fields, required_of_lines
from mapstudio.mapping.schema_fields import find_field, is_open
from mapstudio.model import Field, FieldType, JsonValue, Schema
from mapstudio.model.suggest import did_you_mean

_REFERENCES = {FieldType.REFERENCE, FieldType.REFERENCES}


def check_destination(mapping: Mapping, schema: Schema) -> Iterator[Problem]:
    """Yield unknown and read-only targets, fixed values that do not fit, and required fields that nothing feeds."""
    for row in mapping.all_rows:
        if row.nested is not None:
            yield from _check_lines(mapping, row, schema)
        elif _is_lost(row, schema):
            # The row with the lines has said so.
            continue
        field = find_field(schema, row.field)
        if field is not None:
            yield from _check_row(mapping, row, field, schema)
        elif not is_open(schema, row.field):
            message = f"{row.field} is no field of {schema.connection} {schema.object}"
            remedy = did_you_mean(row.field, schema.by_name) or "look at its fields with mapstudio schema"
            severity = Severity.WARNING if row.silent else Severity.ERROR
            yield Problem(mapping.file, row.line, row.field, message, remedy, severity)
    if mapping.destination.mode is not Mode.UPDATE:
        yield from _check_required(mapping, schema)


def _check_lines(mapping: Mapping, row: Row, schema: Schema) -> Iterator[Problem]:
    """Yield that a field takes no lines, or which fields a new line would lack."""
    severity = Severity.WARNING if row.silent else Severity.ERROR
    if find_field(schema, row.field) is not None and not _takes_lines(schema, row.field):
        message = f"{row.field} takes no lines: its schema holds no fields {row.field}{INNER}..."
        yield Problem(mapping.file, row.line, row.field, message, "write it with a row of one value", severity)
    fed = {item.own for item in (row.nested.rows if row.nested is not None else ()) if not item.silent}
    for field in required_of_lines(schema, row.field):
        if inner_parts(field.name)[1] not in fed and not row.silent:
            message = f"{field.name} is required to add a line, and nothing feeds it"
            remedy = "map it, or set a constant"
            yield Problem(mapping.file, row.line, field.name, message, remedy, Severity.WARNING)


def _takes_lines(schema: Schema, name: str) -> bool:
    return any(item.name.startswith(f"{name}{INNER}") for item in schema.fields)


def _is_lost(row: Row, schema: Schema) -> bool:
    """Return whether an inner row belongs to a field that takes no lines."""
    return row.parent is not None and not _takes_lines(schema, row.parent)


def _check_row(mapping: Mapping, row: Row, field: Field, schema: Schema) -> Iterator[Problem]:
    if field.read_only and not row.silent:
        message = f"{row.field} is read-only in the destination"
        yield Problem(mapping.file, row.line, row.field, message, "map another field, or ignore this one")
    if field.required and row.on_null is OnNull.CLEAR and not row.silent:
        message = f"{row.field} is required: an update that clears it is rejected"
        yield Problem(mapping.file, row.line, row.field, message, "use on_null: skip or error", Severity.WARNING)
    if row.by is not None and row.association is None and field.type not in _REFERENCES:
        message = f'"by" has no effect: {row.field} refers to no other record'
        yield Problem(mapping.file, row.line, row.field, message, "remove it", Severity.WARNING)
    label = unknown_label(row, row.label, known_labels(row, schema)) if row.label else ""
    if label:
        yield Problem(mapping.file, row.line, row.field, label, "name one of its labels")
    told = rules_only_told(field) if not row.silent else []
    if told:
        words = "; ".join(rule.words for rule in told)
        message = f"the destination has a rule for {row.field} that only it can apply: it takes {words}"
        yield Problem(mapping.file, row.line, row.field, message, severity=Severity.NOTE)
    cast = row_caster(row, schema, placeholders=True)
    if cast is not None:
        yield from _check_fixed(mapping, row, cast)


def _check_fixed(mapping: Mapping, row: Row, cast: Caster) -> Iterator[Problem]:
    fixed: list[tuple[str, int, JsonValue]] = [("constant", row.line, row.constant), ("default", row.line, row.default)]
    table = row.values if isinstance(row.values, Table) else mapping.values.get(row.values or "")
    if table is not None:
        name = f"value map {table.name}" if table.name else "value map"
        fixed += [(f"{name}, {key}", table.lines.get(key, row.line), value) for key, value in table.entries.items()]
    for what, line, value in fixed:
        if value is None:
            continue
        try:
            cast(value)
        except CastError as error:
            yield Problem(mapping.file, line, row.field, f"{what}: {error.reason}", "correct the value")


def _check_required(mapping: Mapping, schema: Schema) -> Iterator[Problem]:
    fed = {path_parts(row.field) for row in mapping.rows if not row.silent}
    for field in required_fields(schema):
        if path_parts(field.name) in fed:
            continue
        row = mapping.row(field.name)
        why = "nothing feeds it" if row is None else f"its row sends nothing ({'draft' if row.draft else row.kind})"
        line = row.line if row is not None else mapping.destination.line
        message = f"{field.name} is required to create a record, and {why}"
        yield Problem(mapping.file, line, field.name, message, "map it, or set a constant", Severity.WARNING)
