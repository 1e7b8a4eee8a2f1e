"""Values on their way out of a mapping: made for the JSON encoder, by decimal arithmetic that is exact or raises.

The code runs in the context :data:`EXACT_OR_ERROR`. A number that leaves the expression need not be brought to its
shortest form (590.60 is 590.6), and an object that only the encoder sees need not be a ``dict``.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Clamped, Context, Decimal, Inexact, InvalidOperation, Overflow, Underflow
from typing import Any

import msgspec

from mapstudio.expressions.compiler.emitter import Emitter
from mapstudio.expressions.compiler.projections import emit_loop
from mapstudio.expressions.compiler.runtime import fail
from mapstudio.expressions.compiler.shapes import can_be_attribute
from mapstudio.expressions.compiler.values import NULL, NUMBERS, OBJECT, Value
from mapstudio.expressions.compiler.writer import NotCompilableError
from mapstudio.expressions.parsing import Node
from mapstudio.expressions.values import in_range

EXACT_OR_ERROR = Context(prec=60, Emin=-60, Emax=60, traps=[Clamped, Inexact, InvalidOperation, Overflow, Underflow])
"""Enough for any sum of money; whatever it cannot hold is computed elsewhere."""

_OPERATORS = {"+", "-", "*"}
_EXACT = "({0}.__class__ is Decimal or {0}.__class__ is int)"
_BEST = {"max_by": ">", "min_by": "<"}
_EXACT_CLASSES = frozenset({int, Decimal})
_INTEGER = frozenset({int})
_ORDERED = frozenset({str, int, float, Decimal})
_PROJECTIONS = {"projection", "filter_projection"}


class ResultEmitter(Emitter):
    """Writes the rows of a mapping."""

    _objects: frozenset[int] = frozenset()

    def emit_result(self, node: Node, *, encoded: bool) -> Value:
        """Write what computes the value of a whole row.

        Args:
            node: The row's expression.
            encoded: Nobody looks into the value but the encoder.

        Raises:
            NotCompilableError: The tree is left to the interpreter.
        """
        made = node["children"][1] if node["type"] in _PROJECTIONS else node
        if encoded and made["type"] == "multi_select_dict" and _has_own_keys(made):
            self._objects = frozenset({id(made)})
            value = self.emit_plain(node)
            self._objects = frozenset()
            return value
        return self._number(node)

    def _number(self, node: Node) -> Value:
        """Write a number in whatever form it comes, or any other value."""
        if node["type"] == "arithmetic" and node["value"] in _OPERATORS:
            return self._computed(node)
        if node["type"] == "function_expression" and node["value"] == "sum" and not self.counted:
            argument = node["children"][0]
            if argument["type"] in _PROJECTIONS:
                return self._added(argument)
        return self.emit_plain(node)

    def _computed(self, node: Node) -> Value:
        left, right = (self._number(child) for child in node["children"])
        direct = f"{left.code} {node['value']} {right.code}"
        are_exact = " and ".join(_EXACT.format(value.code) for value in (left, right) if not value.literal)
        if not are_exact or any(value.literal and not value.is_only(NUMBERS - {float}) for value in (left, right)):
            return self.emit_plain(node)
        if all(value.classes & _INTEGER for value in (left, right)):
            # Of decimals the context takes care.
            decimal = " or ".join(f"{value.code}.__class__ is Decimal" for value in (left, right) if not value.literal)
            direct = f"({direct} if {decimal} else {self.writer.constant(in_range)}({direct}))"
        nulls = " or ".join(f"{value.code} is None" for value in (left, right) if value.nullable and not value.literal)
        failing = f"{self.writer.constant(fail)}()"
        otherwise = f"None if {nulls} else {failing}" if nulls else failing
        return self.assign(f"{direct} if {are_exact} else {otherwise}", NUMBERS | NULL)

    def _added(self, node: Node) -> Value:
        left, right, *condition = node["children"]
        base = self.emit(left)
        total = self.writer.temporary()

        def add(made: Value) -> str:
            failing = f"{self.writer.constant(fail)}()"
            return f"{total} = {total} + {made.code} if {_EXACT.format(made.code)} else {failing}"

        self.writer.line(f"{total} = {self.writer.constant(Decimal(0))}")
        emit_loop(self, base, right, *condition, keep=add)
        return Value(total, NUMBERS)

    def _function_expression(self, node: Node) -> Value:
        if node["value"] in _BEST and not self.counted:
            return self._best(_BEST[node["value"]], *node["children"])
        return super()._function_expression(node)

    def _best(self, sign: str, elements: Node, expression: Node) -> Value:
        """Write the search for the first element with the greatest or the least key."""
        base, writer = self.emit(elements), self.writer
        if base.shape is not None and base.shape.element is None:
            raise NotCompilableError
        best, key, kind, item = (writer.temporary() for _ in range(4))
        failing, ordered = f"{writer.constant(fail)}()", writer.constant(_ORDERED)
        shape = base.shape.element if base.shape is not None else None
        element = Value(item) if shape is None or shape.plain else Value(item, OBJECT, shape)
        writer.line(f"if not ({self.is_list(base)}): {failing}")
        writer.line(f"{best} = {kind} = None")
        with writer.block(f"for {item} in {base.code}:"), self.layer(), self.at(element):
            found = self.emit_plain(expression["children"][0]).code
            with writer.block(f"if {found}.__class__ is not {kind}:"):
                with writer.block(f"if {kind} is None and {found}.__class__ in {ordered}:"):
                    writer.line(f"{best}, {key}, {kind} = {item}, {found}, {found}.__class__")
                    writer.line("continue")
                exact = writer.constant(_EXACT_CLASSES)
                writer.line(f"if {kind} not in {exact} or {found}.__class__ not in {exact}: {failing}")
            writer.line(f"if {found} {sign} {key}: {best}, {key} = {item}, {found}")
        return Value(best, element.classes | NULL, element.shape)

    def _multi_select_dict(self, node: Node) -> Value:
        if id(node) not in self._objects:
            return super()._multi_select_dict(node)
        pairs: Sequence[Node] = node["children"]
        names = {f"f{index}": pair["value"] for index, pair in enumerate(pairs)}
        made: Any = msgspec.defstruct("Made", [(name, Any) for name in names], rename=names, gc=False)
        name = self.writer.constant(made)
        return self.made_of(
            [pair["children"][0] for pair in pairs], lambda codes: f"{name}({', '.join(codes)})", OBJECT
        )

    def _key(self, node: Node) -> str | None:
        # What is made for the encoder alone is not shared with a row that looks into it.
        return None if id(node) in self._objects or self._holds_object(node) else super()._key(node)

    def _holds_object(self, node: Node) -> bool:
        return bool(self._objects) and any(id(child) in self._objects for child in node["children"])


def _has_own_keys(node: Node) -> bool:
    keys = [pair["value"] for pair in node["children"]]
    return len(set(keys)) == len(keys) and all(map(can_be_attribute, keys))
