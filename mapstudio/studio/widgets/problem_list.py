"""What needs work, in words: a list under the table where there is room, else the next one in one line."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip

from mapstudio.studio.paint import DEST, LINE, MUTED, STRONG, TEXT, Piece
from mapstudio.studio.session.problems import ProblemLine
from mapstudio.studio.text import cut, cut_middle, shown, width_of
from mapstudio.studio.widgets.drawn import Drawn
from mapstudio.studio.widgets.statuses import status_mark

_LISTED = 5
_NAME = 19


class ProblemList(Drawn):
    """The list."""

    DEFAULT_CSS = """
    ProblemList { height: 3; width: 1fr; }
    """

    class Chosen(Message):
        """A problem was clicked."""

        def __init__(self, field: str) -> None:
            super().__init__()
            self.field = field

    def __init__(self) -> None:
        super().__init__(id="problems")
        self._lines: tuple[ProblemLine, ...] = ()
        self._field = ""

    def show(self, lines: tuple[ProblemLine, ...], field: str) -> None:
        """Show these; with one line of room the one of the selected row, else the first."""
        self._lines, self._field = lines, field
        self.refresh()

    @property
    def _is_list(self) -> bool:
        return self.size.height >= _LISTED + 2

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        row = self.row()
        if not self._is_list:
            one = self._lines and y == self.size.height // 2
            return self._problem(self._one()) if one else row.strip(self.palette)
        if not self._lines:
            return row.strip(self.palette)
        if y == 0:
            row.put(1, self.glyphs.divider * (row.width - 2), LINE)
        elif y == 1:
            keys: list[Piece] = [("n", STRONG), (" next   ", MUTED), ("}", STRONG), (" next failing record", MUTED)]
            row.put(1, "Problems", STRONG).put_right(row.width - 1, keys)
        else:
            listed, more = self._listed()
            if y - 2 < len(listed):
                return self._problem(listed[y - 2], more if y - 2 == len(listed) - 1 else 0)
        return row.strip(self.palette)

    def on_click(self, event: events.Click) -> None:
        """Go to the problem under the mouse."""
        lines, _ = self._listed()
        index = event.y - 2
        if not self._is_list:
            self.post_message(self.Chosen(self._one().field))
        elif 0 <= index < len(lines):
            self.post_message(self.Chosen(lines[index].field))

    def _one(self) -> ProblemLine:
        return next((line for line in self._lines if line.field == self._field), self._lines[0])

    def _listed(self) -> tuple[tuple[ProblemLine, ...], int]:
        room = self.size.height - 2
        return self._lines[:room], max(len(self._lines) - room, 0)

    def _problem(self, line: ProblemLine, more: int = 0) -> Strip:
        row = self.row()
        mark = self.glyphs.ellipsis
        wide = self._is_list
        row.put(1, [status_mark(line.status, self.glyphs)])
        if wide:
            row.put_right(6, str(line.number) if line.number else "", MUTED)
            row.put(7, cut_middle(shown(line.field), _NAME, mark), DEST)
            column = 27
        else:
            row.put(4 if self.glyphs.ascii else 3, str(line.number) if line.number else "", MUTED)
            row.put(row.column + 1, cut_middle(shown(line.field), 24, mark), DEST)
            column = row.column + 2
        place = shown(line.place)
        if more:
            place = f"{place}   {more} more"
        message = self.values.reason(line.reason, line.field) if line.reason is not None else shown(line.message)
        room = row.width - 2 - column - (width_of(place) + 1 if place else 0)
        if not wide and room < width_of(message):
            place, room = "", row.width - 1 - column
        row.put(column, cut(message, max(room, 0), mark), TEXT)
        return row.put_right(row.width - 1, place, MUTED).strip(self.palette)
