"""Scroll bars of whole cells: the partial blocks that would draw their ends are no ASCII, and many fonts cut them."""

from __future__ import annotations

from typing import ClassVar

from textual.scrollbar import ScrollBarRender

_EIGHTHS = 8


class WholeCells(ScrollBarRender):
    """Draws a scroll bar by the ground of its cells alone."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * _EIGHTHS
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * _EIGHTHS
