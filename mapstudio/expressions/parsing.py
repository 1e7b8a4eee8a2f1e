"""Text to syntax tree: the jmespath package's parser on our lexemes, held to the grammar and to sizes.

The tree is the one that the package makes; the nodes of the superset (``superset.py``) are of the same form. Where the
package accepts what the specification's grammar does not (a missing comma, a trailing one, ``(f)(x)``, ``&x`` outside
of a call), this parser refuses, in a sentence of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from jmespath import ast

from mapstudio.expressions.budget import MAX_NESTING, MAX_SOURCE
from mapstudio.expressions.errors import ExpressionSyntaxError
from mapstudio.expressions.remedies import at, unexpected
from mapstudio.expressions.scanner import Lexeme, scan
from mapstudio.expressions.superset import SupersetParser

Node: TypeAlias = dict[str, Any]
"""A node of the package's tree: ``type``, ``children``, ``value``."""

MAX_DEPTH = 150
"""Levels of a tree; more than the nesting of brackets, since ``a == b == c`` nests without any."""

CHAINS = {"pipe", "or_expression", "and_expression"}
"""Kinds of nodes that the package nests to the left, one level for each operand."""


@dataclass(frozen=True)
class Tree:
    """A parsed expression.

    Attributes:
        root: The outermost node.
        spans: Start and end of each node in the text, by the node's ``id``.
        lexemes: What the text consists of.
    """

    root: Node
    spans: dict[int, tuple[int, int]]
    lexemes: tuple[Lexeme, ...]


def parse(text: str) -> Tree:
    """Parse an expression.

    Raises:
        ExpressionSyntaxError: The text is no expression, or too long or nested too deep.
    """
    if len(text) > MAX_SOURCE:
        raise ExpressionSyntaxError(
            f"the expression has {len(text)} characters, {MAX_SOURCE} are allowed", MAX_SOURCE, "split it into rows"
        )
    lexemes = tuple(scan(text))
    if not lexemes:
        raise ExpressionSyntaxError("the expression is empty", 0, "write a field's name")
    for lexeme in lexemes:
        if lexeme.type == "error":
            raise ExpressionSyntaxError(f"{lexeme.problem} {at(lexeme.start)}", lexeme.start, lexeme.remedy)
    parser = _Parser(text, lexemes)
    root = parser.tree()
    _refuse_deep(root)
    return Tree(root, parser.spans, lexemes)


def chain(node: Node) -> list[Node]:
    """Return the operands of ``a || b || c`` in order: the package nests them to the left, one level for each."""
    kind, operands = node["type"], []
    while node["type"] == kind:
        left, right = node["children"]
        operands.append(right)
        node = left
    operands.append(node)
    return operands[::-1]


def child_nodes(node: Node) -> list[Node]:
    """Return a node's children that are nodes; a chain's operands count as its children."""
    if node["type"] in CHAINS:
        return chain(node)
    return [child for child in node["children"] if isinstance(child, dict)]


def _refuse_deep(root: Node) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _too_deep(0)
        level = [child for node in level for child in child_nodes(node)]


def _too_deep(position: int) -> ExpressionSyntaxError:
    return ExpressionSyntaxError(
        f"the expression is nested more than {MAX_NESTING} levels deep", position, "split it into simpler rows"
    )


