"""Where the panes of Home are at each size."""

from __future__ import annotations

from textual.geometry import Size

from mapstudio.studio.lattice import Box

_TALL = 28
_WIDE = 140
_NARROW = 100
_LOWEST = 6
_LOWER_TALL = 11


def arrange(size: Size, next_items: int) -> list[Box]:
    """Return the panes; what is to be done next takes no more lines than it has, so that the mappings have the rest."""
    width, height = size
    lower = min(max(next_items + 2, _LOWEST), _LOWER_TALL) if height >= _TALL else _LOWEST
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
