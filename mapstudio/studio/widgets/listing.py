"""Lists and pages of lines, drawn by line: cells at exact columns, a cursor that keys move, nothing drawn unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mapstudio.studio.paint import ACCENT, MUTED, TEXT, Piece, Row, pieces_width
from mapstudio.studio.text import width_of
from mapstudio.studio.theme import Ground, Ink
from mapstudio.studio.widgets.drawn import Drawn


@dataclass(frozen=True, slots=True)
class Cell:
    """Some pieces at a column.

    Attributes:
        column: Where they begin; with ``right`` the column behind their last cell. Negative ones count from the
            line's end.
        pieces: What stands there.
        width: Cut to so many cells.
        right: Aligned to the right.
    """

    column: int
    pieces: Sequence[Piece]
    width: int | None = None
    right: bool = False


Line: TypeAlias = "Sequence[Cell]"


def cell(column: int, text: str, ink: Ink = TEXT, width: int | None = None) -> Cell:
    """Return one piece at a column."""
    return Cell(column, ((text, ink),), width)


def right_cell(column: int, text: str, ink: Ink = TEXT) -> Cell:
    """Return one piece that ends before a column; 0 is the line's end."""
    return Cell(column, ((text, ink),), right=True)


def words(*pieces: Piece, column: int = 1) -> Line:
    """Return a line of pieces that follow each other."""
    return (Cell(column, pieces),)


def wrapped(lines: Sequence[Line], width: int) -> list[Line]:
    """Return the lines, those of one sentence alone broken at words, later lines of one with a mark set below its text.

    Args:
        lines: The lines.
        width: Cells that there are.
    """
    return [part for line in lines for part in _broken(line, width)]


def _broken(line: Line, width: int) -> list[Line]:
    only = line[0] if len(line) == 1 else None
    if only is None or only.right or only.column + pieces_width(only.pieces) < width:
        return [line]
    *before, (text, ink) = only.pieces
    at = only.column + pieces_width(before)
    room = max(width - at - 1, 12)
    parts: list[str] = []
    for word in text.split():
        if parts and width_of(parts[-1]) + 1 + width_of(word) <= room:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    first: Line = (Cell(only.column, (*before, (parts[0] if parts else "", ink))),)
    return [first, *((cell(at, part, ink),) for part in parts[1:])]


def draw(row: Row, line: Line) -> Row:
    """Put the cells of a line, from left to right."""
    for item in line:
        column = item.column if item.column > 0 or (item.column == 0 and not item.right) else row.width + item.column
        if item.right:
            row.put_right(column, item.pieces)
        else:
            row.put(column, item.pieces, width=item.width)
    return row