class _Parser(SupersetParser):
    """The parser of the whole language, with spans, limits and sentences."""

    def __init__(self, text: str, lexemes: tuple[Lexeme, ...]) -> None:
        super().__init__()
        self.text = text
        self.lexemes = lexemes
        self.spans: dict[int, tuple[int, int]] = {}
        self._level = 0
        # A node that is dropped on the way must not leave its id, and so its span, to another one.
        self._seen: list[Node] = []
        self._tokens = [
            {"type": item.type, "value": item.value, "start": item.start, "end": item.end} for item in lexemes
        ]
        # Two of them: the package looks two tokens ahead.
        self._tokens += [{"type": "eof", "value": "", "start": len(text), "end": len(text)}] * 3

    def tree(self) -> Node:
        """Return the tree of the whole text."""
        root: Node = self._expression()
        if self._current_token() != "eof":
            raise self._unexpected("an operator or the end")
        return root

    def _expression(self, binding_power: int = 0) -> Node:
        start = self._lookahead_token(0)["start"]
        self._level += 1
        if self._level > MAX_NESTING + 1:
            raise _too_deep(start)
        token = self._lookahead_token(0)
        self._advance()
        prefix = getattr(self, f"_token_nud_{token['type']}", self._error_nud_token)
        left: Node = self._spanned(prefix(token), start)
        while binding_power < self.BINDING_POWER[self._current_token()]:
            infix = getattr(self, f"_token_led_{self._current_token()}", None)
            if infix is None:
                raise self._unexpected("an operator or the end")
            self._advance()
            left = self._spanned(infix(left), start)
        self._level -= 1
        return left

    def _spanned(self, node: Node, start: int) -> Node:
        self._seen.append(node)
        self.spans[id(node)] = (start, self._tokens[self._index - 1]["end"])
        return node

    def _token_nud_quoted_identifier(self, token: dict[str, Any]) -> Node:
        if self._current_token() == "lparen":
            raise ExpressionSyntaxError(
                f"a function's name stands without quotes {at(token['start'])}",
                token["start"],
                f"write {token['value']}(...)",
            )
        node: Node = ast.field(token["value"])
        return node

    def _token_led_lparen(self, left: Node) -> Node:
        name = self._tokens[self._index - 2]
        if left["type"] != "field" or name["type"] != "unquoted_identifier":
            self._index -= 1
            raise self._unexpected("an operator or the end")
        arguments: list[Node] = []
        while self._current_token() != "rparen" or arguments:
            arguments.append(self._expression())
            if self._current_token() == "rparen":
                break
            self._expect("comma", '"," or ")"')
        self._match("rparen")
        node: Node = ast.function_expression(left["value"], arguments)
        return node

    def _token_led_lbracket(self, left: Node) -> Node:
        if self._current_token() not in {"number", "colon"}:
            self._expect("star", 'a number, ":" or "*"')
            self._match("rbracket")
            node: Node = ast.projection(left, self._parse_projection_rhs(self.BINDING_POWER["star"]))
            return node
        right = self._parse_index_expression()
        if left["type"] == "index_expression" and right["type"] == "index":
            left["children"].append(right)
            return left
        sliced: Node = self._project_if_slice(left, right)
        return sliced

    def _parse_slice_expression(self) -> Node:
        parts: list[int | None] = [None, None, None]
        for index in range(3):
            if self._current_token() == "number":
                parts[index] = self._lookahead_token(0)["value"]
                self._advance()
            if index == 2 or self._current_token() == "rbracket":
                break
            self._expect("colon", '":" or "]"')
        if parts[2] == 0:
            raise ExpressionSyntaxError("the step of a slice cannot be 0", self._lookahead_token(-1)["start"])
        self._match("rbracket")
        node: Node = ast.slice(*parts)
        return node

    def _parse_multi_select_hash(self) -> Node:
        pairs: list[Node] = []
        while True:
            key = self._lookahead_token(0)
            if key["type"] not in {"quoted_identifier", "unquoted_identifier"}:
                raise self._unexpected("a key")
            self._advance()
            self._expect("colon", '":"')
            start = self._lookahead_token(0)["start"]
            pairs.append(self._spanned(ast.key_val_pair(key["value"], self._expression()), start))
            if self._current_token() == "rbrace":
                break
            self._expect("comma", '"," or "}"')
        self._match("rbrace")
        node: Node = ast.multi_select_dict(pairs)
        return node

    def _parse_dot_rhs(self, binding_power: int) -> Node:
        if self._current_token() not in {"quoted_identifier", "unquoted_identifier", "star", "lbracket", "lbrace"}:
            raise self._unexpected('a field, "*", "[" or "{"')
        node: Node = super()._parse_dot_rhs(binding_power)
        return node

    def _error_nud_token(self, token: dict[str, Any]) -> Node:  # noqa: ARG002 - the package's signature
        self._index -= 1
        raise self._unexpected("a field, a function or a literal")

    def _raise_parse_error_for_token(self, token: object, reason: str) -> None:  # noqa: ARG002 - as above
        raise self._unexpected("an operator or the end")

    def _match(self, token_type: str) -> None:
        self._expect(token_type, _CLOSING.get(token_type, token_type))

    def _expect(self, token_type: str, words: str) -> None:
        if self._current_token() != token_type:
            raise self._unexpected(words)
        self._advance()

    def _unexpected(self, expected: str) -> ExpressionSyntaxError:
        return unexpected(self.text, self.lexemes, self._index, expected)


_CLOSING = {"comma": '"," or "]"', "rparen": '")"', "rbracket": '"]"', "rbrace": '"}"', "star": '"*"', "dot": '"."'}
