"""Values on their way out of a mapping: made for the JSON encoder, by decimal arithmetic that is exact or raises.

The code runs in the context ``decimals.EXACT_OR_ERROR``. A number that leaves the expression need not be brought to its
shortest form (590.60 is 590.6), and an object that only the encoder sees need not be a ``dict``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from mapstudio.expressions.compiler.emitter import Emitter
from mapstudio.expressions.compiler.loops import Collected, Part, can_be_list, emit_loop
from mapstudio.expressions.compiler.protocol import Emitting
from mapstudio.expressions.compiler.runtime import fail
from mapstudio.expressions.compiler.shapes import Shape, can_be_attribute
from mapstudio.expressions.compiler.values import ANY, NULL, NUMBERS, OBJECT, Value
from mapstudio.expressions.compiler.writer import NotCompilableError
from mapstudio.expressions.parsing import Node
from mapstudio.expressions.values import in_range

_OPERATORS = {"+", "-", "*"}
_EXACT = "({0}.__class__ is Decimal or {0}.__class__ is int)"
_BEST = {"max_by": ">", "min_by": "<"}
_EXACT_CLASSES = frozenset({int, Decimal})
_INTEGER = frozenset({int})
_ORDERED = frozenset({str, int, float, Decimal})
_PROJECTIONS = {"projection", "filter_projection"}
_FIRST = {"subexpression", "pipe", "index_expression"}


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
                return self._made_of_list(node)
        return self.verbatim(self.emit(node))

    def _computed(self, node: Node) -> Value:
        left, right = (self.plain(self._number(child)) for child in node["children"])
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

    def emit_together(self, roots: Iterable[Node]) -> None:
        """Write what several rows make of one list as one loop; the rows find it done.

        Args:
            roots: The rows' expressions, all of them evaluated for the current ``@``.
        """
        if self.counted:
            return
        found: dict[str, tuple[Value, list[tuple[str, Part]]]] = {}
        for root in roots:
            listed = self._listed(root)
            if listed is None or (key := self._made_key(listed)) is None:
                continue
            base = self.emit(_list_of(listed))
            # A list of which only parts are decoded: another one may be a text, or null inside.
            if base.shape is not None and base.shape.element is not None:
                parts = found.setdefault(base.code, (base, []))[1]
                if key not in {other for other, _ in parts}:
                    parts.append((key, self._part(listed)))
        for base, parts in found.values():
            if len(parts) > 1:
                values = emit_loop(self, base, [part for _, part in parts])
                self._layers[-1].update(
                    {(self.current.code, key): value for (key, _), value in zip(parts, values, strict=True)}
                )

    def _listed(self, root: Node) -> Node | None:
        """Return what a row makes of a list before anything else, ``None`` for other rows."""
        if root["type"] == "function_expression" and root["value"] == "sum":
            return root if root["children"][0]["type"] in _PROJECTIONS else None
        node = root
        while node["type"] in _FIRST:
            node = node["children"][0]
        children = node["children"]
        if node["type"] == "function_expression" and node["value"] in _BEST:
            return node if len(children) == 2 and children[1]["type"] == "expref" else None
        return node if node["type"] in _PROJECTIONS and children[1]["type"] != "multi_select_dict" else None

    def _made_key(self, node: Node) -> str | None:
        """Return the key of what is made of a list; of a sum another one than where a number's form matters."""
        key = self._key(node)
        return (
            f"result {key}" if key is not None and node["type"] not in _PROJECTIONS and node["value"] == "sum" else key
        )

    def _part(self, node: Node) -> Part:
        if node["type"] in _PROJECTIONS:
            return Collected(self, *node["children"][1:])
        if node["value"] == "sum":
            return _Added(self, *node["children"][0]["children"][1:])
        return _Best(self, _BEST[node["value"]], node["children"][1]["children"][0])

    def _made_of_list(self, node: Node) -> Value:
        """Write what a sum, or the search for the best, makes of its list."""
        key = self._made_key(node)
        known = self._layers[-1].get((self.current.code, key)) if key is not None else None
        if known is not None:
            return known
        base = self.emit(_list_of(node))
        if not can_be_list(base):
            raise NotCompilableError
        [made] = emit_loop(self, base, [self._part(node)])
        return made

    def _function_expression(self, node: Node) -> Value:
        if node["value"] in _BEST and not self.counted:
            return self._made_of_list(node)
        return super()._function_expression(node)

    def _multi_select_dict(self, node: Node) -> Value:
        if id(node) not in self._objects:
            return super()._multi_select_dict(node)
        pairs: Sequence[Node] = node["children"]
        names = {f"f{index}": pair["value"] for index, pair in enumerate(pairs)}
        made: Any = msgspec.defstruct("Made", [(name, Any) for name in names], rename=names, gc=False)
        name = self.writer.constant(made)
        return self.made_of(
            [pair["children"][0] for pair in pairs],
            lambda codes: f"{name}({', '.join(codes)})",
            OBJECT,
            lambda part: self.verbatim(self.emit(part)),
        )

    def _key(self, node: Node) -> str | None:
        # What is made for the encoder alone is not shared with a row that looks into it.
        return None if id(node) in self._objects or self._holds_object(node) else super()._key(node)

    def _holds_object(self, node: Node) -> bool:
        return bool(self._objects) and any(id(child) in self._objects for child in node["children"])


