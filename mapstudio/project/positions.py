"""Where a key stands in a TOML file; ``tomllib`` does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence

_HEADER = re.compile(r"^\s*(\[\[?[^\]]*\]\]?)\s*(#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")


def line_of(text: str, path: Sequence[str]) -> int | None:
    """Return the line (from 1) of the key, or of the nearest table around it; ``None`` when nothing of it is there."""
    best: tuple[int, int] | None = None
    for line, found in _keys(text):
        shared = 0
        for ours, theirs in zip(path, found, strict=False):
            if ours != theirs:
                break
            shared += 1
        # A table that goes deeper than the path names it as well, if no line of its own does.
        if shared and (shared == len(found) or shared == len(path)) and (best is None or shared > best[0]):
            best = (shared, line)
    return best[1] if best else None


def end_of_table(text: str, path: Sequence[str]) -> int | None:
    """Return how many lines there are up to the end of the last table at or below the path; ``None`` without one.

    Blank lines and comments behind the table's last key belong to what follows.
    """
    wanted = tuple(path)
    lines = [line for line, found in _keys(text) if found[: len(wanted)] == wanted]
    if not lines:
        return None
    following = [line for line, _ in _keys(text) if line > lines[-1]]
    end = following[0] - 1 if following else len(text.splitlines())
    rows = text.splitlines()
    while end > lines[-1] and (not rows[end - 1].strip() or rows[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _keys(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    table: tuple[str, ...] = ()
    inside_text: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if inside_text is None:
            if header := _HEADER.match(line):
                table = _path(header.group(1) + "\n")
                yield number, table
            elif key := _KEY.match(line):
                yield number, (*table, *_path(key.group(1) + " = 0\n"))
        inside_text = _open_text(line, inside_text)


def _open_text(line: str, inside: str | None) -> str | None:
    for quotes in ('"""', "'''"):
        if inside in (None, quotes) and line.count(quotes) % 2:
            return None if inside else quotes
    return inside


def _path(source: str) -> tuple[str, ...]:
    try:
        value: object = tomllib.loads(source)
    except tomllib.TOMLDecodeError:
        return ()
    parts: list[str] = []
    while isinstance(value, (dict, list)) and value:
        if isinstance(value, list):
            value = value[0]
            continue
        name, value = next(iter(value.items()))
        parts.append(name)
    return tuple(parts)
