"""Traps of quotes: ``"x"`` is a field, ``'x'`` a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mapstudio.expressions.lints.parts import Lint, Parts, Rule, written
from mapstudio.expressions.parsing import Node

_WORD = re.compile(r"[^\W\d]\w*(?:[ -]\w+)*")
_ASIDE = {"comparator", "function_expression"}


def fields_in_quotes(parts: Parts) -> Iterator[Lint]:
    """A word in double quotes that is compared or handed over, where nobody knows the fields."""
    for node in parts.nodes("field"):
        parent = parts.parents.get(id(node))
        if parent is None or parent["type"] not in _ASIDE or parts.scope(node).known:
            continue
        if _is_quoted(parts, node) and _WORD.fullmatch(node["value"]) and not _is_first(parent, node):
            message = f"{parts.text(node)} in double quotes is a field"
            yield parts.lint("quoted-field", node, message, f"a text is {written(node['value'])}")


def _is_quoted(parts: Parts, node: Node) -> bool:
    start, _ = parts.span(node)
    return parts.inferred.expression.text[start : start + 1] == '"'


def _is_first(parent: Node, node: Node) -> bool:
    """Return whether it is what is compared or worked on: there a field is what one expects."""
    return parent["children"][0] is node


RULES: tuple[Rule, ...] = (fields_in_quotes,)
