"""Outcomes: what a plan says of a record, and why a record was refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mapstudio.model.record import JsonValue


class Verb(StrEnum):
    """What happens to one source record. ``read`` is the sum of all."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    REJECT = "reject"
    REVIEW = "review"
    WAIT = "wait"
    SKIPPED = "skipped"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row failed on a record.

    Attributes:
        row: The destination field's name, or ``where``, ``each``, ``key``.
        reason: One sentence, without the record's identity.
        value: The value at fault, when there is one.
    """

    row: str
    reason: str
    value: JsonValue = None

    def to_json(self) -> dict[str, Any]:
        """Return the reason as it stands in rejects and reports."""
        return {"row": self.row, "reason": self.reason, "value": self.value}


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A destination record that may be the one that is meant, for a person to say.

    Attributes:
        id: The record.
        evidence: What speaks for it, in a few words.
    """

    id: str
    evidence: str

    def to_json(self) -> dict[str, Any]:
        """Return it as it stands in a review."""
        return {"id": self.id, "evidence": self.evidence}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that an update or create would set."""

    name: str
    old: JsonValue
    new: JsonValue

    def to_json(self) -> dict[str, Any]:
        """Return the change as it stands in a plan."""
        return {"name": self.name, "old": self.old, "new": self.new}
