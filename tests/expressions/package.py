"""The jmespath package as oracle, and the same with each difference that the reference page declares.

:func:`evaluate` is the package as it is. Only where a result differs from ours :func:`evaluate_declared` is asked: the
package's own interpreter, in which nothing is overridden but what the page lists. It tells which of the differences had
an effect on this very case, so that none of them can hide another.
"""

from __future__ import annotations

import json
import math
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from typing import Any, TypeAlias

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions, signature
from jmespath.visitor import Options, TreeInterpreter

from mapstudio.expressions.parsing import parse
from mapstudio.model import JsonValue, exact_json

DIFFERENCES = frozenset(
    {
        "a number is its decimal value",
        "a slice is a projection wherever it stands",
        "a text contains texts only",
        "every argument of merge is an object",
        "sum and avg are exact",
        "texts can be sliced",
        "to_number reads JSON's numbers",
        "to_string writes JSON",
        "two values without an order are null",
        "types are compared first",
    }
)
"""What the reference page declares."""

_WIDE = Context(prec=2000)
_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
_NUMBER = {"types": ["number"]}
_NUMBERS = {"types": ["array-number"]}
_ORDERED = {"types": ["array-number", "array-string"]}
_ANY: dict[str, list[str]] = {"types": []}
Number: TypeAlias = "int | float | Decimal"
_PYTHON_ERRORS = (TypeError, AttributeError, ValueError, OverflowError)


@dataclass(frozen=True)
class Result:
    """A value, or an error; of an error only that it is one."""

    value: JsonValue = None
    failed: bool = False


def evaluate(text: str, document: JsonValue) -> Result:
    """Return what the package makes of an expression, a Python error being an error as well."""
    with warnings.catch_warnings():
        # A bare word between backticks is deprecated there.
        warnings.simplefilter("ignore")
        try:
            return Result(jmespath.search(text, document))
        except (JMESPathError, *_PYTHON_ERRORS):
            return Result(failed=True)


def evaluate_declared(text: str, document: JsonValue) -> tuple[Result, frozenset[str]]:
    """Return what the package would make of it with the declared differences, and those that had an effect."""
    root = parse(text).root
    interpreter = Declared()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if root != jmespath.compile(text).parsed:
            interpreter.fired.add("a slice is a projection wherever it stands")
    try:
        return Result(interpreter.visit(root, document)), frozenset(interpreter.fired)
    except (JMESPathError, *_PYTHON_ERRORS):
        return Result(failed=True), frozenset(interpreter.fired)


def decimal_of(number: Number) -> Decimal:
    """Return the decimal value that a number is written with."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def is_number(value: object) -> bool:
    """Return whether the value is a JSON number."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def near(left: JsonValue, right: JsonValue) -> bool:
    """Return whether two values are the same, numbers within 1e-9 of their size."""
    if is_number(left) and is_number(right):
        first, second = (decimal_of(item) for item in (left, right))  # type: ignore[arg-type] # numbers
        if not first.is_finite() or not second.is_finite():
            return first == second
        return _WIDE.abs(_WIDE.subtract(first, second)) <= _WIDE.multiply(Decimal("1e-9"), max(abs(first), abs(second)))
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(near, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(near(item, right[key]) for key, item in left.items())
    return left == right


def _same(left: JsonValue, right: JsonValue) -> bool:
    """Return whether two values are equal as the specification has it: by type, numbers by decimal value."""
    if is_number(left) and is_number(right):
        return decimal_of(left) == decimal_of(right)  # type: ignore[arg-type] # numbers
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(item, right[key]) for key, item in left.items())
    return left == right


