"""A schema as a tree: drawn by line over flat arrays, filtered while one types."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from mapstudio.studio.paint import ACCENT, FAINT, MUTED, STRONG, TEXT, WARN, Piece, Row
from mapstudio.studio.session.paths import FieldKey
from mapstudio.studio.session.tree import FieldTree, Node
from mapstudio.studio.text import cut_middle, grouped, shown
from mapstudio.studio.theme import Ink
from mapstudio.studio.values import GUESSED
from mapstudio.studio.widgets.scrolled import ScrolledList

_NAME_COLUMN = 3
_INDENT = 2
_EMPTY = FieldTree("", ())
_WIDE = 36


class FieldTreeView(ScrolledList):
    """One side's tree."""

    HEAD: ClassVar[int] = 1
    HUE: ClassVar[Ink] = TEXT
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "find", id="tree.find", tooltip="show only the fields whose name holds what is typed"),
        Binding("enter", "choose", "go to row", id="tree.choose", tooltip="go to the row of this field, or map it"),
        Binding("right,l", "open", "open", show=False, id="tree.open", tooltip="show what is inside of this field"),
        Binding("left", "close_branch", "close", show=False, id="tree.close", tooltip="hide what is inside"),
        Binding("space", "fold", "open, close", show=False, id="tree.toggle", tooltip="show or hide what is inside"),
        Binding("escape", "clear", "all fields", show=False, id="tree.clear", tooltip="show all fields again"),
    ]

    class Chosen(Message):
        """Enter was pressed on a field."""

        def __init__(self, tree: FieldTreeView, node: Node) -> None:
            super().__init__()
            self.tree = tree
            self.node = node

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tree = _EMPTY
        self._shut: set[int] = set()
        self._needle = ""
        self._finding = False
        self._visible: list[int] = []
        self._lit: frozenset[FieldKey] = frozenset()
        self._notes: tuple[Piece, ...] = ()

    @property
    def typing(self) -> bool:
        """Whether what is typed goes into the filter."""
        return self._finding

    @property
    def node(self) -> Node | None:
        """The node under the cursor."""
        return self._tree.nodes[self._visible[self.at]] if self._visible else None

    @property
    def fields(self) -> FieldTree:
        """The tree that is shown."""
        return self._tree

    def show_tree(self, tree: FieldTree, opened: frozenset[FieldKey]) -> None:
        """Show another tree, the branches that lead to ``opened`` open; the cursor stays on its field."""
        key = self.node.key if self.node is not None else ()
        self._tree = tree
        leading = {key[:length] for key in opened for length in range(1, len(key))}
        self._shut = {
            index
            for index, node in enumerate(tree.nodes)
            if node.parent >= 0 and node.children and (node.group or node.key not in leading)
        }
        self._filter()
        index = tree.index.get(key)
        self.place_cursor(self._visible.index(index) if index in self._visible else 1, tell=False)

    def light(self, keys: frozenset[FieldKey]) -> None:
        """Light up the fields that the selected row is about, and bring the first into view."""
        if keys == self._lit:
            return
        self._lit = keys
        if keys and not self.has_focus:
            self._show_first_lit()
        self.refresh()

    def find_field(self, key: FieldKey) -> bool:
        """Put the cursor on a field and return whether it is there."""
        index = self._tree.index.get(key)
        if index is None:
            return False
        if index not in self._visible:
            self._needle = ""
            self._open_way(index)
            self._filter()
        self.place_cursor(self._visible.index(index))
        return True

    def line_count(self) -> int:
        """Return how many fields are shown."""
        return len(self._visible)

    def draw_head(self, y: int) -> Strip:
        """Draw the line of the filter and the columns' names."""
        del y
        row = self.row()
        if self._finding or self._needle:
            row.put(1, "/ ", MUTED).put(_NAME_COLUMN, shown(self._needle), STRONG)
            if self._finding:
                row.put_on(row.column, " ", Ink("on_accent"), "accent")
            found = sum(1 for index in self._visible if self._tree.nodes[index].key)
            return row.put_right(row.width - 1, grouped(found), MUTED).strip(self.palette)
        row.put(1, "/ find", MUTED)
        self.draw_titles(row)
        return row.strip(self.palette)

    def draw_titles(self, row: Row) -> None:
        """Write the names of the columns."""

    def draw_line(self, index: int) -> Strip:
        """Draw a field."""
        node = self._tree.nodes[self._visible[index]]
        cursor = index == self.at and self.has_focus
        lit = bool(node.key) and node.key in self._lit
        row = self.row(ground="selection" if cursor else "echo" if lit else "bg")
        if cursor or lit:
            row.put(0, self.glyphs.cursor, ACCENT if cursor else self.HUE)
        column = _NAME_COLUMN + _INDENT * max(node.depth - 1, 0)
        if node.children or node.parent < 0:
            closed = self._visible[index] in self._shut and not self._needle
            row.put(column - 2, self.glyphs.closed if closed else self.glyphs.opened, MUTED)
        if node.parent < 0:
            row.put(column, shown(node.label), STRONG._replace(hue="text"))
            self.draw_root(row)
        elif node.group:
            row.put(column, node.label, MUTED)
            row.put_right(row.width - 1, grouped(node.children), MUTED)
        else:
            self.draw_field(row, node, column, lit=lit, strong=lit or cursor)
        return row.strip(self.palette)

    def draw_root(self, row: Row) -> None:
        """Write the number of fields at the right of the object's name."""
        word = " fields" if row.width >= 34 else ""
        row.put_right(row.width - 1, f"{grouped(self._tree.count)}{word}", MUTED)

    def draw_field(self, row: Row, node: Node, column: int, *, lit: bool, strong: bool) -> None:
        """Write a field's columns."""
        raise NotImplementedError

    def put_name(self, row: Row, node: Node, column: int, end: int, ink: Ink, *, typed: bool) -> None:
        """Write a field's name up to a column; where its type is not shown, the mark of a guess stands behind it."""
        mark = GUESSED if node.field is not None and node.field.guessed and not typed else ""
        room = max(end - column - len(mark), 4)
        row.put(column, cut_middle(shown(node.label), room, self.glyphs.ellipsis), ink)
        row.put(row.column, mark, MUTED)

    def draw_number(self, row: Row, edge: int, mark: Piece) -> None:
        """Write what uses the field, right-aligned before a column."""
        row.put_right(edge, [mark])

    def unused(self) -> Piece:
        """Return the mark of a field that no row uses."""
        return self.glyphs.unused, FAINT

    def unfed(self) -> Piece:
        """Return the mark of a required field that nothing feeds."""
        return self.glyphs.unfed, WARN

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Take letters while one types into the filter."""
        del key
        return self._finding and character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """Type into the filter."""
        if not self._finding:
            return
        if event.key in {"enter", "escape", "down", "up"}:
            self._finding = False
            if event.key == "escape":
                self._needle = ""
                self._filter()
            self.screen.refresh_bindings()
            self.refresh()
        elif event.key == "backspace":
            self._needle = self._needle[:-1]
            self._filter()
        elif event.key == "ctrl+u":
            self._needle = ""
            self._filter()
        elif event.is_printable and event.character is not None:
            self._needle += event.character
            self._filter()
        else:
            return
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        """Stop typing into the filter; what it shows stays."""
        self._finding = False
        self.refresh()

    def action_find(self) -> None:
        """Type into the filter."""
        self._finding = True
        self.screen.refresh_bindings()
        self.refresh()

    def action_clear(self) -> None:
        """Show all fields again."""
        if not self._needle:
            raise SkipAction
        self.show_all()

    def show_all(self) -> None:
        """Take the filter off; the cursor stays on its field."""
        key = self.node.key if self.node is not None else ()
        self._needle = ""
        self._filter()
        self.find_field(key)

    def action_choose(self) -> None:
        """Go to the field's row, or open a branch."""
        node = self.node
        if node is None:
            return
        if node.key and (node.field is not None or not node.children):
            self.post_message(self.Chosen(self, node))
        else:
            self.action_fold()

    def action_open(self) -> None:
        """Show what is inside of the field under the cursor."""
        self._set_closed(closed=False)

    def action_close_branch(self) -> None:
        """Hide what is inside of the field under the cursor, or go to what it is inside of."""
        if not self._visible:
            return
        index = self._visible[self.at]
        node = self._tree.nodes[index]
        if node.children and index not in self._shut and node.parent >= 0:
            self._set_closed(closed=True)
        elif node.parent > 0:
            self.place_cursor(self._visible.index(node.parent))

    def action_fold(self) -> None:
        """Show or hide what is inside of the field under the cursor."""
        if self._visible:
            self._set_closed(closed=self._visible[self.at] not in self._shut)

    def _set_closed(self, *, closed: bool) -> None:
        if not self._visible:
            return
        index = self._visible[self.at]
        if not self._tree.nodes[index].children or self._tree.nodes[index].parent < 0:
            return
        (self._shut.add if closed else self._shut.discard)(index)
        self._filter(keep=index)

    def _filter(self, keep: int | None = None) -> None:
        self._visible = self._tree.visible(self._shut, self._needle)
        self.lines_changed()
        if keep is not None and keep in self._visible:
            self.place_cursor(self._visible.index(keep), tell=False)
        elif self._needle:
            first = next((i for i, index in enumerate(self._visible) if self._tree.nodes[index].key), 0)
            self.place_cursor(first, tell=False)
            self.post_message(self.Moved(self))  # the line may be the same, the field is another one

    def _open_way(self, index: int) -> None:
        at = self._tree.nodes[index].parent
        while at > 0:
            self._shut.discard(at)
            at = self._tree.nodes[at].parent

    def _show_first_lit(self) -> None:
        places = [place for place, index in enumerate(self._visible) if self._tree.nodes[index].key in self._lit]
        top, height = int(self.scroll_offset.y), self.size.height - self.HEAD
        if places and not any(top <= place < top + height for place in places):
            self.bring_into_view(places[0])
