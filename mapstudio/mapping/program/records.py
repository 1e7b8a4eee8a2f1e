"""A whole mapping as one function: from lines of JSON to outputs, decoding of a record no more than is used.

It is the fast way through :meth:`CompiledMapping.evaluate`, not another meaning: rows call the same casts and the same
value maps, and whatever is not plain (an error, a reject, a record of another form) is left to that method. A property
test holds that both give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import DecimalException, localcontext
from functools import cached_property, partial
from typing import Any, TypeAlias

import msgspec

from mapstudio.expressions.compiler import (
    EXACT_OR_ERROR,
    NotCompilableError,
    ResultEmitter,
    Shape,
    Value,
    Writer,
    decoder,
    exact_decimal,
    load_function,
    shape_of,
)
from mapstudio.expressions.compiler.growth import must_count
from mapstudio.expressions.compiler.values import OBJECT
from mapstudio.expressions.environment import Engine
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.registry import Call
from mapstudio.mapping.cast import CastError
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.definition import Each, RowKind
from mapstudio.mapping.evaluation import RowState
from mapstudio.mapping.format import OnNull
from mapstudio.mapping.identity import identity_text
from mapstudio.mapping.pipeline import CompiledRow, RowError
from mapstudio.mapping.program.layout import Layout
from mapstudio.mapping.program.premises import id_expression, needed_fields, used_expressions
from mapstudio.mapping.program.rows import DetourError, RowWriter, detour
from mapstudio.mapping.program.verbatim import are_plain_numbers
from mapstudio.mapping.schema_fields import find_field
from mapstudio.model import JsonValue

DETOURS = (
    DetourError,
    EvaluationError,
    CastError,
    RowError,
    RecursionError,
    msgspec.DecodeError,
    DecimalException,
    UnicodeDecodeError,
    UnicodeEncodeError,
    # What is no number's text has no sign.
    ValueError,
)
"""What leaves a record to the evaluation that gives reasons."""

_Code: TypeAlias = "Callable[[Iterator[tuple[int, bytes]], list[Any], list[Any], Call], tuple[int | None, int]]"
"""Adds outputs to the first list, and the texts that it took for numbers to the second, up to a line that is left;
returns that one's index and the number of those it skipped."""

_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=exact_decimal)
_encode_lines = msgspec.json.Encoder(decimal_format="number").encode_lines


@dataclass(frozen=True, slots=True)
class Ran:
    """How records were evaluated.

    Attributes:
        skipped: How many ``where`` left out.
        written: How many outputs the others gave.
        misjudged: How many had to be evaluated by the careful program, since some were not like the samples.
    """

    skipped: int
    written: int
    misjudged: int = 0


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
    remake: Callable[[], RecordProgram | None]

    @cached_property
    def careful(self) -> RecordProgram | None:
        """The program that looks at each number."""
        return self.remake()

    def run(self, lines: Sequence[bytes], outputs: bytearray, detour: Callable[[int], None]) -> Ran:
        """Evaluate records.

        Args:
            lines: One JSON object each.
            outputs: Where the outputs are added, as JSON lines.
            detour: Gets the index of each line that must be evaluated with its reasons, in order with the outputs.
        """
        numbered, call = enumerate(lines), Call(self.compiled.environment)
        begin = skipped = written = misjudged = 0
        with localcontext(EXACT_OR_ERROR):
            while begin < len(lines):
                made: list[Any] = []
                kept: list[Any] = []
                left, left_out = self.code(numbered, made, kept, call)
                end = len(lines) if left is None else left
                if _add(made, kept, outputs):
                    skipped, written = skipped + left_out, written + len(made)
                elif kept and self.careful is not None:
                    again = self.careful.run(lines[begin:end], outputs, partial(_shifted, detour, begin))
                    skipped, written = skipped + again.skipped, written + again.written
                    misjudged += end - begin
                else:
                    # One of them cannot be written, and nobody says which one: each is looked at.
                    for number in range(begin, end):
                        detour(number)
                if left is not None:
                    detour(left)
                begin = end + 1
        return Ran(skipped, written, misjudged)


def _add(made: list[Any], kept: list[Any], outputs: bytearray) -> bool:
    """Write outputs as JSON lines; ``False``, and nothing is written, where one of them cannot be."""
    if kept and not are_plain_numbers(kept):
        return False
    try:
        outputs += _encode_lines(made)
    except DETOURS:
        return False
    return True


def _shifted(detour: Callable[[int], None], by: int, number: int) -> None:
    detour(number + by)


def compile_records(
    compiled: CompiledMapping, *, projected: bool = True, samples: Sequence[JsonValue] = (), verbatim: bool = True
) -> RecordProgram | None:
    """Compile a mapping; ``None`` where each record is evaluated for itself.

    That is one that links, has lines or a condition of a step, or has a row that fails always.

    Args:
        compiled: The mapping.
        projected: Decode only what is used, where that can be known.
        samples: Records such as will come.
        verbatim: Hand numbers on as texts where nobody looks at them.
    """
    lines = any(item.row.kind is RowKind.NESTED for item in compiled.rows)
    if compiled.environment.engine is not Engine.COMPILED or lines or any(step.when for step in compiled.after):
        return None
    careful = partial(compile_records, compiled, projected=projected, samples=samples, verbatim=False)
    try:
        shape = shape_of(item.reads for item in used_expressions(compiled)) if projected else None
        if shape is not None:
            shape.follow(samples, verbatim=verbatim)
            return _program_of(compiled, shape, careful)
    except NotCompilableError:
        pass
    try:
        return _program_of(compiled, None, careful)
    except NotCompilableError:
        return None


