"""The compiled mapping: one callable from a source record to its outputs. The only evaluation path there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from mapstudio.expressions import Environment, EvaluationError, Expression, ExpressionSyntaxError, Links, ValueTable
from mapstudio.expressions.environment import Engine
from mapstudio.expressions.values import is_false
from mapstudio.mapping.associations import RowAssociation, association_of, row_caster
from mapstudio.mapping.bindings import Bindings, bind, require_bound
from mapstudio.mapping.cast import shown
from mapstudio.mapping.conditions import Guard, Step, make_guard, make_step, steps_due
from mapstudio.mapping.definition import Each, Mapping, Nested, Row, RowKind, Table, path_parts, placeholder
from mapstudio.mapping.evaluation import Evaluation, Output, RowResult, RowState
from mapstudio.mapping.expression_text import LINK, compiled_expression
from mapstudio.mapping.identity import identity_text
from mapstudio.mapping.lines import CompiledLines
from mapstudio.mapping.paths_read import paths_read
from mapstudio.mapping.pipeline import CompiledRow
from mapstudio.mapping.required import clears_required, missing_in_lines, missing_required
from mapstudio.mapping.schema_fields import find_field
from mapstudio.mapping.unchanged import passes
from mapstudio.model import FieldType, JsonValue, Reason, Record, Schema
from mapstudio.model.paths import get_path, set_path

_REFERENCES = {FieldType.REFERENCE, FieldType.REFERENCES}
_SENT = {RowState.VALUE, RowState.CLEAR}


@dataclass(frozen=True, slots=True)
class RowReference:
    """A row whose value names another record of the destination, to be resolved before it is written.

    Attributes:
        field: The destination field.
        object: The object that it points to, when the schema tells.
        by: The field of that object that the value identifies; ``None``: the value is an id (a number) or an external
            id (a text).
    """

    field: str
    object: str | None
    by: str | None


@dataclass(frozen=True)
class CompiledMapping:
    """A mapping ready to be run; the same for preview, transform, test, plan and apply.

    Attributes:
        mapping: As the file says it.
        rows: In file order.
        environment: What expressions may see beside the record.
        tables: The value maps by name.
        schema: The destination's, ``None`` when nothing is cast.
        source_schema: The source's, when known.
        bindings: The bound values; ``None`` in a pure command: placeholders stay visible.
        after: The steps that records take once they are written.
    """

    mapping: Mapping
    rows: tuple[CompiledRow, ...]
    environment: Environment
    tables: MappingOf[str, ValueTable]
    where: Guard | None = None
    items: Guard | None = None
    schema: Schema | None = None
    source_schema: Schema | None = None
    bindings: Bindings | None = None
    after: tuple[Step, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The destination fields by which a record is found."""
        return self.mapping.destination.key

    @cached_property
    def source_paths(self) -> frozenset[str]:
        """The static paths of all expressions, drafts included: they decide what is fetched."""
        return paths_read(self.mapping)

    @cached_property
    def destination_fields(self) -> tuple[str, ...]:
        """The fields that rows can send, in file order."""
        return tuple(item.row.field for item in self.rows if not item.row.silent)

    @cached_property
    def references(self) -> MappingOf[str, RowReference]:
        """The rows whose values name records of the destination, by field."""
        return self._references(item.row for item in self.rows if item.row.kind is not RowKind.NESTED)

    @cached_property
    def lines(self) -> MappingOf[str, CompiledLines]:
        """The rows with lines that are sent, by field."""
        rows = (item for item in self.rows if isinstance(item, CompiledLines))
        return {item.row.field: item for item in rows if not item.row.silent}

    @cached_property
    def line_references(self) -> MappingOf[str, MappingOf[str, RowReference]]:
        """The inner rows whose values name records, by the row that they belong to."""
        return {name: self._references(item.row for item in lines.inner) for name, lines in self.lines.items()}

    def _references(self, rows: Iterable[Row]) -> dict[str, RowReference]:
        found: dict[str, RowReference] = {}
        for row in rows:
            field = find_field(self.schema, row.field)
            is_reference = field is not None and field.type in _REFERENCES
            if not row.silent and row.association is None and (row.by is not None or is_reference):
                found[row.field] = RowReference(row.field, field.reference if field is not None else None, row.by)
        return found

    @cached_property
    def associations(self) -> MappingOf[str, RowAssociation]:
        """The rows that associate the record with others, by field."""
        found = [association_of(item.row) for item in self.rows if not item.row.silent]
        return {item.field: item for item in found if item is not None}

    def evaluate(self, record: Record, source_id: str = "") -> Evaluation:
        """Return all that one source record gives.

        Args:
            record: The record; it is not changed.
            source_id: Its id in the source.
        """
        try:
            if self.where is not None and is_false(self.where.search(record, self.environment)):
                return Evaluation(skipped=True)
        except EvaluationError as error:
            return Evaluation(reasons=(Reason("where", error.reason, error.value),))
        if self.mapping.source.each is None:
            return Evaluation((self._output(self.rows, record, source_id),))
        elements, reason = self._elements(self.mapping.source.each, record)
        if reason is not None:
            return Evaluation(reasons=(reason,))
        return Evaluation(
            tuple(self._output(self.rows, element, f"{source_id}#{identity}", record) for identity, element in elements)
        )

    def evaluate_row(self, row: CompiledRow | str, record: Record) -> tuple[RowResult, ...]:
        """Return what one row gives for a record: a result for each of :meth:`row_inputs`.

        Raises:
            KeyError: There is no row of that name.
        """
        compiled = self.row(row) if isinstance(row, str) else row
        inputs = self.row_inputs(record)
        return tuple(compiled.evaluate(element, self.environment, record) for element in inputs)

    def row_inputs(self, record: Record) -> tuple[Record, ...]:
        """Return what rows are evaluated on: the record, or with ``each`` its elements.

        Nothing for a record that ``where`` skips, or whose ``where`` or ``each`` fails.
        """
        try:
            if self.where is not None and is_false(self.where.search(record, self.environment)):
                return ()
        except EvaluationError:
            return ()
        each = self.mapping.source.each
        return (record,) if each is None else tuple(element for _, element in self._elements(each, record)[0])

    def row(self, field: str) -> CompiledRow:
        """Return the compiled row of a field.

        Raises:
            KeyError: There is none.
        """
        for item in self.rows:
            if item.row.field == field:
                return item
        raise KeyError(field)

    def compile_row(self, row: Row) -> CompiledRow:
        """Return a row compiled in this mapping's surroundings, whether it is part of it or an edit that may become."""
        return _compile_row(row, self.tables, self.schema, self.bindings)

    def try_expression(self, field: str, text: str) -> CompiledRow:
        """Return the field's row with another expression; a new row where there is none. Other rows stay compiled."""
        known = self.mapping.row(field)
        base = known if known is not None else Row(field)
        kind = RowKind.EXPRESSION if base.nested is None else RowKind.NESTED
        return self.compile_row(replace(base, kind=kind, from_=text, draft=False))

    def with_today(self, day: date) -> CompiledMapping:
        """Return the mapping with another present day."""
        return replace(self, environment=replace(self.environment, today=lambda: day))

    def with_links(self, links: Links) -> CompiledMapping:
        """Return the mapping with other links."""
        return replace(self, environment=replace(self.environment, links=links))

    def missing_required(self, output: Record) -> tuple[str, ...]:
        """Return the required fields that a create with this output would lack."""
        if self.schema is None:
            return ()
        inside = (name for field in self.lines for name in missing_in_lines(output, field, self.schema))
        return (*missing_required(output, self.schema), *inside)

    def clears_required(self, output: Record) -> tuple[str, ...]:
        """Return the required fields that an update with this output would empty."""
        return clears_required(output, self.schema) if self.schema is not None else ()

    def _output(
        self, rows: Iterable[CompiledRow], record: JsonValue, source_id: str, whole: JsonValue = None
    ) -> Output:
        values: Record = {}
        results: dict[str, RowResult] = {}
        reasons: list[Reason] = []
        waits: list[Reason] = []
        for item in rows:
            result = item.evaluate(record, self.environment, whole)
            results[result.row] = result
            if result.state in _SENT:
                if len(item.parts) == 1:
                    values[item.parts[0]] = result.value
                else:
                    set_path(values, result.row, result.value)
            elif result.reason is not None and result.state is RowState.ERROR:
                reasons += (result.reason, *result.also)
            elif result.reason is not None and result.state is RowState.WAIT:
                waits += (result.reason, *result.also)
        after, undecided = steps_due(self.after, record, self.environment, whole)
        return Output(source_id, values, results, (*reasons, *undecided), tuple(waits), after)

    def _elements(self, each: Each, record: Record) -> tuple[list[tuple[str, Record]], Reason | None]:
        """Return the elements of ``each`` with their ids, or why the record is rejected."""
        assert self.items is not None  # noqa: S101 - compiled together with ``each``
        try:
            items = self.items.search(record, self.environment)
        except EvaluationError as error:
            return [], Reason("each", error.reason, error.value)
        if items is None:
            return [], None
        if not isinstance(items, list):
            return [], Reason("each", f"{shown(items)} is not a list", items)
        found: dict[str, Record] = {}
        for element in items:
            identity = _identity(element, each.id)
            if identity is None or not isinstance(element, dict):
                return [], Reason("each", f"an element has no {each.id}", element)
            if identity in found:
                return [], Reason("each", f'two elements have the {each.id} "{identity}"', element)
            found[identity] = element
        return list(found.items()), None


