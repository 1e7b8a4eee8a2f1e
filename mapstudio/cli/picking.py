"""Parts of a record: what stands at some paths of it, in the form of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from mapstudio.mapping.schema_fields import plain_parts
from mapstudio.model import JsonValue

_Tree: TypeAlias = "Mapping[str, _Tree]"
"""What is wanted below each name; nothing below stands for all."""


def picked(value: JsonValue, paths: Sequence[str]) -> JsonValue:
    """Return what stands at the paths of a record; ``lines[].price`` keeps the lines, each with its price."""
    wanted = [plain_parts(path) for path in paths]
    return _below(value, {} if () in wanted else _tree(wanted))


def _tree(paths: Sequence[tuple[str, ...]]) -> _Tree:
    below: dict[str, list[tuple[str, ...]]] = {}
    for head, *rest in paths:
        below.setdefault(head, []).append(tuple(rest))
    return {head: {} if () in rests else _tree(rests) for head, rests in below.items()}


def _below(value: JsonValue, wanted: _Tree) -> JsonValue:
    if not wanted:
        return value
    if isinstance(value, list):
        return [_below(element, wanted) for element in value]
    if isinstance(value, dict):
        return {name: _below(inner, wanted[name]) for name, inner in value.items() if name in wanted}
    return value
