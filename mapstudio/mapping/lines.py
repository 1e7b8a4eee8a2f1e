"""A row with lines on one record: its inner rows on each element, every line by its key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from mapstudio.expressions import Environment, EvaluationError
from mapstudio.mapping.cast import shown
from mapstudio.mapping.evaluation import RowResult, RowState
from mapstudio.mapping.identity import line_key
from mapstudio.mapping.pipeline import CompiledRow, RowError
from mapstudio.model import JsonValue, Reason, Record
from mapstudio.model.paths import get_path, set_path

_SENT = {RowState.VALUE, RowState.CLEAR}


@dataclass(frozen=True, slots=True)
class CompiledLines(CompiledRow):
    """A row with lines, ready to be run; its expression gives the list.

    Attributes:
        key: The inner field by which a line is found.
        inner: The inner rows, in file order.
    """

    key: str = ""
    inner: tuple[CompiledRow, ...] = ()

    def evaluate(self, record: JsonValue, environment: Environment, whole: JsonValue = None) -> RowResult:
        """Return the lines of a record: nothing for null, and every reason of every line."""
        raw: JsonValue = None
        try:
            raw = self._feed(record, environment, whole)
        except EvaluationError as error:
            return self._failed(error.reason, error.value, raw)
        except RowError as error:
            return self._failed(error.reason, error.value, raw)
        if raw is None:
            return RowResult(self.row.field, RowState.SILENT if self.row.draft else RowState.ABSENT)
        if not isinstance(raw, list):
            return self._failed(f"{shown(raw)} is not a list", raw, raw)
        work = _Work(self, environment, record if whole is None else whole)
        for number, element in enumerate(raw, 1):
            work.add(number, element)
        return work.result(raw)


@dataclass
class _Work:
    """The lines of one record in the making."""

    of: CompiledLines
    environment: Environment
    whole: JsonValue
    lines: list[JsonValue] = field(default_factory=list)
    errors: list[Reason] = field(default_factory=list)
    waits: list[Reason] = field(default_factory=list)
    dropped: list[Reason] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def add(self, number: int, element: JsonValue) -> None:
        """Evaluate the inner rows on one element."""
        results = [(item, item.evaluate(element, self.environment, self.whole)) for item in self.of.inner]
        line: Record = {}
        for item, result in results:
            if result.state in _SENT:
                set_path(line, item.row.own, result.value)
        key = line_key(get_path(line, self.of.key))
        told = list(_told(self.of.row.field, number, key, results))
        self.errors += [reason for state, reason in told if state is RowState.ERROR]
        self.waits += [reason for state, reason in told if state is RowState.WAIT]
        self.dropped += [reason for state, reason in told if state is RowState.DROPPED]
        if key is None:
            # A key that failed, or waits, has said so already.
            if not any(item.row.own == self.of.key and result.reason for item, result in results):
                self._refuse(f"element {number} has no {self.of.key}", element)
        elif key in self.keys:
            self._refuse(f'two elements have the {self.of.key} "{key}"', element)
        else:
            self.keys.add(key)
        self.lines.append(line)

    def result(self, raw: JsonValue) -> RowResult:
        """Return what all elements gave together."""
        row, state, reasons = self.of.row, RowState.VALUE, self.dropped
        if self.errors:
            state, reasons = RowState.ERROR, self.errors
        elif self.waits:
            state, reasons = RowState.WAIT, self.waits
        first, also = (None, reasons) if state is RowState.VALUE else (reasons[0], reasons[1:])
        value = None if self.errors or self.waits else self.lines
        return RowResult(row.field, RowState.SILENT if row.draft else state, value, first, raw, tuple(also))

    def _refuse(self, why: str, element: JsonValue) -> None:
        self.errors.append(Reason(self.of.row.field, why, element))


def _told(
    field_name: str, number: int, key: str | None, results: list[tuple[CompiledRow, RowResult]]
) -> Iterator[tuple[RowState, Reason]]:
    """Yield the reasons of one element with the name of the line, or its place where it has no key."""
    for item, result in results:
        if (reason := result.reason) is None:
            continue
        row = inner_name(field_name, key, item.row.own)
        why = reason.reason if key is not None else f"element {number}: {reason.reason}"
        yield result.state, Reason(row, why, reason.value)


def inner_name(field_name: str, key: str | None, own: str = "") -> str:
    """Return what a field of a line, or the line itself, is called: ``order_line[SKU-1].price_unit``."""
    line = f"{field_name}[{key or ''}]"
    return f"{line}.{own}" if own else line
