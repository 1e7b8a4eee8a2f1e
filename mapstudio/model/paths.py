"""Paths of output fields: ``address.city`` builds nested objects; a literal dot is written ``"a.b"``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mapstudio.model.record import JsonValue, Record

_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|([^.]+)')


@lru_cache(maxsize=4096)
def split_path(path: str) -> tuple[str, ...]:
    """Return the parts of a path: ``address.city`` is two, ``"a.b"`` one.

    Raises:
        ValueError: An empty part or an unclosed quote.
    """
    parts: list[str] = []
    position = 0
    while True:
        match = _PART.match(path, position)
        if match is None or (match.group(1) is None and '"' in match.group()):
            raise ValueError(f"{path!r} is not a field path")
        quoted = match.group(1)
        parts.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else match.group(2))
        position = match.end()
        if position == len(path):
            return tuple(parts)
        if path[position] != ".":
            raise ValueError(f"{path!r} is not a field path")
        position += 1


def join_path(parts: tuple[str, ...]) -> str:
    """Return the path of the parts, quoting those that hold a dot or a quote."""
    return ".".join(
        '"' + re.sub(r'(["\\])', r"\\\1", part) + '"' if "." in part or '"' in part else part for part in parts
    )


def get_path(record: Record, path: str) -> JsonValue:
    """Return the value at the path, ``None`` where anything on the way is missing."""
    value: JsonValue = record
    for part in split_path(path):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def has_path(record: Record, path: str) -> bool:
    """Return whether the path is present (a null counts as present)."""
    value: JsonValue = record
    for part in split_path(path):
        if not isinstance(value, dict) or part not in value:
            return False
        value = value[part]
    return True


def set_path(record: Record, path: str, value: JsonValue) -> None:
    """Set the value at the path, making the objects on the way."""
    *parents, last = split_path(path)
    target = record
    for part in parents:
        child = target.setdefault(part, {})
        if not isinstance(child, dict):
            child = target[part] = {}
        target = child
    target[last] = value


def leaves(record: Record, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, JsonValue]]:
    """Yield path and value of everything that is no object (an empty object counts as a value)."""
    for key, value in record.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*prefix, key))
        else:
            yield join_path((*prefix, key)), value
