"""Where the panes of the runs are at each size."""

from __future__ import annotations

from textual.geometry import Size

from mapstudio.studio.lattice import Box

_TALL = 28
_WIDE = 140
_NARROW = 100


def arrange(size: Size, *, stuck: bool) -> list[Box]:
    """Return the panes.

    Args:
        size: Of the frame.
        stuck: Whether the run has records that were not written.
    """
    width, height = size
    if width < _NARROW:
        runs, causes = 6, 7
        if not stuck:
            sums = 9
            return [
                Box("runs", 0, 0, width, height - sums - 3),
                Box("causes", 0, height - sums - 3, width, 3),
                Box("sums", 0, height - sums, width, sums),
            ]
        return [
            Box("runs", 0, 0, width, runs),
            Box("causes", 0, runs, width, causes),
            Box("stuck", 0, runs + causes, width, height - runs - causes),
        ]
    left = 62 if width >= _WIDE else 54
    sums = 12 if height >= _TALL else 8
    causes = min(max(height // 2 - 2, 8), 16)
    books = [Box("runs", 0, 0, left, height - sums), Box("sums", 0, height - sums, left, sums)]
    if not stuck:
        return [*books, Box("causes", left, 0, width - left, height)]
    return [
        *books,
        Box("causes", left, 0, width - left, causes),
        Box("stuck", left, causes, width - left, height - causes - 7),
        Box("now", left, height - 7, width - left, 7),
    ]


def arrange_message(size: Size) -> list[Box]:
    """Return the only pane while there is no run."""
    return [Box("message", 0, 0, size.width, size.height)]
