"""Pieces of an expression's text for colouring; works on any text, finished or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mapstudio.expressions.scanner import scan

_PUNCTUATION = {
    "dot",
    "comma",
    "colon",
    "lparen",
    "rparen",
    "lbrace",
    "rbrace",
    "lbracket",
    "rbracket",
    "flatten",
    "filter",
}
_KINDS = {
    "unquoted_identifier": "field",
    "quoted_identifier": "field",
    "variable": "field",
    "root": "field",
    "literal": "literal",
    "number": "literal",
}


class TokenKind(StrEnum):
    """What a token is."""

    FIELD = "field"
    FUNCTION = "function"
    LITERAL = "literal"
    OPERATOR = "operator"
    PUNCTUATION = "punctuation"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text.

    Attributes:
        kind: See :class:`TokenKind`.
        start: Offset of its first character.
        end: Offset behind its last one.
    """

    kind: TokenKind
    start: int
    end: int


def tokens(text: str) -> Sequence[Token]:
    """Return the tokens of a text in order; white space is between them. Never raises."""
    lexemes = list(scan(text))
    found: list[Token] = []
    for index, lexeme in enumerate(lexemes):
        following = lexemes[index + 1].type if index + 1 < len(lexemes) else ""
        if lexeme.type == "unquoted_identifier" and following == "lparen":
            kind = TokenKind.FUNCTION
        elif lexeme.type == "error":
            kind = TokenKind.ERROR
        elif lexeme.type in _KINDS:
            kind = TokenKind(_KINDS[lexeme.type])
        else:
            kind = TokenKind.PUNCTUATION if lexeme.type in _PUNCTUATION else TokenKind.OPERATOR
        found.append(Token(kind, lexeme.start, lexeme.end))
    return found
