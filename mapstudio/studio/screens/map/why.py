"""Why the selected row gives what it gives, laid over the map: every part with its value."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from mapstudio.studio.widgets.rule import Rule
from mapstudio.studio.widgets.why import WhyLine
from mapstudio.studio.widgets.why_tree import WhyTree


class WhyScreen(ModalScreen[None]):
    """Shows the trace of a row.

    Args:
        title: Which row and record.
        lines: The trace.
    """

    CSS_PATH = Path(__file__).with_name("why.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,w,q,ctrl+t", "leave", "back", id="why.leave", tooltip="back to the map"),
    ]

    def __init__(self, title: str, lines: Sequence[WhyLine]) -> None:
        super().__init__()
        self._heading = title
        self._lines = tuple(lines)

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical():
            yield Rule(self._heading, "esc goes back")
            yield WhyTree(self._lines)

    def on_mount(self) -> None:
        """Scroll at once."""
        self.query_one(WhyTree).focus()

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)
