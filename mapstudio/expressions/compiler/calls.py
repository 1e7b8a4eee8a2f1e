"""Function calls in generated code: the implementation itself behind a check of the arguments' classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mapstudio.expressions.compiler import runtime
from mapstudio.expressions.compiler.protocol import Emitting
from mapstudio.expressions.compiler.shapes import Shape
from mapstudio.expressions.compiler.values import ANY, LIST, NULL, NUMBERS, OBJECT, TEXT, TRUTH, Value
from mapstudio.expressions.compiler.writer import NotCompilableError
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.kinds import Kind
from mapstudio.expressions.parsing import Node
from mapstudio.expressions.registry import Function

_OF_TEXTS = ("are_texts({0})", "are_texts({1})")
# What a check in the code can say of an argument; others are checked by the function itself.
_CHECKS: Mapping[Kind, tuple[frozenset[type], str]] = {
    Kind.TEXT: (TEXT, "{0}.__class__ is str"),
    Kind.LIST: (LIST, "{0}.__class__ is list"),
    Kind.OBJECT: (OBJECT, "{0}.__class__ is dict"),
    Kind.NULL: (NULL, "{0} is None"),
    Kind.TEXTS: (frozenset(), _OF_TEXTS[0]),
    Kind.NUMBERS: (frozenset(), "are_numbers({0})"),
    Kind.COUNT: (frozenset(), "({0}.__class__ is int and {0} >= 0)"),
    Kind.NUMBER: (NUMBERS, "({0}.__class__ is Decimal or {0}.__class__ is int or {0}.__class__ is float)"),
}
_RESULTS: Mapping[Kind, frozenset[type]] = {
    Kind.TEXT: TEXT,
    Kind.NUMBER: NUMBERS,
    Kind.COUNT: NUMBERS,
    Kind.BOOLEAN: TRUTH,
    Kind.LIST: LIST,
    Kind.TEXTS: LIST,
    Kind.NUMBERS: LIST,
    Kind.OBJECT: OBJECT,
    Kind.NULL: NULL,
}
# Written in place of a call: what the function does where each argument is of these classes, or the condition holds.
_INLINE: Mapping[str, tuple[tuple[frozenset[type] | str, ...], str]] = {
    "lower": ((TEXT,), "{0}.lower()"),
    "upper": ((TEXT,), "{0}.upper()"),
    "trim": ((TEXT,), "{0}.strip()"),
    "length": ((LIST | TEXT,), "len({0})"),
    "to_string": ((TEXT,), "{0}"),
    "to_array": ((LIST,), "{0}"),
    "starts_with": ((TEXT, TEXT), "{0}.startswith({1})"),
    "ends_with": ((TEXT, TEXT), "{0}.endswith({1})"),
    "contains": ((LIST | TEXT, TEXT), "{1} in {0}"),
    "not_null": (("{0} is not None", ""), "{0}"),
    "sum": ((LIST,), "total({0})"),
    "max": (("have_own_order({0})",), "max({0})"),
    "min": (("have_own_order({0})",), "min({0})"),
    "join": ((TEXT, _OF_TEXTS[1]), "{0}.join({1})"),
}


class CallEmitter:
    """The part of the emitter for functions."""

    def _function_expression(self: Emitting, node: Node) -> Value:
        function = FUNCTIONS.get(node["value"])
        if function is None:
            raise NotCompilableError
        if any(argument["type"] == "expref" for argument in node["children"]):
            return _by_element(self, function, node["children"])
        if function.name == "length":
            sized = self.emit(node["children"][0])
            if sized.shape is not None:
                # Of a list of parts of records, too.
                return self.assign(
                    f"len({sized.code}) if {self.is_list(sized)} else {_generic(self, function, ['None'])}"
                )
        arguments = [_named(self, self.emit_plain(argument)) for argument in node["children"]]
        called = _generic(self, function, [item.code for item in arguments])
        inline = _INLINE.get(function.name)
        if inline is not None and len(inline[0]) == len(arguments):
            condition = " and ".join(_conditions(inline[0], arguments))
            code = inline[1].format(*(item.code for item in arguments))
        else:
            self.uses_call = True
            condition = " and ".join(_checks(function, arguments))
            code = (
                f"{self.writer.constant(function.implementation)}(call, {', '.join(item.code for item in arguments)})"
            )
        if self.counted or condition == _NEVER:
            value = self.assign(called)
        elif not condition:
            value = self.assign(code)
        else:
            nulls = "None if " + _null(function, arguments[0]) + " else " if function.null_first else ""
            value = self.assign(f"{code} if {condition} else {nulls}{called}")
        return Value(value.code, _classes(function))


_NEVER = "False"


def _named(emitter: Emitting, value: Value) -> Value:
    """Return the value under a name: a literal in a check would be one that Python warns of."""
    return emitter.assign(value.code, value.classes) if value.literal else value


def _generic(emitter: Emitting, function: Function, codes: Sequence[str]) -> str:
    emitter.uses_call = True
    return f"{emitter.writer.constant(function)}(call, ({', '.join(codes)}{',' if codes else ''}))"


def _conditions(needed: Sequence[frozenset[type] | str], arguments: Sequence[Value]) -> Iterator[str]:
    """Yield what must hold of the arguments, without what is known to hold."""
    codes = [argument.code for argument in arguments]
    for need, argument in zip(needed, arguments, strict=True):
        if isinstance(need, str):
            condition = f"{argument.code} is not None" if argument.texts and need in _OF_TEXTS else need.format(*codes)
        elif argument.is_only(need):
            continue
        else:
            condition = " or ".join(f"{argument.code}.__class__ is {kind}" for kind in sorted(k.__name__ for k in need))
        if condition:
            yield f"({condition})" if " or " in condition else condition


def _checks(function: Function, arguments: Sequence[Value]) -> list[str]:
    """Return the conditions under which the implementation can be called; ``False`` where none can be written."""
    found = [_not_blank(arguments[0])] if function.blank_first and arguments else []
    for index, argument in enumerate(arguments):
        kinds = function.parameter(index).kinds
        if kinds[0] is Kind.ANY:
            continue
        checks = [_CHECKS.get(kind) for kind in kinds]
        known = [check for check in checks if check is not None]
        if len(known) < len(checks):
            return [_NEVER]
        if argument.is_only(frozenset().union(*(classes for classes, _ in known))):
            continue
        condition = " or ".join(text.format(argument.code) for _, text in known)
        found.append(f"({condition})" if len(known) > 1 else condition)
    return found


def _not_blank(argument: Value) -> str:
    return f"({argument.code}.__class__ is not str or ({argument.code} and not {argument.code}.isspace()))"


def _null(function: Function, argument: Value) -> str:
    if not function.blank_first:
        return f"{argument.code} is None"
    return f"{argument.code} is None or ({argument.code}.__class__ is str and not {argument.code}.strip())"


def _by_element(emitter: Emitting, function: Function, nodes: Sequence[Node]) -> Value:
    """Write a call with ``&expression`` arguments: each becomes a function of an element."""
    if function.name in _OF_ELEMENTS and not emitter.counted:
        return _of_elements(emitter, function.name, nodes)
    codes = []
    for node in nodes:
        if node["type"] != "expref":
            codes.append(emitter.emit_plain(node).code)
            continue
        name, element = emitter.writer.temporary(), Value(emitter.writer.temporary())
        with emitter.writer.block(f"def {name}({element.code}):"), emitter.layer(), emitter.at(element):
            emitter.writer.line(f"return {emitter.emit_plain(node['children'][0]).code}")
        codes.append(name)
    return emitter.assign(_generic(emitter, function, codes), _classes(function))


# What is made of a list and of the keys that were computed for its elements.
_OF_ELEMENTS: Mapping[str, Callable[[list[Any], list[Any]], Any]] = {
    "sort_by": runtime.sorted_by,
    "max_by": runtime.greatest_by,
    "min_by": runtime.least_by,
    "map": lambda _, values: values,
}


def _of_elements(emitter: Emitting, name: str, nodes: Sequence[Node]) -> Value:
    """Write the loop over a list's elements; what is no list, or has keys without an order, is an error."""
    expression, values = (nodes[0], nodes[1]) if name == "map" else (nodes[1], nodes[0])
    base = emitter.emit(values)
    emitter.look_at(base)
    if base.shape is not None and base.shape.element is None:
        raise NotCompilableError
    emitter.writer.line(f"if not ({emitter.is_list(base)}): {emitter.writer.constant(runtime.fail)}()")
    keys = emitter.assign("[]", LIST)
    shape = base.shape.element if base.shape is not None else None
    item = emitter.writer.temporary()
    element = Value(item) if shape is None or shape.plain else Value(item, OBJECT, shape)
    with emitter.writer.block(f"for {item} in {base.code}:"), emitter.layer(), emitter.at(element):
        key = emitter.emit(expression["children"][0])
        emitter.look_at(key)
        emitter.writer.line(f"{keys.code}.append({key.code})")
    if name == "map" and key.shape is not None and key.nullable:
        # Elements that were decoded in part are never null.
        raise NotCompilableError
    found = emitter.assign(f"{emitter.writer.constant(_OF_ELEMENTS[name])}({base.code}, {keys.code})")
    if name == "map":
        return Value(found.code, LIST, Shape(element=key.shape) if key.shape is not None else None)
    emitter.plain(key)
    if element.shape is None:
        return found if name != "sort_by" else Value(found.code, LIST)
    return Value(found.code, LIST, base.shape) if name == "sort_by" else Value(found.code, ANY, element.shape)


def _classes(function: Function) -> frozenset[type]:
    kinds = function.result
    if Kind.ANY in kinds:
        return ANY
    found = frozenset[type]().union(*(_RESULTS[kind] for kind in kinds))
    return found | NULL if function.null_first else found
