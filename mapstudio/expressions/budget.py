"""How much one evaluation may do, so that no expression can hang or fill the machine."""

from __future__ import annotations

from decimal import Decimal

from mapstudio.expressions.errors import EvaluationError
from mapstudio.model import JsonValue

MAX_SOURCE = 4096
"""Characters of an expression."""
MAX_NESTING = 60
"""Brackets, calls and projections inside each other."""
MAX_STEPS = 300_000
"""Nodes visited and elements made in one evaluation."""
MAX_TEXT = 8_000_000
"""Characters of text made in one evaluation."""


class Budget:
    """What is left."""

    __slots__ = ("steps", "text")

    def __init__(self) -> None:
        self.steps = MAX_STEPS
        self.text = MAX_TEXT

    def step(self, count: int = 1) -> None:
        """Take so many steps.

        Raises:
            EvaluationError: There are not so many left.
        """
        self.steps -= count
        if self.steps < 0:
            raise EvaluationError("the expression does too much work on this record")

    def write(self, characters: int) -> None:
        """Make so much text.

        Raises:
            EvaluationError: It would be too much.
        """
        self.text -= characters
        if self.text < 0:
            raise EvaluationError("the expression makes too much text on this record")

    def take(self, result: JsonValue) -> None:
        """Take what a function made (its elements are made already).

        Raises:
            EvaluationError: It is too much.
        """
        if isinstance(result, str):
            self.write(len(result))
        elif isinstance(result, list | dict):
            self.step(len(result))

    def walk(self, value: JsonValue) -> None:
        """Take the whole of a value, counting what stands in it twice as often as it would be written.

        Raises:
            EvaluationError: It is too much.
        """
        pending = [value]
        while pending:
            item = pending.pop()
            self.step()
            if isinstance(item, str):
                self.write(len(item))
            elif isinstance(item, dict):
                self.write(sum(map(len, item)))
                pending.extend(item.values())
            elif isinstance(item, list):
                self.step(len(item) // 16)
                pending.extend(item)
            elif isinstance(item, int):
                self.write(item.bit_length() // 3)
            elif isinstance(item, Decimal):
                self.write(len(item.as_tuple().digits))
