"""Where the panes of the map stand at each size; what goes first is decided here and nowhere else."""

from __future__ import annotations

from textual.geometry import Size

from mapstudio.studio.lattice import Box

WIDE = 140
NORMAL = 112
ONE_SIDE = 96

SOURCE, MAP, DESTINATION, RECORD, ROW, PLAN = "source", "map", "destination", "record", "row", "plan"


def arrange(size: Size, *, tab: str = MAP, side: str = SOURCE, below: str = PLAN) -> list[Box]:
    """Return the panes' places.

    Args:
        size: Of the frame, header and footer left out.
        tab: Under 96 columns: the pane that has the screen for itself, or the map with its lower strip.
        side: Under 112 columns: which side stands beside the map.
        below: Under 140 columns: what stands at the right of the editor (or under it), the plan or the record.
    """
    width, height = size
    if height < 8 or width < 40:
        return []
    if width >= WIDE:
        return _wide(width, height)
    if width >= ONE_SIDE:
        return _normal(width, height, side=None if width >= NORMAL else side, below=below)
    return _narrow(width, height, tab, below)


def problem_lines(size: Size) -> int:
    """Return how many lines the list of problems has in a frame of that size."""
    if size.width >= WIDE and size.height >= 36:
        return 8
    return 3 if size.width >= ONE_SIDE and size.height >= 24 else 1 if size.width >= ONE_SIDE else 0


def is_narrow(size: Size) -> bool:
    """Return whether the panes are tabs."""
    return size.width < ONE_SIDE


def _wide(width: int, height: int) -> list[Box]:
    left, right = 40, 35
    middle = width - left - right
    lower = 15 if height >= 40 else 12
    upper = height - lower
    return [
        Box(SOURCE, 0, 0, left, upper),
        Box(MAP, left, 0, middle, upper),
        Box(DESTINATION, left + middle, 0, right, upper),
        Box(RECORD, 0, upper, left, lower),
        Box(ROW, left, upper, middle, lower),
        Box(PLAN, left + middle, upper, right, lower),
    ]


def _normal(width: int, height: int, *, side: str | None, below: str) -> list[Box]:
    lower = 11 if height >= 30 else 10
    upper = height - lower
    left, right = 27, 25 if side is None else 0
    middle = width - left - right
    plan = 43 if width >= NORMAL else 40
    boxes = [Box(SOURCE if side is None else side, 0, 0, left, upper), Box(MAP, left, 0, middle, upper)]
    if side is None:
        boxes.append(Box(DESTINATION, left + middle, 0, right, upper))
    return [*boxes, Box(ROW, 0, upper, width - plan, lower), Box(below, width - plan, upper, plan, lower)]


def _narrow(width: int, height: int, tab: str, below: str) -> list[Box]:
    if tab != MAP:
        return [Box(tab, 0, 0, width, height)]
    plan = 6 if height >= 20 else 4
    row = 4
    table = height - row - plan
    return [Box(MAP, 0, 0, width, table), Box(ROW, 0, table, width, row), Box(below, 0, table + row, width, plan)]
