"""Projections in generated code: loops that leave nulls out."""

from __future__ import annotations

from collections.abc import Callable

from mapstudio.expressions.compiler import runtime
from mapstudio.expressions.compiler.operators import OperatorEmitter
from mapstudio.expressions.compiler.protocol import Emitting
from mapstudio.expressions.compiler.shapes import Shape
from mapstudio.expressions.compiler.values import LIST, NOTHING, NULL, OBJECT, Value
from mapstudio.expressions.compiler.writer import NotCompilableError
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
    if not _can_be_list(base):
        return NOTHING
    result = emitter.assign("None", LIST | NULL)
    with emitter.writer.block(f"if {emitter.is_list(base)}:"):
        emitter.writer.line(f"{result.code} = []")
        made = _elements(emitter, base, right, condition, lambda value: f"{result.code}.append({value.code})")
    return Value(result.code, result.classes, Shape(element=made.shape) if made.shape is not None else None)


def emit_loop(
    emitter: Emitting, base: Value, right: Node, condition: Node | None = None, *, keep: Callable[[Value], str]
) -> None:
    """Write the right side for each element of what must be a list, and what is done with each value but null."""
    if not _can_be_list(base):
        raise NotCompilableError
    emitter.writer.line(f"if not ({emitter.is_list(base)}): {emitter.writer.constant(runtime.fail)}()")
    _elements(emitter, base, right, condition, keep)


def _can_be_list(base: Value) -> bool:
    return list in base.classes if base.shape is None else base.shape.element is not None


def _elements(
    emitter: Emitting, base: Value, right: Node, condition: Node | None, keep: Callable[[Value], str]
) -> Value:
    shape = base.shape.element if base.shape is not None else None
    if emitter.counted:
        emitter.writer.line(f"call.budget.step(len({base.code}))")
    name = emitter.writer.temporary()
    element = Value(name) if shape is None or shape.plain else Value(name, OBJECT, shape)
    with emitter.writer.block(f"for {name} in {base.code}:"), emitter.layer(), emitter.at(element):
        if condition is not None:
            holds = emitter.emit_plain(condition)
            emitter.writer.line(f"if not ({OperatorEmitter.truthy(emitter, holds)}): continue")
        made = emitter.emit(right)
        line = keep(made)
        emitter.writer.line(f"if {made.code} is not None: {line}" if made.nullable else line)
    return made
