"""What a system asks of a field's values beyond their type, as far as it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class RuleKind(StrEnum):
    """How a rule is to be applied."""

    MATCHES = "matches"
    """The whole text matches the pattern (RE2)."""
    LACKS = "lacks"
    """No part of the text matches the pattern (RE2)."""
    MIN_LENGTH = "min_length"
    MIN = "min"
    MAX = "max"
    PLACES = "places"
    """At most so many decimal places."""
    FROM = "from"
    """Not before the moment (RFC 3339)."""
    UNTIL = "until"
    """Not after the moment (RFC 3339)."""
    WEEKDAYS = "weekdays"
    """On one of the days of the week, numbers from 1 for Monday, with commas between."""
    AHEAD = "ahead"
    """At least so long after today (an ISO 8601 period of whole days)."""
    BEHIND = "behind"
    """At least so long before today (an ISO 8601 period of whole days)."""
    MENDED = "mended"
    """The system gives a value this form itself instead of refusing it; the argument is its own word for that."""
    TOLD = "told"
    """Only the system can apply it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one field.

    Attributes:
        kind: See :class:`RuleKind`.
        argument: What the kind asks for; empty for ``TOLD``.
        words: What the field takes by this rule, such as ``only letters``.
    """

    kind: RuleKind
    argument: str
    words: str

    def to_json(self) -> dict[str, Any]:
        """Return the rule in the snapshot's form."""
        return {"kind": str(self.kind), "argument": self.argument, "words": self.words}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rule:
        """Read a rule from the snapshot's form; a kind of tomorrow is one that only the system can apply.

        Raises:
            KeyError: A rule without a kind.
        """
        kind = str(data["kind"])
        known = RuleKind(kind) if kind in {*RuleKind} else RuleKind.TOLD
        return cls(known, str(data.get("argument") or ""), str(data.get("words") or kind))
