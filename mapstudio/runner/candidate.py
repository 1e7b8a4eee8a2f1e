"""One output on its way from the mapping to the plan."""

from __future__ import annotations

from dataclasses import dataclass, field

from mapstudio.connectors.exchange import KeyValues
from mapstudio.mapping.evaluation import RowResult, RowState
from mapstudio.model import JsonValue, Reason, Record, SourceRecord
from mapstudio.runner.task import Task

_SENT = frozenset({RowState.VALUE, RowState.CLEAR})


@dataclass
class Candidate:
    """An output, or a source record that gave none; filled step by step while it is planned.

    Attributes:
        source: The record that was read.
        source_id: Its id; with ``each`` the element's.
        values: What is to stand in the destination, references resolved.
        rows: The result of every row, by destination field.
        reasons: Why it is rejected; empty when it is not.
        waits: The records that it links to and that have not been mapped yet, each as the row's reason.
        skipped: ``where`` is false, or ``each`` gave nothing.
        note: Something to be said that rejects nothing.
        key: The canonical values of the key.
        winner: Who stands for it, when another record of this read has the same key.
        after: The steps that it shall take once it is written.
    """

    source: SourceRecord
    source_id: str
    values: Record = field(default_factory=dict)
    rows: dict[str, RowResult] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    waits: tuple[Reason, ...] = ()
    skipped: bool = False
    note: str = ""
    key: KeyValues | None = None
    winner: Candidate | None = None
    after: tuple[str, ...] = ()

    @property
    def meant(self) -> bool:
        """Whether it is to stand in the destination, now or as soon as what it waits for is there."""
        return not (self.skipped or self.reasons or self.winner)

    @property
    def alive(self) -> bool:
        """Whether it is still on its way to the destination."""
        return self.meant and not self.waits

    @property
    def sent(self) -> tuple[str, ...]:
        """The destination fields that it says something about, in file order."""
        return tuple(name for name, result in self.rows.items() if result.state in _SENT)

    def reject(self, row: str, reason: str, value: JsonValue = None) -> None:
        """Add a reason why it is rejected."""
        self.reasons = (*self.reasons, Reason(row, reason, value))


def candidates_of(task: Task, record: SourceRecord) -> list[Candidate]:
    """Evaluate one source record."""
    evaluation = task.compiled.evaluate(record.data, record.id)
    if evaluation.skipped:
        return [Candidate(record, record.id, skipped=True)]
    if evaluation.reasons:
        return [Candidate(record, record.id, reasons=evaluation.reasons)]
    if not evaluation.outputs:
        return [Candidate(record, record.id, skipped=True, note="the list of each has no element")]
    return [
        Candidate(
            record,
            output.source_id or record.id,
            dict(output.values),
            dict(output.rows),
            output.reasons,
            output.waits,
            after=output.after,
        )
        for output in evaluation.outputs
    ]
