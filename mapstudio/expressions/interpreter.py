"""Evaluation: the jmespath package's tree interpreter with the specification's meaning, budgets and our functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from jmespath.visitor import Options, TreeInterpreter

from mapstudio.expressions.arithmetic import compute, signed
from mapstudio.expressions.budget import Budget
from mapstudio.expressions.environment import Environment
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.parsing import Node, chain
from mapstudio.expressions.registry import Call
from mapstudio.expressions.values import NumberRangeError, equals, is_false, literal_copy, order
from mapstudio.model import JsonValue

_ORDERINGS: dict[str, Callable[[int], bool]] = {
    "lt": lambda found: found < 0,
    "lte": lambda found: found <= 0,
    "gt": lambda found: found > 0,
    "gte": lambda found: found >= 0,
}
# The package's own functions are never called.
_OPTIONS = Options(custom_functions=FUNCTIONS)
# With fewer objects made than this, a result cannot have grown far beyond the record.
_FEW_MADE = 12


class Interpreter(TreeInterpreter):  # type: ignore[misc] # the package has no types
    """One evaluation of one tree.

    Args:
        environment: What functions may see.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(_OPTIONS)
        self.budget = Budget()
        self._call = Call(environment, self.budget)
        self._made = 0
        self._whole: JsonValue = None
        self._variables: dict[str, JsonValue] = {}

    def run(self, root: Node, record: JsonValue, whole: JsonValue = None) -> JsonValue:
        """Return the value of the tree for a record.

        Args:
            root: The tree.
            record: What ``@`` is.
            whole: What ``$`` is, when the record is a part of it; ``None``: the record.

        Raises:
            EvaluationError: See there.
        """
        self._whole = record if whole is None else whole
        try:
            result = self.visit(root, record)
            if self._made >= _FEW_MADE:
                self.budget.walk(result)
        except NumberRangeError as error:
            raise EvaluationError("a number is out of range") from error
        except RecursionError as error:
            raise EvaluationError("the record is nested too deep") from error
        if isinstance(result, float) and (result != result or result in _INFINITE):  # noqa: PLR0124 - only NaN does
            raise EvaluationError("the result is no finite number")
        return result

    def visit(self, node: Node, value: JsonValue) -> JsonValue:
        """Return the node's value where ``@`` is the given one."""
        self.budget.step()
        method = cast("Callable[[Node, JsonValue], JsonValue]", getattr(self, _METHODS[node["type"]]))
        return method(node, value)

    def visit_field(self, node: Node, value: JsonValue) -> JsonValue:
        """Only objects have fields."""
        return value.get(node["value"]) if isinstance(value, dict) else None

    def visit_literal(self, node: Node, value: JsonValue) -> JsonValue:  # noqa: ARG002 - the package's signature
        """A copy, so that nobody changes the expression."""
        literal = node["value"]
        if isinstance(literal, list | dict):
            self.budget.walk(literal)
            return literal_copy(literal)
        return cast("JsonValue", literal)

    def visit_comparator(self, node: Node, value: JsonValue) -> JsonValue:
        """Equality by type and decimal value; what has no order gives null."""
        left, right = (self.visit(child, value) for child in node["children"])
        kind = node["value"]
        if kind in _ORDERINGS:
            found = order(left, right)
            return None if found is None else _ORDERINGS[kind](found)
        return equals(left, right, self.budget.step) is (kind == "eq")

    def visit_or_expression(self, node: Node, value: JsonValue) -> JsonValue:
        """The first operand that is true, else the last one."""
        result: JsonValue = None
        for operand in chain(node):
            result = self.visit(operand, value)
            if not is_false(result):
                break
        return result

    def visit_and_expression(self, node: Node, value: JsonValue) -> JsonValue:
        """The first operand that is false, else the last one."""
        result: JsonValue = None
        for operand in chain(node):
            result = self.visit(operand, value)
            if is_false(result):
                break
        return result

    def visit_not_expression(self, node: Node, value: JsonValue) -> JsonValue:
        """Zero is true, and so ``!0`` is false."""
        return is_false(self.visit(node["children"][0], value))

    def visit_ternary(self, node: Node, value: JsonValue) -> JsonValue:
        """One of two, by the truth of the condition."""
        condition, then, otherwise = node["children"]
        return self.visit(otherwise if is_false(self.visit(condition, value)) else then, value)

    def visit_arithmetic(self, node: Node, value: JsonValue) -> JsonValue:
        """By decimal value."""
        left, right = (self.visit(child, value) for child in node["children"])
        return compute(node["value"], left, right)

    def visit_arithmetic_unary(self, node: Node, value: JsonValue) -> JsonValue:
        """A sign."""
        return signed(node["value"], self.visit(node["children"][0], value))

    def visit_root(self, node: Node, value: JsonValue) -> JsonValue:  # noqa: ARG002 - the package's signature
        """The whole record, wherever it stands."""
        return self._whole

    def visit_variable_ref(self, node: Node, value: JsonValue) -> JsonValue:  # noqa: ARG002 - the package's signature
        """What was bound; that it was is checked when the text is parsed."""
        return self._variables[node["value"]]

    def visit_let_expression(self, node: Node, value: JsonValue) -> JsonValue:
        """The body, with variables; what they are bound to does not see them yet."""
        *assigned, body = node["children"]
        outer = self._variables
        bound = {item["value"]: self.visit(item["children"][0], value) for item in assigned}
        self._variables = {**outer, **bound}
        try:
            return self.visit(body, value)
        finally:
            self._variables = outer

    def visit_pipe(self, node: Node, value: JsonValue) -> JsonValue:
        """Each part sees the result of the one before."""
        for part in chain(node):
            value = self.visit(part, value)
        return value

    def visit_slice(self, node: Node, value: JsonValue) -> JsonValue:
        """A part of a list, or of a text."""
        if not isinstance(value, list | str):
            return None
        part = value[slice(*node["children"])]
        self.budget.take(part)
        return part

    def visit_projection(self, node: Node, value: JsonValue) -> JsonValue:
        """The right side for each element; a slice of a text is a text, and no projection."""
        left, right = node["children"]
        base = self.visit(left, value)
        if isinstance(base, str) and left["type"] == "index_expression" and left["children"][-1]["type"] == "slice":
            return self.visit(right, base)
        return self._project(right, base) if isinstance(base, list) else None

    def visit_value_projection(self, node: Node, value: JsonValue) -> JsonValue:
        """The right side for each value of an object."""
        base = self.visit(node["children"][0], value)
        return self._project(node["children"][1], list(base.values())) if isinstance(base, dict) else None

    def visit_filter_projection(self, node: Node, value: JsonValue) -> JsonValue:
        """The right side for each element for which the condition is true."""
        left, right, condition = node["children"]
        base = self.visit(left, value)
        if not isinstance(base, list):
            return None
        return self._project(right, [item for item in base if not is_false(self.visit(condition, item))])

    def _project(self, right: Node, elements: list[JsonValue]) -> JsonValue:
        self._made += 1
        found = [self.visit(right, item) for item in elements]
        return [item for item in found if item is not None]

    def visit_flatten(self, node: Node, value: JsonValue) -> JsonValue:
        """Elements of elements, one level."""
        base = self.visit(node["children"][0], value)
        if not isinstance(base, list):
            return None
        merged: list[JsonValue] = []
        for item in base:
            if isinstance(item, list):
                self.budget.step(len(item))
                merged.extend(item)
            else:
                self.budget.step()
                merged.append(item)
        return merged

    def visit_multi_select_list(self, node: Node, value: JsonValue) -> JsonValue:
        """Null for null, else a list."""
        self._made += 1
        return None if value is None else [self.visit(child, value) for child in node["children"]]

    def visit_multi_select_dict(self, node: Node, value: JsonValue) -> JsonValue:
        """Null for null, else an object."""
        self._made += 1
        return None if value is None else {child["value"]: self.visit(child, value) for child in node["children"]}

    def visit_function_expression(self, node: Node, value: JsonValue) -> JsonValue:
        """Call a function; which one and with how many arguments was checked when the text was compiled."""
        return self._called(node, [self._argument(child, value) for child in node["children"]])

    def _called(self, node: Node, arguments: Sequence[object]) -> JsonValue:
        self._made += 1
        function = FUNCTIONS.get(node["value"])
        if function is None:
            raise EvaluationError(f"there is no function {node['value']}")
        return function(self._call, arguments)

    def _argument(self, node: Node, value: JsonValue) -> object:
        if node["type"] != "expref":
            return self.visit(node, value)
        inner = node["children"][0]
        # Functions call it before they return, so that the variables are those of its place.
        return lambda element: self.visit(inner, element)


_INFINITE = (float("inf"), float("-inf"))


class _MethodNames(dict[str, Any]):
    def __missing__(self, kind: str) -> str:
        self[kind] = f"visit_{kind}"
        return str(self[kind])


_METHODS = _MethodNames()
