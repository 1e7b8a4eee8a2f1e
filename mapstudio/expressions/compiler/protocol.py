"""What the parts of the emitter know of the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from mapstudio.expressions.compiler.values import Value
from mapstudio.expressions.compiler.writer import Writer
from mapstudio.expressions.parsing import Node


class Emitting(Protocol):
    """See :class:`mapstudio.expressions.compiler.emitter.Emitter`."""

    writer: Writer
    current: Value
    counted: bool
    uses_call: bool

    def emit(self, node: Node) -> Value:
        """Write what computes a node."""
        ...

    def emit_plain(self, node: Node) -> Value:
        """Write what computes a node that must be plain JSON."""
        ...

    def plain(self, value: Value) -> Value:
        """Return a value that must be plain JSON."""
        ...

    def look_at(self, value: Value) -> None:
        """Note that the code needs the value itself, and not only its text."""
        ...

    def verbatim(self, value: Value) -> Value:
        """Return a value that is only handed on."""
        ...

    def assign(self, code: str, classes: frozenset[type] = ...) -> Value:
        """Give the value of code a name."""
        ...

    def layer(self) -> AbstractContextManager[None]:
        """Forget what is computed inside."""
        ...

    def at(self, value: Value) -> AbstractContextManager[None]:
        """Set ``@``."""
        ...

    def made_of(
        self,
        nodes: Sequence[Node],
        write: Callable[[Sequence[str]], str],
        classes: frozenset[type],
        emit: Callable[[Node], Value] | None = None,
    ) -> Value:
        """Write what is made of the values of nodes."""
        ...

    def is_list(self, value: Value) -> str:
        """Return the condition that a value is a list."""
        ...
