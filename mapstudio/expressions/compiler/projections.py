"""Projections in generated code: loops that leave nulls out."""

from __future__ import annotations

from mapstudio.expressions.compiler import runtime
from mapstudio.expressions.compiler.loops import Collected, can_be_list, emit_loop
from mapstudio.expressions.compiler.protocol import Emitting
from mapstudio.expressions.compiler.values import LIST, NOTHING, NULL, Value
from mapstudio.expressions.parsing import Node


class ProjectionEmitter:
    """The part of the emitter for projections."""

    def _projection(self: Emitting, node: Node) -> Value:
        left, right = node["children"]
        base = self.emit(left)
        sliced = left["type"] == "index_expression" and left["children"][-1]["type"] == "slice"
        if not (sliced and base.shape is None and str in base.classes):
            return _loop(self, base, right)
        # A slice of a text is a text, and no projection.
        result = self.assign("None")
        with self.writer.block(f"if {base.code}.__class__ is str:"), self.layer(), self.at(base):
            of_text = self.emit_plain(right)
            self.writer.line(f"{result.code} = {of_text.code}")
        with self.writer.block("else:"), self.layer():
            of_list = self.plain(_loop(self, base, right))
            self.writer.line(f"{result.code} = {of_list.code}")
        return Value(result.code, of_text.classes | of_list.classes)

    def _value_projection(self: Emitting, node: Node) -> Value:
        left, right = node["children"]
        base = self.emit_plain(left)
        if dict not in base.classes:
            return NOTHING
        values = self.assign(f"list({base.code}.values()) if {base.code}.__class__ is dict else None", LIST | NULL)
        return _loop(self, values, right)

    def _filter_projection(self: Emitting, node: Node) -> Value:
        left, right, condition = node["children"]
        return _loop(self, self.emit(left), right, condition)

    def _flatten(self: Emitting, node: Node) -> Value:
        base = self.emit(node["children"][0])
        self.look_at(base)
        if base.shape is not None:
            inner = base.shape.element
            if inner is None:
                return NOTHING
            if not inner.plain and inner.element is None:
                # Objects: there is nothing to flatten.
                return base
        elif list not in base.classes:
            return NOTHING
        flattened = self.writer.constant(runtime.flattened)
        value = self.assign(f"{flattened}({base.code}) if {self.is_list(base)} else None", LIST | NULL)
        if self.counted:
            self.writer.line(f"if {value.code} is not None: call.budget.step(len({value.code}))")
        shape = base.shape.element if base.shape is not None else None
        return value if shape is None or shape.plain else Value(value.code, value.classes, shape)


def _loop(emitter: Emitting, base: Value, right: Node, condition: Node | None = None) -> Value:
    """Write the right side for each element; a list without nulls, or null when there is no list to begin with."""
    if not can_be_list(base):
        return NOTHING
    [made] = emit_loop(emitter, base, [Collected(emitter, right, condition)])
    return made
