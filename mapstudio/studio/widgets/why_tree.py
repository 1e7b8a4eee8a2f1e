"""The whole why trace of a row: a tree from what it gives back to the fields that it reads."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.strip import Strip

from mapstudio.studio.paint import ERROR, MUTED, Row, cut_pieces, pieces_width
from mapstudio.studio.text import cut, width_of
from mapstudio.studio.widgets.thumb import Thumbed
from mapstudio.studio.widgets.why import WhyLine

_LEFT = 2
_INDENT = 2
_GAP = 2
_BESIDE = 108
"""From so many columns on what happened stands beside the value, else below it."""


class WhyTree(Thumbed, can_focus=True):
    """The tree.

    Args:
        lines: See :func:`~mapstudio.studio.widgets.why.tree_lines`.
    """

    DEFAULT_CSS = """
    WhyTree { background: $raised; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_by(1)", "down", show=False, id="why.down", tooltip="one line down"),
        Binding("up,k", "scroll_by(-1)", "up", show=False, id="why.up", tooltip="one line up"),
        Binding(
            "pagedown,space", "scroll_page(1)", "page down", show=False, id="why.page-down", tooltip="one page down"
        ),
        Binding("pageup", "scroll_page(-1)", "page up", show=False, id="why.page-up", tooltip="one page up"),
        Binding("home,g", "scroll_home", "first", show=False, id="why.first", tooltip="the first line"),
        Binding("end,G", "scroll_end", "last", show=False, id="why.last", tooltip="the last line"),
    ]

    def __init__(self, lines: Sequence[WhyLine]) -> None:
        super().__init__()
        self._why = tuple(lines)
        self._rows: list[Row] = []

    def on_resize(self, event: events.Resize) -> None:
        """Lay the lines out for the new width."""
        self._rows = self._laid_out(event.size.width)
        self.virtual_size = Size(event.size.width, len(self._rows))
        # As high as what there is to see, and no higher than the screen.
        self.styles.height = max(min(len(self._rows), self.screen.size.height * 9 // 10 - 1), 1)

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        index = y + int(self.scroll_offset.y)
        row = self._rows[index] if index < len(self._rows) else self.row(ground="raised")
        return self.with_thumb(row.strip(self.palette), y, self.size.height, len(self._rows))

    def action_scroll_by(self, lines: int) -> None:
        """Scroll some lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False)

    def action_scroll_page(self, pages: int) -> None:
        """Scroll by what is seen at once."""
        self.action_scroll_by(pages * max(self.size.height - 1, 1))

    def _laid_out(self, width: int) -> list[Row]:
        texts = max((_column(line) + pieces_width(line.text) for line in self._why), default=0)
        at_value = min(texts, width * 9 // 20) + _GAP
        values = max((width_of(line.value[0]) for line in self._why), default=0)
        at_note = at_value + min(values, width * 5 // 20) + _GAP
        beside = width >= _BESIDE
        return [row for line in self._why for row in self._drawn(line, width, at_value, at_note if beside else 0)]

    def _drawn(self, line: WhyLine, width: int, at_value: int, at_note: int) -> list[Row]:
        """Return the rows of a line: what happened goes on below it, as far as it needs."""
        mark, ink = self.glyphs.ellipsis, ERROR if line.fails else MUTED
        row = self.row(width, ground="raised")
        row.put(_column(line), cut_pieces(line.text, at_value - _GAP - _column(line), mark))
        text, value_ink = line.value
        room = (at_note - _GAP if at_note else width - 1) - at_value
        row.put(at_value, cut(text, room, mark), value_ink)
        at = at_note if at_note and text else at_value
        if not at_note and width_of(text) + _GAP + width_of(line.note) <= room:
            at = row.column + _GAP if text else at_value
        notes = wrap(line.note, max(width - 1 - at, 16))
        if notes and (at != at_value or not text):
            row.put(at, notes.pop(0), ink)
        return [row, *(self.row(width, ground="raised").put(at, note, ink) for note in notes)]


def _column(line: WhyLine) -> int:
    return _LEFT + _INDENT * line.depth
