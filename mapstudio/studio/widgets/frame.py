"""The frame of a screen: panes side by side that share hairlines, with their titles set into the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from textual import events
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.strip import Strip
from textual.widget import Widget

from mapstudio.studio.lattice import Box, Lattice
from mapstudio.studio.paint import Piece, cut_pieces, pieces_width
from mapstudio.studio.theme import Ink
from mapstudio.studio.widgets.drawn import Drawn

Arrangement: TypeAlias = "Callable[[Size], Sequence[Box]]"
"""From a frame's size to the places of its panes; a pane that is not named is not shown."""


class BoxLayout(Layout):
    """Puts every child into the box of its id."""

    name = "boxes"

    def __init__(self, arrangement: Arrangement) -> None:
        super().__init__()
        self._arrangement = arrangement

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:  # noqa: ARG002
        """Return where the children are."""
        boxes = {box.name: box for box in self._arrangement(size)}
        return [
            WidgetPlacement(Region(*boxes[child.id].content), NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id in boxes
        ]


class Frame(Drawn):
    """Panes with shared lines; each child is a pane and is placed by its id.

    Args:
        panes: The children; a :class:`Drawn` tells its title and fact.
        arrangement: Where they are at a size.
    """

    DEFAULT_CSS = """
    Frame { width: 1fr; height: 1fr; overflow: hidden; }
    """

    def __init__(self, *panes: Widget, arrangement: Arrangement, id: str | None = None) -> None:  # noqa: A002
        super().__init__(*panes, id=id)
        self._arrangement = arrangement
        self._box_layout = BoxLayout(self._arranged)
        self._lattice = Lattice(())

    @property
    def layout(self) -> Layout:
        """The frame's own layout."""
        return self._box_layout

    def rearrange(self) -> None:
        """Ask for the arrangement again: something other than the size has changed."""
        self._show_panes(self.size)
        self.refresh(layout=True)
        self.refresh_lines()

    def room(self, name: str) -> Size:
        """Return what a pane has for its content as the frame is arranged now, laid out already or not."""
        box = next((box for box in self._arranged(self.size) if box.name == name), None)
        return Size(*box.content[2:]) if box is not None else Size(0, 0)

    def refresh_lines(self) -> None:
        """Draw the lines, titles and facts again."""
        boxes = self._arranged(self.size)
        panes = {pane.id: pane for pane in self.children}
        guarded = frozenset(
            box.name for box in boxes if isinstance(pane := panes.get(box.name), Drawn) and pane.pane_guarded
        )
        self._lattice = Lattice(boxes, focused=self._focused_pane(), guarded=guarded, ascii_only=self.glyphs.ascii)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Follow the size."""
        self._show_panes(event.size)
        self.refresh_lines()

    def on_descendant_focus(self) -> None:
        """Make the rule of the pane heavy."""
        self.refresh_lines()

    def on_descendant_blur(self) -> None:
        """Make the rule light again."""
        self.refresh_lines()

    def render_line(self, y: int) -> Strip:
        """Draw what lies between the panes."""
        row = self.row()
        rules = self._lattice.rules_at(y)
        if not rules:
            cell = self._lattice.hairline()
            for x in self._lattice.hairlines_at(y):
                row.put(x, cell.character, Ink(cell.hue))
            return row.strip(self.palette)
        columns = {x for box in rules for x in range(box.x, box.x + box.width)}
        for x in self._lattice.hairlines_at(y):
            if x not in columns:
                columns.add(x)
        labels = [label for box in rules for label in self._labels(box)]
        x = 0
        while x < row.width:
            label = next((item for item in labels if item[0] == x), None)
            if label is not None:
                row.put(x, label[1])
                x += pieces_width(label[1])
                continue
            if x in columns:
                cell = self._lattice.rule_cell(x, y) if self._covers(rules, x) else self._lattice.hairline()
                row.put(x, cell.character, Ink(cell.hue))
            x += 1
        return row.strip(self.palette)

    @staticmethod
    def _covers(rules: Sequence[Box], x: int) -> bool:
        return any(box.x <= x < box.x + box.width for box in rules)

    def _labels(self, box: Box) -> list[tuple[int, list[Piece]]]:
        """Return title and fact of a box with their columns; the fact goes first when there is no room for both."""
        pane = next((child for child in self.children if child.id == box.name), None)
        if not isinstance(pane, Drawn):
            return []
        mark = self.glyphs.ellipsis
        room = box.width - 3
        labels: list[tuple[int, list[Piece]]] = []
        taken = 0
        blank = (" ", Ink())
        if pane.pane_title:
            title = [blank, *cut_pieces(pane.pane_title, max(room - 2, 1), mark), blank]
            taken = pieces_width(title)
            labels.append((box.x + 1, title))
        if pane.pane_fact:
            fact = [blank, *pane.pane_fact, blank]
            width = pieces_width(fact)
            if taken + width + 1 <= box.width - 2:
                labels.append((box.x + box.width - 1 - width, fact))
        return labels

    def _arranged(self, size: Size) -> Sequence[Box]:
        return self._arrangement(size)

    def _show_panes(self, size: Size) -> None:
        shown = {box.name for box in self._arranged(size)}
        for child in self.children:
            child.display = child.id in shown

    def _focused_pane(self) -> str | None:
        focused = self.screen.focused
        while focused is not None and focused.parent is not self:
            focused = focused.parent if isinstance(focused.parent, Widget) else None
        return focused.id if focused is not None else None
