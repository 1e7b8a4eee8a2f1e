"""Where the panes of Home are at each size."""

from __future__ import annotations

from textual.geometry import Size

from mapstudio.studio.lattice import Box

_TALL = 28
_WIDE = 140
_NARROW = 100


def arrange(size: Size) -> list[Box]:
    """Return the panes."""
    width, height = size
    lower = 11 if height >= _TALL else 6
    if width < _NARROW:
        return [Box("mappings", 0, 0, width, height - lower), Box("next", 0, height - lower, width, lower)]
    right = 48 if width >= _WIDE else 38
    left = width - right
    facts = 16 if height >= 40 else 13
    return [
        Box("mappings", 0, 0, left, height - lower),
        Box("next", 0, height - lower, left, lower),
        Box("connections", left, 0, right, height - facts),
        Box("facts", left, height - facts, right, facts),
    ]


def arrange_message(size: Size) -> list[Box]:
    """Return the panes while the project has no mapping."""
    width, height = size
    if width < _NARROW:
        return [Box("message", 0, 0, width, height)]
    right = 48 if width >= _WIDE else 38
    return [Box("message", 0, 0, width - right, height), Box("connections", width - right, 0, right, height)]
