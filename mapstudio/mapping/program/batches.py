"""Lines of JSON through a mapping, many at once: the form in which ``transform`` and its workers run."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import DefaultContext, localcontext
from functools import cached_property

from mapstudio.expressions.compiler.shapes import ENOUGH_SAMPLES
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.program.records import RecordProgram, compile_records
from mapstudio.mapping.transforming import Reject, Skipped, Transformed, transform
from mapstudio.model import JsonValue, Reason, Record
from mapstudio.model.exact_json import JsonError, dumps, loads, loads_nearly

STRICT_FIRST = 256
"""So many records are looked at as a whole before the others, which finds a key that stands twice in an object."""
STRICT_EVERY = 512
"""Of the others, every so many-th is; once one was found, all are."""

_SELDOM = 50_000
# From so many records on, and from such a share of them that the quick decoding refuses, it is given up.
_ENOUGH, _MANY = 500, 0.2


@dataclass
class Batch:
    """What some lines gave.

    Attributes:
        outputs: The outputs as JSON lines.
        rejects: The rejected records, each with its line in the file.
        read: Records in it; blank lines are none.
        written: Outputs.
        skipped: Records that ``where`` left out.
        missing: How many outputs lack a required field, by name.
    """

    outputs: bytearray = field(default_factory=bytearray)
    rejects: list[tuple[int, Reject]] = field(default_factory=list)
    read: int = 0
    written: int = 0
    skipped: int = 0
    missing: dict[str, int] = field(default_factory=dict)

    def lacks(self, names: Sequence[str], outputs: int = 1) -> None:
        """Count outputs without required fields."""
        for name in names if outputs else ():
            self.missing[name] = self.missing.get(name, 0) + outputs


@contextmanager
def calm_collector() -> Iterator[None]:
    """Let Python look for cyclic garbage seldom: records make none, and what was there before stays to the end."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_SELDOM, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


class BatchTransformer:
    """A mapping, ready for batches of lines.

    Args:
        compiled: The mapping.
    """

    def __init__(self, compiled: CompiledMapping) -> None:
        self._compiled = compiled
        self._seen = 0
        self._distrust = False
        # None when they are known already.
        self._samples: list[JsonValue] | None = []
        self._read = self._detours = self._misjudged = 0

    @cached_property
    def program(self) -> RecordProgram | None:
        """The generated code, ``None`` where every record is evaluated with its reasons."""
        samples = self._samples or ()
        if len(samples) >= ENOUGH_SAMPLES:
            self._samples = None
        return compile_records(self._compiled, samples=samples)

    def run(self, lines: Sequence[bytes], first: int = 1, batch: Batch | None = None) -> Batch:
        """Evaluate lines; a blank one is none.

        Args:
            lines: Each with at most one JSON value.
            first: The first one's number in the file, for rejects of records without an id.
            batch: What earlier lines gave, to which this is added.
        """
        work = _Work(self._compiled, lines, first, Batch() if batch is None else batch)
        samples = self._samples if self._seen >= STRICT_FIRST else None
        if samples and self.program is not None:
            # What the first records were like is known now.
            self.program = compile_records(self._compiled, projected=self.program.projected, samples=samples)
            self._samples = None
        trusted = self._trusted(lines)
        if self.program is None:
            for number in range(len(lines)):
                work.evaluate(number)
            return work.batch
        ran = self.program.run(trusted, work.outputs, work.evaluate)
        work.batch.read += len(lines) - work.detours
        work.batch.skipped += ran.skipped
        work.batch.written += ran.written
        work.batch.lacks(self.program.missing, ran.written)
        if self.program.projected:
            self._reconsider(self.program, len(lines), work.detours, ran.misjudged)
        return work.batch

    def _reconsider(self, program: RecordProgram, lines: int, detours: int, misjudged: int) -> None:
        """Expect less when too many records are not of the form that was expected."""
        self._read += lines
        self._detours += detours
        self._misjudged += misjudged
        if self._read < _ENOUGH:
            return
        if self._detours > self._read * _MANY:
            self.program = compile_records(self._compiled, projected=False)
        elif self._misjudged > self._read * _MANY:
            self.program, self._misjudged = program.careful, 0

    def run_items(self, items: Iterable[tuple[int, Record, str]]) -> Batch:
        """Evaluate records that are decoded already.

        Args:
            items: The line of each, the record, and why there is none: empty when there is one.
        """
        work = _Work(self._compiled, (), 0, Batch())
        for line, record, problem in items:
            work.evaluate_record(line, record, problem)
        return work.batch

    def _trusted(self, lines: Sequence[bytes]) -> Sequence[bytes]:
        """Return the lines without those in which a key stands twice: the quick decoding would not see it."""
        first = 0 if self._distrust or self._seen < STRICT_FIRST else -self._seen % STRICT_EVERY
        step = 1 if first == 0 and (self._distrust or self._seen < STRICT_FIRST) else STRICT_EVERY
        refused = []
        for number in range(first, len(lines), step):
            value, certain = loads_nearly(lines[number])
            if self._samples is not None and self._seen < STRICT_FIRST and value is not None:
                self._samples.append(value)
            if not certain and lines[number].strip() and parse_record(lines[number])[1]:
                refused.append(number)
        self._seen += len(lines)
        if not refused:
            return lines
        self._distrust = True
        trusted = list(lines)
        for number in refused:
            trusted[number] = b""
        return trusted


class _Work:
    """One batch in the making."""

    def __init__(self, compiled: CompiledMapping, lines: Sequence[bytes], first: int, batch: Batch) -> None:
        self.batch = batch
        self.outputs = batch.outputs
        self.detours = 0
        self._compiled = compiled
        self._lines = lines
        self._first = first

    def evaluate(self, number: int) -> None:
        """Evaluate one line with all its reasons."""
        self.detours += 1
        if not self._lines[number].strip():
            return
        line = self._first + number
        # Generated code runs in a context of its own, in which a division that does not end is an error.
        with localcontext(DefaultContext):
            self.evaluate_record(line, *parse_record(self._lines[number], first=line == 1))

    def evaluate_record(self, line: int, record: Record, problem: str) -> None:
        """Evaluate one record, or note why there is none in its line."""
        self.batch.read += 1
        source = source_of(record, line)
        if problem:
            self.batch.rejects.append((line, Reject(source, (Reason("", f"no record: {problem}"),), None)))
            return
        for result in transform(self._compiled, [(source, record)]):
            if isinstance(result, Transformed):
                self.batch.written += 1
                self.batch.lacks(result.missing)
                self.outputs += f"{dumps(result.values)}\n".encode()
            elif isinstance(result, Reject):
                self.batch.rejects.append((line, result))
            elif isinstance(result, Skipped):
                self.batch.skipped += 1


_BOM = b"\xef\xbb\xbf"


def parse_record(line: bytes, *, first: bool = False) -> tuple[Record, str]:
    """Return the record in a line, or why there is none.

    Args:
        line: JSON.
        first: It is the first of the file, and may begin with a byte order mark.
    """
    try:
        value = loads((line.removeprefix(_BOM) if first else line).rstrip())
    except JsonError as error:
        return {}, str(error).replace(" at line 1, column", " at column")
    if not isinstance(value, dict):
        return {}, "a record must be a JSON object"
    return value, ""


def source_of(record: Record, line: int) -> str | int:
    """Return the record's own id, else its line."""
    identity: JsonValue = record.get("id")
    if isinstance(identity, str | int) and not isinstance(identity, bool) and identity != "":
        return str(identity)
    return line
