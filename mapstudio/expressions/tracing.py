"""Why an expression gives what it gives: the value of each part on one record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mapstudio.expressions.environment import Environment
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.expression import Expression, compile_expression
from mapstudio.expressions.interpreter import Interpreter
from mapstudio.expressions.parsing import Node, child_nodes
from mapstudio.expressions.values import NumberRangeError
from mapstudio.model import JsonValue

MAX_VALUES = 50
"""Most values kept of a part that is evaluated for each element of a list."""

_CHAINS = {"subexpression", "index_expression"}
_LINKS = {"field", "index", "identity", "slice"}
_SILENT = {"literal", "identity", "current", "expref", "key_val_pair", "flatten", "index", "slice"}
_EMPTY = Environment()


@dataclass(frozen=True, slots=True)
class Step:
    """What one part of an expression gave.

    Attributes:
        text: The part, as it stands in the expression.
        start: Where it stands.
        end: Where it ends.
        value: What it gave; with ``times`` over 1, the list of its first values.
        reason: Why it failed; empty when it did not.
        times: How often it was evaluated: more than once inside of projections and ``&`` arguments.
    """

    text: str
    start: int
    end: int
    value: JsonValue = None
    reason: str = ""
    times: int = 1


def explain(expression: Expression | str, data: JsonValue, environment: Environment = _EMPTY) -> Sequence[Step]:
    """Return the value, or the reason, of each field read and each part of an expression, in source order.

    A part that encloses others comes before them. Parts that were not evaluated (behind ``||``) are left out. A failing
    part does not hide its neighbours: the other arguments of the same call are evaluated as well.

    Args:
        expression: Compiled, or its text.
        data: The record.
        environment: Value maps and the present day.

    Raises:
        ExpressionSyntaxError: The text is no expression.
    """
    compiled = compile_expression(expression) if isinstance(expression, str) else expression
    tree = compiled.tree
    shown = {id(node): tree.spans[id(node)] for node in _parts(tree.root) if id(node) in tree.spans}
    tracer = _Tracer(environment, compiled.text, shown)
    tracer.trace(tree.root, data)
    return sorted(tracer.steps.values(), key=lambda step: (step.start, -step.end))


def _parts(root: Node) -> Iterator[Node]:
    """Yield the nodes that mean something to a reader: ``guest.address.city`` is one, not five."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node["type"] not in _SILENT:
            yield node
        links = _LINKS if node["type"] in _CHAINS else set()
        pending.extend(child for child in child_nodes(node) if child["type"] not in links)


class _Tracer(Interpreter):
    def __init__(self, environment: Environment, text: str, shown: dict[int, tuple[int, int]]) -> None:
        super().__init__(environment)
        self._text = text
        self._shown = shown
        self.steps: dict[tuple[int, int], Step] = {}

    def trace(self, root: Node, record: JsonValue) -> None:
        """Evaluate; whatever fails stands in the steps."""
        try:
            self.run(root, record)
        except EvaluationError as error:
            if not any(step.reason for step in self.steps.values()):
                self._note((0, len(self._text)), None, error.reason)

    def visit(self, node: Node, value: JsonValue) -> JsonValue:
        span = self._shown.get(id(node))
        if span is None:
            return super().visit(node, value)
        try:
            result = super().visit(node, value)
        except EvaluationError as error:
            self._note(span, error.value, error.reason)
            raise
        except NumberRangeError:
            self._note(span, None, "a number is out of range")
            raise
        self._note(span, result, "")
        return result

    def _argument(self, node: Node, value: JsonValue) -> object:
        try:
            return super()._argument(node, value)
        except EvaluationError as error:
            return error

    def visit_function_expression(self, node: Node, value: JsonValue) -> JsonValue:
        """All arguments are looked at, even when the first one fails already."""
        arguments = [self._argument(child, value) for child in node["children"]]
        for argument in arguments:
            if isinstance(argument, EvaluationError):
                raise argument
        return self._called(node, arguments)

    def _note(self, span: tuple[int, int], value: JsonValue, reason: str) -> None:
        start, end = span
        before = self.steps.get(span)
        step = Step(self._text[start:end], start, end, value, reason)
        if before is None:
            self.steps[span] = step
            return
        values = before.value if before.times > 1 and isinstance(before.value, list) else [before.value]
        self.steps[span] = replace(
            step,
            value=[*values, value] if len(values) < MAX_VALUES else values,
            reason=before.reason or reason,
            times=before.times + 1,
        )
