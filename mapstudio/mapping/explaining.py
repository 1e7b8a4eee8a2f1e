"""Why a row gives what it gives on one record: from the expression over value map, blank, default and cast to its end.

Nothing is evaluated in another way here: the row itself runs, while its expression, value map and cast are watched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from mapstudio.expressions import MISS, Environment, Expression, ValueTable
from mapstudio.expressions.environment import Miss, key_text
from mapstudio.expressions.tracing import Trace, explain, explain_with_error
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.definition import RowKind
from mapstudio.mapping.evaluation import RowResult
from mapstudio.mapping.pipeline import CompiledRow, RowError
from mapstudio.mapping.row_trace import Lookup, RecordTrace, RowStep, RowTrace, Stage, cast_note, lookup_note
from mapstudio.mapping.schema_fields import find_field
from mapstudio.model import Field, JsonValue, Record

_EMPTY = Environment()
_NO_FEED = {RowKind.QUESTION, RowKind.IGNORE}
MAX_ROWS = 20
"""Elements of ``each`` that are explained."""


def explain_row(compiled: CompiledMapping, row: CompiledRow | str, record: Record) -> RecordTrace:
    """Return why a row gives what it gives.

    Args:
        compiled: The mapping.
        row: The row, or its field; one that :meth:`CompiledMapping.try_expression` gave will do.
        record: The source record.

    Raises:
        KeyError: There is no row of that name.
    """
    watched = _watched(compiled.row(row) if isinstance(row, str) else row, compiled)
    compiled.evaluate_row(watched, record)
    rows = watched.found[:MAX_ROWS]
    if rows and compiled.items is None:
        return RecordTrace(tuple(rows))
    evaluation = compiled.evaluate(record)
    if rows:
        elements = [output.source_id for output in evaluation.outputs]
        named = [replace(row, element=element) for row, element in zip(rows, elements, strict=False)]
        return RecordTrace(tuple(named), more=len(watched.found) - len(rows))
    in_where = evaluation.skipped or any(reason.row == "where" for reason in evaluation.reasons)
    guard = compiled.where if in_where else compiled.items
    known = guard.expression if guard is not None else None
    trace = explain(known, record, compiled.environment) if known is not None else None
    if in_where:
        return RecordTrace((), where=trace, reasons=evaluation.reasons)
    return RecordTrace((), each=trace, reasons=evaluation.reasons)


class _Watched(CompiledRow):
    """A row that keeps a trace of each of its evaluations.

    Attributes:
        original: The row.
        target: Its destination field, when the schema is known.
        found: The traces.
    """

    original: CompiledRow
    target: Field | None
    found: list[RowTrace]

    def evaluate(self, record: JsonValue, environment: Environment, whole: JsonValue = None) -> RowResult:
        """Evaluate the row with watches on its pieces."""
        watch = _Watch(self.original)
        result = replace(self.original, **watch.pieces()).evaluate(record, environment, whole)
        self.found.append(
            RowTrace(
                self.row, self.target, result, tuple(_steps(self.original, self.target, watch, result)), watch.trace
            )
        )
        return result


def _watched(row: CompiledRow, compiled: CompiledMapping) -> _Watched:
    watched = _Watched(**{item.name: getattr(row, item.name) for item in fields(CompiledRow)})
    for name, value in (("original", row), ("target", find_field(compiled.schema, row.row.field)), ("found", [])):
        object.__setattr__(watched, name, value)
    return watched


class _Watch:
    """What the pieces of a row did in one evaluation.

    Attributes:
        trace: The parts of the expression.
        lookups: The keys looked up.
        given: What was given to the cast; empty when the value did not come so far.
    """

    def __init__(self, row: CompiledRow) -> None:
        self._row = row
        self.trace: Trace | None = None
        self.lookups: list[Lookup] = []
        self.given: list[JsonValue] = []

    def pieces(self) -> dict[str, Any]:
        """Return the row's pieces, watched."""
        row = self._row
        return {
            "expression": _WatchedExpression(row.expression, self) if row.expression is not None else None,
            "table": _WatchedTable(row.table, self) if row.table is not None else None,
            "cast": self._cast,
        }

    def _cast(self, value: JsonValue) -> JsonValue:
        self.given.append(value)
        return value if self._row.cast is None else self._row.cast(value)


class _WatchedExpression(Expression):
    def __init__(self, expression: Expression, watch: _Watch) -> None:
        super().__init__(expression.text)
        self._original = expression
        self._watch = watch

    def search(self, data: JsonValue, environment: Environment = _EMPTY, whole: JsonValue = None) -> JsonValue:
        self._watch.trace, error = explain_with_error(self._original, data, environment, whole)
        if error is not None:
            raise error
        return self._watch.trace.value


class _WatchedTable(ValueTable):
    __slots__ = ("_original", "_watch")

    def __init__(self, table: ValueTable, watch: _Watch) -> None:
        super().__init__({})
        self._original = table
        self._watch = watch

    def lookup(self, value: JsonValue) -> JsonValue | Miss:
        found = self._original.lookup(value)
        key = key_text(value)
        if key is not None:
            lookup = Lookup(key, found=False) if found is MISS else Lookup(key, found=True, value=found)
            self._watch.lookups.append(lookup)
        return found


def _steps(row: CompiledRow, target: Field | None, watch: _Watch, result: RowResult) -> Iterator[RowStep]:
    """Yield the stages that changed or decided something, told from what the watched pieces saw."""
    if row.row.kind in _NO_FEED:
        return
    reason = result.reason.reason if result.reason is not None else ""
    value = result.raw
    if row.failure or _is_unfed(watch.trace, value):
        yield RowStep(_feed(row), value, reason=reason)
        return
    yield RowStep(_feed(row), value, f"bound as {row.row.binding}" if row.row.binding is not None else "")
    if watch.lookups or (row.table is not None and isinstance(value, dict | list)):
        try:
            value = row.mapped(value)
        except RowError as error:
            yield RowStep(Stage.VALUES, reason=error.reason, lookups=tuple(watch.lookups))
            return
        yield RowStep(Stage.VALUES, value, lookup_note(row.row, tuple(watch.lookups)), lookups=tuple(watch.lookups))
    yield from _filled(row, watch, value, reason)
    if watch.given and row.cast is not None:
        note = "" if reason else cast_note(target, watch.given[0], result.value)
        yield RowStep(Stage.CAST, result.value, note, reason)


def _filled(row: CompiledRow, watch: _Watch, value: JsonValue, reason: str) -> Iterator[RowStep]:
    """Yield what became of a value before the cast: only a blank text, or none, comes to it as another value."""
    if watch.given and (watch.given[0] is value or not isinstance(value, str | None)):
        return
    if value is not None:
        yield RowStep(Stage.BLANK, None, "white space only counts as null")
    if watch.given:
        yield RowStep(Stage.DEFAULT, watch.given[0], "stands in for null")
        return
    if value is None and watch.lookups and row.default is not None:
        yield RowStep(Stage.DEFAULT, None, "does not apply: the value map says none")
    yield RowStep(Stage.ON_NULL, None, str(row.row.on_null), reason)


def _is_unfed(trace: Trace | None, raw: JsonValue) -> bool:
    """Whether the expression gave nothing that a row can go on with: an error, an open link, a number without end."""
    return trace is not None and (not trace.has_value or (raw is None and trace.value is not None))


def _feed(row: CompiledRow) -> Stage:
    if row.row.kind is RowKind.CONSTANT:
        return Stage.CONSTANT
    return Stage.BINDING if row.row.kind is RowKind.BINDING else Stage.FROM
