"""JMESPath: the language of mappings. Callers see this surface only, never the engine behind it."""

from mapstudio.expressions.completion import Completion, CompletionKind, complete
from mapstudio.expressions.environment import MISS, Engine, Environment, Links, ValueTable
from mapstudio.expressions.errors import EvaluationError, ExpressionSyntaxError, UnresolvedLinkError
from mapstudio.expressions.expression import Expression, compile_expression, search
from mapstudio.expressions.highlighting import Token, TokenKind, tokens
from mapstudio.expressions.inference import Inferred, infer
from mapstudio.expressions.linting import Lint, lint
from mapstudio.expressions.portability import Unportable, unportable
from mapstudio.expressions.reference import function_docs
from mapstudio.expressions.registry import Example, FunctionDoc
from mapstudio.expressions.tracing import Outcome, Trace, explain
from mapstudio.expressions.types.lattice import Type
from mapstudio.expressions.types.words import type_words

__all__ = [
    "MISS",
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
