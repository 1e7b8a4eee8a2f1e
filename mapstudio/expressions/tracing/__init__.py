"""Why an expression gives what it gives: the tree of its parts, each with its value on one record."""

from __future__ import annotations

from dataclasses import replace

from mapstudio.expressions.environment import Environment
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.expression import Expression, compile_expression
from mapstudio.expressions.tracing import calls, choices, lists, paths
from mapstudio.expressions.tracing.reading import FrameReader, Place
from mapstudio.expressions.tracing.recording import Recorder
from mapstudio.expressions.tracing.trace import Outcome, Trace
from mapstudio.model import JsonValue

__all__ = ["Outcome", "Trace", "explain", "explain_with_error"]

_EMPTY = Environment()
_TOO_MUCH = "it is too much work to show every part"
_READERS = {**paths.READERS, **choices.READERS, **lists.READERS, **calls.READERS}


def explain(
    expression: Expression | str, data: JsonValue, environment: Environment = _EMPTY, whole: JsonValue = None
) -> Trace:
    """Return the value of an expression with those of all of its parts, and what happened in each.

    A failing part does not hide its neighbours: the other arguments of the same call are looked at as well.

    Args:
        expression: Compiled, or its text.
        data: The record.
        environment: Value maps, the present day, links.
        whole: What ``$`` is, when ``data`` is a part of it; ``None``: ``data`` itself.

    Raises:
        ExpressionSyntaxError: The text is no expression.
    """
    return explain_with_error(expression, data, environment, whole)[0]


def explain_with_error(
    expression: Expression | str, data: JsonValue, environment: Environment = _EMPTY, whole: JsonValue = None
) -> tuple[Trace, EvaluationError | None]:
    """Like :func:`explain`, with the error that :meth:`Expression.search` raises."""
    compiled = compile_expression(expression) if isinstance(expression, str) else expression
    frame, error = Recorder(environment).record(compiled.tree.root, data, whole)
    reader = FrameReader(compiled.text, compiled.tree, environment, _READERS)
    trace = reader.read(frame, Place("the record"))
    if error is None:
        return trace, None
    try:
        value = compiled.search(data, environment, whole)
    except EvaluationError as known:
        return trace, known
    # Generated code does what stands twice once, and so can come to an end where step by step there is none.
    return replace(trace, outcome=Outcome.VALUE, value=value, reason="", fault=None, note=_TOO_MUCH), None
