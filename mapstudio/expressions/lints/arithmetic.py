"""Traps of arithmetic: null swallows a sum, texts are no numbers, and nothing is divided by zero."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.expressions.lints.parts import Lint, Parts, Rule, literal
from mapstudio.expressions.parsing import Node
from mapstudio.expressions.types.lattice import Type, kinds_of, only
from mapstudio.expressions.types.words import phrase
from mapstudio.expressions.values import is_number

_DIVISIONS = {"/", "//", "%"}


def swallowed_by_null(parts: Parts) -> Iterator[Lint]:
    """A sum with a part that may be null is null as a whole."""
    for node in parts.nodes("arithmetic"):
        if node["value"] not in {"+", "-"}:
            continue
        for operand in node["children"]:
            of = parts.type(operand)
            if of.may_be_null and of.number is not None and operand["type"] != "arithmetic":
                message = f"{parts.text(node)} is null where {parts.text(operand)} is null"
                yield parts.lint("null-in-sum", operand, message, f"write ({parts.code(operand)} || `0`)")


def not_a_number(parts: Parts) -> Iterator[Lint]:
    """An operand that is no number."""
    for node in parts.nodes("arithmetic", "arithmetic_unary"):
        for operand in node["children"]:
            of = parts.type(operand)
            wrong = only(of, *(kinds_of(of) - {"number"}))
            if of.known and not wrong.has_no_value:
                yield _no_number(parts, node, operand, wrong, always=of.number is None)


def _no_number(parts: Parts, node: Node, operand: Node, wrong: Type, *, always: bool) -> Lint:
    what = "is" if always else "may be"
    message = f"{node['value']} needs numbers, and {parts.text(operand)} {what} {phrase(wrong)}"
    is_text = kinds_of(wrong) == {"text"}
    remedy = "concat joins texts" if is_text and node["value"] == "+" else "to_number reads it" if is_text else ""
    return parts.lint("not-a-number", operand, message, remedy)


def divided_by_zero(parts: Parts) -> Iterator[Lint]:
    """A divisor that is 0."""
    for node in parts.nodes("arithmetic"):
        divisor = node["children"][1]
        is_zero = literal(divisor, object) and is_number(divisor["value"]) and divisor["value"] == 0
        if is_zero and node["value"] in _DIVISIONS:
            yield parts.lint("division-by-zero", divisor, f"{parts.text(node)} divides by 0 and always fails")


RULES: tuple[Rule, ...] = (swallowed_by_null, not_a_number, divided_by_zero)
