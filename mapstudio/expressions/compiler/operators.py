"""Truth, comparison, choice and arithmetic in generated code."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Sequence
from decimal import Decimal

from mapstudio.expressions.arithmetic import compute, signed
from mapstudio.expressions.compiler import runtime
from mapstudio.expressions.compiler.protocol import Emitting
from mapstudio.expressions.compiler.values import LIST, NULL, NUMBERS, OBJECT, TEXT, TRUTH, Value
from mapstudio.expressions.compiler.writer import NotCompilableError
from mapstudio.expressions.parsing import Node, chain

_ORDERINGS = {
    "lt": ("<", runtime.less),
    "lte": ("<=", runtime.less_or_equal),
    "gt": (">", runtime.greater),
    "gte": (">=", runtime.greater_or_equal),
}
_MIRRORED = {"lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}
_INTEGER: frozenset[type] = frozenset({int})
# Up to here every whole number is a float of its own, and comparing the two is comparing decimals.
_SAFE = 2**53


class OperatorEmitter:
    """The part of the emitter for operators."""

    def falsy(self: Emitting, value: Value) -> str:
        """Return the condition that the value is false: zero is not."""
        if value.is_only(NUMBERS):
            return "False"
        if not value.classes & NUMBERS:
            return f"not {value.code}"
        return f"not {value.code} and {value.code}.__class__ not in {self.writer.constant(runtime.NUMBER_CLASSES)}"

    def truthy(self: Emitting, value: Value) -> str:
        """Return the condition that the value is true."""
        if value.is_only(NUMBERS):
            return "True"
        if not value.classes & NUMBERS:
            return value.code
        return f"{value.code} or {value.code}.__class__ in {self.writer.constant(runtime.NUMBER_CLASSES)}"

    def _or_expression(self: Emitting, node: Node) -> Value:
        return _first(self, chain(node), is_or=True)

    def _and_expression(self: Emitting, node: Node) -> Value:
        return _first(self, chain(node), is_or=False)

    def _not_expression(self: Emitting, node: Node) -> Value:
        value = self.emit_plain(node["children"][0])
        return self.assign(OperatorEmitter.falsy(self, value), TRUTH)

    def _ternary(self: Emitting, node: Node) -> Value:
        condition, then, otherwise = node["children"]
        result = self.writer.temporary()
        classes: frozenset[type] = frozenset()
        head = f"if {OperatorEmitter.truthy(self, self.emit_plain(condition))}:"
        for branch in (then, otherwise):
            with self.writer.block(head), self.layer():
                value = self.emit_plain(branch)
                self.writer.line(f"{result} = {value.code}")
                classes |= value.classes
            head = "else:"
        return Value(result, classes)

    def _comparator(self: Emitting, node: Node) -> Value:
        kind = node["value"]
        if kind in _ORDERINGS:
            left, right = (self.emit(child) for child in node["children"])
            if left.literal and not right.literal:
                left, right, kind = right, left, _MIRRORED[kind]
            if left.verbatim and _is_zero(right):
                return _ordered_with_zero(self, kind, left)
            if left.near:
                return _ordered_nearly(self, kind, left, right)
            return _ordered(self, kind, self.plain(left), self.plain(right))
        left, right = (self.emit_plain(child) for child in node["children"])
        if left.literal and right.literal:
            left = self.assign(left.code, left.classes)
        sign = "==" if kind == "eq" else "!="
        if any(value.is_only(NULL | TRUTH) and value.literal for value in (left, right)):
            return self.assign(f"{left.code} {'is' if sign == '==' else 'is not'} {right.code}", TRUTH)
        if left.is_only(TEXT) or right.is_only(TEXT):
            # A text equals nothing but a text.
            return self.assign(f"{left.code} {sign} {right.code}", TRUTH)
        equal, steps = self.writer.constant(runtime.equal), ", call.budget.step" if self.counted else ""
        return self.assign(f"{'' if sign == '==' else 'not '}{equal}({left.code}, {right.code}{steps})", TRUTH)

    def _arithmetic(self: Emitting, node: Node) -> Value:
        left, right = (self.emit_plain(child) for child in node["children"])
        return self.assign(
            f"{self.writer.constant(compute)}({node['value']!r}, {left.code}, {right.code})", NUMBERS | NULL
        )

    def _arithmetic_unary(self: Emitting, node: Node) -> Value:
        operand = self.emit_plain(node["children"][0])
        return self.assign(f"{self.writer.constant(signed)}({node['value']!r}, {operand.code})", NUMBERS | NULL)

    def _multi_select_list(self: Emitting, node: Node) -> Value:
        return self.made_of(node["children"], lambda codes: f"[{', '.join(codes)}]", LIST)

    def _multi_select_dict(self: Emitting, node: Node) -> Value:
        pairs = node["children"]
        keys = [pair["value"] for pair in pairs]

        def write(codes: Sequence[str]) -> str:
            return "{" + ", ".join(f"{key!r}: {code}" for key, code in zip(keys, codes, strict=True)) + "}"

        return self.made_of([pair["children"][0] for pair in pairs], write, OBJECT)

    def made_of(
        self: Emitting,
        nodes: Sequence[Node],
        write: Callable[[Sequence[str]], str],
        classes: frozenset[type],
        emit: Callable[[Node], Value] | None = None,
    ) -> Value:
        """Write what is made of the nodes' values; of null it is null.

        Args:
            nodes: The parts.
            write: Gets the code of each, returns the code of the whole.
            classes: What it makes.
            emit: Writes a part; a plain one unless it says otherwise.
        """
        parent, emit = self.current, emit or self.emit_plain
        if not parent.nullable:
            return self.assign(write([emit(node).code for node in nodes]), classes)
        result = self.assign("None")
        with self.writer.block(f"if {parent.code} is not None:"), self.layer(), self.at(parent.never_null()):
            self.writer.line(f"{result.code} = {write([emit(node).code for node in nodes])}")
        return Value(result.code, classes | NULL)


def _first(emitter: Emitting, operands: Sequence[Node], *, is_or: bool) -> Value:
    """Write ``a || b || c`` one below the other: inside each other they would nest without end."""
    first, *rest = operands
    value = emitter.emit_plain(first)
    result = emitter.assign(value.code, value.classes)
    for operand in rest:
        condition = OperatorEmitter.falsy(emitter, result) if is_or else OperatorEmitter.truthy(emitter, result)
        with emitter.writer.block(f"if {condition}:"), emitter.layer():
            value = emitter.emit_plain(operand)
            emitter.writer.line(f"{result.code} = {value.code}")
        result = Value(result.code, result.classes | value.classes)
    return result


def _ordered_nearly(emitter: Emitting, kind: str, left: Value, right: Value) -> Value:
    """Write the comparison of the nearest float with a literal: it tells all but whether they are equal."""
    sign, compare = _ORDERINGS[kind]
    if not right.literal or not right.is_only(frozenset({int, float})):
        raise NotCompilableError
    name, failing = left.code, f"{emitter.writer.constant(runtime.fail)}()"
    generic = f"{emitter.writer.constant(compare)}({name}, {right.code})"
    # Python compares two floats much sooner than a float with an integer.
    near_to = _as_float(right.code)
    near = f"({name} {sign} {near_to} if {name} != {near_to} else {failing})"
    if left.is_only(NULL | {float}):
        return emitter.assign(f"{near} if {name} is not None else None", TRUTH | NULL)
    if right.is_only(_INTEGER):
        generic = f"({name} {sign} {right.code}) if {name}.__class__ is int else {generic}"
    return emitter.assign(f"{near} if {name}.__class__ is float else {generic}", TRUTH | NULL)


def _is_zero(value: Value) -> bool:
    return value.literal and value.is_only(frozenset({int, float})) and not literal_eval(value.code)


def _ordered_with_zero(emitter: Emitting, kind: str, left: Value) -> Value:
    """Write the comparison of a number's text with zero: many are zero itself, and a float tells the sign of others."""
    sign, compare = _ORDERINGS[kind]
    name, near, constant = left.code, emitter.writer.temporary(), emitter.writer.constant
    zero = " or ".join(f"{name} == {constant(text)}" for text in runtime.ZERO_TEXTS)
    # A float is zero also where the number is only very near to it.
    other = (
        f"{near} {sign} 0.0 if ({near} := float({name})) else {constant(compare)}({constant(runtime.read)}({name}), 0)"
    )
    code = f"None if {name} is None else {sign.endswith('=')} if {zero} else {other}"
    return emitter.assign(code, TRUTH | NULL)


