"""Where the panes of the plan are at each size."""

from __future__ import annotations

from textual.geometry import Size

from mapstudio.studio.lattice import Box

_TALL = 28
_WIDE = 140
_NARROW = 100


def arrange(size: Size) -> list[Box]:
    """Return the panes while there is a plan."""
    width, height = size
    top = 6 if height >= _TALL else 4
    bottom = 7 if height >= _TALL else 6
    middle = height - top - bottom
    left = 72 if width >= _WIDE else 54 if width >= _NARROW else 36
    return [
        Box("summary", 0, 0, width, top),
        Box("records", 0, top, left, middle),
        Box("record", left, top, width - left, middle),
        Box("before", 0, top + middle, width, bottom),
    ]


def arrange_message(size: Size) -> list[Box]:
    """Return the only pane while there is none."""
    return [Box("message", 0, 0, size.width, size.height)]
