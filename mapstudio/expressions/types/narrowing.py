"""What a condition tells of the value that it looks at: behind ``a && ...`` the field ``a`` is not null.

A narrowed type is that of the values for which the condition was evaluated, did not fail, and had the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import TypeAlias

from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.parsing import Node, child_nodes
from mapstudio.expressions.types.arguments import accepted
from mapstudio.expressions.types.equality import equal_part, unequal_part
from mapstudio.expressions.types.lattice import (
    NULL,
    ObjectType,
    Rest,
    Type,
    falsy,
    kinds_of,
    only,
    truthy,
    union,
    without_null,
)
from mapstudio.expressions.values import is_blank


class Fact(Enum):
    """What is known of the value of a condition."""

    TRUE = "true"
    FALSE = "false"
    PRESENT = "not null"
    KNOWN = "evaluated"
    """Nothing but that evaluating it did not fail."""


Look: TypeAlias = Callable[[Node, Type], Type]
"""Gives the type of a node where ``@`` is of a type."""
Assume: TypeAlias = Callable[[Type, Node, Fact], Type]
"""Gives the type of ``@`` where a node's value is as a fact says."""

_NARROWED: Mapping[Fact, Callable[[Type], Type]] = {
    Fact.TRUE: truthy,
    Fact.FALSE: falsy,
    Fact.PRESENT: without_null,
    Fact.KNOWN: lambda of: of,
}
_SURE = {Fact.TRUE, Fact.PRESENT}
_PATHS = {"field", "current", "identity", "subexpression"}
_OPPOSITE = {"eq": "ne", "ne": "eq"}
_SEARCHING = {"contains", "starts_with", "ends_with"}
_METHODS = {
    **dict.fromkeys(_PATHS, "_path"),
    **dict.fromkeys(("projection", "value_projection", "filter_projection", "flatten"), "_projected"),
    "index_expression": "_indexed",
    "not_expression": "_not",
    "or_expression": "_or",
    "and_expression": "_and",
    "comparator": "_compared",
    "arithmetic": "_computed",
    "arithmetic_unary": "_computed",
    "function_expression": "_called",
}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Narrows the type of ``@``.

    Attributes:
        look: Gives a node's type, without noting anything.
        assume: This narrowing of an inner condition, by someone who remembers what was asked before.
    """

    look: Look
    assume: Assume

    def narrowed(self, scope: Type, node: Node, fact: Fact) -> Type:
        """Return the type of ``@`` where the node's value is as the fact says."""
        name = _METHODS.get(node["type"])
        if name is None:
            return scope
        method: Callable[[Type, Node, Fact], Type] = getattr(self, name)
        return method(scope, node, fact)

    def _path(self, scope: Type, node: Node, fact: Fact) -> Type:
        return _at_path(scope, node, _NARROWED[fact])

    def _not(self, scope: Type, node: Node, fact: Fact) -> Type:
        opposite = {Fact.TRUE: Fact.FALSE, Fact.FALSE: Fact.TRUE}.get(fact, Fact.KNOWN)
        return self.assume(scope, node["children"][0], opposite)

    def _or(self, scope: Type, node: Node, fact: Fact) -> Type:
        """The first operand that is true, all before it being false; else the last one."""
        return self._chain(scope, node, fact, Fact.TRUE, Fact.FALSE)

    def _and(self, scope: Type, node: Node, fact: Fact) -> Type:
        """The first operand that is false, all before it being true; else the last one."""
        return self._chain(scope, node, fact, Fact.FALSE, Fact.TRUE)

    def _chain(self, scope: Type, node: Node, fact: Fact, ends: Fact, goes_on: Fact) -> Type:
        *operands, last = child_nodes(node)
        found: list[Type] = []
        for operand in operands:
            ending = _NARROWED[ends](self.look(operand, scope))
            if not _NARROWED[fact](ending).is_nothing:
                found.append(self.assume(scope, operand, ends))
            scope = self.assume(scope, operand, goes_on)
        if not _NARROWED[fact](self.look(last, scope)).is_nothing:
            found.append(self.assume(scope, last, fact))
        return union(*found)

    def _compared(self, scope: Type, node: Node, fact: Fact) -> Type:
        operator = node["value"]
        if fact is Fact.FALSE:
            operator = _OPPOSITE.get(operator, "")
        elif fact is not Fact.TRUE:
            operator = ""
        left, right = node["children"]
        for one, other in ((left, right), (right, left)):
            known = self.look(other, scope)
            if one["type"] not in _PATHS:
                sure = operator not in {"", "eq", "ne"} or (operator == "eq" and not known.null)
                scope = self.assume(scope, one, Fact.PRESENT if sure else Fact.KNOWN)
            elif operator:
                scope = _compared_path(scope, one, operator, known)
        return scope

    def _computed(self, scope: Type, node: Node, fact: Fact) -> Type:
        sure = fact in _SURE
        for operand in node["children"]:
            if operand["type"] in _PATHS:
                scope = _at_path(scope, operand, lambda of: only(of, "number", *(() if sure else ("null",))))
            else:
                scope = self.assume(scope, operand, Fact.PRESENT if sure else Fact.KNOWN)
        return scope

    def _called(self, scope: Type, node: Node, fact: Fact) -> Type:
        function = FUNCTIONS.get(node["value"])
        arguments = node["children"]
        if function is None or not arguments or "expref" in {item["type"] for item in arguments}:
            return scope
        first = arguments[0]
        sure = fact in _SURE
        # Where the first argument is null nothing else is looked at.
        looks = sure or not (function.null_first and self.look(first, scope).null)
        for index, argument in enumerate(arguments if looks else ()):
            scope = self._taken(scope, argument, partial(accepted, function, index))
        if function.null_first and sure:
            scope = self.assume(scope, first, Fact.PRESENT)
        if function.name in _SEARCHING and fact is Fact.TRUE and _is_filled_text(arguments[1]):
            scope = self.assume(scope, first, Fact.TRUE)
        return scope

    def _taken(self, scope: Type, argument: Node, taken: Callable[[Type], Type]) -> Type:
        """Narrow an argument to what its function takes: with anything else it has failed."""
        if argument["type"] in _PATHS:
            return _at_path(scope, argument, taken)
        refuses_null = not taken(NULL).null
        return self.assume(scope, argument, Fact.PRESENT if refuses_null else Fact.KNOWN)

    def _projected(self, scope: Type, node: Node, fact: Fact) -> Type:
        """Only of what has elements a projection is true."""
        return self.assume(scope, node["children"][0], fact if fact in _SURE else Fact.KNOWN)

    def _indexed(self, scope: Type, node: Node, fact: Fact) -> Type:
        base, *_, last = node["children"]
        has_element = fact in _SURE and last["type"] == "index"
        return self.assume(scope, base, Fact.TRUE if has_element else fact if fact in _SURE else Fact.KNOWN)