def _program_of(
    compiled: CompiledMapping, shape: Shape | None, careful: Callable[[], RecordProgram | None]
) -> RecordProgram:
    """Write the program; once more when it needs a value of which there would be only the text.

    Raises:
        NotCompilableError: It is left to the evaluation record by record.
    """
    while True:
        writer = _ProgramWriter(compiled, shape)
        program = writer.program(careful)
        if program is not None:
            return program


class _ProgramWriter:
    """Writes the function of one mapping.

    Raises:
        NotCompilableError: It is left to the evaluation record by record.
    """

    def __init__(self, compiled: CompiledMapping, shape: Shape | None) -> None:
        self._compiled = compiled
        self._source = compiled.mapping.source
        self._shape = shape
        self._writer = Writer(level=3)
        record = Value("record", OBJECT, shape)
        counted = any(must_count(item.tree.root) for item in used_expressions(compiled))
        self._emitter = ResultEmitter(self._writer, record, record, counted=counted)
        self._layout = Layout()
        self._needed = needed_fields(compiled)
        # Rows that give null for every record.
        self._empty: set[tuple[str, ...]] = set()

    def program(self, careful: Callable[[], RecordProgram | None]) -> RecordProgram | None:
        """Return the program, ``None`` when it has to be written again."""
        self._where()
        if self._source.each is None:
            self._rows()
        else:
            self._each(self._source.each)
        if self._emitter.looked_at:
            return None
        # Of a record that fails, outputs of its first elements may be there.
        before, after = ("", "") if self._source.each is None else (_BEFORE_EACH, _AFTER_EACH)
        if self._emitter.uses_call:
            before += _OF_CALL
        decode = (decoder(self._shape) if self._shape is not None else _decoder).decode
        head = _HEAD.format(before=before, decode=self._writer.constant(decode))
        source = head + self._writer.source + _TAIL.format(detours=self._writer.constant(DETOURS), after=after)
        code: _Code = load_function(source, "transform", self._writer)
        fed = {item.parts for item in self._compiled.rows if item.parts in self._layout} - self._empty
        missing = tuple(name for parts, name in self._needed.items() if parts not in fed)
        return RecordProgram(source, self._shape is not None, missing, code, self._compiled, careful)

    def _where(self) -> None:
        where = self._compiled.where
        if where is None or where.expression is None:
            return
        truth = self._emitter.truthy(self._emitter.emit_plain(where.expression.tree.root))
        with self._writer.block(f"if not ({truth}):"):
            self._writer.line("skipped += 1")
            self._writer.line("continue")

    def _each(self, each: Each) -> None:
        """Write the loop over the elements."""
        writer, emitter = self._writer, self._emitter
        items = self._compiled.items
        if items is None or items.expression is None:
            raise NotCompilableError
        found = emitter.emit(items.expression.tree.root)
        if found.literal:
            found = emitter.assign(found.code, found.classes)
        if found.literal:
            # A text or a number, for every record.
            raise NotCompilableError
        leave, seen = writer.constant(detour), writer.temporary()
        writer.line(f"if {found.code} is None: continue")
        writer.line(f"if not ({emitter.is_list(found)}): {leave}()")
        writer.line(f"{seen} = {writer.constant(set)}()")
        shape = found.shape.element if found.shape is not None else None
        element = Value(writer.temporary(), OBJECT, None if shape is None or shape.plain else shape)
        with writer.block(f"for {element.code} in {found.code}:"), emitter.layer(), emitter.at(element):
            if element.shape is None:
                writer.line(f"if {element.code}.__class__ is not dict: {leave}()")
            identity = emitter.emit_plain(id_expression(each).tree.root)
            name = emitter.assign(f"{writer.constant(identity_text)}({identity.code})").code
            writer.line(f"if {name} is None or {name} in {seen}: {leave}()")
            writer.line(f"{seen}.add({name})")
            self._rows()

    def _rows(self) -> None:
        used = [item for item in self._compiled.rows if not item.row.silent and item.expression is not None]
        self._emitter.emit_together(item.expression.tree.root for item in used if item.expression is not None)
        for item in self._compiled.rows:
            code = self._row(item)
            if code and not self._layout.add(item.parts, code, cleared=item.row.on_null is OnNull.CLEAR):
                raise NotCompilableError
        self._writer.line(f"add({self._layout.write(self._writer)})")

    def _row(self, item: CompiledRow) -> str:
        """Write a row; return where its value is, empty for one that sends nothing."""
        if item.row.silent:
            return ""
        if item.expression is not None:
            field = find_field(self._compiled.schema, item.row.field)
            return RowWriter(self._emitter, item, field, needed=item.parts in self._needed).write()
        result = item.evaluate({}, self._compiled.environment)
        if result.state not in {RowState.VALUE, RowState.CLEAR, RowState.ABSENT}:
            raise NotCompilableError
        if result.state is RowState.ABSENT:
            return ""
        if result.value is None:
            self._empty.add(item.parts)
        return self._writer.constant(result.value)


_HEAD = """\
def transform(numbered, made, kept, call):
    skipped = 0
    add = made.append
    keep = kept.append
    try:
        for number, line in numbered:
{before}\
            record = {decode}(line)
"""
_TAIL = """\
    except {detours}:
{after}\
        return number, skipped
    return None, skipped
"""
_OF_CALL = "            call.record = number\n"
_BEFORE_EACH = "            before = len(made)\n"
_AFTER_EACH = "        del made[before:]\n"
