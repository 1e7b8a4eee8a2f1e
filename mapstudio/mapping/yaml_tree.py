"""The YAML of a mapping file as a tree with exact places, so that a row can be edited without touching its neighbours.

Built from ruamel's event stream, never from its constructors: nothing in a file is executed, a deep file cannot
exhaust the stack, and every node knows the characters that it was written with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

_COLON = re.compile(r"[ \t]*:")

MAX_DEPTH = 60
MAX_CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf: its text after YAML's unquoting, and how it was written (``style`` is empty when plain)."""

    text: str
    start: int
    end: int
    style: str = ""

    @property
    def plain(self) -> bool:
        """Whether YAML may read it as something else than text."""
        return not self.style

    @property
    def quoted(self) -> bool:
        """Whether it stands in single or double quotes."""
        return self.style in {"'", '"'}


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``key: value`` of a map."""

    key: Node
    value: Node

    @property
    def name(self) -> str:
        """The key's text; empty for a key that is no scalar."""
        return self.key.text if isinstance(self.key, Scalar) else ""


@dataclass(frozen=True, slots=True)
class MapNode:
    """A map, in block or flow style."""

    entries: tuple[Entry, ...]
    start: int
    end: int
    flow: bool

    def get(self, name: str) -> Entry | None:
        """Return the first entry of that name."""
        return next((entry for entry in self.entries if entry.name == name), None)


@dataclass(frozen=True, slots=True)
class ListNode:
    """A sequence, in block or flow style."""

    items: tuple[Node, ...]
    start: int
    end: int
    flow: bool


@dataclass(frozen=True, slots=True)
class Alias:
    """``*name``: kept in place, never followed."""

    name: str
    start: int
    end: int


Node: TypeAlias = "Scalar | MapNode | ListNode | Alias"


@dataclass(frozen=True, slots=True)
class Refused:
    """A construct of YAML that the format does not take, and where it stands."""

    start: int
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Tree:
    """A file's only document; ``root`` is ``None`` when the file holds nothing."""

    root: Node | None
    refused: tuple[Refused, ...]


