"""What a batch of lines must give, worked out record by record by the interpreter: slow, and the reference."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal

from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.program import Batch, parse_record
from mapstudio.mapping.program.batches import source_of
from mapstudio.mapping.transforming import Reject
from mapstudio.model import JsonValue, Reason, Record
from tests.expressions.engines import is_number, same


class Reference:
    """What was found.

    Args:
        compiled: The mapping, for the interpreter.
    """

    def __init__(self, compiled: CompiledMapping) -> None:
        self._compiled = compiled
        self.outputs: list[Record] = []
        self.rejects: list[tuple[int, Reject]] = []
        self.read = self.skipped = 0
        self.missing: dict[str, int] = {}

    def evaluate(self, lines: Sequence[bytes], first: int) -> None:
        """Evaluate lines."""
        for number, line in enumerate(lines, first):
            if line.strip():
                self.read += 1
                record, problem = parse_record(line, first=number == 1)
                source = source_of(record, number)
                if problem:
                    self._reject(number, source, (Reason("", f"no record: {problem}"),), None)
                else:
                    self._evaluate(number, source, record)

    def _evaluate(self, number: int, source: str | int, record: Record) -> None:
        result = self._compiled.evaluate(record, str(source))
        self.skipped += result.skipped
        if result.reasons:
            self._reject(number, source, result.reasons, record)
        for output in result.outputs:
            identity = source if self._compiled.mapping.source.each is None else output.source_id
            if output.reasons:
                self._reject(number, identity, output.reasons, record)
                continue
            self.outputs.append(output.values)
            for name in self._compiled.missing_required(output.values):
                self.missing[name] = self.missing.get(name, 0) + 1

    def _reject(self, number: int, source: str | int, reasons: tuple[Reason, ...], record: JsonValue) -> None:
        self.rejects.append((number, Reject(source, reasons, record)))

    def differences(self, batch: Batch) -> list[str]:
        """Return what a batch gave otherwise, in words."""
        found = [
            f"{name}: {ours!r} instead of {theirs!r}"
            for name, ours, theirs in (
                ("read", batch.read, self.read),
                ("written", batch.written, len(self.outputs)),
                ("skipped", batch.skipped, self.skipped),
                ("missing", batch.missing, self.missing),
                ("rejects", len(batch.rejects), len(self.rejects)),
            )
            if ours != theirs
        ]
        outputs = [_read(line) for line in bytes(batch.outputs).split(b"\n")[:-1]]
        found += [
            f"output {number}: {ours!r} instead of {theirs!r}"
            for number, (ours, theirs) in enumerate(zip(outputs, self.outputs, strict=False))
            if not alike(ours, theirs)
        ]
        found += [
            f"reject {ours!r} instead of {theirs!r}"
            for ours, theirs in zip(batch.rejects, self.rejects, strict=False)
            if not _same_rejects(ours, theirs)
        ]
        return found


def _read(line: bytes) -> JsonValue:
    value: JsonValue = json.loads(line, parse_float=Decimal)
    return value


def alike(left: JsonValue, right: JsonValue) -> bool:
    """Return whether two values are the same but for the form of numbers and the order of keys."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(alike(item, right[key]) for key, item in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(alike, left, right))
    return same(left, right) if is_number(left) else type(left) is type(right) and left == right


def _same_rejects(left: tuple[int, Reject], right: tuple[int, Reject]) -> bool:
    (line, ours), (number, theirs) = left, right
    reasons = zip(ours.reasons, theirs.reasons, strict=False)
    return (
        line == number
        and ours.source == theirs.source
        and len(ours.reasons) == len(theirs.reasons)
        and all(
            one.row == other.row and one.reason == other.reason and same(one.value, other.value)
            for one, other in reasons
        )
        and same(ours.record, theirs.record)
    )
