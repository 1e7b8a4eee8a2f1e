"""Checking the rows against the destination's schema."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.mapping.associations import known_labels, row_caster, unknown_label
from mapstudio.mapping.cast import Caster, CastError
from mapstudio.mapping.definition import Mapping, Row, RowKind, Table, path_parts
from mapstudio.mapping.field_rules import rules_only_told
from mapstudio.mapping.format import Mode, OnNull
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.required import required_fields
from mapstudio.mapping.schema_fields import find_field, is_open
from mapstudio.model import Field, FieldType, JsonValue, Schema
from mapstudio.model.suggest import did_you_mean

_REFERENCES = {FieldType.REFERENCE, FieldType.REFERENCES}


def check_destination(mapping: Mapping, schema: Schema) -> Iterator[Problem]:
    """Yield unknown and read-only targets, fixed values that do not fit, and required fields that nothing feeds."""
    for row in mapping.rows:
        if row.kind is RowKind.NESTED:
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
