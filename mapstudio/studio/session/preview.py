"""What an expression would give, while it is typed: on the current record, and over the whole sample if it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

from mapstudio.expressions import ExpressionSyntaxError, compile_expression
from mapstudio.mapping.check_source import unknown_words
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.definition import Row, RowKind
from mapstudio.mapping.evaluation import RowResult, RowState
from mapstudio.mapping.explaining import explain_row
from mapstudio.mapping.guesses import softened
from mapstudio.mapping.pipeline import CompiledRow
from mapstudio.mapping.problems import errors_of
from mapstudio.mapping.row_trace import RecordTrace
from mapstudio.mapping.sampled import SampledResults, SampledRows
from mapstudio.model import JsonValue
from mapstudio.studio.session.rows import RowView, count_results
from mapstudio.studio.session.types import TypeFacts, type_facts
from mapstudio.studio.session.view import MapView

_MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a text is no expression for this row.

    Attributes:
        message: One sentence, without a full stop.
        position: Offset in the text.
        remedy: What to write instead; may be empty.
    """

    message: str
    position: int
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One record's result before and after.

    Attributes:
        index: The record's place in the sample.
        before: What the kept row gives; ``None`` when there is no row yet.
        after: What the edit gives.
    """

    index: int
    before: RowResult | None
    after: RowResult | None


@dataclass(frozen=True)
class Preview:
    """What an edited expression gives.

    Attributes:
        text: The expression.
        broken: Why there is nothing else here; ``None`` when it is an expression.
        facts: What is known of it whatever the record.
        result: On the current record; ``None`` when ``where`` leaves it out, or without a sample.
        why: Why it gives that, or nothing; ``None`` without a record.
        records: How many records were tried.
        changes: How many of them give something else than the kept row.
        errors_before: Failures of the kept row.
        errors_after: Failures of the edit.
        examples: Some of the changes, failures that are mended or made first.
    """

    text: str
    broken: Broken | None = None
    facts: TypeFacts = field(default_factory=TypeFacts)
    result: RowResult | None = None
    why: RecordTrace | None = None
    records: int = 0
    changes: int = 0
    errors_before: int = 0
    errors_after: int = 0
    examples: tuple[Change, ...] = field(default=())


def preview_expression(view: MapView, target: str, text: str, index: int) -> Preview:
    """Return what the expression would give as the row of a field; the same path as apply takes.

    Args:
        view: The map as it is.
        target: The destination field.
        text: The expression as it is typed.
        index: The current record of the sample.
    """
    compiled = view.compiled
    if compiled is None:
        return Preview(text, Broken("the mapping file cannot be understood", 0, "see the problems"))
    broken = _broken(view, target, text)
    if broken is not None:
        return Preview(text, broken)
    row = compiled.try_expression(target, text)
    known = type_facts(compiled.mapping, row.row, view.inputs.source, view.inputs.destination)
    sample = view.inputs.sample
    if sample is None:
        return Preview(text, facts=known)
    kept = view.by_field.get(target)
    results = SampledRows(compiled, sample.data).evaluate(row)
    return replace(_compared(view, compiled, row, kept, results, index), facts=known)


def _broken(view: MapView, target: str, text: str) -> Broken | None:
    if not text.strip():
        return Broken("there is no expression", 0, "write one, or esc")
    assert view.mapping is not None  # noqa: S101 - there is no compiled mapping without one
    try:
        compile_expression(text)
    except ExpressionSyntaxError as error:
        return Broken(error.message, error.position, error.remedy)
    if view.inputs.source is None:
        return None
    trial = Row(target, kind=RowKind.EXPRESSION, from_=text, quoted=True)
    found = errors_of(softened(partial(unknown_words, view.mapping, trial), view.inputs.source))
    problem = next(iter(found), None)
    return Broken(problem.message, problem.position or 0, problem.remedy) if problem is not None else None


def _compared(
    view: MapView,
    compiled: CompiledMapping,
    row: CompiledRow,
    kept: RowView | None,
    results: SampledResults,
    index: int,
) -> Preview:
    before = kept.results if kept is not None and kept.results else [()] * len(results)
    changes = [
        Change(i, _one(before[i]), _one(after)) for i, after in enumerate(results) if _plain(before[i]) != _plain(after)
    ]
    changes.sort(key=lambda change: (not (_fails(change.before) or _fails(change.after)), change.index))
    counts, _ = count_results(results)
    sample = view.inputs.sample
    current = sample.records[index].data if sample is not None and 0 <= index < len(sample.records) else None
    return Preview(
        text=row.row.from_ or "",
        result=_one(results[index]) if 0 <= index < len(results) else None,
        why=explain_row(compiled, row, current) if current is not None else None,
        records=len(results),
        changes=len(changes),
        errors_before=kept.counts.error if kept is not None and kept.counts is not None else 0,
        errors_after=counts.error,
        examples=tuple(changes[:_MOST_EXAMPLES]),
    )


def _one(results: tuple[RowResult, ...]) -> RowResult | None:
    return next((item for item in results if item.reason is not None), results[0] if results else None)


def _fails(result: RowResult | None) -> bool:
    return result is not None and result.reason is not None


def _plain(results: tuple[RowResult, ...]) -> list[tuple[RowState, JsonValue, str]]:
    return [(item.state, item.value, item.reason.reason if item.reason is not None else "") for item in results]
