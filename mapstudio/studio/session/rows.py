"""The rows of the map as they are shown: what feeds each, what it gave on the sample, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mapstudio.mapping.definition import Row, RowKind, Table
from mapstudio.mapping.evaluation import RowResult, RowState
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.sampled import SampledResults
from mapstudio.model import Field
from mapstudio.studio.session.paths import FieldKey


class Status(StrEnum):
    """The state of a row, the most urgent first."""

    BLOCKS = "blocks"
    """Nothing runs before it is mended."""
    UNFED = "unfed"
    """The destination requires the field and nothing feeds it."""
    FAILS = "fails"
    """Some records fail, or a warning asks for a look."""
    QUESTION = "question"
    DRAFT = "draft"
    FINE = "fine"
    IGNORED = "ignored"

    @property
    def urgency(self) -> int:
        """Return the place among all states, 0 the most urgent."""
        return list(Status).index(self)

    @property
    def is_problem(self) -> bool:
        """Whether someone must act."""
        return self in {Status.BLOCKS, Status.UNFED, Status.FAILS, Status.QUESTION}


@dataclass(frozen=True, slots=True)
class Counts:
    """What a row gave on the sample.

    Attributes:
        ok: Values.
        null: Nothing, or null on purpose.
        error: Failures, those that ``on_error: skip`` drops included.
        rejecting: Failures that reject their record.
    """

    ok: int = 0
    null: int = 0
    error: int = 0
    rejecting: int = 0


@dataclass(frozen=True, slots=True)
class RowView:
    """One row.

    Attributes:
        number: From 1, in file order; required fields without a row come after the file's.
        field: The destination field.
        row: As the file says it; ``None`` when the file has no row for it.
        target: What the destination's schema says of the field.
        status: See :class:`Status`.
        counts: Over the sample; ``None`` without a sample, and for a row that gives nothing.
        results: For each record of the sample its results: one, with ``each`` one for each element, none for a record
            that ``where`` leaves out.
        reads: The source fields that its expression reads.
        problems: What the check says of it.
        is_key: Part of the mapping's key.
        required: The destination requires it.
        errors_at: The records on which it fails.
        given: The type of what its expression gives; empty when nothing is known of it.
        nullable: It may be null, and nothing stands in for that.
    """

    number: int
    field: str
    row: Row | None
    target: Field | None
    status: Status
    counts: Counts | None = None
    results: Sequence[tuple[RowResult, ...]] = ()
    reads: frozenset[FieldKey] = frozenset()
    problems: tuple[Problem, ...] = ()
    is_key: bool = False
    required: bool = False
    errors_at: tuple[int, ...] = ()
    given: str = ""
    nullable: bool = False

    @property
    def table_name(self) -> str:
        """The name of its value map; ``its own values`` for one that stands in the row."""
        if self.row is None or self.row.values is None:
            return ""
        return "its own values" if isinstance(self.row.values, Table) else self.row.values

    def result(self, index: int) -> RowResult | None:
        """Return what it gave for a record: of several elements the first failure, else the first."""
        if not 0 <= index < len(self.results):
            return None
        results = self.results[index]
        return next((item for item in results if item.reason is not None), results[0] if results else None)


_OPEN = {RowKind.QUESTION: Status.QUESTION, RowKind.IGNORE: Status.IGNORED}


def count_results(results: SampledResults) -> tuple[Counts, tuple[int, ...]]:
    """Return the counts, and the indices of the records with a failure."""
    failed = [result for result in results.flat if result.reason is not None]
    null = [result for result in results.flat if result.value is None and result.reason is None]
    rejecting = [result for result in failed if result.state is RowState.ERROR]
    counts = Counts(len(results.flat) - len(null) - len(failed), len(null), len(failed), len(rejecting))
    if not failed:
        return counts, ()
    return counts, tuple(
        index for index, of_record in enumerate(results) if any(result.reason is not None for result in of_record)
    )


def status_of(row: Row | None, problems: Sequence[Problem], counts: Counts | None, *, required: bool) -> Status:
    """Return the state of a row."""
    if row is None:
        return Status.UNFED if required else Status.IGNORED
    if any(problem.severity is Severity.ERROR for problem in problems):
        return Status.BLOCKS
    if row.kind is RowKind.IGNORE and required:
        return Status.UNFED
    if row.kind in _OPEN:
        return _OPEN[row.kind]
    return Status.DRAFT if row.draft else _status_of_fed(problems, counts)


def _status_of_fed(problems: Sequence[Problem], counts: Counts | None) -> Status:
    rejecting = counts.rejecting if counts is not None else 0
    if rejecting and counts is not None and not counts.ok:
        return Status.BLOCKS
    return Status.FAILS if rejecting or any(item.severity is Severity.WARNING for item in problems) else Status.FINE