def compile_mapping(
    mapping: Mapping,
    *,
    schema: Schema | None,
    source_schema: Schema | None,
    bindings: Bindings | None,
    today: Callable[[], date],
    links: Links,
    engine: Engine,
) -> CompiledMapping:
    """Compile a mapping; see :meth:`Mapping.compile`.

    Raises:
        MappingError: A binding has no value.
    """
    if bindings is not None:
        require_bound(mapping, bindings)
    tables = {name: _table(table, bindings) for name, table in mapping.values.items()}
    source = mapping.source
    return CompiledMapping(
        mapping=mapping,
        rows=tuple(_compile_row(row, tables, schema, bindings) for row in mapping.rows),
        environment=Environment(tables=tables, today=today, links=links, engine=engine),
        tables=tables,
        where=make_guard(source.where) if source.where is not None else None,
        items=make_guard(source.each.items) if source.each is not None else None,
        schema=schema,
        source_schema=source_schema,
        bindings=bindings,
        after=tuple(make_step(item) for item in mapping.destination.after),
    )


def _compile_lines(
    row: Row,
    nested: Nested,
    tables: MappingOf[str, ValueTable],
    schema: Schema | None,
    bindings: Bindings | None,
) -> CompiledLines:
    expression, failure = _expression(row)
    return CompiledLines(
        row=row,
        parts=path_parts(row.field),
        expression=expression,
        failure=failure,
        key=nested.key,
        inner=tuple(_compile_row(inner, tables, schema, bindings, in_draft=row.draft) for inner in nested.rows),
    )


