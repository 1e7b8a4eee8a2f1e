"""Lines of the cell grid: pieces of text at exact columns, in inks of the palette."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from rich.segment import Segment
from textual.strip import Strip

from mapstudio.studio.text import cut, head, shown, width_of
from mapstudio.studio.theme import Ground, Ink, Palette

Piece: TypeAlias = "tuple[str, Ink]"
Pieces: TypeAlias = "Sequence[Piece]"

TEXT = Ink("text")
STRONG = Ink("strong", bold=True)
MUTED = Ink("muted")
FAINT = Ink("faint")
LINE = Ink("line")
SOURCE = Ink("source")
DEST = Ink("dest")
OK = Ink("ok")
WARN = Ink("warn")
ERROR = Ink("error")
QUESTION = Ink("question")
LITERAL = Ink("literal")
ACCENT = Ink("accent")


def pieces_width(pieces: Iterable[Piece]) -> int:
    """Return how many cells the pieces take."""
    return sum(width_of(text) for text, _ in pieces)


def cut_pieces(pieces: Pieces, width: int, mark: str = "…") -> list[Piece]:
    """Return the pieces in at most ``width`` cells, the end cut with a mark in the ink of what it cuts."""
    if pieces_width(pieces) <= width:
        return list(pieces)
    kept: list[Piece] = []
    room = width - width_of(mark)
    for text, ink in pieces:
        taken = width_of(text)
        if taken > room:
            part = head(text, room)
            return [*kept, (part + mark, ink)] if width > 0 else []
        kept.append((text, ink))
        room -= taken
    return kept


def in_ink(pieces: Pieces, ink: Ink) -> list[Piece]:
    """Return the pieces in one ink."""
    return [(text, ink) for text, _ in pieces]


class Row:
    """One line under construction; columns are put from left to right.

    Args:
        width: In cells; nothing is drawn beyond.
        ground: The background of all of it.
        mark: Stands for cut text.
    """

    def __init__(self, width: int, ground: Ground = "bg", mark: str = "…") -> None:
        self.width = width
        self.ground = ground
        self._mark = mark
        self._parts: list[tuple[str, Ink, Ground]] = []
        self._column = 0

    @property
    def column(self) -> int:
        """Where the next piece would stand."""
        return self._column

    def put(self, column: int, content: str | Pieces, ink: Ink = TEXT, *, width: int | None = None) -> Row:
        """Write from a column on; what does not fit into ``width`` (or the line) is cut with the mark."""
        pieces: Pieces = [(content, ink)] if isinstance(content, str) else content
        self._pad_to(column)
        room = min(self.width - self._column, width if width is not None else self.width)
        for text, piece_ink in cut_pieces(pieces, room, self._mark):
            self._add(text, piece_ink, self.ground)
        return self

    def put_right(self, column: int, content: str | Pieces, ink: Ink = TEXT) -> Row:
        """Write so that the last cell is the one before ``column``; what does not fit is left out from its end."""
        pieces: Pieces = [(content, ink)] if isinstance(content, str) else content
        room = column - self._column
        pieces = cut_pieces(pieces, room, self._mark)
        return self.put(column - pieces_width(pieces), pieces)

    def put_on(self, column: int, content: str, ink: Ink, ground: Ground) -> Row:
        """Write a piece that has a ground of its own (a tab, a tag, the text cursor)."""
        self._pad_to(column)
        text = cut(content, self.width - self._column, self._mark)
        self._add(text, ink, ground)
        return self

    def strip(self, palette: Palette) -> Strip:
        """Return the finished line."""
        self._pad_to(self.width)
        return Strip([Segment(text, palette.style(ink, ground)) for text, ink, ground in self._parts], self.width)

    def text(self) -> str:
        """Return the line without its inks."""
        return "".join(text for text, _, _ in self._parts)

    def _pad_to(self, column: int) -> None:
        missing = min(column, self.width) - self._column
        if missing > 0:
            self._add(" " * missing, TEXT, self.ground)

    def _add(self, text: str, ink: Ink, ground: Ground) -> None:
        # Data are cleaned before they are measured; this is the net below, so that nothing raw can ever be drawn.
        if not (text.isascii() and text.isprintable()):
            text = head(shown(text), self.width - self._column)
        if not text:
            return
        self._column += width_of(text)
        if self._parts and self._parts[-1][1:] == (ink, ground):
            text = self._parts.pop()[0] + text  # one run of one look: fewer bytes on a slow line
        self._parts.append((text, ink, ground))
