"""The source's tree: name, value of the current record, how often it is filled, which rows use it."""

from __future__ import annotations

from dataclasses import dataclass, field

from mapstudio.model import JsonValue
from mapstudio.studio.paint import FAINT, MUTED, SOURCE, STRONG, TEXT, Piece, Row
from mapstudio.studio.session.paths import FieldKey
from mapstudio.studio.session.sample import Sample
from mapstudio.studio.session.tree import Node
from mapstudio.studio.session.view import MapView
from mapstudio.studio.text import cut, plural
from mapstudio.studio.theme import Ink
from mapstudio.studio.values import field_type_word
from mapstudio.studio.widgets.field_tree import FieldTreeView

_WIDE = 36
_FULL = 60


@dataclass(frozen=True)
class SourceModel:
    """What the tree's columns say."""

    view: MapView | None = None
    sample: Sample | None = None
    record: int = 0
    used: frozenset[FieldKey] = field(default_factory=frozenset)


class SourceTree(FieldTreeView):
    """The source's tree."""

    HUE = SOURCE

    def __init__(self, *, id: str = "source") -> None:  # noqa: A002
        super().__init__(id=id)
        self._model = SourceModel()

    def show(self, view: MapView, record: int) -> None:
        """Say other things about the same fields."""
        self._model = SourceModel(view, view.inputs.sample, record, frozenset(view.by_source))
        self.refresh()

    def draw_titles(self, row: Row) -> None:
        """Write the names of the columns."""
        if self._model.sample is None:
            return
        if row.width >= _FULL:
            row.put(36, "type", MUTED).put(47, f"rec {self._model.record + 1}", MUTED)
        elif row.width >= _WIDE:
            row.put(21, f"rec {self._model.record + 1}", MUTED)
        if row.width >= _WIDE:
            row.put_right(row.width - 5, "fill", MUTED).put_right(row.width - 1, "row", MUTED)
        else:
            row.put_right(row.width - 1, "fill row", MUTED)

    def draw_field(self, row: Row, node: Node, column: int, *, lit: bool, strong: bool) -> None:
        """Write a field's columns."""
        width = row.width
        wide, full = width >= _WIDE, width >= _FULL
        end = 34 if full else 20 if wide else width - 8
        used = node.key in self._model.used
        ink = (SOURCE if used else TEXT)._replace(bold=strong)
        self.put_name(row, node, column, end, ink, typed=full)
        if full and node.field is not None:
            row.put(36, field_type_word(node.field), MUTED, width=10)
        if wide and self._model.sample is not None:
            start, stop = (47, width - 12) if full else (21, 31)
            row.put(start, *self._value(node, stop - start), width=stop - start)
        fill = self._model.sample.fill(node.key) if self._model.sample is not None else None
        if fill is not None:
            edge = width - 5 if wide else width - 4
            row.put_right(edge, str(fill) if fill else self.glyphs.unused, self._number(fill, strong=lit))
        row.put_right(width - 1, [self._rows(node, 3 if wide else 2, lit=lit)])

    def _value(self, node: Node, width: int) -> Piece:
        assert self._model.sample is not None  # noqa: S101 - asked only with a sample
        value: JsonValue = self._model.sample.value(self._model.record, node.key)
        if isinstance(value, list):
            return plural(len(value), "item"), MUTED
        if isinstance(value, dict):
            return "", MUTED
        text, ink = self.values.bare(value, node.label, width=width)
        return cut(text, width, self.glyphs.ellipsis), ink

    @staticmethod
    def _number(fill: int, *, strong: bool) -> Ink:
        return FAINT if not fill else TEXT if strong else MUTED

    def _rows(self, node: Node, width: int, *, lit: bool) -> Piece:
        """Return the numbers of the rows that read the field, or why none does."""
        view = self._model.view
        numbers = view.by_source.get(node.key, ()) if view is not None else ()
        if numbers:
            text = " ".join(map(str, numbers))
            if len(text) > width:
                # Where there is no room for "and more" the first row alone is named: columns do not touch.
                text = f"{numbers[0]}+" if len(f"{numbers[0]}+") <= width else str(numbers[0])
            return text, STRONG if lit else MUTED
        if view is not None and node.key in view.ignored:
            return self.glyphs.ignored, MUTED
        if node.children:
            return "", MUTED
        if node.field is not None and node.field.unique:
            return ("key" if width >= 3 else "k"), MUTED
        return self.unused()
