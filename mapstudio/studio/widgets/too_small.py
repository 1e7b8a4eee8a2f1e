"""What a terminal that is too small shows: one sentence with the size that is needed."""

from __future__ import annotations

from textwrap import wrap

from textual.strip import Strip

from mapstudio.studio.paint import STRONG, TEXT
from mapstudio.studio.widgets.drawn import Drawn


class TooSmall(Drawn):
    """The sentence."""

    DEFAULT_CSS = """
    TooSmall { width: 1fr; height: 1fr; }
    """

    def render_line(self, y: int) -> Strip:
        """Draw a line of the sentence."""
        width, height = self.screen.size
        text = (
            f"The studio needs 80 columns and 24 lines; this terminal has {width} and {height}. "
            "Make it larger: nothing is lost. The commands, such as mapstudio plan, work at any size."
        )
        lines = wrap(text, max(self.size.width - 2, 10))
        row = self.row()
        if y < len(lines):
            row.put(1, lines[y], STRONG if y == 0 else TEXT)
        return row.strip(self.palette)
