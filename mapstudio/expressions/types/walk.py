"""From a syntax tree to the type of each of its parts: evaluation with types in the place of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from mapstudio.expressions.parsing import Node, child_nodes
from mapstudio.expressions.types.calls import Called, TableType
from mapstudio.expressions.types.equality import can_be_equal
from mapstudio.expressions.types.lattice import (
    ANY_TEXT,
    BOOLEAN,
    NOTHING,
    NULL,
    UNKNOWN,
    UNKNOWN_NULL,
    ListType,
    NumberType,
    Rest,
    Type,
    falsy,
    joined,
    kinds_of,
    list_of,
    object_of,
    truthy,
    tuple_of,
    union,
    without_null,
)
from mapstudio.expressions.types.literals import type_of_value
from mapstudio.expressions.types.narrowing import Fact, Narrowing
from mapstudio.expressions.types.results import call_type

_CHAINED = {"subexpression", "index_expression", "pipe"}
_ORDERED = ("number", "text")


class Walk:
    """One expression's inference.

    Args:
        whole: The type of ``$``.
        tables: The value maps; ``None`` when nobody knows them.

    Attributes:
        types: The type of each node, by its ``id``; of one that is looked at several times what it may be in any of
            them. A node that is never reached has none.
        scopes: The type of ``@`` at each node.
    """

    def __init__(self, whole: Type, tables: Mapping[str, TableType] | None = None) -> None:
        self.types: dict[int, Type] = {}
        self.scopes: dict[int, Type] = {}
        self._whole = whole
        self._tables = tables
        self._variables: Mapping[str, Type] = {}
        self._noting = True
        self._narrowing = Narrowing(self.look, self.assume)
        # Nothing is looked at twice in one and the same way, or nested conditions would take for ever. What the keys
        # are made of is kept beside, so that no other object gets its id.
        self._seen: dict[tuple[int, int, int, bool], tuple[Type, Mapping[str, Type], Type]] = {}
        self._narrowed: dict[tuple[int, int, int, Fact], tuple[Type, Mapping[str, Type], Type]] = {}

    def visit(self, node: Node, scope: Type) -> Type:
        """Return the node's type where ``@`` is of the given one."""
        key = (id(node), id(scope), id(self._variables), self._noting)
        seen = self._seen.get(key)
        if seen is not None:
            return seen[-1]
        method: Callable[[Node, Type], Type] = getattr(self, f"_{node['type']}")
        found = method(node, scope)
        self._seen[key] = (scope, self._variables, found)
        if self._noting and not scope.is_nothing:
            self.types[id(node)] = joined(self.types.get(id(node), NOTHING), found)
            self.scopes[id(node)] = joined(self.scopes.get(id(node), NOTHING), scope)
        return found

    def look(self, node: Node, scope: Type) -> Type:
        """Return the node's type without noting anything."""
        noting, self._noting = self._noting, False
        try:
            return self.visit(node, scope)
        finally:
            self._noting = noting

    def assume(self, scope: Type, node: Node, fact: Fact) -> Type:
        """Return the type of ``@`` where a condition has an outcome."""
        key = (id(node), id(scope), id(self._variables), fact)
        known = self._narrowed.get(key)
        if known is None:
            known = self._narrowed[key] = (scope, self._variables, self._narrowing.narrowed(scope, node, fact))
        return known[-1]

    def _field(self, node: Node, scope: Type) -> Type:
        return read_field(scope, node["value"])

    def _literal(self, node: Node, scope: Type) -> Type:
        del scope
        return type_of_value(node["value"])

    def _current(self, node: Node, scope: Type) -> Type:
        del node
        return scope

    _identity = _current

    def _root(self, node: Node, scope: Type) -> Type:
        del node, scope
        return self._whole

    def _variable_ref(self, node: Node, scope: Type) -> Type:
        del scope
        return self._variables[node["value"]]

    def _let_expression(self, node: Node, scope: Type) -> Type:
        *assigned, body = node["children"]
        outer = self._variables
        self._variables = {**outer, **{item["value"]: self.visit(item, scope) for item in assigned}}
        try:
            return self.visit(body, scope)
        finally:
            self._variables = outer

    def _inner(self, node: Node, scope: Type) -> Type:
        return self.visit(node["children"][0], scope)

    _assign = _key_val_pair = _expref = _inner

    def _subexpression(self, node: Node, scope: Type) -> Type:
        for child in child_nodes(node):
            scope = self.visit(child, scope)
        return scope

    _index_expression = _pipe = _subexpression

    def _index(self, node: Node, scope: Type) -> Type:
        place = node["value"]
        if scope.list is None:
            return _null_for_others(scope)
        return joined(_element_at(scope.list, place), _null_for_others(scope, "list"))

    def _slice(self, node: Node, scope: Type) -> Type:
        found: list[Type] = []
        if scope.list is not None:
            items = scope.list.items
            if items is not None:
                found.append(tuple_of(items[slice(*node["children"])]))
            else:
                found.append(list_of(scope.list.elements))
        if scope.text is not None:
            found.append(Type(text=ANY_TEXT))
        return union(*found, _null_for_others(scope, "list", "text"))

    def _projection(self, node: Node, scope: Type) -> Type:
        left, right = node["children"]
        base = self.visit(left, scope)
        found: list[Type] = []
        sliced = left["type"] == "index_expression" and left["children"][-1]["type"] == "slice"
        if base.list is not None:
            found.append(self._each(right, base.list.elements, filled=base.list.filled))
        if base.text is not None and sliced:
            found.append(self.visit(right, Type(text=base.text)))
        return union(*found, _null_for_others(base, "list", *(("text",) if sliced else ())))

    def _value_projection(self, node: Node, scope: Type) -> Type:
        left, right = node["children"]
        base = self.visit(left, scope)
        if base.object is None:
            return _null_for_others(base)
        values = UNKNOWN if base.object.rest is not Rest.NOTHING else union(*base.object.fields.values())
        return union(self._each(right, values, filled=False), _null_for_others(base, "object"))

    def _filter_projection(self, node: Node, scope: Type) -> Type:
        left, right, condition = node["children"]
        base = self.visit(left, scope)
        if base.list is None:
            return _null_for_others(base)
        elements = base.list.elements
        keeps_all = not self.visit(condition, elements).may_be_false
        kept = self.assume(elements, condition, Fact.TRUE)
        if kept.is_nothing:
            self._pass_by([right], elements)
        found = self._each(right, kept, filled=base.list.filled and keeps_all)
        return union(found, _null_for_others(base, "list"))

    def _each(self, right: Node, elements: Type, *, filled: bool) -> Type:
        """Return the list of what the right side gives for each element, nulls left out."""
        each = self.visit(right, elements)
        return list_of(without_null(each), filled=filled and not each.null)

    def _flatten(self, node: Node, scope: Type) -> Type:
        base = self.visit(node["children"][0], scope)
        if base.list is None:
            return _null_for_others(base)
        elements = base.list.elements
        plain = replace(elements, list=None)
        inner = elements.list.elements if elements.list is not None else NOTHING
        filled = base.list.filled and (elements.list is None or elements.list.filled)
        return union(list_of(joined(plain, inner), filled=filled), _null_for_others(base, "list"))

    def _multi_select_list(self, node: Node, scope: Type) -> Type:
        return self._made(scope, lambda inside: tuple_of(tuple(self.visit(c, inside) for c in node["children"])))

    def _multi_select_dict(self, node: Node, scope: Type) -> Type:
        return self._made(
            scope, lambda inside: object_of({pair["value"]: self.visit(pair, inside) for pair in node["children"]})
        )

    @staticmethod
    def _made(scope: Type, make: Callable[[Type], Type]) -> Type:
        """Return null for null, and what is made of anything else."""
        if scope.has_no_value:
            return scope
        made = make(without_null(scope))
        return joined(made, null_of(scope)) if scope.null else made

    def _or_expression(self, node: Node, scope: Type) -> Type:
        return self._chain(node, scope, truthy, falsy, Fact.FALSE)

    def _and_expression(self, node: Node, scope: Type) -> Type:
        return self._chain(node, scope, falsy, truthy, Fact.TRUE)

    def _chain(
        self, node: Node, scope: Type, ends: Callable[[Type], Type], goes_on: Callable[[Type], Type], fact: Fact
    ) -> Type:
        *operands, last = child_nodes(node)
        found: list[Type] = []
        for place, operand in enumerate(operands, 1):
            of = self.visit(operand, scope)
            found.append(ends(of))
            after = NOTHING if goes_on(of).is_nothing else self.assume(scope, operand, fact)
            if after.is_nothing:
                self._pass_by([*operands[place:], last], scope)
                return union(*found)
            scope = after
        return union(*found, self.visit(last, scope))

    def _pass_by(self, nodes: Sequence[Node], scope: Type) -> None:
        """Look at what is never evaluated, for what is wrong with it all the same."""
        for node in nodes:
            self.visit(node, scope)

    def _not_expression(self, node: Node, scope: Type) -> Type:
        of = self.visit(node["children"][0], scope)
        return Type(booleans=frozenset(([True] if of.may_be_false else []) + ([False] if of.may_be_true else [])))

    def _ternary(self, node: Node, scope: Type) -> Type:
        condition, then, otherwise = node["children"]
        of = self.visit(condition, scope)
        found: list[Type] = []
        for side, fact, may_be in ((then, Fact.TRUE, of.may_be_true), (otherwise, Fact.FALSE, of.may_be_false)):
            inside = self.assume(scope, condition, fact) if may_be else NOTHING
            if inside.is_nothing:
                self._pass_by([side], scope)
            else:
                found.append(self.visit(side, inside))
        return union(*found)

    def _comparator(self, node: Node, scope: Type) -> Type:
        left, right = (self.visit(child, scope) for child in node["children"])
        if left.is_nothing or right.is_nothing:
            return NOTHING
        if node["value"] in {"eq", "ne"}:
            equal = can_be_equal(left, right)
            return BOOLEAN if equal else Type(booleans=frozenset({node["value"] == "ne"}))
        sides = [(kinds_of(of), of.null) for of in (left, right)]
        has_order = [kind for kind in _ORDERED if all(kind in kinds for kinds, _ in sides)]
        only_kind = any(all(kinds == {kind} and not null for kinds, null in sides) for kind in _ORDERED)
        ordered = BOOLEAN if has_order else NOTHING
        return ordered if only_kind else joined(ordered, null_of(left, right))

    def _arithmetic(self, node: Node, scope: Type) -> Type:
        left, right = (self.visit(child, scope) for child in node["children"])
        return _computed(node["value"], [left, right])

    def _arithmetic_unary(self, node: Node, scope: Type) -> Type:
        return _computed(node["value"], [self.visit(node["children"][0], scope)])

    def _function_expression(self, node: Node, scope: Type) -> Type:
        arguments: Sequence[Node] = node["children"]
        types = [UNKNOWN if item["type"] == "expref" else self.visit(item, scope) for item in arguments]

        def of_elements(index: int, elements: Type) -> Type:
            return self.visit(arguments[index], elements)

        return call_type(Called(node["value"], tuple(types), of_elements, self._tables))


