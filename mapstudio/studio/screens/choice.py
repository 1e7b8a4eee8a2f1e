"""A choice laid over a screen: a title, a line to type in, a list that it narrows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from mapstudio.studio.widgets.pick_list import Choice, PickList
from mapstudio.studio.widgets.rule import Rule
from mapstudio.studio.widgets.text_input import TextInput


class ChoiceScreen(ModalScreen[str | None]):
    """Answers the key of what was picked, ``None`` when nothing was.

    Args:
        title: What is chosen.
        choices: What there is.
        prompt: Muted text in the empty line.
    """

    CSS_PATH = Path(__file__).with_name("choice.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="choice.leave", tooltip="change nothing"),
        Binding("down", "move(1)", "down", show=False, id="choice.down", tooltip="the one below"),
        Binding("up", "move(-1)", "up", show=False, id="choice.up", tooltip="the one above"),
        Binding("pagedown", "move(10)", "down", show=False, id="choice.page-down", tooltip="ten down"),
        Binding("pageup", "move(-10)", "up", show=False, id="choice.page-up", tooltip="ten up"),
    ]

    def __init__(
        self, title: str, choices: Sequence[Choice], *, prompt: str = "type to find", label_width: int = 28
    ) -> None:
        super().__init__()
        self._heading = title
        self._choices = tuple(choices)
        self._prompt = prompt
        self._label_width = label_width

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical():
            yield Rule(self._heading, "enter chooses, esc goes back")
            yield TextInput(prompt=self._prompt)
            yield PickList(self._choices, label_width=self._label_width)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(TextInput).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self.query_one(PickList).narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the one under the cursor."""
        event.stop()
        self.query_one(PickList).action_pick()

    def on_pick_list_picked(self, message: PickList.Picked) -> None:
        """Answer."""
        self.answer(message.choice)

    def answer(self, choice: Choice) -> None:
        """Take what was picked."""
        self.dismiss(choice.key)

    def action_move(self, by: int) -> None:
        """Move in the list while typing."""
        self.query_one(PickList).action_move(by)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
