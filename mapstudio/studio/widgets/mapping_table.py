"""The map itself: one line for each destination field, with what feeds it and what that gave on the sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from mapstudio.mapping.definition import RowKind
from mapstudio.mapping.evaluation import RowState
from mapstudio.model.exact_json import dumps
from mapstudio.studio.paint import (
    ACCENT,
    DEST,
    ERROR,
    FAINT,
    LITERAL,
    MUTED,
    QUESTION,
    STRONG,
    TEXT,
    WARN,
    Piece,
    Row,
    cut_pieces,
)
from mapstudio.studio.phrases import short_row
from mapstudio.studio.session.problems import problems_first
from mapstudio.studio.session.rows import RowView, Status
from mapstudio.studio.session.view import MapView
from mapstudio.studio.text import cut, cut_middle, shown
from mapstudio.studio.theme import Ground, Ink
from mapstudio.studio.widgets.colouring import expression_pieces
from mapstudio.studio.widgets.scrolled import ScrolledList
from mapstudio.studio.widgets.statuses import status_mark

_NAME = 19
_QUIET = {Status.DRAFT, Status.IGNORED}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns begin; ``number`` and ``ok`` are 0 where there is no room for them."""

    number: int
    state: int
    name: int
    fed: int
    fed_width: int
    ok: int
    null: int
    error: int
    result: int
    result_width: int

    @classmethod
    def of(cls, width: int) -> Columns:
        """Return the columns of a table of that width: "fed by" takes the slack."""
        full = width >= 78
        result_width = 14 if width >= 84 else 13
        result = width - 1 - result_width
        error = result - 5
        null = error - 5
        ok = null - 3 if full else 0
        state = 5 if full else 2
        name = state + 3
        fed = name + _NAME + 1
        fed_width = (ok - 1 if ok else null) - fed
        return cls(2 if full else 0, state, name, fed, fed_width, ok, null, error, result, result_width)


