"""JMESPath: the language of mappings. Callers see this surface only, never the engine behind it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mapstudio.expressions.completion import Completion, CompletionKind, complete
from mapstudio.expressions.environment import MISS, Engine, Environment, Links, ValueTable
from mapstudio.expressions.errors import EvaluationError, ExpressionSyntaxError, UnresolvedLinkError
from mapstudio.expressions.expression import UNTOLD, Expression, compile_expression, search
from mapstudio.expressions.highlighting import Token, TokenKind, tokens
from mapstudio.expressions.reference import function_docs
from mapstudio.expressions.registry import Example, FunctionDoc
from mapstudio.expressions.tracing import Outcome, Trace, explain

if TYPE_CHECKING:
    from mapstudio.expressions.inference import Inferred, infer
    from mapstudio.expressions.linting import Lint, lint
    from mapstudio.expressions.portability import Unportable, unportable
    from mapstudio.expressions.types.lattice import Type
    from mapstudio.expressions.types.words import type_words

__all__ = [
    "MISS",
    "UNTOLD",
    "Completion",
    "CompletionKind",
    "Engine",
    "Environment",
    "EvaluationError",
    "Example",
    "Expression",
    "ExpressionSyntaxError",
    "FunctionDoc",
    "Inferred",
    "Links",
    "Lint",
    "Outcome",
    "Token",
    "TokenKind",
    "Trace",
    "Type",
    "Unportable",
    "UnresolvedLinkError",
    "ValueTable",
    "compile_expression",
    "complete",
    "explain",
    "function_docs",
    "infer",
    "lint",
    "search",
    "tokens",
    "type_words",
    "unportable",
]

# Types and traps are for those who check and edit; who only evaluates does not wait for them.
_LATER = {
    **dict.fromkeys(("Inferred", "infer"), "inference"),
    **dict.fromkeys(("Lint", "lint"), "linting"),
    **dict.fromkeys(("Unportable", "unportable"), "portability"),
    "Type": "types.lattice",
    "type_words": "types.words",
}


def __getattr__(name: str) -> object:
    module = _LATER.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
