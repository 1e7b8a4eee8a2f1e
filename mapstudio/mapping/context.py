"""What all readers of a file's parts share: the text's lines, the place of a problem, the checks of a map's keys."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from mapstudio.mapping.format import EXTENSION_PREFIX, Key, by_name
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.scalars import ScalarError, is_null, node_value
from mapstudio.mapping.yaml_tree import MapNode, Node, Scalar
from mapstudio.model import JsonValue
from mapstudio.model.suggest import did_you_mean

_PROSE = {"description", "note", "owner", "due", "answer"}
_LINE_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass
class ReadingContext:
    """The file being read and what was found wrong so far.

    Attributes:
        file: The file's name as the user gave it.
        text: Its text without a byte order mark.
    """

    file: str
    text: str
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_BREAK.finditer(self.text))]

    def line(self, place: int | Node) -> int:
        """Return the line, from 1, of an offset or a node's beginning."""
        return bisect_right(self._starts, place if isinstance(place, int) else place.start)

    def line_start(self, line: int) -> int:
        """Return the offset at which a line, from 1, begins."""
        return self._starts[line - 1]

    def rest_of_line(self, offset: int) -> str:
        """Return what follows the offset in its line."""
        match = _LINE_BREAK.search(self.text, offset)
        return self.text[offset : match.start() if match else len(self.text)]

    def error(self, place: int | Node, message: str, remedy: str, *, row: str = "") -> None:
        """Note an error."""
        self._note(place, row, message, remedy, Severity.ERROR)

    def warn(self, place: int | Node, message: str, remedy: str, *, row: str = "") -> None:
        """Note a warning."""
        self._note(place, row, message, remedy, Severity.WARNING)

    def _note(self, place: int | Node, row: str, message: str, remedy: str, severity: Severity) -> None:
        self.problems.append(Problem(self.file, self.line(place), row, message, remedy, severity))


def take_map(context: ReadingContext, node: Node, what: str, *, row: str = "") -> MapNode | None:
    """Return the node if it is a map; null counts as an empty one; anything else is an error."""
    if isinstance(node, MapNode):
        return node
    if is_null(node):
        return MapNode((), node.start, node.end, flow=False)
    context.error(node, f"{what} must be a map of names and values", "write name: value, one in a line", row=row)
    return None


def take_keys(
    context: ReadingContext, node: MapNode, keys: Sequence[Key], what: str, *, row: str = ""
) -> Mapping[str, Node]:
    """Return the values of the known keys, noting unknown and missing ones.

    Args:
        context: Where problems are noted.
        node: The map.
        keys: What it may hold.
        what: The map's name in messages, such as ``source``.
        row: The row in messages.
    """
    known = by_name(keys)
    found: dict[str, Node] = {}
    for entry in node.entries:
        name = entry.name
        if name in known:
            found.setdefault(name, entry.value)
        elif isinstance(entry.key, Scalar) and not name.startswith(EXTENSION_PREFIX) and name != "<<":
            remedy = did_you_mean(name, known) or f"{what} takes {', '.join(known)} and x-... keys"
            context.error(entry.key, f'unknown key "{name}" in {what}', remedy, row=row)
    for key in keys:
        if key.required and key.name not in found:
            context.error(node, f'{what} has no "{key.name}"', f"add {key.name} ({key.gist})", row=row)
    return found


def take_text(context: ReadingContext, node: Node | None, key: Key, *, row: str = "") -> str | None:
    """Return a text; a plain number or boolean counts as its own text. ``None`` and a problem when there is none."""
    if node is None or (key.name in _PROSE and isinstance(node, Scalar) and not node.text.strip()):
        return None
    if not isinstance(node, Scalar) or is_null(node) or not node.text.strip():
        context.error(node, f'"{key.name}" must be a text', f"write one ({key.gist})", row=row)
        return None
    if key.choices and node.text not in key.choices:
        remedy = did_you_mean(node.text, key.choices) or f"write {' or '.join(key.choices)}"
        context.error(node, f'"{node.text}" is not a value of "{key.name}"', remedy, row=row)
        return None
    return node.text


def take_flag(context: ReadingContext, node: Node | None, name: str, *, row: str = "") -> bool:
    """Return a boolean; anything but true and false is an error and counts as false."""
    if node is None:
        return False
    value = node_value(node, on_error=lambda _: None)
    if not isinstance(value, bool):
        context.error(node, f'"{name}" must be true or false', f"write {name}: true, or leave it out", row=row)
        return False
    return value


def take_json(context: ReadingContext, node: Node, *, row: str = "") -> JsonValue:
    """Return the node's JSON value; every scalar that could mean a number or a text is an error."""

    def ambiguous(error: ScalarError) -> JsonValue:
        context.error(error.start, str(error), "quote it if it is text", row=row)
        return None

    return node_value(node, on_error=ambiguous)
