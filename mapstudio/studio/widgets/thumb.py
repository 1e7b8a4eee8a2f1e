"""The mark that tells where one is in a long list: in the right margin, one cell, in the colour of rules."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mapstudio.studio.paint import LINE
from mapstudio.studio.widgets.drawn import Drawn


class Thumbed(ScrollView, Drawn):
    """A list that draws the mark itself, so that its columns do not move when it overflows."""

    DEFAULT_CSS = """
    Thumbed { overflow-x: hidden; scrollbar-size-vertical: 0; }
    """

    def with_thumb(self, strip: Strip, y: int, height: int, count: int) -> Strip:
        """Return a line of the list with the mark, where it passes.

        Args:
            strip: The line.
            y: Its place among those that are seen, from 0.
            height: How many are seen.
            count: How many there are.
        """
        if not self._passes(y, height, count):
            return strip
        width = self.size.width
        under = next((segment.style for segment in strip.crop(width - 1, width) if segment.style is not None), Style())
        if under.reverse:
            return strip
        mark = ":" if self.glyphs.ascii else "┃"
        style = self.palette.style(LINE) + Style(bgcolor=under.bgcolor)
        return Strip([*strip.crop(0, width - 1), Segment(mark, style)], width)

    def _passes(self, y: int, height: int, count: int) -> bool:
        if count <= height or height <= 0:
            return False
        length = max(height * height // count, 1)
        top = round(int(self.scroll_offset.y) * (height - length) / (count - height))
        return top <= y < top + length
