"""A question to the user, laid over a screen: one line to type in."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input

from mapstudio.studio.paint import ERROR, MUTED
from mapstudio.studio.text import shown
from mapstudio.studio.widgets.drawn import Drawn
from mapstudio.studio.widgets.rule import Rule
from mapstudio.studio.widgets.text_input import TextInput


class Hint(Drawn):
    """A muted line below what is typed."""

    DEFAULT_CSS = """
    Hint { height: 1; width: 1fr; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._wrong = False

    def show(self, text: str, *, wrong: bool = False) -> None:
        """Say something else."""
        self._text, self._wrong = text, wrong
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw it."""
        del y
        row = self.row(ground="raised")
        return row.put(2, shown(self._text), ERROR if self._wrong else MUTED, width=row.width - 3).strip(self.palette)


class AskScreen(ModalScreen[str | None]):
    """Answers what was typed, ``None`` when the user went back.

    Args:
        title: What is asked.
        value: What stands there at first.
        hint: What it is for, muted.
        needed: An empty answer is none.
    """

    CSS_PATH = Path(__file__).with_name("ask.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="ask.leave", tooltip="change nothing"),
    ]

    def __init__(self, title: str, *, value: str = "", hint: str = "", needed: str = "") -> None:
        super().__init__()
        self._heading = title
        self._value = value
        self._hint = hint
        self._needed = needed

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical():
            yield Rule(self._heading, "enter keeps, esc goes back")
            yield TextInput(self._value, most_lines=3)
            yield Hint(self._hint)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(TextInput).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take a complaint back."""
        event.stop()
        self.query_one(Hint).show(self._hint)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        event.stop()
        if self._needed and not event.value.strip():
            self.query_one(Hint).show(self._needed, wrong=True)
            return
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
