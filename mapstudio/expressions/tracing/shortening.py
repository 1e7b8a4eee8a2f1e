"""Values for display: a part of an expression can give far more than a screen holds, even before its budget ends it."""

from __future__ import annotations

import math

from mapstudio.model import JsonValue

MAX_NODES = 400
"""Lists, objects and values kept of one value."""
MAX_TEXT = 2000
"""Characters kept of one text."""
MAX_LEVELS = 40
"""Levels kept of lists and objects inside each other."""


def shortened(value: JsonValue) -> JsonValue:
    """Return the value, or as much of its beginning as can be looked at."""
    return _Shortener().shorten(value, 0)


def is_short(value: JsonValue) -> bool:
    """Return whether :func:`shortened` gives the whole value."""
    shortener = _Shortener()
    shortener.shorten(value, 0)
    return not shortener.cut


class _Shortener:
    def __init__(self) -> None:
        self._left = MAX_NODES
        self.cut = False

    def shorten(self, value: JsonValue, level: int) -> JsonValue:
        self._left -= 1
        if isinstance(value, str):
            self.cut |= len(value) > MAX_TEXT
            return value[:MAX_TEXT]
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        if not isinstance(value, list | dict):
            return value
        if level == MAX_LEVELS:
            self.cut |= bool(value)
            return type(value)()
        if isinstance(value, list):
            return [self.shorten(item, level + 1) for item in value if self._room()]
        return {key[:MAX_TEXT]: self.shorten(item, level + 1) for key, item in value.items() if self._room()}

    def _room(self) -> bool:
        self.cut |= self._left <= 0
        return self._left > 0
