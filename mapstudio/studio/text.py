"""Data as text that a cell grid can hold: cleaned, measured in cells, cut with a mark.

Everything that does not come from our own source passes :func:`shown` on its way to the screen.
"""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len

from mapstudio.model.terminal import clean

MOST_CHARACTERS = 4000
"""Longer data are cut before anything looks at them; no line of a terminal holds so much."""
_MOST_MARKS = 2
_VARIATIONS = {ord("\ufe0e"): None, ord("\ufe0f"): None}


def shown(text: str) -> str:
    """Return data as one safe line: no control characters, no towers of combining marks, not too long."""
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS]
    if text.isascii():
        return text if text.isprintable() else clean(text)
    return _without_towers(clean(text).translate(_VARIATIONS))


def _without_towers(text: str) -> str:
    kept: list[str] = []
    marks = _MOST_MARKS  # a mark without a base would stick to our own text before it
    for character in text:
        if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
            marks += 1
            if marks > _MOST_MARKS:
                continue
        else:
            marks = 0
        kept.append(character)
    return "".join(kept)


def width_of(text: str) -> int:
    """Return how many cells the text takes."""
    return len(text) if text.isascii() else cell_len(text)


def head(text: str, width: int) -> str:
    """Return as much of the beginning as fits into ``width`` cells."""
    if text.isascii():
        return text[: max(width, 0)]
    cells = 0
    for index, character in enumerate(text):
        cells += cell_len(character)
        if cells > width:
            return text[:index]
    return text


def tail(text: str, width: int) -> str:
    """Return as much of the end as fits into ``width`` cells."""
    if text.isascii():
        return text[len(text) - width :] if width > 0 else ""
    cells = 0
    for index in range(len(text) - 1, -1, -1):
        cells += cell_len(text[index])
        if cells > width:
            return text[index + 1 :].lstrip("".join(c for c in text[index + 1 :] if unicodedata.combining(c)))
    return text


def cut(text: str, width: int, mark: str = "…") -> str:
    """Return the text in at most ``width`` cells, its end cut with a mark."""
    if width_of(text) <= width:
        return text
    return head(text, width - width_of(mark)) + mark if width > 0 else ""


def cut_middle(text: str, width: int, mark: str = "…") -> str:
    """Return the text in at most ``width`` cells, its middle cut with a mark: for ids and paths."""
    if width_of(text) <= width:
        return text
    if width <= 0:
        return ""
    room = width - width_of(mark)
    return head(text, (room + 1) // 2) + mark + tail(text, room // 2)


def fit(text: str, width: int, *, right: bool = False, mark: str = "…") -> str:
    """Return the text in exactly ``width`` cells: cut or padded."""
    text = cut(text, width, mark)
    padding = " " * (width - width_of(text))
    return padding + text if right else text + padding


def plural(count: int, one: str, many: str = "") -> str:
    """Return ``1 record`` or ``2 records``."""
    return f"{grouped(count)} {one if count == 1 else many or one + 's'}"


def grouped(number: int) -> str:
    """Return a whole number with thin groups: ``1 204``."""
    return f"{number:,}".replace(",", " ")
