"""What the rules look at: one part of an expression, its type, and what it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from mapstudio.expressions.inference import Inferred
from mapstudio.expressions.parsing import Node, child_nodes
from mapstudio.expressions.static import all_nodes
from mapstudio.expressions.types.lattice import NOTHING, UNKNOWN, Type
from mapstudio.model import JsonValue

_SHOWN = 40
_READING = {"field", "current", "identity", "root", "variable_ref"}


@dataclass(frozen=True, slots=True)
class Lint:
    """A trap: something that is allowed and means something else than it seems to.

    Attributes:
        code: Its name, such as ``null-argument``.
        start: Where it stands in the expression.
        end: Where it ends.
        message: One sentence, without a full stop.
        remedy: What to write instead; empty when the message says it.
    """

    code: str
    start: int
    end: int
    message: str
    remedy: str = ""


@dataclass(frozen=True)
class Parts:
    """An expression and what is known of its parts.

    Attributes:
        inferred: What is known.
        condition: The truth of the whole is all that counts.
    """

    inferred: Inferred
    condition: bool = False

    @property
    def root(self) -> Node:
        """The outermost node."""
        return self.inferred.expression.tree.root

    @cached_property
    def parents(self) -> Mapping[int, Node]:
        """What each node stands in, by the node's ``id``."""
        return {id(child): node for node in all_nodes(self.root) for child in child_nodes(node)}

    def nodes(self, *kinds: str) -> Iterator[Node]:
        """Yield the nodes of these kinds that are reached."""
        return (node for node in all_nodes(self.root) if node["type"] in kinds and id(node) in self.inferred.types)

    def type(self, node: Node) -> Type:
        """Return a node's type; nothing for one that is never reached."""
        return self.inferred.types.get(id(node), NOTHING)

    def scope(self, node: Node) -> Type:
        """Return the type of ``@`` at a node."""
        return self.inferred.scopes.get(id(node), UNKNOWN)

    def span(self, node: Node) -> tuple[int, int]:
        """Return where a node stands in the text."""
        spans = self.inferred.expression.tree.spans
        known = spans.get(id(node))
        if known is not None:
            return known
        inner = [spans[id(item)] for item in all_nodes(node) if id(item) in spans]
        if inner:
            return min(start for start, _ in inner), max(end for _, end in inner)
        parent = self.parents.get(id(node))
        return self.span(parent) if parent is not None else (0, len(self.inferred.expression.text))

    def code(self, node: Node) -> str:
        """Return a node as it stands in the text, in one line."""
        start, end = self.span(node)
        return " ".join(self.inferred.expression.text[start:end].split())

    def text(self, node: Node) -> str:
        """Return a node as a sentence names it: cut when it is long."""
        text = self.code(node)
        return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"

    def operand(self, node: Node) -> str:
        """Return a node as it can be written before another operator."""
        text = self.code(node)
        return text if node["type"] in _PLAIN or text[:1] in "[{(" else f"({text})"

    def is_constant(self, node: Node) -> bool:
        """Return whether a node reads nothing."""
        return not any(item["type"] in _READING for item in all_nodes(node))

    def lint(self, code: str, node: Node, message: str, remedy: str = "") -> Lint:
        """Return a trap at a node."""
        return Lint(code, *self.span(node), message, remedy)


_PLAIN = {"field", "literal", "function_expression", "subexpression", "index_expression", "current", "variable_ref"}

Rule: TypeAlias = Callable[[Parts], Iterator[Lint]]


def literal(node: Node, *kinds: type) -> bool:
    """Return whether a node is a literal of one of the kinds; ``NoneType`` is one."""
    return node["type"] == "literal" and isinstance(node["value"], kinds)


def written(value: JsonValue) -> str:
    """Return a text as a literal of an expression."""
    return "'" + str(value).replace("'", "\\'") + "'"


def listed(words: Sequence[str], most: int = 3) -> str:
    """Return some words, and how many more there are."""
    shown = ", ".join(words[:most])
    return f"{shown} (+{len(words) - most})" if len(words) > most else shown
