"""The why trace: a tree of the parts of an expression, each with what it gave on one record and what happened there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mapstudio.expressions.tracing.shortening import is_short, shortened
from mapstudio.model import JsonValue


class Outcome(StrEnum):
    """How a part ended."""

    VALUE = "value"
    FAILED = "failed"
    """It failed itself."""
    STOPPED = "stopped"
    """A part of it failed."""
    OPEN = "open"
    """It links to a record that has not been mapped yet."""
    UNUSED = "unused"
    """Not evaluated: the result did not depend on it, or what stands before it failed."""
    EACH = "each"
    """An ``&expression``: evaluated for each element, as its parts show."""
    LEFT_OUT = "left out"
    """An element that is not in the list: the filter is false for it, or it gave null."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What one part of an expression gave.

    Attributes:
        text: The part as it stands in the expression; empty for an element of a list that is taken as it is.
        start: Where it stands in the text.
        end: Where it ends.
        label: What it is to the part that it belongs to: ``[2]`` (an element), ``name:`` (a key), ``$x =`` (what a
            variable is bound to), ``?`` (a filter); may be empty.
        outcome: How it ended.
        value: What it gave; of an element that a filter leaves out, the element.
        note: What happened, in a sentence without a full stop; may be empty.
        reason: Why there is no value, for what failed, stopped or is open.
        fault: The value at fault, for what failed.
        names: The names of the fields and functions that the value comes from: they tell whether it is personal.
        parts: Its parts, in the order in which they were evaluated.
        more: How many elements are not among the parts.
        element: It is an element of a list.
    """

    text: str
    start: int
    end: int
    label: str = ""
    outcome: Outcome = Outcome.VALUE
    value: JsonValue = None
    note: str = ""
    reason: str = ""
    fault: JsonValue = None
    names: tuple[str, ...] = ()
    parts: tuple[Trace, ...] = ()
    more: int = 0
    element: bool = False

    @property
    def has_value(self) -> bool:
        """Whether the value says something: of a part that was not evaluated, or failed, it does not."""
        return self.outcome in {Outcome.VALUE, Outcome.LEFT_OUT}

    @property
    def shown(self) -> JsonValue:
        """The value, or as much of its beginning as can be looked at."""
        return shortened(self.value)

    @property
    def said(self) -> str:
        """What is told beside the value: why it failed, or what happened."""
        if self.outcome is Outcome.UNUSED:
            return "not evaluated"
        if self.outcome is Outcome.LEFT_OUT:
            return f"left out: {self.note}" if self.note else "left out"
        return self.reason if self.outcome in {Outcome.FAILED, Outcome.OPEN} else self.note

    def to_json(self) -> dict[str, Any]:
        """Return the tree as data. A value that would fill pages is shortened, and said to be."""
        data: dict[str, Any] = {"text": self.text, "start": self.start, "end": self.end}
        if self.label:
            data["label"] = self.label
        data["outcome"] = str(self.outcome)
        if self.has_value:
            data["value"] = self.shown
            if not is_short(self.value):
                data["shortened"] = True
        for name in ("note", "reason"):
            if getattr(self, name):
                data[name] = getattr(self, name)
        if self.fault is not None:
            data["fault"] = shortened(self.fault)
        if self.more:
            data["more"] = self.more
        data["parts"] = [part.to_json() for part in self.parts]
        return data
