"""What the text of an expression tells before it is compiled: tables and links that it names, where YAML cut it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mapstudio.expressions import Expression, ExpressionSyntaxError, compile_expression
from mapstudio.mapping.context import ReadingContext
from mapstudio.mapping.scalars import ScalarError, is_null, scalar_value
from mapstudio.mapping.yaml_tree import Node, Scalar

LINK = "link"
"""The function that leads to a record mapped before."""
QUOTE = "quote the expression"

_TOKEN = re.compile(
    r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|\$?[A-Za-z_][A-Za-z0-9_]*|\$|\S""",
    re.DOTALL,
)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_COMMENT = re.compile(r"[ \t]+#")
_SHOWN = 120
"""So much of an expression stands in a message."""


@lru_cache(maxsize=4096)
def compiled_expression(text: str) -> Expression:
    """Return the compiled expression; the same text is compiled once.

    Raises:
        ExpressionSyntaxError: See there.
    """
    return compile_expression(text)


def tables_named(text: str) -> frozenset[str]:
    """Return the value maps that the expression names in ``lookup('name', ...)``."""
    return frozenset(name for name, _ in _calls("lookup", list(_tokens(text))))


@dataclass(frozen=True, slots=True)
class LinkCall:
    """One ``link('companies', ...)`` of an expression.

    Attributes:
        object: The source object that it names.
        says_which: It names the destination's object, too.
    """

    object: str
    says_which: bool


def links_called(text: str) -> tuple[LinkCall, ...]:
    """Return the links of an expression whose object is a literal, in order."""
    tokens = list(_tokens(text))
    return tuple(LinkCall(name, _commas(tokens[place:]) > 1) for name, place in _calls(LINK, tokens))


def _calls(function: str, tokens: list[str]) -> Iterator[tuple[str, int]]:
    """Yield the literal first argument of each call, and the place of the token after it."""
    for place, (first, second, third) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        if first == function and second == "(" and third.startswith("'"):
            yield re.sub(r"\\'", "'", third[1:-1]), place + 3


def _commas(tokens: list[str]) -> int:
    """Return how many commas stand between the arguments of the call in which the tokens begin."""
    depth = commas = 0
    for word in tokens:
        depth += (word in _OPENING) - (word in _CLOSING)
        if depth < 0:
            break
        commas += word == "," and depth == 0
    return commas


def take_expression(
    context: ReadingContext,
    node: Node,
    *,
    row: str,
    draft: bool = False,
    links: bool = True,
    decides: str = "",
) -> str | None:
    """Return an expression's text as it stands in the file, noting what is wrong with it.

    Args:
        context: Where problems are noted.
        node: What YAML made of it.
        row: The row in messages.
        draft: An invalid expression is a warning then.
        links: It may call ``link``.
        decides: What it is, where it is no row of its own; by default what ``row`` says.
    """
    if not isinstance(node, Scalar):
        context.error(node, "YAML does not read this as text", QUOTE, row=row)
        return None
    if is_null(node):
        context.error(node, "there is no expression", "write one, or ask: {question: ...}", row=row)
        return None
    try:
        value = scalar_value(node)
    except ScalarError:
        value = 0
    if not isinstance(value, str):
        remedy = f"{QUOTE}, or write {{constant: {node.text}}} for a fixed value"
        context.error(node, f"YAML reads {node.text} as a number or boolean, not as an expression", remedy, row=row)
        return None
    compiled = _compile(context, node, row=row, draft=draft)
    if compiled is not None and LINK in compiled.functions and not links:
        message = f"link(...) is for rows: {decides or row} decides before any link is looked up"
        context.error(node, message, "move it to a row; a record whose link is not there yet waits", row=row)
    return value


def _compile(context: ReadingContext, node: Scalar, *, row: str, draft: bool) -> Expression | None:
    note = context.warn if draft else context.error
    try:
        return compiled_expression(node.text)
    except ExpressionSyntaxError as error:
        rest = context.rest_of_line(node.end)
        shown = node.text if len(node.text) <= _SHOWN else f"{node.text[: _SHOWN - 1]}…"
        if node.plain and _COMMENT.match(rest):
            note(node, f'YAML cut the expression at " #": {shown} is not complete', QUOTE, row=row)
        elif node.plain and rest.startswith(","):
            note(node, f"YAML cut the expression at the comma: {shown} is not complete", QUOTE, row=row)
        else:
            remedy = error.remedy or "correct it; mapstudio eval tries an expression"
            note(node, f"{shown} is no valid expression: {error.message}", remedy, row=row)
        return None


def _tokens(text: str) -> Iterator[str]:
    return (match.group() for match in _TOKEN.finditer(text))
