"""A whole mapping as one function: from lines of JSON to outputs, decoding of a record no more than is used.

It is the fast way through :meth:`CompiledMapping.evaluate`, not another meaning: rows call the same casts and the same
value maps, and whatever is not plain (an error, a reject, a record of another form) is left to that method. A property
test holds that both give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from mapstudio.expressions.budget import Budget
from mapstudio.expressions.compiler import Emitter, NotCompilableError, Value, Writer, decoder, load_function, shape_of
from mapstudio.expressions.compiler.growth import must_count
from mapstudio.expressions.environment import Engine
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.registry import Call
from mapstudio.expressions.values import EXACT, NumberRangeError
from mapstudio.mapping.cast import CastError
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.definition import path_parts
from mapstudio.mapping.evaluation import RowState
from mapstudio.mapping.format import OnNull
from mapstudio.mapping.pipeline import CompiledRow, RowError
from mapstudio.mapping.program.layout import Layout
from mapstudio.mapping.program.rows import DetourError, RowWriter
from mapstudio.mapping.required import required_fields
from mapstudio.mapping.schema_fields import find_field

DETOURS = (
    DetourError,
    EvaluationError,
    CastError,
    RowError,
    NumberRangeError,
    RecursionError,
    msgspec.DecodeError,
    UnicodeDecodeError,
)
"""What leaves a record to the evaluation that gives reasons."""

_Code: TypeAlias = "Callable[[Sequence[bytes], Callable[[object], None], Callable[[int], None], Call], int]"


@dataclass(frozen=True)
class RecordProgram:
    """The code of a mapping.

    Attributes:
        source: The Python source, for those who want to see it.
        projected: Only what is used of a record is decoded.
        missing: The required fields that no row feeds: every output lacks them.
    """

    source: str
    projected: bool
    missing: tuple[str, ...]
    code: _Code
    compiled: CompiledMapping

    def run(self, lines: Sequence[bytes], done: Callable[[object], None], detour: Callable[[int], None]) -> int:
        """Evaluate records.

        Args:
            lines: One JSON object each.
            done: Gets each output, in order; the JSON encoder knows how to write it.
            detour: Gets the index of each line that must be evaluated with its reasons, in order with the outputs.

        Returns:
            How many records ``where`` left out.
        """
        return self.code(lines, done, detour, Call(self.compiled.environment, Budget(len(lines))))


def compile_records(compiled: CompiledMapping) -> RecordProgram | None:
    """Compile a mapping; ``None`` where each record is evaluated for itself: ``each``, links, rows that always fail."""
    if compiled.mapping.source.each is not None or compiled.environment.engine is not Engine.COMPILED:
        return None
    try:
        return _compiled(compiled, projected=True)
    except NotCompilableError:
        return None


def _compiled(compiled: CompiledMapping, *, projected: bool) -> RecordProgram:
    expressions = [item.expression for item in compiled.rows if item.expression is not None and not item.row.silent]
    where = compiled.where.expression if compiled.where is not None else None
    if where is not None:
        expressions.append(where)
    if any("link" in item.functions for item in expressions) or (compiled.where is not None and where is None):
        raise NotCompilableError
    shape = shape_of(item.reads for item in expressions) if projected else None
    decode = (
        decoder(shape) if shape is not None else msgspec.json.Decoder(dict[str, Any], float_hook=EXACT.create_decimal)
    )
    writer = Writer(level=3)
    record = Value("record", frozenset({dict}), shape)
    counted = any(must_count(item.tree.root) for item in expressions)
    emitter = Emitter(writer, record, record, counted=counted)
    if where is not None:
        truth = emitter.truthy(emitter.emit_plain(where.tree.root))
        with writer.block(f"if not ({truth}):"):
            writer.line("skipped += 1")
            writer.line("continue")
    layout, needed = Layout(), _needed(compiled)
    for item in compiled.rows:
        _write_row(emitter, compiled, item, layout, needed)
    writer.line(f"done({layout.write(writer)})")
    source = (
        _HEAD.format(decode=writer.constant(decode.decode))
        + writer.source
        + _TAIL.format(detours=writer.constant(DETOURS))
    )
    code: _Code = load_function(source, "transform", writer)
    fed = {item.parts for item in compiled.rows if item.parts in layout}
    missing = tuple(name for parts, name in needed.items() if parts not in fed)
    return RecordProgram(source, shape is not None, missing, code, compiled)


def _needed(compiled: CompiledMapping) -> dict[tuple[str, ...], str]:
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


def _write_row(
    emitter: Emitter, compiled: CompiledMapping, item: CompiledRow, layout: Layout, needed: Container[tuple[str, ...]]
) -> None:
    if item.row.silent:
        return
    cleared = item.row.on_null is OnNull.CLEAR
    if item.expression is None:
        result = item.evaluate({}, compiled.environment)
        if result.state not in {RowState.VALUE, RowState.CLEAR, RowState.ABSENT}:
            raise NotCompilableError
        if result.state is RowState.ABSENT:
            return
        code = emitter.writer.constant(result.value)
    else:
        field = find_field(compiled.schema, item.row.field)
        code = RowWriter(emitter, item, field, needed=item.parts in needed).write()
    if not layout.add(item.parts, code, cleared=cleared):
        raise NotCompilableError


_HEAD = """\
def transform(lines, done, detour, call):
    skipped = 0
    for number, line in enumerate(lines):
        try:
            record = {decode}(line)
"""
_TAIL = """\
        except {detours}:
            detour(number)
    return skipped
"""
