"""Below the expression: what it gives, why, and what keeping it would change; or where it is broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import TypeAlias

from textual.strip import Strip

from mapstudio.expressions import Completion, CompletionKind
from mapstudio.mapping.definition import open_link
from mapstudio.mapping.evaluation import RowResult, RowState
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.model import Field, FieldType, JsonValue
from mapstudio.studio.paint import (
    ACCENT,
    ERROR,
    MUTED,
    OK,
    SOURCE,
    STRONG,
    TEXT,
    WARN,
    Piece,
    Row,
    cut_pieces,
    pieces_width,
)
from mapstudio.studio.session.preview import Change, Preview
from mapstudio.studio.session.rows import RowView
from mapstudio.studio.text import cut, cut_middle, shown, width_of
from mapstudio.studio.theme import Ink
from mapstudio.studio.values import field_type_word, type_word
from mapstudio.studio.widgets.drawn import Drawn
from mapstudio.studio.widgets.why import Weight, WhyLine, fitting, short_lines

Examples: TypeAlias = Mapping[str, JsonValue]

_LABEL = 3
_VALUE = 11
_STEP_VALUE = 33
_SHORT = 4


@dataclass(frozen=True, slots=True)
class ResultModel:
    """What stands below the expression.

    Attributes:
        row: The row as it is kept; ``None`` for a field without one.
        target: The destination's field.
        preview: What the text gives; ``None`` before it is known and for rows without an expression.
        last_good: The last result before the text was broken.
        editing: The text is being edited.
        record: The current record's number, from 1; 0 without a sample.
        completions: What the word at the cursor may become.
        examples: A value of each field among them, by its path.
        chosen: Which of them is chosen; -1 for none.
        help: A line about the function at the cursor.
        note: What stands for rows without an expression.
    """

    row: RowView | None = None
    target: Field | None = None
    preview: Preview | None = None
    last_good: RowResult | None = None
    editing: bool = False
    record: int = 0
    completions: tuple[Completion, ...] = ()
    examples: Examples = field(default_factory=dict)
    chosen: int = -1
    help: str = ""
    note: tuple[Piece, ...] = ()


def _sentence(problem: Problem) -> str:
    return f"{problem.message}: {problem.remedy}" if problem.remedy else problem.message


def _ink(problem: Problem) -> Ink:
    return ERROR if problem.severity is Severity.ERROR else WARN


class RowResultView(Drawn):
    """The lines."""

    DEFAULT_CSS = """
    RowResultView { height: 1fr; width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="result")
        self._model = ResultModel()
        self._lines: list[Row] = []

    @property
    def model(self) -> ResultModel:
        """What is shown."""
        return self._model

    def show(self, model: ResultModel) -> None:
        """Show something else."""
        if model != self._model:
            self._model = model
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        if y == 0 or not self._lines:
            self._lines = self._laid_out()
        return (self._lines[y] if y < len(self._lines) else self.row()).strip(self.palette)

    def _laid_out(self) -> list[Row]:
        model = self._model
        height = self.size.height
        if model.note:
            return [self.row().put(_LABEL, model.note, width=self.size.width - _LABEL - 1)]
        preview = model.preview
        if preview is None:
            return []
        lines = self._broken() if preview.broken is not None else self._result(preview)
        if model.chosen >= 0:
            return lines[: max(height - len(model.completions), 1)] + self._completions(height - 1)
        if preview.broken is None:
            if height < _SHORT:
                lines += [self._keep()] if model.editing else [self._sample()]
            else:
                lines += self._explained(height - len(lines))
        if model.editing and len(lines) < height and (model.help or model.completions):
            lines += [self.row() for _ in range(height - len(lines) - 1)] + [self._hint()]
        return lines[:height]

    def _broken(self) -> list[Row]:
        preview = self._model.preview
        assert preview is not None  # noqa: S101 - drawn only then
        assert preview.broken is not None  # noqa: S101
        broken = preview.broken
        sentence = f"{broken.message}: {broken.remedy}" if broken.remedy else broken.message
        return [*self._pointed(broken.position, sentence, Ink("error")), *self._last_good()]

    def _pointed(self, position: int, sentence: str, ink: Ink) -> list[Row]:
        """A mark below a place in the text, and a sentence beside it."""
        row = self.row()
        width = row.width
        sentence = shown(sentence)
        column = self._column(position)
        if column is None:
            return [self.row().put(_LABEL, line, ink) for line in self._wrapped(sentence)]
        if column + 2 + width_of(sentence) < width:
            return [row.put(column, f"{self.glyphs.caret} {sentence}", ink)]
        if width_of(sentence) <= column - 3:
            return [row.put(column - width_of(sentence) - 1, f"{sentence} {self.glyphs.caret}", ink)]
        row.put(column, self.glyphs.caret, ink)
        return [row, *(self.row().put(_LABEL, line, ink) for line in self._wrapped(sentence))]

    def _wrapped(self, sentence: str) -> list[str]:
        """A sentence that is cut helps nobody; where there is room it goes on in the next line."""
        return wrap(sentence, self.size.width - _LABEL - 1)[: 2 if self.size.height >= _SHORT else 1]

    def _column(self, position: int) -> int | None:
        """The column below a place in the text, ``None`` when that is not in the line right above."""
        text = self._model.preview.text if self._model.preview is not None else ""
        room = max(self.size.width - _LABEL - 2, 8)
        at, last = (width_of(shown(part)) for part in (text[:position], text))
        return _LABEL + at % room if at // room == last // room else None

    def _result(self, preview: Preview) -> list[Row]:
        """The traps of the text, what it gives, and what speaks against writing that."""
        gives = self._gives(preview.result, last_good=False)
        traps = [item for item in preview.facts.problems if item.position is not None]
        others = [item for item in preview.facts.problems if item.position is None]
        if self.size.height < _SHORT:
            # One line says what the worst of it is.
            worst = sorted([*traps, *others], key=lambda item: item.severity is not Severity.ERROR)
            return [*(self.row().put(_LABEL, _sentence(item), _ink(item)) for item in worst[:1]), gives]
        return [*self._trap(traps), gives, *self._against(others)]

    def _trap(self, problems: Sequence[Problem]) -> list[Row]:
        """The first of some traps, at its place, and how many more there are."""
        if not problems:
            return []
        first, more = problems[0], len(problems) - 1
        sentence = f"{_sentence(first)} (+{more})" if more else _sentence(first)
        return self._pointed(first.position or 0, sentence, _ink(first))

    def _against(self, problems: Sequence[Problem]) -> list[Row]:
        """What the types speak against."""
        if not problems:
            return []
        lines = wrap(shown(_sentence(problems[0])), self.size.width - 1 - _VALUE)[:2]
        labels = ("types", "")
        return [
            self.row().put(_LABEL, label, MUTED).put(_VALUE, line, _ink(problems[0]))
            for label, line in zip(labels, lines, strict=False)
        ]

    def _last_good(self) -> list[Row]:
        return [self._gives(self._model.last_good, last_good=True)] if self._model.last_good is not None else []

    def _gives(self, result: RowResult | None, *, last_good: bool) -> Row:
        row = self.row().put(_LABEL, "gives", MUTED)
        fact = self._last_good_fact() if last_good else self._fact(result)
        room = row.width - 1 - _VALUE - (pieces_width(fact) + 2 if fact else 0)
        row.put(_VALUE, cut_pieces(self._value(result, muted=last_good), max(room, 8), self.glyphs.ellipsis))
        if self.size.height < _SHORT and not last_good:
            self._add_inputs(row, row.width - 3 - pieces_width(fact))
        return row.put_right(row.width - 1, fact)

    def _last_good_fact(self) -> list[Piece]:
        return [("last good", MUTED)]

    def _value(self, result: RowResult | None, *, muted: bool) -> list[Piece]:
        if result is None:
            return [("where leaves this record out" if self._model.record else "nothing to try it on yet", MUTED)]
        if result.reason is not None:
            field = self._model.row.field if self._model.row is not None else ""
            return [(f"error: {self.values.reason(result.reason, field)}", MUTED if muted else ERROR)]
        text, ink = self.values.json(result.value, result.row, deep=True)
        if muted:
            return [(text, MUTED)]
        return [(text, STRONG if ink == TEXT else ink)]

    def _fact(self, result: RowResult | None) -> list[Piece]:
        target = self._model.target
        if result is None or result.reason is not None:
            return []
        if result.value is None:
            words = {RowState.CLEAR: "empties the field", RowState.ABSENT: "not sent"}
            return [(words.get(result.state, "not sent"), MUTED)]
        if open_link(result.value) is not None:
            return [("a plan looks the link up", MUTED)]
        if target is None:
            return [(type_word(result.value), MUTED)]
        word = field_type_word(target)
        if target.type is FieldType.TEXT and target.max_length and target.max_length < 10_000:
            word = f"{word}, fits {target.max_length}"
        if target.rules:
            word = f"{word}, {shown('; '.join(rule.words for rule in target.rules))}"
        return [(self.glyphs.fine, OK), (f" {word}", MUTED)]

    def _add_inputs(self, row: Row, end: int) -> None:
        """At 80 columns: what it was made of, in the same line."""
        preview = self._model.preview
        read = [line for line in self._why_lines(preview) if line.weight is Weight.READ and not line.note][:2]
        if not read:
            return
        pieces: list[Piece] = [("   from ", MUTED)]
        for number, line in enumerate(read):
            pieces += [(", ", MUTED)] if number else []
            pieces.append((line.value[0], SOURCE))
        if row.column + pieces_width(pieces) < end:
            row.put(row.column, pieces)

    def _why_lines(self, preview: Preview | None) -> list[WhyLine]:
        return short_lines(preview.why, self.values) if preview is not None and preview.why is not None else []

    def _explained(self, room: int) -> list[Row]:
        why = self._why_lines(self._model.preview)
        keep = self._kept() if self._model.editing else [self._sample()]
        while len(why) + len(keep) + 2 > room and len(keep) > 1:
            keep.pop()
        lines = self._why(why, max(room - len(keep) - 2, 1))
        return [*([self.row(), *lines] if lines else []), self.row(), *keep]

    def _why(self, why: list[WhyLine], room: int) -> list[Row]:
        """What the parts gave: those that tell most, and a word about the others."""
        shown_lines, left_out = fitting(why, room)
        if left_out and room > 1:
            shown_lines, left_out = fitting(why, room - 1)
        longest = max((pieces_width(line.text) for line in shown_lines), default=0)
        at = min(_VALUE + longest + 2, self.size.width * 6 // 10)
        usual = max(at, min(_STEP_VALUE, self.size.width // 2))
        beside = max((width_of(line.value[0]) + 2 + width_of(line.note) for line in shown_lines), default=0)
        at = usual if usual + beside < self.size.width else at
        rows = [self._why_row(line, at, "" if number else "why") for number, line in enumerate(shown_lines)]
        if left_out and room > 1:
            key = "ctrl+t" if self._model.editing else "w"
            more = [(f"{self.glyphs.ellipsis} {left_out} more   ", MUTED), (key, STRONG), (" shows all", MUTED)]
            rows.append(self.row().put(_VALUE, more))
        return rows

    def _why_row(self, line: WhyLine, at: int, label: str) -> Row:
        mark = self.glyphs.ellipsis
        row = self.row().put(_LABEL, label, MUTED)
        row.put(_VALUE, cut_pieces(line.text, at - _VALUE - 1, mark))
        text, ink = line.value
        if text:
            row.put(at, cut(text, row.width - 1 - at, mark), ink)
        if line.note:
            # A reason needs the room that a value leaves.
            column = row.column + 2 if text or line.fails else at
            row.put(column, line.note, ERROR if line.fails else MUTED, width=row.width - 1 - column)
        return row

    def _kept(self) -> list[Row]:
        preview = self._model.preview
        assert preview is not None  # noqa: S101 - drawn only then
        return [self._keep(), *(self._change(change) for change in preview.examples)]

    def _keep(self) -> Row:
        preview = self._model.preview
        assert preview is not None  # noqa: S101 - drawn only then
        row = self.row().put(_LABEL, "keep it", MUTED)
        if not preview.records:
            return row.put(_VALUE, "no sample yet, so nothing to compare", MUTED)
        if not preview.changes:
            return row.put(_VALUE, f"no result changes on {preview.records} records", MUTED)
        word = "result changes" if preview.changes == 1 else "results change"
        pieces: list[Piece] = [(str(preview.changes), STRONG), (f" of {preview.records} {word}", TEXT)]
        before, after = preview.errors_before, preview.errors_after
        if before or after:
            pieces += [(", ", TEXT), (f"{before} error{'' if before == 1 else 's'}", ERROR if before else TEXT)]
            became = Ink("ok", bold=True) if after < before or not after else Ink("error", bold=True)
            pieces += [(" becomes " if before == 1 else " become ", TEXT), (str(after), became)]
        row.put(_VALUE, pieces)
        if self.size.height < _SHORT and preview.examples:
            numbers = ", ".join(str(change.index + 1) for change in preview.examples)
            row.put_right(row.width - 1, f"rec {numbers}", MUTED)
        return row

    def _change(self, change: Change) -> Row:
        row = self.row().put(_VALUE, f"rec {change.index + 1:>2}", MUTED)
        half = (row.width - 1 - 19) // 2
        row.put(19, cut_pieces(self._side(change.before), half, self.glyphs.ellipsis))
        row.put(row.column + 1, self.glyphs.arrow, MUTED)
        return row.put(row.column + 1, self._side(change.after), width=row.width - 2 - row.column)

    def _side(self, result: RowResult | None) -> list[Piece]:
        if result is None:
            return [("nothing", MUTED)]
        if result.reason is not None:
            return [(f"error: {self.values.reason(result.reason, result.row)}", ERROR)]
        return [self.values.json(result.value, result.row)]

    def _sample(self) -> Row:
        row = self.row()
        view = self._model.row
        if view is None or view.counts is None:
            return row
        counts = view.counts
        row.put(_LABEL, "sample", MUTED)
        pieces: list[Piece] = [(str(counts.ok), STRONG), (" ok", TEXT)]
        if counts.null:
            pieces += [("   ", TEXT), (str(counts.null), TEXT), (" null", TEXT)]
        if counts.error:
            ink = ERROR if counts.rejecting else WARN
            pieces += [("   ", TEXT), (str(counts.error), ink._replace(bold=True)), (" error", TEXT)]
            pieces += [("s" if counts.error > 1 else "", TEXT)]
            first = view.result(view.errors_at[0]) if view.errors_at else None
            if first is not None and first.reason is not None:
                pieces += [(", ", TEXT), (self.values.reason(first.reason, view.field), TEXT)]
        left_out = sum(not results for results in view.results)
        if left_out:
            pieces.append((f"   {left_out} left out by where", MUTED))
        return row.put(_VALUE, pieces, width=row.width - _VALUE - 1)

    def _hint(self) -> Row:
        row = self.row()
        if self._model.help:
            signature, _, summary = self._model.help.partition("   ")
            pieces = [(shown(signature), TEXT), (f"   {shown(summary)}", MUTED)]
            return row.put(_LABEL, pieces, width=row.width - _LABEL - 1)
        row.put(_LABEL, "tab", MUTED)
        words: list[Piece] = []
        for item in self._model.completions[:6]:
            words += [("  ", TEXT)] if words else []
            words.append((shown(item.text), SOURCE if item.kind is CompletionKind.FIELD else TEXT))
        return row.put(_VALUE, words, width=row.width - _VALUE - 1)

    def _completions(self, room: int) -> list[Row]:
        chosen = self._model.chosen
        first = max(0, min(chosen - room + 1, len(self._model.completions) - room))
        lines: list[Row] = []
        for index, item in enumerate(self._model.completions[first : first + room], first):
            selected = index == chosen
            row = self.row(ground="selection" if selected else "raised")
            if selected:
                row.put(1, self.glyphs.cursor, ACCENT)
            ink = (SOURCE if item.kind is CompletionKind.FIELD else TEXT)._replace(bold=selected)
            row.put(_LABEL, cut_middle(shown(item.text), 28, self.glyphs.ellipsis), ink)
            row.put(_STEP_VALUE, self._detail(item), width=row.width - _STEP_VALUE - 1)
            lines.append(row)
        return lines

    def _detail(self, item: Completion) -> list[Piece]:
        """Return what a proposal is, and for a field a value of it."""
        pieces: list[Piece] = [(shown(item.detail), MUTED)]
        example = self._model.examples.get(item.path)
        return pieces if example is None else [*pieces, ("   ", MUTED), self.values.json(example, item.path)]
