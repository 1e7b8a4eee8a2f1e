"""The plan of one record: what an apply would do with it, from the destination's present values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple

from textual.strip import Strip

from mapstudio.model import FieldChange, Verb
from mapstudio.model.paths import leaves
from mapstudio.runner import PlannedRecord
from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.paint import DEST, ERROR, MUTED, OK, TEXT, WARN, Piece, Pieces
from mapstudio.studio.text import cut_middle, plural, shown
from mapstudio.studio.widgets.scrolled import ScrolledList
from mapstudio.studio.widgets.statuses import verb_mark

_WIDE = 70
_NAME_END = 24


@dataclass(frozen=True, slots=True)
class PlanModel:
    """What the pane says.

    Attributes:
        planned: The outputs of the record; several with ``each``.
        key: The fields by which it is found.
        message: Why there is no plan, in sentences; empty when there is one or it is being made.
        failed: The message is of something that went wrong.
    """

    planned: Sequence[PlannedRecord] = ()
    key: tuple[str, ...] = ()
    message: str = ""
    failed: bool = False


class Cell(NamedTuple):
    """A part of a line: where it begins, and where it is cut."""

    column: int
    pieces: Pieces
    width: int | None = None


class PlanView(ScrolledList):
    """The pane."""

    def __init__(self, *, id: str = "plan") -> None:  # noqa: A002
        super().__init__(id=id)
        self._model = PlanModel()
        self._lines: list[list[Cell]] = []

    def show(self, model: PlanModel) -> None:
        """Show another plan."""
        if model != self._model:
            self._model = model
            self.lay_out()

    def on_resize(self) -> None:
        """Lay it out again."""
        self.lay_out()

    def line_count(self) -> int:
        """Return how many lines there are."""
        return len(self._lines)

    def draw_line(self, index: int) -> Strip:
        """Draw a line."""
        row = self.row()
        for cell in self._lines[index]:
            room = row.width - 1 - cell.column
            row.put(cell.column, cell.pieces, width=room if cell.width is None else cell.width)
        return row.strip(self.palette)

    def lay_out(self) -> None:
        """Make the lines for the present size."""
        if not self.is_attached or not self.size.width:
            return
        self._lines = []
        model = self._model
        if model.message:
            ink = WARN if model.failed else MUTED
            room = max(self.size.width - 2, 20)
            self._lines = [[Cell(1, [(line, ink)])] for line in wrap(shown(model.message), room)]
        for number, planned in enumerate(model.planned):
            if number:
                self._lines.append([])
            self._add(planned)
        self.lines_changed()

    def _add(self, planned: PlannedRecord) -> None:
        narrow = self.size.width < _WIDE
        head = self._head(planned) if narrow else []
        if head:
            self._lines += [[Cell(1, head)], []]
        for change in planned.fields:
            self._add_change(change, planned.verb, two_lines=narrow)
        for reason in planned.reasons:
            self._lines.append([Cell(1, [verb_mark(planned.verb, self.glyphs)]), Cell(4, [(shown(reason.row), DEST)])])
            text = self.values.reason(reason, reason.row)
            self._lines += [[Cell(4, [(line, TEXT)])] for line in wrap(text, max(self.size.width - 5, 20))]
        equal = len(list(leaves(planned.output))) - planned.changed
        if planned.verb in {Verb.UPDATE, Verb.UNCHANGED} and equal > 0:
            self._lines += [[]] if narrow and planned.fields else []
            word = "equal field, not sent" if equal == 1 else "equal fields, not sent"
            self._lines.append([Cell(1, [(f"{self.glyphs.unchanged} {equal} {word}", MUTED)])])
        if planned.note:
            self._lines.append([Cell(1, [(f"{self.glyphs.some_fail} ", WARN), (shown(planned.note), TEXT)])])

    def _head(self, planned: PlannedRecord) -> list[Piece]:
        if planned.destination_id is not None:
            by = ", ".join(map(shown, self._model.key))
            arrow = (f" {self.glyphs.arrow} ", MUTED)
            return [("matched by ", MUTED), (by, DEST), arrow, (f"id {shown(planned.destination_id)}", TEXT)]
        words = {Verb.CREATE: "nothing matches, so it is created", Verb.SKIPPED: "where leaves this record out"}
        return [(words[planned.verb], MUTED)] if planned.verb in words else []

    def _add_change(self, change: FieldChange, verb: Verb, *, two_lines: bool) -> None:
        glyphs, width = self.glyphs, self.size.width
        old: list[Piece] = [(glyphs.removed, ERROR), (f" {self.values.bare(change.old, change.name)[0]}", MUTED)]
        text, ink = self.values.bare(change.new, change.name)
        new: list[Piece] = [(glyphs.create, OK), (f" {text}", ink)]
        mark = verb_mark(verb, glyphs)
        if verb is Verb.CREATE:
            at = min(_NAME_END, width // 2)
            name = cut_middle(shown(change.name), at - 4, glyphs.ellipsis)
            self._lines.append([Cell(1, [mark]), Cell(3, [(name, DEST)]), Cell(at, [(text, ink)])])
        elif two_lines:
            middle = min(19, 2 + (width - 4) // 2)
            self._lines.append([Cell(1, [mark]), Cell(3, [(shown(change.name), DEST)])])
            self._lines.append([Cell(3, old, middle - 4), Cell(middle, new)])
        else:
            first = min(_NAME_END, width // 3)
            second = first + (width - first) // 3
            name = cut_middle(shown(change.name), first - 4, glyphs.ellipsis)
            self._lines.append(
                [Cell(1, [mark]), Cell(3, [(name, DEST)]), Cell(first, old, second - first - 1), Cell(second, new)]
            )


def plan_fact(planned: Sequence[PlannedRecord], glyphs: Glyphs) -> tuple[Piece, ...]:
    """Return the pane's fact: the verb and its mark, or how many outputs there are."""
    if not planned:
        return ()
    if len(planned) > 1:
        return ((plural(len(planned), "output"), MUTED),)
    mark, ink = verb_mark(planned[0].verb, glyphs)
    return ((mark, ink), (f" {planned[0].verb}", MUTED))
