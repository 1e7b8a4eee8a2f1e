"""Traps: what an expression says that its author can hardly mean, each with a remedy."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.expressions.expression import Expression
from mapstudio.expressions.inference import Inferred, infer
from mapstudio.expressions.lints import arithmetic, calls, comparisons, quotes, shapes, truth
from mapstudio.expressions.lints.parts import Lint, Parts, Rule
from mapstudio.model import Schema

__all__ = ["CODES", "Lint", "lint", "lints_of"]

_RULES: tuple[Rule, ...] = (
    *comparisons.RULES,
    *truth.RULES,
    *calls.RULES,
    *arithmetic.RULES,
    *shapes.RULES,
    *quotes.RULES,
)
CODES = (
    "always-fails",
    "always-null",
    "blank-is-not-null",
    "division-by-zero",
    "empty-is-not-null",
    "field-of-list",
    "index-of-each",
    "never-an-option",
    "never-equal",
    "never-ordered",
    "not-a-list",
    "not-a-number",
    "not-an-object",
    "not-in-table",
    "null-argument",
    "null-in-sum",
    "number-is-true",
    "quoted-field",
    "to-number",
    "uncompared",
    "wrong-argument",
)
"""All codes, in alphabetical order."""


def lint(expression: Expression | str, schema: Schema | None = None) -> Sequence[Lint]:
    """Return the traps of an expression, in the order of the text.

    Args:
        expression: Compiled, or its text.
        schema: The source's; without it only what the text alone tells is found.

    Raises:
        ExpressionSyntaxError: The text is no expression.
    """
    return lints_of(infer(expression, schema))


def lints_of(inferred: Inferred, *, condition: bool = False) -> Sequence[Lint]:
    """Return the traps of an expression whose types are inferred, in the order of the text.

    Args:
        inferred: The expression.
        condition: Its truth is all that counts, as in ``where``.
    """
    parts = Parts(inferred, condition)
    found = [item for rule in _RULES for item in rule(parts)]
    found += calls.always_fails(parts, found)
    found += shapes.always_null(parts, found)
    told = {(item.code, item.start): item for item in reversed(found)}
    return tuple(sorted(told.values(), key=lambda item: (item.start, item.end, item.code)))
