"""A line of text to type: drawn by ourselves, so that its content is as safe and as coloured as everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeAlias

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widgets import Input

from mapstudio.studio.paint import ACCENT, MUTED, TEXT, Row
from mapstudio.studio.text import shown, width_of
from mapstudio.studio.theme import Ground, Ink
from mapstudio.studio.widgets.drawn import Drawn

Colouring: TypeAlias = "Callable[[str], list[Ink]]"
"""From the whole text to one ink for each of its characters."""

_LEFT = 2


class TextInput(Input, Drawn):
    """A text input of one or more lines of cells; long text wraps.

    Args:
        prompt: Muted text while it is empty.
        colouring: The inks of the characters.
        most_lines: It grows up to so many lines, then scrolls with the text cursor.
        marked: Draw the input mark at its left.
    """

    DEFAULT_CSS = """
    TextInput, TextInput:focus { border: none; padding: 0; height: 1; background: $raised; background-tint: initial; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+f", "ignore", show=False),
    ]

    def __init__(
        self,
        value: str = "",
        *,
        prompt: str = "",
        colouring: Colouring | None = None,
        most_lines: int = 1,
        marked: bool = True,
        ground: Ground = "raised",
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(value, placeholder=prompt, id=id, select_on_focus=False)
        self.cursor_blink = False
        self._colouring = colouring
        self._most_lines = most_lines
        self._marked = marked
        self._ground: Ground = ground

    def on_mount(self) -> None:
        """Take the height of the text."""
        self._fit()

    def on_resize(self) -> None:
        """Wrap again."""
        self._fit()

    def watch_value(self, value: str) -> None:
        """Follow the text."""
        del value
        self._fit()

    @property
    def typing(self) -> bool:
        """It always is."""
        return True

    @property
    def lines_needed(self) -> int:
        """How many lines of cells are shown."""
        return max(1, min(self._most_lines, len(self._wrapped())))

    def render_line(self, y: int) -> Strip:
        """Draw a line of the text."""
        row = self.row(ground=self._ground)
        if self._marked:
            row.put(0, self.glyphs.input_mark, ACCENT._replace(bold=self.palette.native))
        if not self.value and not self.has_focus:
            return row.put(_LEFT, self.placeholder, MUTED).strip(self.palette)
        lines = self._wrapped()
        at_line = next((i for i, line in enumerate(lines) if self.cursor_position < line[-1] + 1), len(lines) - 1)
        first = max(0, min(at_line - self._most_lines + 1, len(lines) - self._most_lines))
        if y + first < len(lines):
            self._draw(row, lines[y + first], last=y + first == len(lines) - 1)
        return row.strip(self.palette)

    def action_ignore(self) -> None:
        """Take a key that means something else here away from the base class."""

    async def _on_key(self, event: events.Key) -> None:
        # The framework runs the action of a key only after the key has travelled to the application and back, while
        # letters are taken at once: of "ctrl+u, a" that arrive together, the "a" would be written and then removed.
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return

    def _on_paste(self, event: events.Paste) -> None:
        # The base class keeps the first line only; an expression that was copied from a file may have several.
        text = " ".join(event.text.split("\n")).replace("\r", "")
        self.replace(text, *self.selection)
        event.stop()
        event.prevent_default()

    def _cell_offset_to_index(self, offset: int) -> int:
        return super()._cell_offset_to_index(max(offset - _LEFT, 0))

    def _cells(self) -> list[str]:
        return [" " if character == "\t" else shown(character) for character in self.value]

    def _wrapped(self) -> list[range]:
        """Return the ranges of characters that the lines hold."""
        room = max(self.size.width - _LEFT - 1, 8)
        lines: list[range] = []
        start = taken = 0
        for index, cell in enumerate(self._cells()):
            width = width_of(cell)
            if taken + width > room or (index and self.value[index - 1] == "\n" and self._most_lines > 1):
                lines.append(range(start, index))
                start, taken = index, 0
            taken += width
        lines.append(range(start, len(self.value) + 1))
        return lines

    def _draw(self, row: Row, characters: range, *, last: bool) -> None:
        cells = self._cells()
        inks = self._colouring(self.value) if self._colouring is not None else [TEXT] * len(cells)
        selected = range(min(self.selection), max(self.selection))
        column = _LEFT
        for index in characters:
            if index >= len(cells):
                break
            cell = "" if cells[index] == "\\n" and self._most_lines > 1 else cells[index]
            if self.has_focus and index == self.cursor_position:
                row.put_on(column, cell or " ", Ink("on_accent"), "accent")
            elif index in selected:
                row.put_on(column, cell, inks[index], "selection")
            else:
                row.put(column, cell, inks[index])
            column = row.column
        if self.has_focus and last and self.cursor_position >= len(cells):
            row.put_on(column, " ", Ink("on_accent"), "accent")

    def _fit(self) -> None:
        needed = self.lines_needed
        if self.styles.height is None or self.styles.height.cells != needed:
            self.styles.height = needed
        self.refresh()
