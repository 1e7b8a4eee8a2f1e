"""A why trace as lines: the parts indented, their values aligned, what happened beside or below them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import TYPE_CHECKING

from mapstudio.cli import output

if TYPE_CHECKING:
    from mapstudio.expressions import Trace
    from mapstudio.mapping.row_trace import RecordTrace, RowTrace

WIDTH = 120
"""Columns where the terminal does not tell how many it has."""
_STACKED = 64
_INDENT = 2
_GAP = 2
_LEAST_NOTE = 24
_BREAK = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One part.

    Attributes:
        depth: How far it is indented.
        text: What it is.
        value: What it gave, as JSON; a word in place of a value; may be empty.
        note: What happened; may be empty.
        mark: ``!`` for what failed, ``-`` for what was left out or not evaluated.
    """

    depth: int
    text: str
    value: str = ""
    note: str = ""
    mark: str = ""


def trace_lines(trace: Trace, depth: int = 0) -> Iterator[TraceLine]:
    """Yield the lines of a trace, each part before those that it consists of."""
    from mapstudio.expressions import Outcome

    words = {Outcome.FAILED: "error", Outcome.STOPPED: "error", Outcome.OPEN: "open"}
    marks = {Outcome.FAILED: "!", Outcome.OPEN: "!", Outcome.UNUSED: "-", Outcome.LEFT_OUT: "-"}
    text = _BREAK.sub(" ", f"{trace.label} {trace.text}".strip())
    value = output.json_text(trace.shown) if trace.has_value else words.get(trace.outcome, "")
    yield TraceLine(depth, text, value, trace.said, marks.get(trace.outcome, ""))
    for part in trace.parts:
        yield from trace_lines(part, depth + 1)
    if trace.more:
        yield TraceLine(depth + 1, f"... {trace.more:,} more")


def row_lines(trace: RowTrace) -> Iterator[TraceLine]:
    """Yield the lines of a row's trace, from what it gives back to the parts of its expression."""
    from mapstudio.mapping.row_trace import Stage

    result = trace.result
    failed = result.reason is not None
    value = "error" if failed else output.json_text(result.value)
    yield TraceLine(0, f"{trace.element} {trace.row.field}".strip(), value, trace.ending, "!" if failed else "")
    for step in reversed(trace.steps):
        if step.stage is Stage.FROM and trace.expression is not None:
            root = replace(trace.expression, label=step.stage)
            if step.reason and root.has_value:
                yield TraceLine(1, step.stage, "error", step.reason, "!")
            yield from trace_lines(root, 1)
        elif step.reason:
            yield TraceLine(1, step.stage, "error", step.reason, "!")
        else:
            yield TraceLine(1, step.stage, output.json_text(step.value), step.note)


def record_lines(trace: RecordTrace) -> Iterator[TraceLine]:
    """Yield the lines of a row's trace on a record, which may give several outputs, or none."""
    for row in trace.rows:
        yield from row_lines(row)
    if trace.more:
        yield TraceLine(0, f"... {trace.more:,} more elements")
    if trace.rows:
        return
    for reason in trace.reasons or ():
        yield TraceLine(0, reason.row, "error", reason.reason, "!")
    for guard, name in ((trace.where, "where"), (trace.each, "each")):
        if guard is not None:
            yield from trace_lines(replace(guard, label=name))


def show_lines(lines: Sequence[TraceLine]) -> None:
    """Print the lines as wide as the terminal."""
    for line in laid_out(lines, shutil.get_terminal_size((WIDTH, 24)).columns):
        output.painted(line)


def laid_out(lines: Sequence[TraceLine], width: int) -> list[str]:
    """Return the lines laid out for so many columns, safe to print."""
    clean = [
        TraceLine(line.depth, output.safe(line.text), output.safe(line.value), output.safe(line.note), line.mark)
        for line in lines
    ]
    if width < _STACKED:
        return [text for line in clean for text in _stacked(line, width)]
    texts = max((_indent(line) + output.width(line.text) for line in clean), default=0)
    values = max((output.width(line.value) for line in clean), default=0)
    at_value = min(texts, width * 9 // 20) + _GAP
    at_note = at_value + min(values, width * 3 // 10) + _GAP
    return [text for line in clean for text in _aligned(line, at_value, at_note, width)]


def _aligned(line: TraceLine, at_value: int, at_note: int, width: int) -> Iterator[str]:
    indent = _indent(line)
    text = _cut(line.text, at_value - _GAP - indent)
    value = _cut(line.value, at_note - _GAP - at_value)
    first = f"{line.mark:<{indent}}{_padded(text, at_value - indent)}"
    if not line.note:
        yield _painted(line, first, value, "")
        return
    if at_note + len(line.note) > width and width - at_note < _LEAST_NOTE:
        yield _painted(line, first, value, "")
        for note in wrap(line.note, width - at_value - _GAP):
            yield _painted(line, " " * (at_value + _GAP), "", note)
        return
    notes = wrap(line.note, max(width - at_note, _LEAST_NOTE))
    yield _painted(line, first, _padded(value, at_note - at_value), notes[0])
    for note in notes[1:]:
        yield _painted(line, " " * at_note, "", note)


def _stacked(line: TraceLine, width: int) -> Iterator[str]:
    """Yield a line for few columns: the value and what happened below the part."""
    indent = _indent(line)
    below = " " * (indent + _INDENT)
    room = max(width - len(below), 10)
    for number, text in enumerate(wrap(line.text, max(width - indent, 10)) or [""]):
        yield _painted(line, f"{line.mark if not number else '':<{indent}}{text}", "", "")
    if line.value:
        yield _painted(line, below, f"= {_cut(line.value, room - 2)}", "")
    for note in wrap(line.note, room):
        yield _painted(line, below, "", note)


def _painted(line: TraceLine, text: str, value: str, note: str) -> str:
    if line.mark == "!":
        shown = f"{output.paint(text, 'red')}{output.paint(value, 'red')}{output.paint(note, 'red')}"
    elif line.mark == "-":
        shown = f"{output.paint(text + value, 'dim')}{output.paint(note, 'dim')}"
    else:
        shown = f"{text}{output.paint(value, 'bold') if not line.depth else value}{output.paint(note, 'dim')}"
    return shown.rstrip()


def _indent(line: TraceLine) -> int:
    return _INDENT * (line.depth + 1)


def _padded(text: str, to: int) -> str:
    return text + " " * max(to - output.width(text), 0)


def _cut(text: str, room: int) -> str:
    if output.width(text) <= room:
        return text
    kept = text[: max(room - 1, 0)]
    while output.width(kept) > room - 1 and kept:
        kept = kept[:-1]
    return f"{kept}…"
