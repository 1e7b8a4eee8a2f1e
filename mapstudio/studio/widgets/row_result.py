"""Below the expression: what it gives, why, and what keeping it would change; or where it is broken."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from textual.strip import Strip

from mapstudio.expressions import Completion, CompletionKind
from mapstudio.mapping.definition import open_link
from mapstudio.mapping.evaluation import RowResult, RowState
from mapstudio.model import Field, FieldType
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
    chosen: int = -1
    help: str = ""
    note: tuple[Piece, ...] = ()


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
        lines = self._broken() if preview.broken is not None else [self._gives(preview.result, last_good=False)]
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
        row = self.row()
        width = row.width
        column = min(_LABEL - 1 + width_of(shown(preview.text[: broken.position])), width - 2)
        sentence = broken.message + (f": {broken.remedy}" if broken.remedy else "")
        sentence = shown(sentence)
        error = Ink("error")
        if column + 2 + width_of(sentence) < width:
            row.put(column, f"{self.glyphs.caret} {sentence}", error)
        else:
            short = cut(sentence, max(column - 2, 0), self.glyphs.ellipsis)
            if width_of(sentence) <= column - 3:
                row.put(column - width_of(short) - 1, f"{short} {self.glyphs.caret}", error)
            else:
                row.put(column, self.glyphs.caret, error)
                # A sentence that is cut helps nobody; where there is room it goes on in the next line.
                lines = wrap(sentence, width - _LABEL - 1)[: 2 if self.size.height >= _SHORT else 1]
                below = [self.row().put(_LABEL, line, error) for line in lines]
                return [row, *below, *self._last_good()]
        return [row, *self._last_good()]

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
        word = field_type_word(target.type)
        if target.type is FieldType.TEXT and target.max_length and target.max_length < 10_000:
            word = f"{word}, fits {target.max_length}"
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
        at = max(min(_VALUE + longest + 2, self.size.width * 6 // 10), min(_STEP_VALUE, self.size.width // 2))
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
            lines.append(row.put(_STEP_VALUE, shown(item.detail), MUTED, width=row.width - _STEP_VALUE - 1))
        return lines