class Declared(TreeInterpreter):  # type: ignore[misc] # the package has no types
    """The package's interpreter with the declared differences.

    Attributes:
        fired: Those that had an effect.
    """

    def __init__(self) -> None:
        self.fired: set[str] = set()
        super().__init__(Options(custom_functions=DeclaredFunctions(self.fired)))

    def visit_comparator(self, node: Any, value: JsonValue) -> JsonValue:
        kind = node["value"]
        if kind in {"eq", "ne"}:
            left, right = (self.visit(child, value) for child in node["children"])
            ours = _same(left, right) is (kind == "eq")
            numbers = is_number(left) and is_number(right)
            name = "a number is its decimal value" if numbers else "types are compared first"
            return _noted(self.fired, name, ours, lambda: self._plain(kind, left, right))
        left, right = (self.visit(child, value) for child in node["children"])
        if is_number(left) and is_number(right):
            first, second = decimal_of(left), decimal_of(right)
            ours = bool(self._plain(kind, first, second))
            return _noted(self.fired, "a number is its decimal value", ours, lambda: self._plain(kind, left, right))
        if isinstance(left, str) and isinstance(right, str):
            return self._plain(kind, left, right)
        if {type(left), type(right)} <= {str, int, float}:
            self.fired.add("two values without an order are null")
        return None

    def visit_slice(self, node: Any, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            self.fired.add("texts can be sliced")
            return value[slice(*node["children"])]
        result: JsonValue = super().visit_slice(node, value)
        return result

    def visit_projection(self, node: Any, value: JsonValue) -> JsonValue:
        left, right = node["children"]
        if left["type"] == "index_expression" and left["children"][-1]["type"] == "slice":
            base = self.visit(left, value)
            if isinstance(base, str):
                return self.visit(right, base)  # type: ignore[no-any-return] # as above
        result: JsonValue = super().visit_projection(node, value)
        return result

    def _plain(self, kind: str, left: Any, right: Any) -> JsonValue:
        found: JsonValue = self.COMPARATOR_FUNC[kind](left, right)
        return found


class DeclaredFunctions(Functions):  # type: ignore[misc] # as above
    """The package's functions with the declared differences."""

    def __init__(self, fired: set[str]) -> None:
        self.fired = fired

    @signature({"types": ["array", "string"]}, _ANY)  # type: ignore[untyped-decorator] # as above
    def _func_contains(self, subject: Any, search: JsonValue) -> JsonValue:
        if isinstance(subject, str):
            ours = isinstance(search, str) and search in subject
            return _noted(
                self.fired,
                "a text contains texts only",
                ours,
                lambda: super(type(self), self)._func_contains(subject, search),
            )
        ours = any(_same(item, search) for item in subject)
        return _noted(self.fired, "types are compared first", ours, lambda: search in subject)

    @signature(_ANY)  # type: ignore[untyped-decorator] # as above
    def _func_to_number(self, value: JsonValue) -> JsonValue:
        if is_number(value):
            return value
        plain: JsonValue = super()._func_to_number(value)
        if not isinstance(value, str):
            return plain
        ours = plain if _JSON_NUMBER.fullmatch(value) else None
        return _noted(self.fired, "to_number reads JSON's numbers", ours, lambda: plain)

    @signature(_ANY)  # type: ignore[untyped-decorator] # as above
    def _func_to_string(self, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            return value
        text = exact_json.dumps(value)
        # Whatever it looks like: what is written is what was there.
        assert near(json.loads(text), value)
        return _noted(self.fired, "to_string writes JSON", text, lambda: super(type(self), self)._func_to_string(value))

    @signature(_NUMBERS)  # type: ignore[untyped-decorator] # as above
    def _func_sum(self, numbers: list[Number]) -> JsonValue:
        return self._exact(_plain(_total(numbers)), lambda: super(type(self), self)._func_sum(numbers))

    @signature(_NUMBERS)  # type: ignore[untyped-decorator] # as above
    def _func_avg(self, numbers: list[Number]) -> JsonValue:
        if not numbers:
            return None
        mean = _mean(_total(numbers), len(numbers))
        return self._exact(mean, lambda: super(type(self), self)._func_avg(numbers))

    def _exact(self, ours: JsonValue, theirs: Callable[[], JsonValue]) -> JsonValue:
        """Return an exact number; that it is an integer, where it is one, is part of the difference."""
        try:
            same = type(ours) is type(theirs())
        except _PYTHON_ERRORS:
            same = False
        if not same:
            self.fired.add("sum and avg are exact")
        return _noted(self.fired, "sum and avg are exact", ours, theirs)

    @signature(_NUMBER)  # type: ignore[untyped-decorator] # as above
    def _func_abs(self, number: Number) -> JsonValue:
        return number.copy_abs() if isinstance(number, Decimal) else abs(number)

    @signature(_NUMBER)  # type: ignore[untyped-decorator] # as above
    def _func_ceil(self, number: Number) -> JsonValue:
        return self._by_value(math.ceil(decimal_of(number)), lambda: super(type(self), self)._func_ceil(number))

    @signature(_NUMBER)  # type: ignore[untyped-decorator] # as above
    def _func_floor(self, number: Number) -> JsonValue:
        return self._by_value(math.floor(decimal_of(number)), lambda: super(type(self), self)._func_floor(number))

    def _by_value(self, ours: JsonValue, theirs: Callable[[], JsonValue]) -> JsonValue:
        return _noted(self.fired, "a number is its decimal value", ours, theirs)

    @signature({"types": ["object"], "variadic": True})  # type: ignore[untyped-decorator] # as above
    def _func_merge(self, *objects: Any) -> JsonValue:
        if not all(isinstance(item, dict) for item in objects):
            self.fired.add("every argument of merge is an object")
            raise TypeError
        return {key: item for part in objects for key, item in part.items()}

    @signature(_ANY)  # type: ignore[untyped-decorator] # as above
    def _func_type(self, value: JsonValue) -> JsonValue:
        return "number" if is_number(value) else super()._func_type(value)

    def _get_allowed_pytypes(self, types: Any) -> Any:
        # What a sum gives can have more digits than a float.
        allowed, parts = super()._get_allowed_pytypes(types)
        extended = [(*names, "Decimal") if "float" in names else names for names in parts]
        return [*allowed, "Decimal"] if "float" in allowed else allowed, extended

    def _convert_to_jmespath_type(self, name: str) -> str:
        return "number" if name == "Decimal" else str(super()._convert_to_jmespath_type(name))


def _plain(exact: Decimal) -> JsonValue:
    if exact == exact.to_integral_value(context=_WIDE):
        return int(exact)
    number = float(exact)
    return number if decimal_of(number) == exact else exact


def _mean(total: Decimal, count: int) -> JsonValue:
    """Return the mean; one that does not end as the nearest float, or where that would lose digits with 28 of them."""
    context = Context(prec=1000, traps=[])
    mean = context.divide(total, Decimal(count))
    if not context.flags[Inexact]:
        return _plain(mean)
    digits = len(total.normalize(_WIDE).as_tuple().digits)
    # Near the ends of their range floats have fewer digits, or none.
    is_short = digits <= 15 and abs(mean.adjusted()) < 300
    return float(mean) if is_short else Context(prec=max(28, digits + 10)).divide(total, Decimal(count))


def _total(numbers: Sequence[Number]) -> Decimal:
    found = Decimal(0)
    for number in numbers:
        found = _WIDE.add(found, decimal_of(number))
    return found


def _noted(fired: set[str], name: str, ours: JsonValue, theirs: Callable[[], JsonValue]) -> JsonValue:
    """Return our value, noting the difference when the package has another one."""
    try:
        differs = not _same(ours, theirs())
    except _PYTHON_ERRORS:
        differs = True
    if differs:
        fired.add(name)
    return ours