class MappingTable(ScrolledList):
    """The table."""

    HEAD: ClassVar[int] = 1
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "edit", "edit", id="map.edit", tooltip="edit the expression of the row under the cursor"),
    ]

    class Edit(Message):
        """Enter was pressed on a row."""

        def __init__(self, row: RowView) -> None:
            super().__init__()
            self.row = row

    def __init__(self, *, id: str = "table") -> None:  # noqa: A002
        super().__init__(id=id)
        self._view: MapView | None = None
        self._rows: list[RowView] = []
        self._record = 0
        self._problems_first = False
        self._lit: frozenset[str] = frozenset()
        self._led = False
        self._moved = False

    @property
    def current(self) -> RowView | None:
        """The row under the cursor."""
        return self._rows[self.at] if self._rows else None

    @property
    def rows(self) -> list[RowView]:
        """The rows in the order in which they are shown."""
        return self._rows

    def show(self, view: MapView, record: int, *, problems_first_order: bool = False) -> None:
        """Show other rows or results; the cursor stays on its field."""
        # Until the user moves, the cursor stays on the first row: on the most urgent one where problems come first.
        field = self.current.field if self.current is not None and self._moved else ""
        self._view, self._record, self._problems_first = view, record, problems_first_order
        self._rows = problems_first(view.rows) if problems_first_order else list(view.rows)
        self.lines_changed()
        if not self.select_field(field, tell=False):
            super().place_cursor(self.at if self._moved else 0, tell=False)

    def select_field(self, field: str, *, tell: bool = True) -> bool:
        """Put the cursor on a row and return whether it is there."""
        index = next((i for i, row in enumerate(self._rows) if row.field == field), None)
        if index is None:
            return False
        self.place_cursor(index, tell=tell)
        return True

    def light(self, fields: frozenset[str] | None) -> None:
        """Light up the rows that the field under a tree's cursor is part of; ``None``: the table leads itself."""
        led = fields is not None
        fields = fields or frozenset()
        if fields != self._lit or led != self._led:
            self._lit, self._led = fields, led
            first = next((i for i, row in enumerate(self._rows) if row.field in fields), None)
            if first is not None and not self.has_focus:
                self.bring_into_view(first)
            self.refresh()

    def place_cursor(self, index: int, *, tell: bool = True) -> None:
        """Put the cursor on a row; from then on it stays with that row."""
        self._moved = True
        super().place_cursor(index, tell=tell)

    def line_count(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def draw_head(self, y: int) -> Strip:
        """Draw the names of the columns."""
        del y
        row = self.row()
        columns = Columns.of(row.width)
        if columns.number:
            row.put(columns.number + 1, "#", MUTED)
        row.put(columns.name, "destination", MUTED).put(columns.fed, "fed by", MUTED)
        if self._view is None or self._view.inputs.sample is None:
            return row.strip(self.palette)
        if columns.ok:
            row.put(columns.ok, "ok", MUTED)
        row.put(columns.null, "null", MUTED).put(columns.error, "err", MUTED)
        return row.put(columns.result, f"rec {self._record + 1}", MUTED).strip(self.palette)

    def draw_line(self, index: int) -> Strip:
        """Draw a row."""
        view = self._rows[index]
        selected = index == self.at and not self._led
        lit = view.field in self._lit
        ground: Ground = "selection" if selected else "echo" if lit else "bg"
        row = self.row(ground=ground)
        columns = Columns.of(row.width)
        if selected or lit:
            row.put(0, self.glyphs.cursor, ACCENT)
        if columns.number:
            number = str(view.number)
            row.put_right(columns.number + 2, number, STRONG._replace(bold=False) if selected else MUTED)
        row.put(columns.state, [status_mark(view.status, self.glyphs)])
        self._draw_name(row, columns, view, strong=selected or lit)
        row.put(columns.fed, cut_pieces(self._fed(view), columns.fed_width, self.glyphs.ellipsis))
        if view.counts is not None:
            self._draw_counts(row, columns, view)
        result = self._result(view, columns.result_width, strong=selected)
        row.put(columns.result, *result, width=columns.result_width)
        return row.strip(self.palette)

    def action_edit(self) -> None:
        """Edit the row under the cursor."""
        if self.current is not None:
            self.post_message(self.Edit(self.current))

    def _draw_name(self, row: Row, columns: Columns, view: RowView, *, strong: bool) -> None:
        quiet = view.status in _QUIET
        ink = (MUTED if quiet else DEST)._replace(bold=strong, italic=quiet)
        end = columns.name + _NAME
        room = _NAME - (1 if view.required else 0)
        row.put(columns.name, cut_middle(shown(view.field), room, self.glyphs.ellipsis), ink)
        if view.required:
            gap = 1 if row.column + 2 <= end else 0
            row.put(row.column + gap, self.glyphs.required, STRONG)
        if view.is_key and row.column + 4 <= end:
            row.put(row.column + 1, "key", MUTED)

    def _fed(self, view: RowView) -> list[Piece]:
        row = view.row
        if row is None:
            return [("nothing feeds this required field", WARN)]
        fed: dict[RowKind, list[Piece]] = {
            RowKind.QUESTION: [(shown(row.question or ""), QUESTION)],
            RowKind.IGNORE: [(shown(row.ignore or ""), MUTED._replace(italic=True))],
            RowKind.CONSTANT: [(shown(dumps(row.constant)), LITERAL)],
            RowKind.BINDING: [("binding ", MUTED), (shown(row.binding or ""), TEXT)],
            RowKind.NESTED: short_row(row, self.glyphs),
        }
        return fed[row.kind] if row.kind in fed else self._expression(view)

    def _expression(self, view: RowView) -> list[Piece]:
        assert view.row is not None  # noqa: S101 - asked only for what the file has
        pieces = list(expression_pieces(view.row.from_ or ""))
        if not pieces:
            return [("this row cannot be understood", ERROR)]
        if view.table_name:
            pieces += [(f" {self.glyphs.arrow} ", MUTED), (shown(view.table_name), TEXT)]
        if view.status is Status.DRAFT:
            pieces = [(text, ink._replace(italic=True)) for text, ink in pieces]
        return pieces

    def _draw_counts(self, row: Row, columns: Columns, view: RowView) -> None:
        counts = view.counts
        assert counts is not None  # noqa: S101 - asked only with counts
        quiet = view.status in _QUIET
        if columns.ok:
            row.put_right(columns.ok + 2, [self._count(counts.ok, MUTED if quiet else TEXT)])
        row.put_right(columns.null + 4, [self._count(counts.null, MUTED if quiet else TEXT)])
        ink = MUTED
        if counts.rejecting and not quiet:
            ink = (ERROR if view.status is Status.BLOCKS else WARN)._replace(bold=True)
        row.put_right(columns.error + 3, [self._count(counts.error, ink)])

    def _count(self, number: int, ink: Ink) -> Piece:
        return (str(number), ink) if number else (self.glyphs.unused, FAINT)

    def _result(self, view: RowView, width: int, *, strong: bool) -> Piece:
        if self._view is not None and self._record in self._view.skipped and view.results:
            return "left out", MUTED
        result = view.result(self._record)
        if result is None:
            return "", TEXT
        if result.reason is not None:
            mark = self.glyphs.blocks if result.state is RowState.ERROR else self.glyphs.ignored
            text = f"{mark} {self.values.reason(result.reason, view.field)}"
            return cut(text, width, self.glyphs.ellipsis), ERROR if result.state is RowState.ERROR else MUTED
        text, ink = self.values.bare(result.value, view.field, width=width)
        if view.status is Status.DRAFT:
            ink = MUTED._replace(italic=True)
        elif ink == TEXT and strong:
            ink = STRONG
        return cut(text, width, self.glyphs.ellipsis), ink
