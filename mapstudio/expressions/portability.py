"""What plain JMESPath could not run: the grammar of the superset, and functions beyond the standard ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jmespath.functions import Functions

from mapstudio.expressions.expression import Expression, compile_expression

STANDARD = frozenset(Functions.FUNCTION_TABLE)
"""The functions that the jmespath package has."""

_GRAMMAR = {
    "question": "the choice ? :",
    "root": "the whole record $",
    **dict.fromkeys(("plus", "minus", "multiply", "divide", "div", "modulo"), "arithmetic with"),
}


@dataclass(frozen=True, slots=True)
class Unportable:
    """Something that plain JMESPath does not know.

    Attributes:
        position: Where it stands in the expression.
        what: A few words: ``the function title_case``, ``arithmetic with +``.
    """

    position: int
    what: str


def unportable(expression: Expression | str) -> Sequence[Unportable]:
    """Return what plain JMESPath could not run, in the order of the text; nothing for a portable expression.

    Args:
        expression: Compiled, or its text.

    Raises:
        ExpressionSyntaxError: The text is no expression.
    """
    compiled = compile_expression(expression) if isinstance(expression, str) else expression
    lexemes = compiled.tree.lexemes
    found: list[Unportable] = []
    for lexeme, following in zip(lexemes, (*lexemes[1:], None), strict=True):
        after = following.type if following is not None else ""
        if lexeme.type in _GRAMMAR:
            words = _GRAMMAR[lexeme.type]
            sign = f" {lexeme.value}" if words.endswith("with") else ""
            found.append(Unportable(lexeme.start, words + sign))
        elif lexeme.value == "let" and after == "variable":
            found.append(Unportable(lexeme.start, "variables (let ... in)"))
        elif lexeme.type == "unquoted_identifier" and after == "lparen" and lexeme.value not in STANDARD:
            found.append(Unportable(lexeme.start, f"the function {lexeme.value}"))
    return tuple(found)