def _compile_row(
    row: Row,
    tables: MappingOf[str, ValueTable],
    schema: Schema | None,
    bindings: Bindings | None,
    *,
    in_draft: bool = False,
) -> CompiledRow:
    if row.nested is not None:
        return _compile_lines(row, row.nested, tables, schema, bindings)
    expression, failure = _expression(row)
    fixed = placeholder(row.binding) if row.binding is not None else row.constant
    table: ValueTable | None = None
    if isinstance(row.values, Table):
        table = _table(row.values, bindings)
    elif row.values is not None:
        table = tables.get(row.values)
        failure = failure or ("" if table is not None else f'there is no value map "{row.values}"')
    field = find_field(schema, row.field)
    return CompiledRow(
        row=row,
        parts=path_parts(row.own),
        expression=expression,
        failure=failure,
        fixed=bind(fixed, bindings) if expression is None else None,
        table=table,
        default=bind(row.default, bindings),
        cast=row_caster(row, schema, placeholders=bindings is None or row.draft or in_draft),
        passes=passes(field) if field is not None and row.association is None else None,
        link_to=field.reference if field is not None and _links(expression) else None,
    )


def _links(expression: Expression | None) -> bool:
    return expression is not None and LINK in expression.functions


def _expression(row: Row) -> tuple[Expression | None, str]:
    if row.kind is RowKind.BROKEN:
        return None, "the row is broken: see the problems"
    if row.from_ is None:
        return None, ""
    try:
        return compiled_expression(row.from_), ""
    except ExpressionSyntaxError as error:
        return None, f"the expression is not valid: {error.message}"


def _table(table: Table, bindings: Bindings | None) -> ValueTable:
    return ValueTable({key: bind(value, bindings) for key, value in table.entries.items()})


def _identity(element: JsonValue, field: str) -> str | None:
    return identity_text(get_path(element, field)) if isinstance(element, dict) else None