def _as_float(code: str) -> str:
    """Return a number's literal as a float's where that is the same number."""
    number = literal_eval(code)
    return repr(float(number)) if abs(number) <= _SAFE else code


def _ordered(emitter: Emitting, kind: str, left: Value, right: Value) -> Value:
    sign, compare = _ORDERINGS[kind]
    generic = f"{emitter.writer.constant(compare)}({left.code}, {right.code})"
    direct = f"{left.code} {sign} {right.code}"
    name = left.code
    if right.is_only(TEXT):
        return emitter.assign(f"({direct}) if {name}.__class__ is str else None", TRUTH | NULL)
    if right.literal and right.is_only(frozenset({int, float})) and abs(float(right.code.strip("()"))) < _SAFE:
        # A decimal with a decimal is quickest; of a float literal the text is taken, the decimal that it says.
        same = f"{name}.__class__ is float" + (f" or {name}.__class__ is int" if right.is_only(_INTEGER) else "")
        decimal = emitter.writer.constant(Decimal(right.code.strip("()")))
        of_decimal = f"({name} {sign} {decimal}) if {name}.__class__ is Decimal else "
        return emitter.assign(f"{of_decimal}({direct}) if {same} else {generic}", TRUTH | NULL)
    return emitter.assign(generic, TRUTH | NULL)
