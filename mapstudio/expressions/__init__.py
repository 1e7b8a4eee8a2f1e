"""JMESPath: the language of mappings. Callers see this surface only, never the engine behind it."""

from mapstudio.expressions.completion import Completion, CompletionKind, complete
from mapstudio.expressions.environment import MISS, Engine, Environment, Links, ValueTable
from mapstudio.expressions.errors import EvaluationError, ExpressionSyntaxError, UnresolvedLinkError
from mapstudio.expressions.expression import Expression, compile_expression, search
from mapstudio.expressions.highlighting import Token, TokenKind, tokens
from mapstudio.expressions.reference import function_docs
from mapstudio.expressions.registry import Example, FunctionDoc
from mapstudio.expressions.tracing import Step, explain

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
    "Links",
    "Step",
    "Token",
    "TokenKind",
    "UnresolvedLinkError",
    "ValueTable",
    "compile_expression",
    "complete",
    "explain",
    "function_docs",
    "search",
    "tokens",
]
