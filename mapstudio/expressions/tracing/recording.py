"""Evaluation that notes what happens: the interpreter, with a frame for each node that it visits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from mapstudio.expressions.environment import Environment
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.interpreter import Interpreter
from mapstudio.expressions.parsing import Node
from mapstudio.expressions.values import NumberRangeError, is_false
from mapstudio.model import JsonValue

MAX_ELEMENTS = 5
"""Elements of a list kept of each fate: those that stay, those that a filter leaves out, those that give null."""
MAX_INNER = 2
"""The same, of a list inside of an element."""
MAX_FRAMES = 3000
"""Frames beyond which elements are only counted."""

_PROJECTIONS = {"projection", "value_projection", "filter_projection"}
_ALL_NEEDED = {"comparator", "arithmetic", "multi_select_list", "multi_select_dict", "function_expression"}


@dataclass(slots=True)
class Calls:
    """The evaluations of a part that is evaluated for each element of a list.

    Attributes:
        count: How many there were.
        kept: Some of them, by their number.
        truths: The numbers of those that gave something true, of a filter.
    """

    count: int = 0
    kept: dict[int, Frame] = field(default_factory=dict)
    truths: list[int] = field(default_factory=list)
    _fates: Counter[bool] = field(default_factory=Counter)

    def take(self, frame: Frame, *, filters: bool, room: int) -> bool:
        """Count an evaluation; return whether its frame is kept. One that failed always is: it is the last.

        Args:
            frame: The evaluation.
            filters: It is one of a filter's condition.
            room: How many of each fate are kept.
        """
        number, self.count = self.count, self.count + 1
        fate = is_false(frame.value) if filters else frame.value is None
        if filters and not fate and frame.error is None:
            self.truths.append(number)
        # Of what passes a filter some may give null and some may not.
        most = room * (2 if filters and not fate else 1)
        if frame.done and self._fates[fate] >= most:
            return False
        self._fates[fate] += 1
        self.kept[number] = frame
        return True


@dataclass(slots=True)
class Frame:
    """One node visited.

    Attributes:
        node: The node.
        given: What ``@`` was.
        value: What it gave.
        error: Why it gave nothing.
        done: It gave a value.
        parts: What was visited for it once, in order.
        calls: What was visited for each element, by the ``id`` of the node.
        size: Itself and all frames below.
    """

    node: Node
    given: JsonValue
    value: JsonValue = None
    error: EvaluationError | None = None
    done: bool = False
    parts: list[Frame] = field(default_factory=list)
    calls: dict[int, Calls] = field(default_factory=dict)
    size: int = 1

    @property
    def kind(self) -> str:
        """The node's type."""
        return str(self.node["type"])

    @property
    def children(self) -> Sequence[Node]:
        """The node's children."""
        children: Sequence[Node] = self.node["children"]
        return children

    def failed(self) -> bool:
        """Return whether one of its parts failed."""
        inner = [*self.parts, *(frame for calls in self.calls.values() for frame in calls.kept.values())]
        return any(not frame.done for frame in inner)


class Recorder(Interpreter):
    """One evaluation, noted. What a traced part gave is what evaluation gives: there is no other one."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._open = Frame({"type": "", "children": []}, None)
        self._frames = 0
        self._lists = 0

    def record(self, root: Node, data: JsonValue, whole: JsonValue) -> tuple[Frame, EvaluationError | None]:
        """Return the frame of the root, and the error in which the evaluation ended."""
        error: EvaluationError | None = None
        try:
            self.run(root, data, whole)
        except EvaluationError as found:
            error = found
        frame = self._open.parts[0]
        if error is not None:
            # It may have failed at its end only: its result is too large.
            frame.error, frame.done = error, False
        return frame, error

    def visit(self, node: Node, value: JsonValue) -> JsonValue:
        """Evaluate a node, with a frame of its own."""
        outer, frame = self._open, Frame(node, value)
        of_list = _is_repeated(outer, node)
        self._open = frame
        self._lists += of_list
        self._frames += 1
        try:
            frame.value = super().visit(node, value)
            frame.done = True
        except EvaluationError as error:
            frame.error = error
            self._look_at_rest(frame)
            raise
        except NumberRangeError:
            frame.error = EvaluationError("a number is out of range")
            self._look_at_rest(frame)
            raise
        finally:
            self._open = outer
            self._lists -= of_list
            self._close(outer, frame, of_list=of_list)
        return frame.value

    def _look_at_rest(self, frame: Frame) -> None:
        """A part that fails does not hide its neighbours: they are looked at, too."""
        wanted = frame.children if frame.kind in _ALL_NEEDED else ()
        seen = {id(part.node) for part in frame.parts}
        for child in wanted:
            if id(child) not in seen and child["type"] != "expref":
                try:
                    self.visit(child, frame.given)
                except (EvaluationError, NumberRangeError):
                    # It stands in its frame; what the whole ends in is the first error.
                    continue

    def _close(self, outer: Frame, frame: Frame, *, of_list: bool) -> None:
        if not of_list:
            outer.parts.append(frame)
        else:
            calls = outer.calls.setdefault(id(frame.node), Calls())
            filters = outer.kind == "filter_projection" and frame.node is outer.children[2]
            room = 0 if self._frames > MAX_FRAMES else MAX_INNER if self._lists else MAX_ELEMENTS
            if not calls.take(frame, filters=filters, room=room):
                self._frames -= frame.size
                return
        outer.size += frame.size


def _is_repeated(outer: Frame, node: Node) -> bool:
    """Return whether the node is evaluated for each element of a list: the right side, a filter, an ``&`` argument."""
    if outer.kind in _PROJECTIONS:
        return node is not outer.children[0]
    return outer.kind == "function_expression" and all(node is not child for child in outer.children)
