"""The two errors that an expression can end in; nothing else ever leaves this package."""

from __future__ import annotations

from typing import ClassVar

from mapstudio.model import JsonValue
from mapstudio.model.errors import ExitCode, UsageError


class ExpressionSyntaxError(UsageError):
    """The text is no expression: found when it is compiled, before any record is looked at.

    Args:
        message: What was expected and what is there instead, with the position; one sentence without a full stop.
        position: Offset in the text, from 0; the length of the text where something is missing at its end.
        remedy: What to write instead; empty when the message says it.
    """

    def __init__(self, message: str, position: int, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.position = position

    def __str__(self) -> str:
        return f"{self.message}: {self.remedy}" if self.remedy else self.message


class EvaluationError(UsageError):
    """A valid expression fails on this record.

    Args:
        reason: One sentence for a consultant, without a full stop.
        value: The value at fault.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.REJECTED

    def __init__(self, reason: str, value: JsonValue = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value
