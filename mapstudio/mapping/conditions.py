"""The expressions around the rows: ``where``, ``each`` and the conditions of steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mapstudio.expressions import Environment, EvaluationError, Expression, ExpressionSyntaxError
from mapstudio.expressions.values import is_false
from mapstudio.mapping.definition import After
from mapstudio.mapping.expression_text import compiled_expression
from mapstudio.model import JsonValue, Reason


@dataclass(frozen=True, slots=True)
class Guard:
    """An expression, or why it is none."""

    expression: Expression | None
    failure: str = ""

    def search(self, record: JsonValue, environment: Environment, whole: JsonValue = None) -> JsonValue:
        """Return what it gives for a record.

        Raises:
            EvaluationError: It fails, or is no expression.
        """
        if self.expression is None:
            raise EvaluationError(self.failure, None)
        return self.expression.search(record, environment, whole)


@dataclass(frozen=True, slots=True)
class Step:
    """A step after writing, ready to be decided.

    Attributes:
        after: As the file says it.
        when: Its condition; ``None`` without one.
    """

    after: After
    when: Guard | None


def make_guard(text: str) -> Guard:
    """Return the guard of an expression's text."""
    try:
        return Guard(compiled_expression(text))
    except ExpressionSyntaxError as error:
        return Guard(None, f"the expression is not valid: {error.message}")


def make_step(after: After) -> Step:
    """Return a step ready to be decided."""
    return Step(after, make_guard(after.when) if after.when is not None else None)


def steps_due(
    steps: Iterable[Step], record: JsonValue, environment: Environment, whole: JsonValue
) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """Return the steps that a record shall take, and why some could not be decided."""
    due: list[str] = []
    reasons: list[Reason] = []
    for step in steps:
        try:
            if step.when is None or not is_false(step.when.search(record, environment, whole)):
                due.append(step.after.action)
        except EvaluationError as error:
            reasons.append(Reason(step.after.row, error.reason, error.value))
    return tuple(due), tuple(reasons)
