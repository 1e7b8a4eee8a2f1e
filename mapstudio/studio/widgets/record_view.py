"""The current record as JSON: what the selected row reads is lit up, lists and objects open on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.strip import Strip

from mapstudio.model import JsonValue, Record
from mapstudio.studio.paint import MUTED, SOURCE, TEXT, Piece
from mapstudio.studio.session.paths import FieldKey
from mapstudio.studio.text import cut, cut_middle, shown
from mapstudio.studio.widgets.scrolled import ScrolledList

_INDENT = 2


@dataclass(frozen=True, slots=True)
class JsonLine:
    """One line of the record.

    Attributes:
        path: Where it is, list places included.
        key: Which field it is, list places left out.
        depth: How far it is indented.
        name: The key or the place; empty for a bracket.
        value: The value.
        opened: A list or an object whose content follows.
        bracket: A closing bracket.
    """

    path: tuple[str | int, ...]
    key: FieldKey
    depth: int
    name: str
    value: JsonValue = None
    opened: bool = False
    bracket: str = ""


class RecordView(ScrolledList):
    """The record."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter,right", "fold", "open", id="record.toggle", tooltip="show or hide what is inside"),
        Binding("o", "open_all", "full JSON", id="record.open-all", tooltip="show or hide everything that is inside"),
    ]

    def __init__(self, *, id: str = "record") -> None:  # noqa: A002
        super().__init__(id=id)
        self._record: Record = {}
        self._used: frozenset[FieldKey] = frozenset()
        self._lit: frozenset[FieldKey] = frozenset()
        self._opened: set[tuple[str | int, ...]] = set()
        self._lines: list[JsonLine] = []

    def show(self, record: Record | None, used: frozenset[FieldKey], lit: frozenset[FieldKey]) -> None:
        """Show a record; fields that rows use come first."""
        record = record or {}
        if record is not self._record or used != self._used:
            heads = {key[0] for key in used}
            self._record, self._used = record, used
            first = {name: value for name, value in record.items() if name in heads}
            rest = {name: value for name, value in record.items() if name not in heads}
            self._fill({**first, **rest})
        self._lit = lit
        if lit and not self.has_focus:
            self._show_first_lit()
        self.refresh()

    def line_count(self) -> int:
        """Return how many lines the record takes."""
        return len(self._lines)

    def draw_line(self, index: int) -> Strip:
        """Draw a line of JSON."""
        line = self._lines[index]
        cursor = index == self.at and self.has_focus
        lit = bool(line.name) and line.key in self._lit
        row = self.row(ground="selection" if cursor else "echo" if lit else "bg")
        if cursor or lit:
            row.put(0, self.glyphs.cursor, SOURCE)
        column = 2 + _INDENT * line.depth
        if line.bracket:
            return row.put(column, line.bracket, MUTED).strip(self.palette)
        used = line.key in self._used
        name_width = min(20, max(row.width // 2 - 4, 12)) - _INDENT * max(line.depth - 1, 0)
        ink = (SOURCE if used else TEXT)._replace(bold=lit or cursor)
        name = cut_middle(shown(line.name), max(name_width, 6), self.glyphs.ellipsis)
        row.put(column, name, ink)
        at = max(column + name_width + 1, row.column + 1)
        text, value_ink = self._value(line)
        room = row.width - 1 - at
        return row.put(at, cut(text, room, self.glyphs.ellipsis), value_ink).strip(self.palette)

    def action_fold(self) -> None:
        """Show or hide what is inside of the line under the cursor."""
        if not self._lines:
            return
        line = self._lines[self.at]
        if isinstance(line.value, dict | list) and line.value:
            self._opened ^= {line.path}
            self._refill()

    def action_open_all(self) -> None:
        """Show or hide everything that is inside."""
        self._opened = set() if self._opened else set(_branches(self._record, ()))
        self._refill()

    def _value(self, line: JsonLine) -> Piece:
        if line.opened:
            return ("{" if isinstance(line.value, dict) else "["), MUTED
        return self.values.json(line.value, line.key[-1] if line.key else "")

    def _refill(self) -> None:
        record, self._record = self._record, {}
        self.show(record, self._used, self._lit)

    def _fill(self, record: Record) -> None:
        self._lines = [JsonLine((), (), 0, "", bracket="{")] if record else []
        for name, value in record.items():
            self._add(name, value, (name,), (name,), 1)
        if record:
            self._lines.append(JsonLine((), (), 0, "", bracket="}"))
        self.lines_changed()

    def _add(self, name: str, value: JsonValue, path: tuple[str | int, ...], key: FieldKey, depth: int) -> None:
        opened = path in self._opened and isinstance(value, dict | list) and bool(value)
        self._lines.append(JsonLine(path, key, depth, name, value, opened))
        if not opened:
            return
        if isinstance(value, dict):
            for inner, item in value.items():
                self._add(inner, item, (*path, inner), (*key, inner), depth + 1)
            self._lines.append(JsonLine(path, (), depth, "", bracket="}"))
        elif isinstance(value, list):
            for place, item in enumerate(value):
                self._add(str(place), item, (*path, place), key, depth + 1)
            self._lines.append(JsonLine(path, (), depth, "", bracket="]"))

    def _show_first_lit(self) -> None:
        places = [i for i, line in enumerate(self._lines) if line.name and line.key in self._lit]
        top, height = int(self.scroll_offset.y), self.size.height
        if places and not any(top <= place < top + height for place in places):
            self.bring_into_view(places[0])


def _branches(value: JsonValue, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, dict | list):
                found += _branches(item, (*path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            if isinstance(item, dict | list):
                found += _branches(item, (*path, place))
    return found
