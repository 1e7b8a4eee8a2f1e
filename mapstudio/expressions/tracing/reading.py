"""From the frames of an evaluation to the tree that people read: paths in one piece, what is plain left out.

What happened in a node is told by a reader of its kind: see ``paths``, ``choices``, ``lists`` and ``calls``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from mapstudio.expressions.environment import Environment
from mapstudio.expressions.errors import UnresolvedLinkError
from mapstudio.expressions.parsing import Node, Tree
from mapstudio.expressions.static import all_nodes
from mapstudio.expressions.tracing.recording import Frame
from mapstudio.expressions.tracing.trace import Outcome, Trace
from mapstudio.expressions.tracing.words import part_text

# What tells nothing that its text does not tell.
_PLAIN = {"literal", "current", "identity", "root"}
_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class Place:
    """What stands around a part.

    Attributes:
        it: What a sentence calls ``@``.
        names: The names of the fields and functions that ``@`` comes from.
    """

    it: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader tells of a node.

    Attributes:
        note: What happened; may be empty.
        parts: Its parts.
        more: How many elements are not among them.
    """

    note: str = ""
    parts: Sequence[Trace] = ()
    more: int = 0


Reader: TypeAlias = "Callable[[FrameReader, Frame, Place], Found]"


class FrameReader:
    """Makes the tree of one evaluation.

    Args:
        text: The expression.
        tree: What it was parsed to.
        environment: What its functions saw.
        readers: By the type of a node.
    """

    def __init__(self, text: str, tree: Tree, environment: Environment, readers: Mapping[str, Reader]) -> None:
        self.environment = environment
        self._text = text
        self._spans = tree.spans
        self._readers = readers
        self._variables: Mapping[str, tuple[str, ...]] = {}

    def read(self, frame: Frame, place: Place, label: str = "") -> Trace:
        """Return the tree of a frame."""
        reader = self._readers.get(frame.kind)
        found = reader(self, frame, place) if reader is not None else Found(parts=self.parts(frame.parts, place))
        start, end = self.span(frame.node)
        trace = Trace(
            text=self._text[start:end],
            start=start,
            end=end,
            label=label,
            value=frame.value,
            note=found.note,
            names=self.names(frame.node, place),
            parts=tuple(found.parts),
            more=found.more,
        )
        return trace if frame.done else _failed(trace, frame)

    def parts(self, frames: Sequence[Frame], place: Place, *, plain: bool = False) -> list[Trace]:
        """Return the parts that say something; with ``plain`` the others too."""
        found: list[Trace] = []
        for frame in frames:
            if plain or frame.kind not in _PLAIN:
                trace = self.read(frame, place)
                # What has no text of its own stands in the text of the part around it.
                found += [trace] if trace.text else trace.parts
        return found

    def unused(self, nodes: Sequence[Node]) -> list[Trace]:
        """Return parts that were not evaluated."""
        spans = [self.span(node) for node in nodes]
        return [Trace(self._text[start:end], start, end, outcome=Outcome.UNUSED) for start, end in spans]

    def span(self, node: Node) -> tuple[int, int]:
        """Return where a node stands; an empty span for one that has no text of its own."""
        return self._spans.get(id(node), (0, 0))

    def text(self, start: int, end: int) -> str:
        """Return a piece of the expression."""
        return self._text[start:end]

    def find(self, character: str, start: int) -> int:
        """Return where the character stands next."""
        return self._text.find(character, start)

    def called(self, node: Node, place: Place) -> str:
        """Return what a sentence calls the value of a node."""
        if node["type"] in {"current", "identity"}:
            return place.it
        return "the record" if node["type"] == "root" else part_text(self.text(*self.span(node)))

    def names(self, node: Node, place: Place) -> tuple[str, ...]:
        """Return the names of the fields and functions that the value of a node comes from."""
        found: dict[str, None] = {}
        reads_here = True
        for item in all_nodes(node):
            match item["type"]:
                case "field":
                    found[str(item["value"])] = None
                    reads_here = False
                case "function_expression":
                    found[str(item["value"])] = None
                case "variable_ref":
                    found |= dict.fromkeys(self._variables.get(item["value"], ()))
                case "current":
                    found |= dict.fromkeys(place.names)
        if reads_here:
            found |= dict.fromkeys(place.names)
        return tuple(found)[:_MOST_NAMES]

    @contextmanager
    def binding(self, variables: Mapping[str, tuple[str, ...]]) -> Iterator[None]:
        """Know for a while where variables come from."""
        outer = self._variables
        self._variables = {**outer, **variables}
        try:
            yield
        finally:
            self._variables = outer


def _failed(trace: Trace, frame: Frame) -> Trace:
    """Return the trace of a part without a value."""
    error = frame.error
    if error is None:
        return replace(trace, outcome=Outcome.STOPPED, value=None, note="", reason="the record is nested too deep")
    if frame.failed():
        return replace(trace, outcome=Outcome.STOPPED, value=None, note="", reason=error.reason)
    outcome = Outcome.OPEN if isinstance(error, UnresolvedLinkError) else Outcome.FAILED
    return replace(trace, outcome=outcome, value=None, note="", reason=error.reason, fault=error.value)