def read_field(of: Type, name: str) -> Type:
    """Return the type of a field; what is no object has none."""
    found = of.object.get(name) if of.object is not None else NOTHING
    return joined(found, _null_for_others(of, "object"))


def _null_for_others(of: Type, *kinds: str) -> Type:
    """Return null when the type may be something else than these kinds."""
    return null_of(of) if of.null or kinds_of(of) - set(kinds) else NOTHING


def null_of(*types: Type) -> Type:
    """Return null, known to be possible when what it comes from is known."""
    return NULL if all(of.known for of in types) else UNKNOWN_NULL


def _element_at(of: ListType, place: int) -> Type:
    if of.items is not None:
        return of.items[place] if -len(of.items) <= place < len(of.items) else NULL
    if of.elements.is_nothing:
        return NULL
    return of.elements if of.filled and place in {0, -1} else joined(of.elements, NULL)


def _computed(operator: str, operands: Sequence[Type]) -> Type:
    if any(of.is_nothing for of in operands):
        return NOTHING
    null = null_of(*operands) if any(of.null for of in operands) else NOTHING
    numbers = [of.number for of in operands]
    if any(number is None for number in numbers):
        return null
    divisor = numbers[-1] if operator in {"/", "//", "%"} else None
    if divisor is not None and divisor.values == frozenset({0}):
        return null
    whole = operator == "//" or (operator != "/" and all(number is not None and number.whole for number in numbers))
    return joined(Type(number=NumberType(whole)), null)
