"""The two lines below every screen: what was just done as a shell command, and what can be done now."""

from __future__ import annotations

from textual.strip import Strip

from mapstudio.studio.keys import in_order, key_word, types_a_character
from mapstudio.studio.paint import MUTED, STRONG, TEXT, Piece, Row, pieces_width
from mapstudio.studio.text import shown, width_of
from mapstudio.studio.widgets.drawn import Drawn

_MOST_KEYS = 7
_MOST_KEYS_WIDE = 9
_WIDE = 140
_NARROW = 100


class Footer(Drawn):
    """The footer.

    It reads the active bindings of the screen: a key that does not apply now is absent.
    """

    DEFAULT_CSS = """
    Footer { dock: bottom; height: 2; width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="footer")
        self._command = ""
        self._note: tuple[Piece, ...] = ()
        self._said: tuple[Piece, ...] = ()

    @property
    def command(self) -> str:
        """The shell command that stands in the first line."""
        return self._command

    def show_command(self, command: str) -> None:
        """Say how the shell does what was just done; never anything secret."""
        self._command = command
        self._said = ()
        self.refresh()

    def say(self, *pieces: Piece) -> None:
        """Say something in place of the command, until the next one."""
        self._said = pieces
        self.refresh()

    def show_note(self, *pieces: Piece) -> None:
        """Say something at the right of the command: freshness, an account."""
        if pieces != self._note:
            self._note = pieces
            self.refresh()

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        return (self._first() if y == 0 else self._second()).strip(self.palette)

    @property
    def _typing(self) -> bool:
        focused = self.screen.focused
        return isinstance(focused, Drawn) and focused.typing

    def _first(self) -> Row:
        row = self.row(ground="raised")
        right: list[Piece] = list(self._note)
        if self._said:
            return row.put(1, self._said, width=row.width - 4 - pieces_width(right)).put_right(row.width - 1, right)
        if self._command:
            key = "ctrl+y" if self._typing else "y"
            copies: list[Piece] = [*([("   ", TEXT)] if right else []), (key, STRONG), (" copies", MUTED)]
            # The command itself matters more than the word that it can be copied.
            if not right or 6 + width_of(self._command) + pieces_width([*right, *copies]) <= row.width:
                right += copies
        if self._command:
            room = row.width - 6 - pieces_width(right)
            row.put(1, [("$ ", MUTED), (shown(self._command), TEXT)], width=max(room, 0))
        return row.put_right(row.width - 1, right)

    def _second(self) -> Row:
        row = self.row(ground="raised")
        narrow = row.width < _NARROW
        right: list[Piece] = [("F1", STRONG), (" keys", MUTED)]
        if not self._typing:
            right = [(":", STRONG), (" palette", MUTED), ("   ", TEXT), ("?", STRONG), (" keys", MUTED)]
        room = row.width - 3 - pieces_width(right)
        column = 1
        for word, description in self._keys(short=narrow):
            pieces: list[Piece] = [(word, STRONG), (f" {description}", MUTED)]
            if column + pieces_width(pieces) > room:
                break
            row.put(column, pieces)
            column = row.column + (2 if narrow else 3)
        return row.put_right(row.width - 1, right)

    def _keys(self, *, short: bool) -> list[tuple[str, str]]:
        most = _MOST_KEYS_WIDE if self.size.width >= _WIDE else _MOST_KEYS
        found: dict[str, tuple[str, str]] = {}
        for active in in_order(self.screen.active_bindings.values()):
            binding = active.binding
            if not (binding.show and active.enabled and binding.description) or binding.action in found:
                continue
            if self._typing and types_a_character(binding):
                continue
            found[binding.action] = (key_word(binding, short=short), binding.description)
        return list(found.values())[:most]
