"""The lines between panes: rules above, hairlines between, and the corners where they meet. Pure geometry.

A pane is a :class:`Box`: its first line is its rule, and a box that does not begin at the left edge has a hairline as
its first column. Panes so share their lines, and what a line looks like follows from its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mapstudio.studio.theme import Hue

NONE, LIGHT, HEAVY, DOUBLE = range(4)
# up, down, left, right
_UNICODE = {
    (0, 0, 1, 1): "─",
    (0, 0, 2, 2): "━",
    (0, 0, 1, 2): "╼",
    (0, 0, 2, 1): "╾",
    (0, 1, 1, 1): "┬",
    (0, 1, 1, 2): "┮",
    (0, 1, 2, 1): "┭",
    (0, 1, 2, 2): "┯",
    (0, 2, 1, 1): "┰",
    (0, 2, 1, 2): "┲",
    (0, 2, 2, 1): "┱",
    (0, 2, 2, 2): "┳",
    (1, 0, 1, 1): "┴",
    (1, 0, 1, 2): "┶",
    (1, 0, 2, 1): "┵",
    (1, 0, 2, 2): "┷",
    (1, 1, 1, 1): "┼",
    (1, 1, 1, 2): "┾",
    (1, 1, 2, 1): "┽",
    (1, 1, 2, 2): "┿",
    (1, 1, 0, 1): "├",
    (1, 1, 0, 2): "┝",
    (1, 2, 1, 1): "╁",
    (1, 2, 1, 2): "╆",
    (1, 2, 2, 1): "╅",
    (1, 2, 2, 2): "╈",
}
_DOUBLE = {(0, 0): "═", (0, 1): "╤", (0, 2): "╤", (1, 0): "╧", (1, 1): "╪", (1, 2): "╪"}
_ASCII = {LIGHT: "-", HEAVY: "=", DOUBLE: "#"}
_HUES: dict[int, Hue] = {NONE: "line", LIGHT: "line", HEAVY: "accent", DOUBLE: "error"}


@dataclass(frozen=True, slots=True)
class Box:
    """One pane's place, its rule and its hairline included, in cells of the frame."""

    name: str
    x: int
    y: int
    width: int
    height: int

    @property
    def content(self) -> tuple[int, int, int, int]:
        """Return x, y, width and height of what is inside of the lines."""
        left = 1 if self.x else 0
        return self.x + left, self.y + 1, max(self.width - left, 0), max(self.height - 1, 0)


class LineCell(NamedTuple):
    """One cell of a line."""

    character: str
    hue: Hue


class Lattice:
    """The lines of some boxes.

    Args:
        boxes: The panes; they do not overlap.
        focused: The name of the pane with the focus: its rule is heavy.
        guarded: The names of the panes that can write to production: their rules are double.
        ascii_only: Draw with ``- | = # +``.
    """

    def __init__(
        self,
        boxes: Sequence[Box],
        *,
        focused: str | None = None,
        guarded: frozenset[str] = frozenset(),
        ascii_only: bool = False,
    ) -> None:
        self.boxes = tuple(boxes)
        self._focused = focused
        self._guarded = guarded
        self._ascii = ascii_only

    def weight(self, box: Box) -> int:
        """Return the weight of a box's rule."""
        if box.name == self._focused:
            return HEAVY
        return DOUBLE if box.name in self._guarded else LIGHT

    def rules_at(self, y: int) -> list[Box]:
        """Return the boxes whose rule is at this line, from left to right."""
        return sorted((box for box in self.boxes if box.y == y), key=lambda box: box.x)

    def hairlines_at(self, y: int) -> list[int]:
        """Return the columns of the hairlines that pass this line below their corner."""
        return sorted({box.x for box in self.boxes if box.x and box.y < y < box.y + box.height})

    def hairline(self) -> LineCell:
        """Return a cell of a hairline."""
        return LineCell("|" if self._ascii else "│", "line")

    def rule_cell(self, x: int, y: int) -> LineCell:
        """Return the cell of a rule or a corner."""
        rules = self.rules_at(y)
        right = next((self.weight(box) for box in rules if box.x <= x < box.x + box.width), NONE)
        left = next((self.weight(box) for box in rules if box.x <= x - 1 < box.x + box.width), NONE)
        above = any(box.x == x and box.x for box in self.rules_at(y - 1))
        up = LIGHT if above or x in self.hairlines_at(y - 1) else NONE
        down = NONE
        if any(box.x == x and box.x for box in rules):
            down = HEAVY if HEAVY in (left, right) and left != right else LIGHT
        if left == NONE and up and down:
            # A rule that begins at a hairline passes no further to the left.
            character = "+" if self._ascii else _UNICODE[1, 1, 0, HEAVY if right == HEAVY else LIGHT]
            return LineCell(character if right != DOUBLE or self._ascii else "╞", _HUES[right])
        left, right = left or right, right or left
        return LineCell(self._character(up, down, left, right), _HUES[self._strongest(left, right)])

    def _strongest(self, left: int, right: int) -> int:
        if HEAVY in (left, right):
            return HEAVY
        return DOUBLE if left == right == DOUBLE else LIGHT if left != right else left

    def _character(self, up: int, down: int, left: int, right: int) -> str:
        if self._ascii:
            return "+" if up or down else _ASCII.get(right, "-")
        if left == right == DOUBLE:
            return _DOUBLE[up, down]
        plain = [LIGHT if weight == DOUBLE else weight for weight in (left, right)]
        return _UNICODE[up, down, plain[0], plain[1]]
