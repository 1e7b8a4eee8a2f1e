"""Loops over lists in generated code; what several expressions make of one list is made in one loop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Literal

from mapstudio.expressions.compiler import runtime
from mapstudio.expressions.compiler.operators import OperatorEmitter
from mapstudio.expressions.compiler.protocol import Emitting
from mapstudio.expressions.compiler.shapes import Shape
from mapstudio.expressions.compiler.values import LIST, NULL, OBJECT, Value
from mapstudio.expressions.parsing import Node

if TYPE_CHECKING:
    from collections.abc import Iterator


class Part(ABC):
    """One thing that is made of a list's elements.

    Class attributes:
        of_no_list: What comes of anything else than a list.

    Attributes:
        emitter: Writes the code.
    """

    of_no_list: Literal["null", "an error"] = "an error"

    def __init__(self, emitter: Emitting) -> None:
        self.emitter = emitter

    def prepare(self) -> None:  # noqa: B027 - some need nothing
        """Write what stands before the loop, whether there will be one or not."""

    def begin(self) -> None:  # noqa: B027 - most need nothing
        """Write what stands before the loop, where there is one."""

    @abstractmethod
    def step(self, element: Value) -> None:
        """Write what is done with an element, which is ``@``."""

    @abstractmethod
    def result(self, element: Shape | None) -> Value:
        """Return what was made.

        Args:
            element: What was decoded of each element.
        """

    @contextmanager
    def where(self, condition: Node | None) -> Iterator[None]:
        """Write what stands inside for the elements for which the condition is true."""
        if condition is None:
            yield
            return
        holds = OperatorEmitter.truthy(self.emitter, self.emitter.emit_plain(condition))
        with self.emitter.writer.block(f"if {holds}:"), self.emitter.layer():
            yield


class Collected(Part):
    """The values of an expression for each element, without nulls."""

    of_no_list = "null"

    def __init__(self, emitter: Emitting, right: Node, condition: Node | None = None) -> None:
        super().__init__(emitter)
        self._right = right
        self._condition = condition
        self._list = emitter.writer.temporary()
        self._shape: Shape | None = None
        self._leaf: Shape | None = None

    def prepare(self) -> None:
        """See :meth:`Part.prepare`."""
        self.emitter.writer.line(f"{self._list} = None")

    def begin(self) -> None:
        """See :meth:`Part.begin`."""
        self.emitter.writer.line(f"{self._list} = []")

    def step(self, element: Value) -> None:  # noqa: ARG002 - it is @
        """See :meth:`Part.step`."""
        with self.where(self._condition):
            made = self.emitter.emit(self._right)
            self._shape, self._leaf = made.shape, made.leaf if made.verbatim else None
            known = f"if {made.code} is not None: " if made.nullable else ""
            self.emitter.writer.line(f"{known}{self._list}.append({made.code})")
            if made.verbatim:
                self.emitter.verbatim(made)

    def result(self, element: Shape | None) -> Value:  # noqa: ARG002 - of the values it is another
        """See :meth:`Part.result`."""
        shape = Shape(element=self._shape) if self._shape is not None else None
        return Value(self._list, LIST | NULL, shape, leaf=self._leaf)


def can_be_list(base: Value) -> bool:
    """Return whether a value may be a list."""
    return list in base.classes if base.shape is None else base.shape.element is not None


def emit_loop(emitter: Emitting, base: Value, parts: Sequence[Part]) -> list[Value]:
    """Write one loop and return what each part makes.

    Args:
        emitter: Writes the code.
        base: Can be a list.
        parts: In the order in which they deal with an element.
    """
    emitter.look_at(base)
    is_list, writer = emitter.is_list(base), emitter.writer
    shape = base.shape.element if base.shape is not None else None
    if is_list != "True" and any(part.of_no_list == "an error" for part in parts):
        writer.line(f"if not ({is_list}): {writer.constant(runtime.fail)}()")
        is_list = "True"
    for part in parts:
        part.prepare()
    only: AbstractContextManager[None] = writer.block(f"if {is_list}:") if is_list != "True" else nullcontext()
    with only:
        for part in parts:
            part.begin()
        if emitter.counted:
            writer.line(f"call.budget.step(len({base.code}))")
        name = writer.temporary()
        element = Value(name) if shape is None or shape.plain else Value(name, OBJECT, shape)
        with writer.block(f"for {name} in {base.code}:"), emitter.layer(), emitter.at(element):
            for part in parts:
                part.step(element)
    return [part.result(element.shape) for part in parts]
