"""A list to pick from: drawn by line, filtered by what is typed above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from mapstudio.studio.paint import ACCENT, MUTED, Piece
from mapstudio.studio.text import shown
from mapstudio.studio.theme import Ground, Ink
from mapstudio.studio.widgets.thumb import Thumbed


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick.

    Attributes:
        key: What picking it answers.
        label: What it is called.
        detail: More about it, muted.
        right: A fact at the right.
        ink: The label's ink.
        search: What the filter looks at beside the label.
    """

    key: str
    label: str
    detail: str = ""
    right: str = ""
    ink: Ink = field(default=Ink("text"))
    search: str = ""

    def score(self, words: Sequence[str]) -> int | None:
        """Return how well it fits (less is better), ``None`` when a word is nowhere in it."""
        label = self.label.casefold()
        text = f"{label} {self.search.casefold()} {self.detail.casefold()}"
        score = 0
        for word in words:
            if word not in text:
                return None
            score += 0 if label.startswith(word) else 1 if word in label else 2
        return score


class PickList(Thumbed, can_focus=True):
    """The list.

    Args:
        choices: All there is to pick.
        label_width: Cells of the label's column.
    """

    DEFAULT_CSS = """
    PickList { height: 1fr; width: 1fr; background: $raised; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "up", show=False, id="pick.up", tooltip="the one above"),
        Binding("down", "move(1)", "down", show=False, id="pick.down", tooltip="the one below"),
        Binding("pageup", "move(-10)", "page up", show=False, id="pick.page-up", tooltip="ten up"),
        Binding("pagedown", "move(10)", "page down", show=False, id="pick.page-down", tooltip="ten down"),
        Binding("enter", "pick", "choose", id="pick.choose", tooltip="take the one under the cursor"),
    ]

    class Picked(Message):
        """One was picked."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    class Moved(Message):
        """The cursor is on another one."""

        def __init__(self, choice: Choice | None) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, choices: Sequence[Choice] = (), *, label_width: int = 28, ground: Ground = "raised") -> None:
        super().__init__()
        self._choices = tuple(choices)
        self._shown = self._choices
        self._at = 0
        self._label_width = label_width
        self._ground: Ground = ground

    @property
    def current(self) -> Choice | None:
        """The one under the cursor."""
        return self._shown[self._at] if self._shown else None

    def set_choices(self, choices: Sequence[Choice], *, keep: bool = False) -> None:
        """Show other choices."""
        at = self._at if keep else 0
        self._choices = self._shown = tuple(choices)
        self._at = min(at, max(len(choices) - 1, 0))
        self._changed()

    def narrow(self, text: str) -> None:
        """Show those that hold all words, the best first."""
        words = text.casefold().split()
        scores = ((item.score(words), index) for index, item in enumerate(self._choices))
        best = sorted((score, index) for score, index in scores if score is not None)
        self._shown = tuple(self._choices[index] for _, index in best) if words else self._choices
        self._at = 0
        self._changed()

    def on_mount(self) -> None:
        """Take the height of the list."""
        self._changed()

    def render_line(self, y: int) -> Strip:
        """Draw a choice."""
        index = y + int(self.scroll_offset.y)
        if index >= len(self._shown):
            row = self.row(ground=self._ground)
            if index == 0:
                row.put(2, "nothing is called so", MUTED)
            return row.strip(self.palette)
        choice = self._shown[index]
        selected = index == self._at
        row = self.row(ground="selection" if selected else self._ground)
        if selected:
            row.put(0, self.glyphs.cursor, ACCENT)
        label: list[Piece] = [(shown(choice.label), choice.ink._replace(bold=selected or choice.ink.bold))]
        row.put(2, label, width=self._label_width)
        right = shown(choice.right)
        room = row.width - 2 - self._label_width - 4 - len(right)
        row.put(3 + self._label_width, shown(choice.detail), MUTED, width=max(room, 0))
        strip = row.put_right(row.width - 1, right, MUTED).strip(self.palette)
        return self.with_thumb(strip, y, self.size.height, len(self._shown))

    def on_click(self, event: events.Click) -> None:
        """Pick what is under the mouse."""
        index = event.y + int(self.scroll_offset.y)
        if index < len(self._shown):
            self._at = index
            self.action_pick()

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if self._shown:
            self._at = max(0, min(self._at + by, len(self._shown) - 1))
            self._follow()

    def action_pick(self) -> None:
        """Take the one under the cursor."""
        if self.current is not None:
            self.post_message(self.Picked(self.current))

    def _changed(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._shown))
        self._follow()

    def _follow(self) -> None:
        top = int(self.scroll_offset.y)
        height = max(self.size.height, 1)
        if self._at < top:
            self.scroll_to(y=self._at, animate=False)
        elif self._at >= top + height:
            self.scroll_to(y=self._at - height + 1, animate=False)
        self.refresh()
        self.post_message(self.Moved(self.current))
