"""JMESPath: the language of mappings. Callers see this surface only, never the engine behind it."""

from mapstudio.expressions.environment import MISS, Environment, ValueTable
from mapstudio.expressions.errors import EvaluationError, ExpressionSyntaxError
from mapstudio.expressions.expression import Expression, compile_expression, search

__all__ = [
    "MISS",
    "Environment",
    "EvaluationError",
    "Expression",
    "ExpressionSyntaxError",
    "ValueTable",
    "compile_expression",
    "search",
]
