"""Arguments that must be whole numbers, of either sign."""

from __future__ import annotations

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.values import Number, as_decimal, number_text, plain_number


def whole(name: str, number: Number) -> int:
    """Return a function's argument as an integer.

    Args:
        name: The function.
        number: The argument.

    Raises:
        EvaluationError: It has a fraction.
    """
    if type(number) is int:
        return number
    found = plain_number(as_decimal(number))
    if not isinstance(found, int):
        raise EvaluationError(f"{name} needs a whole number, got {number_text(number)}", number)
    return found