def _is_filled_text(node: Node) -> bool:
    return node["type"] == "literal" and isinstance(node["value"], str) and not is_blank(node["value"])


def _at_path(scope: Type, node: Node, narrow: Callable[[Type], Type]) -> Type:
    names = _names(node)
    return scope if names is None else _narrowed(scope, names, narrow)


def _names(node: Node) -> tuple[str, ...] | None:
    """Return the names of ``a.b.c``, none for ``@``; ``None`` for what is more than a path."""
    kind = node["type"]
    if kind == "field":
        return (node["value"],)
    if kind != "subexpression":
        return ()
    found: tuple[str, ...] = ()
    for child in node["children"]:
        names = _names(child) if child["type"] in _PATHS else None
        if names is None:
            return None
        found += names
    return found


def _narrowed(of: Type, names: tuple[str, ...], narrow: Callable[[Type], Type]) -> Type:
    if not names:
        return narrow(of)
    name, below = names[0], names[1:]
    before = of.object.get(name) if of.object is not None else NULL
    after = _narrowed(before, below, narrow)
    objects = None
    if of.object is not None and not after.is_nothing:
        objects = of.object
        if after is not before and (name in objects.fields or objects.rest is Rest.ANYTHING):
            filled = objects.filled or not after.null
            objects = ObjectType({**objects.fields, name: after}, objects.rest, filled, objects.reference)
    if _narrowed(NULL, below, narrow).is_nothing:
        # What has no such field is left out.
        return Type(object=objects, path=of.path, size=of.size)
    return replace(of, object=objects)


def _compared_path(scope: Type, path: Node, operator: str, other: Type) -> Type:
    if operator == "eq":
        return _at_path(scope, path, lambda of: equal_part(of, other))
    if operator == "ne":
        return _at_path(scope, path, lambda of: unequal_part(of, other))
    # Only two numbers and two texts have an order that is true.
    return _at_path(scope, path, lambda of: only(of, *({"text", "number"} & kinds_of(other))))