class Page(ScrollView, Drawn, can_focus=True):
    """Lines to read; they scroll with the arrow keys when there are more than fit."""

    DEFAULT_CSS = """
    Page { scrollbar-size-vertical: 1; overflow-x: hidden; width: 1fr; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_by(-1)", "up", show=False, id="page.up", tooltip="scroll up"),
        Binding("down", "scroll_by(1)", "down", show=False, id="page.down", tooltip="scroll down"),
        Binding("pageup", "scroll_by(-10)", "page up", show=False, id="page.page-up", tooltip="scroll ten lines up"),
        Binding(
            "pagedown", "scroll_by(10)", "page down", show=False, id="page.page-down", tooltip="scroll ten lines down"
        ),
    ]

    def __init__(self, *, id: str | None = None, ground: Ground = "bg") -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: Sequence[Line] = ()
        self._ground: Ground = ground

    @property
    def lines_shown(self) -> Sequence[Line]:
        """The lines."""
        return self._lines

    def show_lines(self, lines: Sequence[Line], *, keep: bool = False) -> None:
        """Show other lines, from their beginning unless ``keep``."""
        self._lines = tuple(lines)
        self.virtual_size = Size(self.size.width, len(self._lines))
        if not keep:
            self.scroll_to(y=0, animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        row = self.row(ground=self._ground)
        index = y + int(self.scroll_offset.y)
        if index < len(self._lines):
            draw(row, self._lines[index])
        return row.strip(self.palette)

    def action_scroll_by(self, by: int) -> None:
        """Scroll."""
        self.scroll_to(y=self.scroll_offset.y + by, animate=False)


class Listing(ScrollView, Drawn, can_focus=True):
    """A list with a cursor; a subclass says what its items look like.

    An item may take several lines and lines may belong to no item. Lines above the list (``head``) do not scroll.
    """

    DEFAULT_CSS = """
    Listing { scrollbar-size-vertical: 1; overflow-x: hidden; width: 1fr; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False, id="list.up", tooltip="the one above"),
        Binding("down,j", "move(1)", "down", show=False, id="list.down", tooltip="the one below"),
        Binding("pageup", "page(-1)", "page up", show=False, id="list.page-up", tooltip="a page up"),
        Binding("pagedown", "page(1)", "page down", show=False, id="list.page-down", tooltip="a page down"),
        Binding("home", "move(-1000000)", "first", show=False, id="list.first", tooltip="the first one"),
        Binding("end", "move(1000000)", "last", show=False, id="list.last", tooltip="the last one"),
    ]

    class Moved(Message):
        """The cursor is on another item, or the items are others."""

        def __init__(self, listing: Listing, index: int | None) -> None:
            super().__init__()
            self.listing = listing
            self.index = index

        @property
        def control(self) -> Listing:
            """The list."""
            return self.listing

    class Opened(Message):
        """An item was clicked that had the cursor already."""

        def __init__(self, listing: Listing, index: int) -> None:
            super().__init__()
            self.listing = listing
            self.index = index

        @property
        def control(self) -> Listing:
            """The list."""
            return self.listing

    head: int = 0
    """How many lines stand above the list."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._items: Sequence[int | None] = ()
        self._at = 0
        self._count = 0

    def head_line(self, y: int) -> Line:  # noqa: ARG002
        """Return a line above the list."""
        return ()

    def line(self, y: int, *, selected: bool) -> Line:  # noqa: ARG002
        """Return a line of the list.

        Args:
            y: Its place among all lines.
            selected: The cursor is on its item.
        """
        return ()

    @property
    def text_at(self) -> int:
        """The column behind a state's mark, which takes two cells in ASCII."""
        return 5 if self.glyphs.ascii else 4

    @property
    def index(self) -> int | None:
        """The item under the cursor."""
        return self._at if self._count else None

    def show_items(self, items: Sequence[int | None], count: int, *, at: int = 0) -> None:
        """Show other items.

        Args:
            items: For each line its item; ``range(n)`` when each item is one line.
            count: How many items there are.
            at: Where the cursor begins.
        """
        self._items, self._count = items, count
        self._at = max(0, min(at, count - 1))
        self._fit()
        self._follow()
        self.post_message(self.Moved(self, self.index))

    def go_to(self, index: int) -> None:
        """Put the cursor on an item."""
        if self._count:
            before, self._at = self._at, max(0, min(index, self._count - 1))
            self._follow()
            if self._at != before:
                self.post_message(self.Moved(self, self.index))

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._fit()
        self._follow()

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        if y < self.head:
            return draw(self.row(), self.head_line(y)).strip(self.palette)
        place = y - self.head + int(self.scroll_offset.y)
        if place >= len(self._items):
            return self.blank()
        item = self._items[place]
        selected = item is not None and item == self._at
        ground: Ground = "bg" if not selected else "selection" if self.has_focus else "echo"
        row = self.row(ground=ground)
        if selected and (not place or self._items[place - 1] != item):
            row.put(0, self.glyphs.cursor, ACCENT if self.has_focus else MUTED)
        return draw(row, self.line(place, selected=selected)).strip(self.palette)

    def on_focus(self) -> None:
        """Draw the cursor as the one that the keys move."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw the cursor as an echo."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a click on the cursor opens."""
        place = event.y - self.head + int(self.scroll_offset.y)
        item = self._items[place] if event.y >= self.head and 0 <= place < len(self._items) else None
        if item is None:
            return
        if item == self._at and self.has_focus:
            self.post_message(self.Opened(self, item))
        self.go_to(item)

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.go_to(self._at + by)

    def action_page(self, pages: int) -> None:
        """Move the cursor by what fits."""
        self.go_to(self._at + pages * max(self.size.height - self.head - 1, 1))

    def _fit(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._items) + self.head)

    def _follow(self) -> None:
        """Scroll so that all lines of the item are seen, and what stands above the first one."""
        if isinstance(self._items, range):
            first = last = self._at
        else:
            places = [place for place, item in enumerate(self._items) if item == self._at]
            first, last = (places[0], places[-1]) if places else (0, 0)
            first = 0 if self._at == 0 else first
        height = max(self.size.height - self.head, 1)
        top = int(self.scroll_offset.y)
        if first < top:
            self.scroll_to(y=first, animate=False)
        elif last >= top + height:
            self.scroll_to(y=last - height + 1, animate=False)
        self.refresh()
