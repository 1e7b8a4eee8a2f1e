"""The colours of an expression: fields in the source's hue, literals in theirs, what only joins them muted."""

from __future__ import annotations

from functools import lru_cache

from mapstudio.expressions import TokenKind, tokens
from mapstudio.studio.paint import ERROR, LITERAL, MUTED, SOURCE, TEXT, Piece
from mapstudio.studio.text import shown
from mapstudio.studio.theme import Ink

_INKS = {
    TokenKind.FIELD: SOURCE,
    TokenKind.FUNCTION: TEXT,
    TokenKind.LITERAL: LITERAL,
    TokenKind.OPERATOR: MUTED,
    TokenKind.PUNCTUATION: MUTED,
    TokenKind.ERROR: ERROR,
}


@lru_cache(maxsize=512)
def expression_inks(text: str) -> tuple[Ink, ...]:
    """Return the ink of each character."""
    inks = [TEXT] * len(text)
    for token in tokens(text):
        inks[token.start : token.end] = [_INKS[token.kind]] * (token.end - token.start)
    return tuple(inks)


@lru_cache(maxsize=2048)
def expression_pieces(text: str) -> tuple[Piece, ...]:
    """Return an expression as one line of coloured pieces; line breaks become spaces."""
    pieces: list[Piece] = []
    at = 0
    for token in tokens(text):
        if token.start > at:
            pieces.append((shown(" ".join(text[at : token.start].split("\n"))), TEXT))
        pieces.append((shown(text[token.start : token.end]), _INKS[token.kind]))
        at = token.end
    if at < len(text):
        pieces.append((shown(text[at:]), TEXT))
    return tuple(pieces)
