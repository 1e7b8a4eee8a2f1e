"""Traps of JMESPath's truth: numbers are always true."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.expressions.lints.parts import Lint, Parts, Rule
from mapstudio.expressions.parsing import Node, child_nodes
from mapstudio.expressions.types.lattice import kinds_of


def numbers_are_true(parts: Parts) -> Iterator[Lint]:
    """``0 && x`` is ``x``: zero is true."""
    for node in conditions(parts):
        of = parts.type(node)
        if of.known and not of.null and kinds_of(of) == {"number"}:
            message = f"{parts.text(node)} is always true: it is a number, and 0 is true as well"
            remedy = f"compare it: {parts.operand(node)} != `0`"
            if node["type"] == "literal":
                remedy = f"write `{'true' if node['value'] else 'false'}`"
            yield parts.lint("number-is-true", node, message, remedy)


def conditions(parts: Parts) -> Iterator[Node]:
    """Yield what is looked at for its truth, and goes on to something else."""
    if parts.condition:
        yield from _operands(parts.root)
    for node in parts.nodes("filter_projection"):
        yield from _operands(node["children"][2])
    for node in parts.nodes("ternary", "not_expression"):
        yield from _operands(node["children"][0])
    for node in parts.nodes("or_expression", "and_expression"):
        parent = parts.parents.get(id(node))
        if parent is None or parent["type"] != node["type"]:
            yield from child_nodes(node)[:-1]


def _operands(node: Node) -> Iterator[Node]:
    """Yield the condition, or what of a chain is not looked at as a part of the chain: its last operand."""
    yield child_nodes(node)[-1] if node["type"] in {"or_expression", "and_expression"} else node


RULES: tuple[Rule, ...] = (numbers_are_true,)
