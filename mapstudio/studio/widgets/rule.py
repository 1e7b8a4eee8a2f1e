"""A rule of its own, for what is laid over a screen: a title, and a muted fact at the right."""

from __future__ import annotations

from textual.strip import Strip

from mapstudio.studio.paint import MUTED, STRONG, pieces_width
from mapstudio.studio.text import shown
from mapstudio.studio.theme import Ground, Ink
from mapstudio.studio.widgets.drawn import Drawn


class Rule(Drawn):
    """The rule.

    Args:
        title: Stands in it at the left.
        fact: Stands in it at the right.
        heavy: It is where the focus is.
    """

    DEFAULT_CSS = """
    Rule { height: 1; width: 1fr; }
    """

    def __init__(self, title: str, fact: str = "", *, heavy: bool = True, ground: Ground = "raised") -> None:
        super().__init__()
        self._title = title
        self._fact = fact
        self._heavy = heavy
        self._ground: Ground = ground

    def show(self, title: str, fact: str = "") -> None:
        """Say something else."""
        self._title, self._fact = title, fact
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw it."""
        del y
        row = self.row(ground=self._ground)
        ascii_rule = "=" if self._heavy else "-"
        mark = ascii_rule if self.glyphs.ascii else "━" if self._heavy else "─"
        ink = Ink("accent" if self._heavy else "line")
        row.put(0, mark, ink).put(1, f" {shown(self._title)} ", STRONG)
        fact = [(f" {shown(self._fact)} ", MUTED)] if self._fact else []
        row.put(row.column, mark * max(row.width - row.column - pieces_width(fact) - 1, 0), ink)
        if fact:
            row.put(row.column, fact)
        return row.put(row.column, mark * (row.width - row.column), ink).strip(self.palette)
