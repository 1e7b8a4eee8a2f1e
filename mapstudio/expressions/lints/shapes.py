"""Traps of lists and objects: what is read of a list as if it were one value, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.expressions.lints.parts import Lint, Parts, Rule
from mapstudio.expressions.parsing import Node
from mapstudio.expressions.types.fields import is_unknown
from mapstudio.expressions.types.lattice import Type, kinds_of
from mapstudio.expressions.types.words import phrase
from mapstudio.model.suggest import did_you_mean

_PROJECTIONS = {"projection", "filter_projection", "value_projection"}
_MARKS = {"flatten": "[]", "filter_projection": "[?...]", "projection": "[*]"}


def fields_of_lists(parts: Parts) -> Iterator[Lint]:
    """``lines.price``: a list has no fields, its elements have."""
    for node in parts.nodes("field"):
        scope = parts.scope(node)
        if not scope.known or kinds_of(scope) != {"list"}:
            continue
        parent = parts.parents.get(id(node))
        base = _before(parent, node) if parent is not None else None
        name = parts.text(base) if base is not None else "it"
        message = f"{name} is a list, and a list has no fields: {parts.text(node)} is always null"
        whole = parts.operand(base) if base is not None else "@"
        yield parts.lint("field-of-list", node, message, f"write {whole}[].{parts.code(node)} to read it from each")


def _before(parent: Node, node: Node) -> Node | None:
    children = parent["children"]
    place = next((index for index, child in enumerate(children) if child is node), 0)
    return children[place - 1] if place and parent["type"] in {"subexpression", "pipe"} else None


def not_lists(parts: Parts) -> Iterator[Lint]:
    """``[]``, ``[*]``, ``[?...]``, ``[0]`` and ``.*`` of what is no list or object."""
    for node in parts.nodes("flatten", "filter_projection", "projection"):
        base = node["children"][0]
        if node["type"] == "projection" and base["type"] in {"flatten", "index_expression"}:
            continue
        of = parts.type(base)
        if _is_another(of, "list"):
            message = f"{parts.text(base)} is {phrase(of)}, no list: {_MARKS[node['type']]} gives null"
            yield parts.lint("not-a-list", base, message)
    for node in parts.nodes("value_projection"):
        base = node["children"][0]
        of = parts.type(base)
        if _is_another(of, "object"):
            yield parts.lint("not-an-object", base, f"{parts.text(base)} is {phrase(of)}, no object: .* gives null")


def _is_another(of: Type, kind: str) -> bool:
    return of.known and not of.has_no_value and kind not in kinds_of(of)


def indexes(parts: Parts) -> Iterator[Lint]:
    """``lines[*].name[0]``: behind a projection an index is taken of each element."""
    for node in parts.nodes("index_expression"):
        index = node["children"][-1]
        if index["type"] not in {"index", "slice"}:
            continue
        of = parts.scope(index) if len(node["children"]) > 2 else parts.type(node["children"][0])
        projection = _projection_around(parts, node)
        if index["type"] == "slice" and of.text is not None:
            continue
        if projection is not None and (_is_another(of, "list") or _stops_too_late(node, projection, of)):
            yield _index_of_each(parts, node, projection, of)
        elif projection is None and _is_another(of, "list"):
            base = node["children"][0]
            yield parts.lint("not-a-list", base, f"{parts.text(base)} is {phrase(of)}, no list: it has no elements")


def _projection_around(parts: Parts, node: Node) -> Node | None:
    """Return the projection for whose elements a node is evaluated."""
    child, parent = node, parts.parents.get(id(node))
    while parent is not None:
        if parent["type"] in _PROJECTIONS and parent["children"][1] is child:
            return parent
        if (
            parent["type"] not in {"subexpression", "index_expression", *_PROJECTIONS}
            or parent["children"][0] is not child
        ):
            return None
        child, parent = parent, parts.parents.get(id(parent))
    return None


def _stops_too_late(node: Node, projection: Node, of: Type) -> bool:
    """Return whether it is ``[?...][0]`` or ``[][0]``: hardly ever are the elements lists themselves."""
    after_filter = projection["type"] == "filter_projection" or projection["children"][0]["type"] == "flatten"
    return after_filter and not of.known and node["children"][0]["type"] == "identity"


def _index_of_each(parts: Parts, node: Node, projection: Node, of: Type) -> Lint:
    text = parts.inferred.expression.text
    start, end = parts.span(node)
    # A slice goes on with what is read of its elements, an index ends where its bracket does.
    is_slice = node["children"][-1]["type"] == "slice"
    opening = text.find("[", start, end) if is_slice else text.rfind("[", start, end)
    end = text.find("]", opening) + 1
    begin = parts.span(projection)[0]
    what = f", and that is {phrase(of)}" if of.known else ""
    message = f"{text[opening:end]} is taken of each element{what}, not of the list"
    remedy = f"write {text[begin:opening]} | {text[opening:end]}"
    return Lint("index-of-each", opening, end, message, remedy)


def always_null(parts: Parts, found: list[Lint]) -> Iterator[Lint]:
    """A part that is never anything but null, when nothing inside of it explains that already."""
    told = [(item.start, item.end) for item in found]
    told += [(item.start, item.end) for item in parts.inferred.unknown]
    candidates = [node for node in parts.nodes(*_READS) if _is_null(parts, node)]
    for node in sorted(candidates, key=lambda item: (parts.span(item)[1], -parts.span(item)[0])):
        start, end = parts.span(node)
        if any(start <= other and stop <= end for other, stop in told):
            continue
        told.append((start, end))
        yield _null(parts, node)


def _null(parts: Parts, node: Node) -> Lint:
    message, scope = f"{parts.text(node)} is always null", parts.scope(node)
    if node["type"] != "field":
        return parts.lint("always-null", node, message)
    if scope.object is None:
        return parts.lint("always-null", node, f"{message}: {phrase(scope)} has no fields")
    remedy = did_you_mean(node["value"], scope.object.fields)
    return parts.lint("always-null", node, f"{message}: what it is read from has no such field", remedy)


_READS = {
    "field",
    "subexpression",
    "index_expression",
    "projection",
    "filter_projection",
    "value_projection",
    "function_expression",
    "pipe",
    "arithmetic",
    "ternary",
    "and_expression",
    "or_expression",
    "let_expression",
}


def _is_null(parts: Parts, node: Node) -> bool:
    of = parts.type(node)
    if not (of.null and of.known and of.has_no_value) or parts.is_constant(node):
        return False
    scope = parts.scope(node)
    # A null that is looked into was null before.
    return not (scope.has_no_value or (node["type"] == "field" and is_unknown(scope, node["value"])))


RULES: tuple[Rule, ...] = (fields_of_lists, not_lists, indexes)
