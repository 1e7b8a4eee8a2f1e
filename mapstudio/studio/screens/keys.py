"""The keys of the focused pane and of the screen, each with what it does."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.strip import Strip

from mapstudio.studio.keys import in_order, key_word, types_a_character
from mapstudio.studio.paint import MUTED, STRONG, TEXT
from mapstudio.studio.screens.base import StudioScreen
from mapstudio.studio.widgets.drawn import Drawn
from mapstudio.studio.widgets.rule import Rule
from mapstudio.studio.widgets.thumb import Thumbed

_KEY_COLUMN = 2
_TEXT_COLUMN = 22


class KeyTable(Thumbed, can_focus=True):
    """The table: groups with keys and what they do."""

    DEFAULT_CSS = """
    KeyTable { background: $raised; height: 1fr; }
    """

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        super().__init__()
        self._lines = lines

    def on_mount(self) -> None:
        """Take the height."""
        self.virtual_size = Size(40, len(self._lines))

    def render_line(self, y: int) -> Strip:
        """Draw a key, or a group's title."""
        row = self.row(ground="raised")
        index = y + int(self.scroll_offset.y)
        if index < len(self._lines):
            key, text = self._lines[index]
            if key:
                row.put(_KEY_COLUMN, key, STRONG, width=_TEXT_COLUMN - _KEY_COLUMN - 1).put(_TEXT_COLUMN, text, TEXT)
            else:
                row.put(_KEY_COLUMN, text, MUTED)
        return self.with_thumb(row.strip(self.palette), y, self.size.height, len(self._lines))


class KeysScreen(ModalScreen[None]):
    """Shows the keys of the screen below.

    Args:
        below: The screen whose keys are shown.
    """

    CSS_PATH = Path(__file__).with_name("keys.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q", "dismiss_keys", "back", id="keys.leave", tooltip="close the keys"),
    ]

    def __init__(self, below: StudioScreen) -> None:
        super().__init__()
        self._below = below

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical():
            yield Rule("Keys", "esc goes back")
            yield KeyTable(self._lines())

    def on_mount(self) -> None:
        """Scroll at once."""
        self.query_one(KeyTable).focus()

    def action_dismiss_keys(self) -> None:
        """Close."""
        self.dismiss(None)

    def _lines(self) -> list[tuple[str, str]]:
        below = self._below
        typing = isinstance(below.focused, Drawn) and below.focused.typing
        groups: dict[str, list[tuple[str, str]]] = {}
        keys: dict[tuple[str, str], list[str]] = {}
        for active in in_order(below.active_bindings.values()):
            binding = active.binding
            text = binding.tooltip or binding.description
            # A binding without a name of its own is the framework's, not the product's.
            if not text or not binding.id or (typing and types_a_character(binding)):
                continue
            group = _group(active.node is below, active.node is below.app)
            words = keys.setdefault((group, text), [])
            if not words:
                groups.setdefault(group, []).append((group, text))
            word = key_word(binding)
            if not any(word in known.split() for known in words):
                words.append(word)
        lines: list[tuple[str, str]] = []
        for group, entries in groups.items():
            lines += [("", ""), ("", group)] if lines else [("", group)]
            lines += [(" ".join(keys[entry]), entry[1]) for entry in entries]
        return lines


def _group(of_screen: bool, of_app: bool) -> str:
    return "everywhere" if of_app else "on this screen" if of_screen else "in this pane"
