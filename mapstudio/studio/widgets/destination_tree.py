"""The destination's tree: what can be written, what must be, and which row writes it."""

from __future__ import annotations

from mapstudio.mapping.definition import RowKind
from mapstudio.model import Field, FieldType
from mapstudio.studio.paint import DEST, MUTED, QUESTION, STRONG, TEXT, WARN, Piece, Row
from mapstudio.studio.session.rows import RowView, Status
from mapstudio.studio.session.tree import Node
from mapstudio.studio.session.view import MapView
from mapstudio.studio.text import width_of
from mapstudio.studio.theme import Ink
from mapstudio.studio.values import field_type_word
from mapstudio.studio.widgets.field_tree import FieldTreeView

_WIDE = 32
_FULL = 60
_FEEDING = {RowKind.EXPRESSION, RowKind.CONSTANT, RowKind.BINDING, RowKind.NESTED}


class DestinationTree(FieldTreeView):
    """The destination's tree."""

    HUE = DEST

    def __init__(self, *, id: str = "destination") -> None:  # noqa: A002
        super().__init__(id=id)
        self._model: MapView | None = None

    def show(self, view: MapView) -> None:
        """Say other things about the same fields."""
        self._model = view
        self.refresh()

    def draw_titles(self, row: Row) -> None:
        """Write the names of the columns."""
        if row.width >= _WIDE:
            row.put_right(row.width - 6, "type", MUTED)
        row.put_right(row.width - 1, "row", MUTED)

    def draw_field(self, row: Row, node: Node, column: int, *, lit: bool, strong: bool) -> None:
        """Write a field's columns."""
        wide = row.width >= _WIDE
        view = self._row(node)
        field = node.field
        mark, mark_ink = self._mark(node, view, lit=lit)
        edge = row.width - 1
        type_text = self._type(field, view) if wide else ""
        end = edge - 5 - (width_of(type_text) + 1 if type_text else 0) if wide else edge - 1 - width_of(mark)
        star = field is not None and field.required
        ink = self._name_ink(view, field)._replace(bold=strong)
        self.put_name(row, node, column, end - (1 if star else 0), ink, typed=wide)
        if star:
            gap = 1 if row.column + 2 <= end else 0
            fed = view is not None and view.status is not Status.UNFED
            row.put(row.column + gap, self.glyphs.required, STRONG if fed else WARN)
        if wide:
            row.put_right(edge - 5, type_text, MUTED)
        row.put_right(edge, [(mark, mark_ink)])

    def _row(self, node: Node) -> RowView | None:
        return self._model.by_target.get(node.key) if self._model is not None else None

    @staticmethod
    def _name_ink(view: RowView | None, field: Field | None) -> Ink:
        if field is not None and field.read_only:
            return MUTED
        return DEST if view is not None and view.row is not None and view.row.kind in _FEEDING else TEXT

    def _mark(self, node: Node, view: RowView | None, *, lit: bool) -> Piece:
        if view is None:
            if node.field is not None and node.field.read_only:
                return "ro", MUTED
            return ("", MUTED) if node.children else self.unused()
        match view.status:
            case Status.UNFED:
                return self.unfed()
            case Status.QUESTION:
                return self.glyphs.question, QUESTION._replace(bold=True)
            case Status.IGNORED:
                return self.glyphs.ignored, MUTED
            case _:
                return str(view.number), STRONG if lit else MUTED

    def _type(self, field: Field | None, view: RowView | None) -> str:
        if field is None:
            return ""
        word = field_type_word(field)
        if field.options:
            word = f"{word} {len(field.options)}"
        elif field.type is FieldType.TEXT and field.max_length and field.max_length < 10_000:
            word = f"{word} {field.max_length}"
        return f"{word} {self.glyphs.dot} key" if view is not None and view.is_key else word
