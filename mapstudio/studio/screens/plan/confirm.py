"""The last pane before a write: what it costs, what guards it, how to undo it, and the box that asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from mapstudio.studio.paint import ERROR, MUTED, STRONG, TEXT, Piece
from mapstudio.studio.widgets.drawn import Drawn
from mapstudio.studio.widgets.listing import Line, Page, draw, words
from mapstudio.studio.widgets.text_input import TextInput


class NameInput(TextInput):
    """Takes the connection's name; enter is there once it is the right one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "write", id="plan.write-production", tooltip="write to production"),
    ]

    def __init__(self) -> None:
        super().__init__(prompt="its name")
        self.wanted = ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let enter be there only when the name is right."""
        del parameters
        return action != "submit" or (bool(self.wanted) and self.value.strip() == self.wanted)


class Said(Drawn):
    """Some lines of the box."""

    DEFAULT_CSS = """
    Said { height: 1; width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()

    def show(self, *lines: Line) -> None:
        """Draw these lines."""
        self._lines = lines
        self.styles.height = max(len(lines), 1)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        row = self.row(ground="raised")
        if y < len(self._lines):
            draw(row, self._lines[y])
        return row.strip(self.palette)


class ConfirmBox(Vertical, can_focus=True):
    """Asks once; for production it wants the connection's name."""

    DEFAULT_CSS = """
    ConfirmBox { width: 46; height: 4; background: $raised; display: none; dock: right; margin: 0 1 0 0; }
    ConfirmBox.-asking { display: block; }
    ConfirmBox NameInput { display: none; margin: 0 1; }
    ConfirmBox.-by-name NameInput { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "agree", "write", id="plan.write", tooltip="write what the plan says"),
    ]

    class Agreed(Message):
        """The user wants it.

        Attributes:
            name: What was typed; ``None`` where no name is asked for.
        """

        def __init__(self, name: str | None) -> None:
            super().__init__()
            self.name = name

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Said()
        yield NameInput()
        yield Said()

    @property
    def asking(self) -> bool:
        """Whether it is there."""
        return self.has_class("-asking")

    def ask(self, what: str, connection: str, environment: str, *, by_name: bool) -> None:
        """Ask, and take the focus."""
        above, below = self.query(Said)
        name = self.query_one(NameInput)
        self.set_class(by_name, "-by-name")
        self.add_class("-asking")
        name.wanted = connection if by_name else ""
        name.value = ""
        if by_name:
            above.show(
                words((f"This writes to {environment}: {what}.", STRONG)),
                words(("Type the name of the connection", TEXT)),
            )
            self._say_waiting()
            name.focus()
            return
        where: list[Piece] = [(connection, STRONG), (f" {environment}", MUTED)]
        above.show(words((f"This writes {what} to ", STRONG), *where), ())
        below.show(words(("enter", STRONG), (" writes   ", MUTED), ("esc", STRONG), (" goes back", MUTED)))
        self.focus()

    def leave(self) -> None:
        """Ask no more."""
        self.remove_class("-asking", "-by-name")
        self.query_one(NameInput).value = ""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what enter waits for."""
        event.stop()
        self._say_waiting()
        self.screen.refresh_bindings()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on, with the name as it was typed."""
        event.stop()
        self.post_message(self.Agreed(event.value.strip()))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let enter mean the box only where no name is asked for."""
        del parameters
        return action != "agree" or not self.has_class("-by-name")

    def action_agree(self) -> None:
        """Go on."""
        self.post_message(self.Agreed(None))

    def _say_waiting(self) -> None:
        name = self.query_one(NameInput)
        below = self.query(Said).last()
        if name.wanted and name.value.strip() == name.wanted:
            below.show(words(("enter", STRONG), (" writes to ", TEXT), ("PRODUCTION", ERROR._replace(bold=True))))
        elif name.wanted:
            below.show(words(("enter waits for ", MUTED), (name.wanted, STRONG)))


class Before(Drawn):
    """The pane: facts at the left, the box at the right."""

    DEFAULT_CSS = """
    Before { layout: horizontal; }
    Before > Page { width: 1fr; height: 1fr; }
    """

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Page(id="before-facts")
        yield ConfirmBox()

    @property
    def facts(self) -> Page:
        """The facts."""
        return self.query_one("#before-facts", Page)

    @property
    def box(self) -> ConfirmBox:
        """The box that asks."""
        return self.query_one(ConfirmBox)
