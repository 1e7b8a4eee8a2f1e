"""What the books say of a mapping's runs, and whether rejected records would pass with the mapping as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.definition import Row
from mapstudio.mapping.problems import errors_of
from mapstudio.model import JsonValue, Reason, Record, Verb
from mapstudio.model.paths import get_path, has_path
from mapstudio.project import Project, state_folder
from mapstudio.runner import DeadLetter, Environments, RunEntry, RunReader, RunRow, StateStore
from mapstudio.studio.overview import Overview, OverviewReader
from mapstudio.studio.phrases import cause_of

MOST_RUNS = 200


@dataclass(frozen=True, slots=True)
class Stuck:
    """One record that a run did not write.

    Attributes:
        source_id: The source record.
        reason: Why; the first reason.
        also: How many more reasons there are.
        tries: In how many runs it was rejected; 0 when the books do not tell any more.
        open: It has not passed since.
        record: The source record; ``None`` once it was removed for its age.
        now: What the mapping as it is now says of it: ``None`` when that cannot be known here, else why it would be
            rejected still; empty when it would pass.
    """

    source_id: str
    reason: Reason
    also: int = 0
    tries: int = 0
    open: bool = True
    record: Record | None = None
    now: tuple[Reason, ...] | None = None

    @property
    def passes(self) -> bool:
        """Whether it would pass now."""
        return self.now is not None and not self.now


@dataclass(frozen=True, slots=True)
class Cause:
    """Records of a run that were not written for the same reason.

    Attributes:
        verb: ``reject``, ``review`` or ``wait``.
        row: The destination field, or ``key``, ``where``, ``each``; empty when the destination refused the record.
        text: The reason, without what it quotes of a record.
        records: The records.
    """

    verb: Verb
    row: str
    text: str
    records: tuple[Stuck, ...]


@dataclass(frozen=True)
class Books:
    """All that the screen shows.

    Attributes:
        overview: How far the mapping is.
        runs: The newest first.
        waiting: Rejected records that have not passed since.
        rows: Number and row of each destination field, as the file says it now.
        problem: Why records cannot be tried with the mapping as it is now; empty when they can.
    """

    overview: Overview
    runs: tuple[RunRow, ...] = ()
    waiting: int = 0
    rows: dict[str, tuple[int, Row]] | None = None
    problem: str = ""


def read_books(project: Project, environments: Environments, path: Path) -> Books:
    """Return the runs of a mapping.

    Raises:
        MapstudioError: The books cannot be opened.
    """
    with StateStore.open(state_folder(project)) as state:
        overview = OverviewReader(project, environments, state).one(path)
        reader = RunReader(state)
        runs = tuple(reader.runs(mapping=overview.name, limit=MOST_RUNS))
        waiting = len(reader.dead_letters(mapping=overview.name))
    rows = {row.field: (number, row) for number, row in enumerate(overview.mapping.rows, 1)} if overview.mapping else {}
    return Books(overview, runs, waiting, rows, _why_not_tried(overview))


def read_causes(project: Project, books: Books, run: RunRow) -> tuple[Cause, ...]:
    """Return why records of a run were not written, the most frequent cause first, each record tried again.

    Trying evaluates the source record as it was read; nothing is asked of any system, nothing is written.

    Raises:
        MapstudioError: The books cannot be opened.
    """
    with StateStore.open(state_folder(project)) as state:
        reader = RunReader(state)
        entries = [entry for entry in reader.entries(run) if entry.verb in _STUCK]
        letters = {letter.source_id: letter for letter in reader.dead_letters(mapping=run.mapping, closed=True)}
    compiled = books.overview.view.compiled if books.overview.view is not None and not books.problem else None
    found: dict[tuple[Verb, str, str], list[Stuck]] = {}
    for entry in entries:
        stuck = _stuck(entry, letters.get(entry.source_id), compiled)
        key = (Verb(entry.verb), stuck.reason.row, cause_of(stuck.reason.reason))
        found.setdefault(key, []).append(stuck)
    causes = [Cause(verb, row, text, tuple(records)) for (verb, row, text), records in found.items()]
    return tuple(sorted(causes, key=lambda cause: (_STUCK.index(cause.verb), -len(cause.records), cause.row)))


_STUCK = (Verb.REJECT, Verb.REVIEW, Verb.WAIT)
_KEY = "key"


def _why_not_tried(overview: Overview) -> str:
    if overview.view is None or overview.mapping is None or errors_of(overview.view.inputs.loaded.problems):
        return "the mapping has errors now"
    # Without the schema nothing is cast, and what was too long or no option would seem to pass.
    if overview.view.inputs.destination is None:
        destination = overview.mapping.destination
        return f"the schema of {destination.connection} {destination.object} is not known here yet: a plan tells"
    return ""


def _stuck(entry: RunEntry, letter: DeadLetter | None, compiled: CompiledMapping | None) -> Stuck:
    row, text = entry.entry.get("row"), entry.entry.get("reason")
    reason = Reason(str(row or ""), str(text or entry.verb))
    if entry.verb != Verb.REJECT:
        # No letter is kept of these: what became of them since is known to the next plan only.
        return Stuck(entry.source_id, reason)
    if letter is None:
        return Stuck(entry.source_id, reason, open=False)
    if letter.reasons and letter.reasons[0].row == reason.row:
        reason = letter.reasons[0]
    now = _tried(letter, reason, compiled) if compiled is not None else None
    return Stuck(
        source_id=entry.source_id,
        reason=reason,
        also=max(len(letter.reasons) - 1, 0),
        tries=letter.attempts,
        open=letter.closed_at is None,
        record=letter.record,
        now=now,
    )


def _tried(letter: DeadLetter, reason: Reason, compiled: CompiledMapping) -> tuple[Reason, ...] | None:
    """Return why the record would be rejected now; ``None`` when only a plan can tell.

    What the planner or the destination said of a value that the mapping had given is none of the mapping's failures,
    so that evaluating it again proves nothing.
    """
    if letter.record is None:
        return None
    evaluation = compiled.evaluate(letter.record, letter.source_id.partition("#")[0])
    if evaluation.reasons:
        return evaluation.reasons
    outputs = [output for output in evaluation.outputs if output.source_id == letter.source_id] or evaluation.outputs
    failures = tuple(failure for output in outputs for failure in output.reasons)
    if failures:
        return failures
    if reason.row == _KEY:
        return _empty_keys(compiled, [output.values for output in outputs])
    row = compiled.mapping.row(reason.row)
    if row is None or reason.row in compiled.references or has_path(letter.output or {}, reason.row):
        return None
    return None if any(reason.row in compiled.missing_required(output.values) for output in outputs) else ()


def _empty_keys(compiled: CompiledMapping, outputs: Sequence[Record]) -> tuple[Reason, ...] | None:
    """Return that the key is empty still; ``None`` when it is not, since then a plan decides."""
    empty = {name for values in outputs for name in compiled.mapping.destination.key if get_path(values, name) is None}
    return tuple(Reason(_KEY, f'the key "{name}" is empty') for name in sorted(empty)) or None


def totals(runs: Sequence[RunRow]) -> dict[str, int]:
    """Return what all runs together read and wrote."""
    sums = {"read": 0, "written": 0}
    for run in runs:
        sums["read"] += run.counts.get("read", 0)
        sums["written"] += run.counts.get(Verb.CREATE, 0) + run.counts.get(Verb.UPDATE, 0)
    return sums


def error_of(run: RunRow) -> str:
    """Return why a run stopped, empty when it did not."""
    error: JsonValue = run.report.get("error")
    return str(error) if error else ""


def not_done(run: RunRow) -> int:
    """Return how many records a stopped run did not send."""
    number: JsonValue = run.report.get("not_done")
    return number if isinstance(number, int) else 0


def without_answer(run: RunRow) -> int:
    """Return of how many records a stopped run never learned what became of them."""
    unknown: JsonValue = run.report.get("unknown")
    return len(unknown) if isinstance(unknown, list) else 0
