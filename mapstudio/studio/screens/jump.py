"""Jump mode: every pane gets a letter, and the letter goes there."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from mapstudio.studio.screens.base import StudioScreen
from mapstudio.studio.theme import Ink
from mapstudio.studio.widgets.drawn import Drawn

_LETTERS = "asdfghjkl"


class JumpLabel(Drawn):
    """One letter on a pane."""

    DEFAULT_CSS = """
    JumpLabel { width: 3; height: 1; position: absolute; }
    """

    def __init__(self, letter: str) -> None:
        super().__init__()
        self._letter = letter

    def render_line(self, y: int) -> Strip:
        """Draw the letter."""
        del y
        return self.row().put_on(0, f" {self._letter} ", Ink("on_accent", bold=True), "accent").strip(self.palette)


class JumpScreen(ModalScreen[None]):
    """Waits for a letter.

    Args:
        below: The screen whose panes get letters.
    """

    CSS_PATH = Path(__file__).with_name("jump.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="jump.leave", tooltip="stay where you are"),
    ]

    def __init__(self, below: StudioScreen) -> None:
        super().__init__()
        self._targets: dict[str, Widget] = dict(zip(_LETTERS, below.focus_chain, strict=False))

    def compose(self) -> ComposeResult:
        """Put the letters on the panes."""
        for letter, target in self._targets.items():
            label = JumpLabel(letter)
            label.absolute_offset = target.region.offset
            yield label

    def on_key(self, event: events.Key) -> None:
        """Go to the pane of the letter."""
        target = self._targets.get(event.character or "")
        if target is not None:
            event.stop()
            self.dismiss(None)
            target.focus()

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)
