"""The last door to a terminal that cannot show more than ASCII: what our own glyphs do not cover, data above all."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


class AsciiFilter(LineFilter):
    """Writes letters without their accents, and ``?`` for each cell of what has no ASCII letter."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line in ASCII, every column where it was."""
        del background
        return [
            segment if segment.control or segment.text.isascii() else Segment(to_ascii(segment.text), segment.style)
            for segment in segments
        ]


def to_ascii(text: str) -> str:
    """Return the text in ASCII, as many cells wide."""
    written: list[str] = []
    for character in text:
        if character.isascii():
            written.append(character)
            continue
        width = cell_len(character)
        base = unicodedata.normalize("NFKD", character)[:1]
        written.append(base if base.isascii() and width == 1 else "?" * width)
    return "".join(written)