class NotYamlError(Exception):
    """The text is no YAML.

    Args:
        message: What the parser met, without our words around it.
        start: Where it stands.
        context: Where the construct began that could not be finished; equals ``start`` when not known.
    """

    def __init__(self, message: str, start: int, context: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.context = context


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been seen."""

    start: int
    flow: bool
    is_map: bool
    children: list[Node] = field(default_factory=list)


def parse_tree(text: str) -> Tree:
    """Return the tree of a YAML 1.2 text without its byte order mark.

    Raises:
        NotYamlError: It cannot be read, is nested deeper than 60, or holds over two million characters.
    """
    if len(text) > MAX_CHARACTERS:
        raise NotYamlError(f"the file is larger than {MAX_CHARACTERS // 1_000_000} MB", 0, 0)
    builder = _Builder(text)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except ReaderError as error:
        code = error.character if isinstance(error.character, int) else ord(error.character)
        raise NotYamlError(f"the character #x{code:04x} is not allowed", error.position, error.position) from error
    except MarkedYAMLError as error:
        raise _from_marked(error, len(text)) from error
    except (YAMLError, ValueError, LookupError, ArithmeticError, AttributeError, TypeError, AssertionError) as error:
        # The scanner meets some malformed texts (a bad directive, an escape past Unicode) with Python's own errors.
        raise NotYamlError(str(error).splitlines()[0] if str(error) else "unreadable", 0, 0) from error
    return Tree(builder.root, tuple(builder.refused))


def content_end(text: str, node: Node) -> int:
    """Return where the node's own characters end, without the blank lines and comments that follow it."""
    if isinstance(node, MapNode | ListNode) and not node.flow:
        last = (node.entries[-1].value if node.entries else None) if isinstance(node, MapNode) else None
        if isinstance(node, ListNode) and node.items:
            last = node.items[-1]
        return node.start if last is None else content_end(text, last)
    if isinstance(node, Scalar) and node.style in {"|", ">"}:
        header = text[node.start : node.end].splitlines()[0].split("#")[0]
        written = text[node.start : node.end]
        return node.end - (0 if "+" in header else len(written) - len(written.rstrip()))
    return node.end


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, in file order."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if isinstance(current, MapNode):
            for entry in reversed(current.entries):
                waiting += [entry.value, entry.key]
        elif isinstance(current, ListNode):
            waiting += reversed(current.items)


def _from_marked(error: MarkedYAMLError, length: int) -> NotYamlError:
    mark = error.problem_mark or error.context_mark
    start = min(mark.index, length) if mark is not None else 0
    context = min(error.context_mark.index, length) if error.context_mark is not None else start
    return NotYamlError(str(error.problem or error.context or "unreadable"), start, context)


class _Builder:
    """Turns events into nodes with a stack of its own."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.root: Node | None = None
        self.refused: list[Refused] = []
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Any) -> None:  # noqa: ANN401 - ruamel's events are untyped
        kind = type(event).__name__
        start, end = event.start_mark.index, event.end_mark.index
        if kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents == 2:
                self._refuse(start, "a second YAML document begins here", "keep one mapping in a file")
        elif kind == "ScalarEvent":
            self._properties(event)
            if any("\ud800" <= character <= "\udfff" for character in event.value):
                self._refuse(start, "half of a surrogate pair is no character", "write the whole character")
            self._place(Scalar(event.value, start, end, event.style or ""))
        elif kind == "AliasEvent":
            self._refuse(start, f"the alias *{event.anchor} is not allowed", "write the value out")
            self._place(Alias(event.anchor, start, end))
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self._properties(event)
            if len(self._open) >= MAX_DEPTH:
                raise NotYamlError(f"nested deeper than {MAX_DEPTH} levels", start, start)
            self._open.append(_Open(start, bool(event.flow_style), kind == "MappingStartEvent"))
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self._place(self._close(end))

    def _close(self, end: int) -> Node:
        done = self._open.pop()
        children = done.children
        if not done.is_map:
            return ListNode(tuple(children), done.start, end, done.flow)
        pairs = zip(children[::2], children[1::2], strict=True)
        entries = tuple(Entry(key, self._in_place(key, value)) for key, value in pairs)
        self._check_keys(entries)
        return MapNode(entries, done.start, end, done.flow)

    def _in_place(self, key: Node, value: Node) -> Node:
        """Return the value; an empty one stands behind its colon, wherever the parser noticed that it is empty."""
        if not isinstance(value, Scalar) or value.text or value.style or value.start != value.end:
            return value
        match = _COLON.match(self._text, key.end)
        place = match.end() if match else key.end
        return Scalar("", place, place)

    def _check_keys(self, entries: tuple[Entry, ...]) -> None:
        seen: set[str] = set()
        for entry in entries:
            key = entry.key
            if not isinstance(key, Scalar):
                self._refuse(key.start, "a key must be text", "write a plain or quoted word before the colon")
            elif key.text == "<<" and key.plain:
                self._refuse(key.start, "merge keys (<<) are not allowed", "write the keys out")
            elif key.text in seen:
                self._refuse(key.start, f"the key {key.text} stands twice", "remove one of them")
            else:
                seen.add(key.text)

    def _properties(self, event: Any) -> None:  # noqa: ANN401 - ruamel's events are untyped
        if event.anchor is not None:
            self._refuse(event.start_mark.index, f"the anchor &{event.anchor} is not allowed", "write the value out")
        if event.tag is not None:
            self._refuse(event.start_mark.index, f"the tag {event.tag} is not allowed", "if this is text, quote it")

    def _refuse(self, start: int, message: str, remedy: str) -> None:
        self.refused.append(Refused(start, message, remedy))

    def _place(self, node: Node) -> None:
        if self._open:
            self._open[-1].children.append(node)
        elif self.root is None:
            self.root = node
