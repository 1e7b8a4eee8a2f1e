"""Why a row gives what it gives, as lines: a few below the expression, all of them as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from mapstudio.expressions import Outcome, Trace
from mapstudio.mapping.definition import open_link
from mapstudio.mapping.row_trace import RecordTrace, RowStep, RowTrace, Stage
from mapstudio.studio.masking import telling_name
from mapstudio.studio.paint import MUTED, TEXT, Piece, in_ink
from mapstudio.studio.phrases import safe_reason
from mapstudio.studio.text import grouped, shown
from mapstudio.studio.values import ValueFormat
from mapstudio.studio.widgets.colouring import expression_pieces


class Weight(IntEnum):
    """What is left out last where there is little room."""

    FAILS = 0
    STAGE = 1
    READ = 2
    NOTED = 3
    PLAIN = 4


@dataclass(frozen=True, slots=True)
class WhyLine:
    """One part, or one stage of the row.

    Attributes:
        text: What it is.
        value: What it gave.
        note: What happened, or why it failed; safe and masked.
        depth: How far it is indented in the tree.
        weight: See :class:`Weight`.
        fails: The note is a reason.
    """

    text: tuple[Piece, ...]
    value: Piece
    note: str = ""
    depth: int = 0
    weight: Weight = Weight.PLAIN
    fails: bool = False


def short_lines(trace: RecordTrace, values: ValueFormat) -> list[WhyLine]:
    """Return what the fields and parts of the expression gave, the inner before the outer, then the row's stages.

    What the result says already is left out: the whole expression, a cast that changes nothing, elements of lists. Of a
    record that gives no output, the parts of ``where`` or ``each``.
    """
    row = next((item for item in trace.rows if item.result.reason is not None), trace.rows[0] if trace.rows else None)
    guard = trace.where or trace.each
    if row is None:
        return _short(guard, [], _Writer(values, "", guard)) if guard is not None else []
    writer = _Writer(values, row.row.field, row.expression)
    stages = [writer.stage(step) for step in row.steps if _is_told(step, row)]
    return _short(row.expression, stages, writer) + stages if row.expression is not None else stages


def tree_lines(trace: RecordTrace, values: ValueFormat) -> list[WhyLine]:
    """Return all of it, from what the row gives back to the fields that it reads."""
    lines: list[WhyLine] = []
    for row in trace.rows:
        writer = _Writer(values, row.row.field, row.expression)
        lines.append(writer.end(row))
        for step in reversed(row.steps):
            if step.stage is Stage.FROM and row.expression is not None:
                lines += writer.tree(replace(row.expression, label=step.stage))
            else:
                lines.append(writer.stage(step, depth=1))
    if trace.more:
        lines.append(WhyLine(((f"{values.glyphs.ellipsis} {grouped(trace.more)} more elements", MUTED),), ("", MUTED)))
    for guard, name in ((trace.where, "where"), (trace.each, "each")):
        if guard is not None:
            lines += _Writer(values, "", guard).tree(replace(guard, label=name), depth=0)
    return lines


def fitting(lines: Sequence[WhyLine], room: int) -> tuple[list[WhyLine], int]:
    """Return the lines that tell most, in their order, and how many are left out."""
    if len(lines) <= room:
        return list(lines), 0
    kept = sorted(sorted(range(len(lines)), key=lambda index: lines[index].weight)[: max(room, 0)])
    return [lines[index] for index in kept], len(lines) - len(kept)


def _short(expression: Trace, stages: Sequence[WhyLine], writer: _Writer) -> list[WhyLine]:
    lines: list[WhyLine] = []
    seen: set[str] = set()
    for part in _outwards(expression):
        if part.text not in seen:
            seen.add(part.text)
            lines.append(writer.part(part))
    return [*lines, writer.part(expression)] if stages or not lines or expression.note else lines


def _outwards(trace: Trace) -> Iterator[Trace]:
    """Yield the parts of a part, the inner before the outer; of lists only the elements that fail."""
    for part in trace.parts:
        if part.outcome in {Outcome.UNUSED, Outcome.EACH}:
            continue
        if part.element and part.outcome not in {Outcome.FAILED, Outcome.STOPPED}:
            continue
        yield from _outwards(part)
        if part.text and (part.names or part.parts):  # a literal says what it is
            yield part


def _is_told(step: RowStep, trace: RowTrace) -> bool:
    if step.stage is Stage.FROM:
        return False
    if step.stage is Stage.CAST and not step.reason:
        before = trace.steps[-2].value if len(trace.steps) > 1 else None
        return step.value != before
    return step.stage is not Stage.ON_NULL or bool(step.reason)


class _Writer:
    def __init__(self, values: ValueFormat, field: str, expression: Trace | None) -> None:
        self._values = values
        # What comes out of a phone field, or goes into one, is a phone number in between as well.
        self._personal = telling_name((field, *(expression.names if expression is not None else ())))

    def end(self, trace: RowTrace) -> WhyLine:
        """Return the line of the destination field."""
        result = trace.result
        element = ((f"{shown(trace.element)} ", MUTED),) if trace.element else ()
        text = (*element, (shown(trace.row.field), TEXT._replace(bold=True)))
        if result.reason is not None:
            return WhyLine(text, ("", MUTED), trace.ending, weight=Weight.FAILS, fails=True)
        return WhyLine(text, self._values.json(result.value, self._personal, deep=True), trace.ending)

    def tree(self, expression: Trace, depth: int = 1) -> Iterator[WhyLine]:
        """Yield the lines of the expression's parts."""
        yield self.part(expression, depth)
        for part in expression.parts:
            yield from self.tree(part, depth + 1)
        if expression.more:
            more = f"{self._values.glyphs.ellipsis} {grouped(expression.more)} more"
            yield WhyLine(((more, MUTED),), ("", MUTED), depth=depth + 1)

    def part(self, part: Trace, depth: int = 0) -> WhyLine:
        """Return the line of a part of the expression."""
        label = ((f"{shown(part.label)} ", MUTED),) if part.label else ()
        text = (*label, *expression_pieces(part.text))
        fails = part.outcome in {Outcome.FAILED, Outcome.OPEN}
        if part.outcome in {Outcome.UNUSED, Outcome.LEFT_OUT}:
            text = tuple(in_ink(text, MUTED))
        return WhyLine(
            text=text,
            value=self._part_value(part),
            note=self._note(part),
            depth=depth,
            weight=Weight.FAILS if fails else _weight(part),
            fails=fails and part.outcome is Outcome.FAILED,
        )

    def stage(self, step: RowStep, depth: int = 0) -> WhyLine:
        """Return the line of a stage of the row."""
        text = ((str(step.stage), MUTED),)
        field = self._personal
        if step.reason:
            note = safe_reason(step.reason, field, self._values)
            return WhyLine(text, ("", MUTED), note, depth, Weight.FAILS, fails=True)
        value = self._values.json(step.value, field, deep=True)
        return WhyLine(text, value, safe_reason(step.note, field, self._values), depth, Weight.STAGE)

    def _part_value(self, part: Trace) -> Piece:
        if not part.has_value:
            return ("", MUTED)
        text, ink = self._values.json(part.shown, telling_name(part.names), deep=True)
        return (text, MUTED if part.outcome is Outcome.LEFT_OUT and open_link(part.value) is None else ink)

    def _note(self, part: Trace) -> str:
        if part.outcome in {Outcome.FAILED, Outcome.OPEN}:
            return safe_reason(part.reason, telling_name(part.names), self._values)
        return shown(part.said)


def _weight(part: Trace) -> Weight:
    if not part.parts:
        return Weight.READ
    return Weight.NOTED if part.said else Weight.PLAIN
