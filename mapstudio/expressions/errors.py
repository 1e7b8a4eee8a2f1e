"""The two errors that an expression can end in; nothing else ever leaves this package."""

from __future__ import annotations

from typing import ClassVar

from mapstudio.model import JsonValue
from mapstudio.model.errors import ExitCode, UsageError

LINK_PLACEHOLDER = "$link"
"""The only key of the object that stands for an open link: ``{"$link": {"object": "companies", "id": "12"}}``."""


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


class UnresolvedLinkError(EvaluationError):
    """A link leads to a record that has not been mapped yet: a result of its own kind, neither a null nor a fault.

    Args:
        reason: As for any failure.
        object_name: The source object of the linked record.
        source_id: Its id there.
        asked: Whether links were looked up: the record waits then. A pure command knows of none: there the link stays
            open, and its placeholder is what is shown.
    """

    def __init__(self, reason: str, object_name: str, source_id: str, *, asked: bool = True) -> None:
        super().__init__(reason, source_id)
        self.object_name = object_name
        self.source_id = source_id
        self.asked = asked

    @property
    def placeholder(self) -> dict[str, JsonValue]:
        """What stands in the place of the value while it is open."""
        return {LINK_PLACEHOLDER: {"object": self.object_name, "id": self.source_id}}
