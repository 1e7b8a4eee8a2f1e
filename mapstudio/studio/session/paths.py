"""Paths of fields and of expressions in one form, so that a tree, a row and a record can light each other up."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from mapstudio.mapping.definition import path_parts
from mapstudio.model import JsonValue, Record
from mapstudio.model.exact_json import dumps

FieldKey: TypeAlias = "tuple[str, ...]"
"""The names on the way to a field; a list's elements add nothing: ``lines[].price`` is ``("lines", "price")``."""

_IDENTIFIER = re.compile(r"^[A-Za-z_]\w*$", re.ASCII)
_LIST = "[]"


@lru_cache(maxsize=65536)
def field_key(path: str) -> FieldKey:
    """Return the key of a field's name or of a static path of an expression; of the whole record it is empty."""
    parts = path_parts(path.replace(_LIST, "").replace("@.", "").removeprefix("$."))
    return () if parts in {("@",), ("$",), ("",)} else parts


def field_expression(name: str) -> str:
    """Return the expression that reads a field: its name, with quotes around what is no identifier.

    Args:
        name: A field's name as the schema gives it, such as ``guestEmail``, ``lines[].price``, ``custom.a-b``.
    """
    words: list[str] = []
    for part in path_parts(name):
        base, suffix = (part[: -len(_LIST)], _LIST) if part.endswith(_LIST) else (part, "")
        words.append((base if _IDENTIFIER.match(base) else dumps(base)) + suffix)
    return ".".join(words)


def value_at(record: Record, key: FieldKey) -> JsonValue:
    """Return a field's value in a record; of a list it is the first element that has one."""
    value: JsonValue = record
    for part in key:
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, dict) and item.get(part) is not None), None)
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def filled_keys(record: Record) -> set[FieldKey]:
    """Return the keys of all fields that hold something; a list's field counts when one element has it."""
    found: set[FieldKey] = set()
    _collect(record, (), found)
    return found


def _collect(value: JsonValue, key: FieldKey, found: set[FieldKey]) -> None:
    if value is None or value in ("", [], {}):
        return
    if key:
        found.add(key)
    if isinstance(value, dict):
        for name, item in value.items():
            _collect(item, (*key, name), found)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                for name, inner in item.items():
                    _collect(inner, (*key, name), found)