class _Added(Part):
    """The sum of numbers."""

    def __init__(self, emitter: Emitting, right: Node, condition: Node | None = None) -> None:
        super().__init__(emitter)
        self._right = right
        self._condition = condition
        self._total = emitter.writer.temporary()

    def prepare(self) -> None:
        """See :meth:`Part.prepare`."""
        self.emitter.writer.line(f"{self._total} = {self.emitter.writer.constant(Decimal(0))}")

    def step(self, element: Value) -> None:  # noqa: ARG002 - it is @
        """See :meth:`Part.step`."""
        with self.where(self._condition):
            made = self.emitter.emit_plain(self._right).code
            failing = f"{self.emitter.writer.constant(fail)}()"
            total = f"{self._total} = {self._total} + {made} if {_EXACT.format(made)} else {failing}"
            self.emitter.writer.line(f"if {made} is not None: {total}")

    def result(self, element: Shape | None) -> Value:  # noqa: ARG002 - a number
        """See :meth:`Part.result`."""
        return Value(self._total, NUMBERS)


class _Best(Part):
    """The first element with the greatest or the least key."""

    def __init__(self, emitter: Emitting, sign: str, key: Node) -> None:
        super().__init__(emitter)
        self._sign = sign
        self._expression = key
        self._best, self._key, self._kind = (emitter.writer.temporary() for _ in range(3))

    def prepare(self) -> None:
        """See :meth:`Part.prepare`."""
        self.emitter.writer.line(f"{self._best} = {self._kind} = None")

    def step(self, element: Value) -> None:
        """See :meth:`Part.step`."""
        writer, kind = self.emitter.writer, self._kind
        failing, exact = f"{writer.constant(fail)}()", writer.constant(_EXACT_CLASSES)
        found = self.emitter.emit_plain(self._expression).code
        better = f"if {found} {self._sign} {self._key}: {self._best}, {self._key} = {element.code}, {found}"
        with writer.block(f"if {found}.__class__ is {kind}:"):
            writer.line(better)
        with writer.block(f"elif {kind} is None and {found}.__class__ in {writer.constant(_ORDERED)}:"):
            writer.line(f"{self._best}, {self._key}, {kind} = {element.code}, {found}, {found}.__class__")
        with writer.block("else:"):
            writer.line(f"if {kind} not in {exact} or {found}.__class__ not in {exact}: {failing}")
            writer.line(better)

    def result(self, element: Shape | None) -> Value:
        """See :meth:`Part.result`."""
        return Value(self._best, (OBJECT if element is not None else ANY) | NULL, element)


def _list_of(node: Node) -> Node:
    """Return the list of which a sum, a projection or the search for the best is made."""
    first: Node = node["children"][0]
    return _list_of(first) if node["type"] == "function_expression" and node["value"] == "sum" else first


def _has_own_keys(node: Node) -> bool:
    keys = [pair["value"] for pair in node["children"]]
    return len(set(keys)) == len(keys) and all(map(can_be_attribute, keys))
