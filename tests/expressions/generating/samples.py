"""What an expression can find in a document: the paths that lead somewhere, and what is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mapstudio.model import JsonValue
from mapstudio.model.exact_json import dumps

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST = 40


@dataclass(frozen=True, slots=True)
class Found:
    """One path and its value."""

    text: str
    value: JsonValue


def name_text(name: str) -> str:
    """Return a field's name as expressions write it."""
    return name if _PLAIN.fullmatch(name) and name != "let" else json.dumps(name, ensure_ascii=False)


def literal_text(value: JsonValue) -> str:
    """Return a value between backticks."""
    return "`" + dumps(value).replace("`", "\\`") + "`"


def raw_text(text: str) -> str:
    """Return a text between single quotes, or between backticks where a backslash would be read another way."""
    return literal_text(text) if "\\" in text else "'" + text.replace("'", "\\'") + "'"


def paths(value: JsonValue, depth: int = 3) -> list[Found]:
    """Return paths into a value, the shortest ones first."""
    found: list[Found] = []
    level = [Found("", value)]
    for _ in range(depth):
        level = [item for parent in level for item in _below(parent)][:_MOST]
        found += level
    return found[:_MOST]


def _below(parent: Found) -> Iterator[Found]:
    if isinstance(parent.value, dict):
        for name, item in parent.value.items():
            yield Found(f"{parent.text}.{name_text(name)}" if parent.text else name_text(name), item)
    elif isinstance(parent.value, list):
        base = parent.text or "@"
        for index, item in enumerate(parent.value[:2]):
            yield Found(f"{base}[{index}]", item)
        if any(isinstance(item, list) for item in parent.value):
            listed = [item if isinstance(item, list) else [item] for item in parent.value]
            yield Found(f"{base}[]", [item for part in listed for item in part])
        names = dict.fromkeys(name for item in parent.value if isinstance(item, dict) for name in item)
        for name in names:
            rows = [item.get(name) for item in parent.value if isinstance(item, dict)]
            yield Found(f"{base}[*].{name_text(name)}", [item for item in rows if item is not None])
