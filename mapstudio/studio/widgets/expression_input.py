"""The line in which an expression is typed."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from mapstudio.studio.widgets.colouring import expression_inks
from mapstudio.studio.widgets.text_input import TextInput


class ExpressionInput(TextInput):
    """The line; it says what is asked for, the editor around it knows what that means."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "keep", id="editor.keep", tooltip="keep the expression"),
        Binding("escape", "discard", "discard", id="editor.discard", tooltip="back to what the row was"),
        Binding("tab", "complete(1)", "complete", id="editor.complete", tooltip="complete the word at the cursor"),
        Binding(
            "shift+tab",
            "complete(-1)",
            "complete back",
            show=False,
            id="editor.complete-back",
            tooltip="the completion before",
        ),
        Binding("ctrl+f", "functions", "functions", id="editor.functions", tooltip="all functions, with what they do"),
        Binding(
            "ctrl+n",
            "screen.failing(1)",
            "next failing",
            id="editor.next-failing",
            tooltip="the next record on which this row fails",
        ),
        Binding("down", "choose(1)", "next", show=False, id="editor.next", tooltip="the next completion"),
        Binding("up", "choose(-1)", "previous", show=False, id="editor.previous", tooltip="the completion before"),
    ]

    class Wants(Message):
        """Something other than a letter was pressed."""

        def __init__(self, what: str, step: int = 0) -> None:
            super().__init__()
            self.what = what
            self.step = step

    class CursorMoved(Message):
        """The text cursor is elsewhere."""

    def __init__(self) -> None:
        super().__init__(id="expression", most_lines=3, colouring=lambda text: list(expression_inks(text)))

    def watch_selection(self) -> None:
        """Tell that the text cursor has moved."""
        self.refresh()
        if self.is_attached:
            self.post_message(self.CursorMoved())

    def on_focus(self, event: events.Focus) -> None:
        """Begin to edit."""
        del event
        self.post_message(self.Wants("begin"))

    def on_blur(self, event: events.Blur) -> None:
        """The focus went elsewhere."""
        del event
        self.post_message(self.Wants("leave"))

    def action_discard(self) -> None:
        """Give up."""
        self.post_message(self.Wants("discard"))

    def action_complete(self, step: int) -> None:
        """Complete the word at the cursor."""
        self.post_message(self.Wants("complete", step))

    def action_choose(self, step: int) -> None:
        """Choose among the completions."""
        self.post_message(self.Wants("choose", step))

    def action_functions(self) -> None:
        """Show all functions."""
        self.post_message(self.Wants("functions"))
