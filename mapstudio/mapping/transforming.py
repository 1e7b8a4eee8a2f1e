"""Records through a mapping, without a destination: outputs, rejects and skips. What ``transform`` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from mapstudio.mapping.cast import shown
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.model import JsonValue, Reason, Record


@dataclass(frozen=True, slots=True)
class Transformed:
    """One output.

    Attributes:
        source: The record's id or line; with ``each`` its text, ``#`` and the element's id.
        values: The destination record.
        missing: Required fields without a value, when the destination's schema is known.
    """

    source: str | int
    values: Record
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """A record, or one output of it, that was refused.

    Attributes:
        source: The record's id or line; for one output of ``each`` with ``#`` and the element's id.
        reasons: All of them.
        record: The whole source record.
    """

    source: str | int
    reasons: tuple[Reason, ...]
    record: JsonValue

    def to_json(self) -> dict[str, Any]:
        """Return the reject as one line of the rejects file."""
        reasons = [reason.to_json() for reason in self.reasons]
        return {"source": self.source, "reasons": reasons, "record": self.record}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that ``where`` leaves out."""

    source: str | int


TransformResult: TypeAlias = "Transformed | Reject | Skipped"


def transform(compiled: CompiledMapping, records: Iterable[tuple[str | int, JsonValue]]) -> Iterator[TransformResult]:
    """Yield what each record gives, in read order.

    Args:
        compiled: The mapping, usually without bindings.
        records: Each record with its id or line; anything but an object is rejected.
    """
    for source, record in records:
        if isinstance(record, dict):
            yield from _transform_one(compiled, source, record)
        else:
            yield Reject(source, (Reason("", f"{shown(record)} is no record: it must be an object", record),), record)


def _transform_one(compiled: CompiledMapping, source: str | int, record: Record) -> Iterator[TransformResult]:
    result = compiled.evaluate(record, str(source))
    if result.skipped:
        yield Skipped(source)
    elif result.reasons:
        yield Reject(source, result.reasons, record)
    for output in result.outputs:
        identity = output.source_id if compiled.mapping.source.each is not None else source
        if output.reasons:
            yield Reject(identity, output.reasons, record)
        else:
            yield Transformed(identity, output.values, compiled.missing_required(output.values))
