"""The base of long lists: a cursor over lines that are drawn when they are seen, below lines that stay."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from mapstudio.studio.widgets.thumb import Thumbed


class ScrolledList(Thumbed, can_focus=True):
    """A list with a cursor.

    Subclasses say how many lines there are (:meth:`line_count`) and draw one (:meth:`draw_line`).
    """

    HEAD: ClassVar[int] = 0
    """Lines at the top that do not scroll."""
    DEFAULT_CSS = """
    ScrolledList { background: $bg; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False, id="list.up", tooltip="one line up"),
        Binding("down,j", "move(1)", "down", show=False, id="list.down", tooltip="one line down"),
        Binding("pageup", "move_page(-1)", "page up", show=False, id="list.page-up", tooltip="one page up"),
        Binding("pagedown", "move_page(1)", "page down", show=False, id="list.page-down", tooltip="one page down"),
        Binding("home,g", "move_to(0)", "first", show=False, id="list.first", tooltip="the first line"),
        Binding("end,G", "move_to(-1)", "last", show=False, id="list.last", tooltip="the last line"),
    ]

    class Moved(Message):
        """The cursor is on another line."""

        def __init__(self, sender: ScrolledList) -> None:
            super().__init__()
            self.sender = sender

        @property
        def control(self) -> ScrolledList:
            """The list."""
            return self.sender

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._at = 0

    @property
    def at(self) -> int:
        """The cursor's line."""
        return self._at

    def line_count(self) -> int:
        """Return how many lines there are below the head."""
        raise NotImplementedError

    def draw_line(self, index: int) -> Strip:
        """Draw a line of the list."""
        raise NotImplementedError

    def draw_head(self, y: int) -> Strip:
        """Draw a line of the head."""
        del y
        return self.blank()

    def render_line(self, y: int) -> Strip:
        """Draw a line of the widget."""
        if y < self.HEAD:
            return self.draw_head(y)
        index = y - self.HEAD + int(self.scroll_offset.y)
        strip = self.draw_line(index) if index < self.line_count() else self.blank()
        return self.with_thumb(strip, y - self.HEAD, self.size.height - self.HEAD, self.line_count())

    def on_mount(self) -> None:
        """Take the height of the content."""
        self.lines_changed()

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self.lines_changed()

    def on_focus(self) -> None:
        """Draw the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw without the cursor."""
        self.refresh()

    def lines_changed(self) -> None:
        """Follow a change of the content."""
        self.virtual_size = Size(self.size.width, self.line_count() + self.HEAD)
        self._at = max(0, min(self._at, self.line_count() - 1))
        self.bring_into_view(self._at)
        self.refresh()

    def place_cursor(self, index: int, *, tell: bool = True) -> None:
        """Put the cursor on a line."""
        index = max(0, min(index, self.line_count() - 1))
        moved = index != self._at
        self._at = index
        self.bring_into_view(index)
        self.refresh()
        if moved and tell:
            self.post_message(self.Moved(self))

    def bring_into_view(self, index: int) -> None:
        """Scroll as little as needed to show a line."""
        top, height = int(self.scroll_offset.y), self.size.height - self.HEAD
        if height <= 0:
            return
        if index < top:
            self.scroll_to(y=index, animate=False, force=True)
        elif index >= top + height:
            self.scroll_to(y=index - height + 1, animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor under the mouse."""
        if event.y >= self.HEAD:
            self.place_cursor(event.y - self.HEAD + int(self.scroll_offset.y))

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.place_cursor(self._at + by)

    def action_move_page(self, by: int) -> None:
        """Move the cursor by what is seen at once."""
        self.place_cursor(self._at + by * max(self.size.height - self.HEAD - 1, 1))

    def action_move_to(self, index: int) -> None:
        """Move the cursor to a line, from the end when negative."""
        self.place_cursor(index if index >= 0 else self.line_count() + index)
