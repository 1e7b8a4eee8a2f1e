"""Traps of comparisons: sides that can never be equal, options that do not exist, blank text and null."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.expressions.lints.parts import Lint, Parts, Rule, listed, literal, written
from mapstudio.expressions.parsing import Node, child_nodes
from mapstudio.expressions.types.equality import can_be_equal
from mapstudio.expressions.types.lattice import Format, Type, kinds_of
from mapstudio.expressions.types.words import type_words
from mapstudio.expressions.values import is_number, number_text
from mapstudio.model.suggest import nearest

_EQUALITY = {"eq": "==", "ne": "!="}
_ORDERINGS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_ORDERED = {"text", "number"}


def never_equal(parts: Parts) -> Iterator[Lint]:
    """Two sides of different types, and options that a field does not have."""
    for node in parts.nodes("comparator"):
        if node["value"] not in _EQUALITY:
            continue
        left, right = node["children"]
        types = parts.type(left), parts.type(right)
        if any(of.has_no_value or not of.known for of in types) or can_be_equal(*types):
            continue
        constant, other = (left, right) if literal(left, object) else (right, left)
        of = parts.type(other)
        if literal(constant, str) and of.text is not None and of.text.options:
            yield _no_option(parts, other, constant, of)
        elif not parts.is_constant(node):
            yield _different(parts, node, types)


def _no_option(parts: Parts, field: Node, constant: Node, of: Type) -> Lint:
    value = constant["value"]
    message = f"{parts.text(field)} is never {written(value)}: that is none of its options"
    return parts.lint("never-an-option", constant, message, near_option(parts, of, value))


def near_option(parts: Parts, of: Type, value: str) -> str:
    """Return which option was probably meant."""
    # A condition before may have narrowed the type: the field itself has all of them.
    field = parts.inferred.schema.get(of.path) if parts.inferred.schema is not None and of.path else None
    options = field.options if field is not None else of.text.options if of.text is not None else ()
    by_label = {item.label: item.value for item in options if item.label}
    values = {item.value for item in options}
    found = nearest(value, [*by_label, *values])
    if found is not None:
        return f"did you mean {written(found if found in values else by_label[found])}?"
    return f"they are {listed(sorted(written(item) for item in values), 5)}"


def _different(parts: Parts, node: Node, types: tuple[Type, Type]) -> Lint:
    words = [type_words(of, null=False) for of in types]
    operator = _EQUALITY[node["value"]]
    always = "always false" if node["value"] == "eq" else "always true"
    message = f"{words[0]} {operator} {words[1]} is {always}"
    if words[0] == words[1]:
        message = f"{parts.text(node)} is {always}"
    return parts.lint("never-equal", node, message, _as_the_other(node, types))


def _as_the_other(node: Node, types: tuple[Type, Type]) -> str:
    """Return how a literal is written as the other side's type."""
    for constant, of in zip(node["children"], reversed(types), strict=True):
        if constant["type"] != "literal":
            continue
        value, kinds = constant["value"], kinds_of(of)
        if isinstance(value, str) and (kinds <= {"number"} or kinds <= {"booleans"}):
            return f"write `{value}` for the {'number' if 'number' in kinds else 'boolean'}"
        if kinds <= {"text"} and (isinstance(value, bool) or is_number(value)):
            text = ("true" if value else "false") if isinstance(value, bool) else number_text(value)
            return f"write '{text}' for the text"
    return "compare two values of one type"


def never_ordered(parts: Parts) -> Iterator[Lint]:
    """``<`` between what has no order: null, and so never true."""
    for node in parts.nodes("comparator"):
        types = [parts.type(child) for child in node["children"]]
        if node["value"] not in _ORDERINGS or parts.is_constant(node):
            continue
        if any(of.is_nothing or not of.known for of in types):
            continue
        kinds = [kinds_of(of) & _ORDERED for of in types]
        if kinds[0] & kinds[1]:
            continue
        words = [type_words(of, null=False) for of in types]
        message = f"{words[0]} {_ORDERINGS[node['value']]} {words[1]} is always null, so never true"
        both = (types[0], types[1])
        remedy = _as_the_other(node, both) if all(kinds) else "only two numbers or two texts have an order"
        yield parts.lint("never-ordered", node, message, remedy)


def blank_and_null(parts: Parts) -> Iterator[Lint]:
    """``x != ''`` is true of null as well, ``x == null`` is false of a blank text."""
    for node in parts.nodes("comparator"):
        left, right = node["children"]
        for constant, other in ((left, right), (right, left)):
            if node["value"] not in _EQUALITY or constant["type"] != "literal" or other["type"] == "literal":
                continue
            of = parts.type(other)
            if constant["value"] == "" and of.null:
                yield _empty_text(parts, node, other)
            elif constant["value"] is None and of.known and has_any_text(of):
                yield _null(parts, node, other)


def _empty_text(parts: Parts, node: Node, other: Node) -> Lint:
    name, operand = parts.text(other), parts.operand(other)
    if node["value"] == "ne":
        message = f"{parts.text(node)} is true where {name} is null, too"
        return parts.lint("empty-is-not-null", node, message, f"{name} alone is true where there is a text")
    message = f"{parts.text(node)} is false where {name} is null"
    return parts.lint("empty-is-not-null", node, message, f"!{operand} is true of both")


def _null(parts: Parts, node: Node, other: Node) -> Lint:
    name, operand = parts.text(other), parts.operand(other)
    message = (
        f"a blank {name} is not null, so {parts.text(node)} is {'false' if node['value'] == 'eq' else 'true'} then"
    )
    remedy = f"!{operand} is true of both" if node["value"] == "eq" else f"{name} alone is true where there is a text"
    return parts.lint("blank-is-not-null", node, message, remedy)


def has_any_text(of: Type) -> bool:
    """Return whether it may be a text of any content, blank ones included."""
    return of.text is not None and Format.TEXT in of.text.formats


def uncompared(parts: Parts) -> Iterator[Lint]:
    """``x == 'a' || 'b'``: the second text is compared with nothing."""
    for node in parts.nodes("or_expression"):
        parent = parts.parents.get(id(node))
        if parent is not None and parent["type"] == "or_expression":
            continue
        compared: Node | None = None
        for operand in child_nodes(node):
            if operand["type"] == "comparator" and operand["value"] == "eq":
                compared = operand["children"][0]
            elif compared is not None and literal(operand, str) and operand["value"]:
                message = f"{parts.text(operand)} alone is compared with nothing: it is always true"
                remedy = f"write {parts.code(compared)} == {parts.code(operand)}"
                yield parts.lint("uncompared", operand, message, remedy)


RULES: tuple[Rule, ...] = (never_equal, never_ordered, blank_and_null, uncompared)
