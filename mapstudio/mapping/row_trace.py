"""The trace of a row on one record, and its words: what each stage did with the value, what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mapstudio.expressions.tracing import Trace
from mapstudio.mapping.cast import shown, takes
from mapstudio.mapping.definition import Row, RowKind, is_placeholder, open_link
from mapstudio.mapping.evaluation import RowResult, RowState
from mapstudio.model import Field, FieldType, JsonValue, Reason

_MOST_KEYS = 3
_KINDS = {str: "a text", bool: "a boolean", list: "a list", dict: "an object"}


class Stage(StrEnum):
    """What a row does with a value, in the words of the mapping file where it has one."""

    FROM = "from"
    CONSTANT = "constant"
    BINDING = "binding"
    VALUES = "values"
    BLANK = "blank"
    DEFAULT = "default"
    ON_NULL = "on_null"
    CAST = "cast"


@dataclass(frozen=True, slots=True)
class Lookup:
    """One key looked up in the row's value map.

    Attributes:
        key: The key's text, by which keys are compared.
        found: It is in the value map.
        value: What stands there, if it is.
    """

    key: str
    found: bool
    value: JsonValue = None


@dataclass(frozen=True, slots=True, eq=False)
class RowStep:
    """What became of the value in one stage.

    Attributes:
        stage: Which one.
        value: The value behind it.
        note: What it did; values of the record stand in it in quotes, as in reasons.
        reason: Why the row fails there; empty when it does not.
        lookups: The keys that were looked up, for ``values``.
    """

    stage: Stage
    value: JsonValue = None
    note: str = ""
    reason: str = ""
    lookups: tuple[Lookup, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the step as data."""
        data: dict[str, Any] = {"stage": str(self.stage)}
        data |= {"reason": self.reason} if self.reason else {"value": self.value}
        if self.note:
            data["note"] = self.note
        if self.lookups:
            data["lookups"] = [{"key": item.key, "found": item.found} for item in self.lookups]
        return data


@dataclass(frozen=True, slots=True, eq=False)
class RowTrace:
    """Why a row gives what it gives, for a record or an element of ``each``.

    Attributes:
        row: As the file says it.
        target: The destination field, when the schema is known.
        result: What the row gives.
        steps: The stages that changed or decided something, in the order of evaluation.
        expression: The parts of its expression; ``None`` for a row without one.
        element: With ``each``: ``#`` and the element's id.
    """

    row: Row
    target: Field | None
    result: RowResult
    steps: tuple[RowStep, ...] = ()
    expression: Trace | None = None
    element: str = ""

    @property
    def ending(self) -> str:
        """What becomes of the row's value."""
        state = self.result.state
        if state is RowState.VALUE and is_placeholder(self.result.value):
            return "bound when it is planned"
        if state is RowState.VALUE and open_link(self.result.value) is not None:
            return "a plan looks the link up"
        if state is RowState.SILENT:
            return _UNFED.get(self.row.kind, "a draft: not sent")
        needed = state is RowState.ABSENT and self.target is not None and self.target.required
        return _ENDINGS[state] + ("; the destination requires it of a new record" if needed else "")

    def to_json(self) -> dict[str, Any]:
        """Return the trace as data, from the result back to the expression."""
        result = self.result
        element = {"element": self.element} if self.element else {}
        return element | {
            "field": self.row.field,
            "state": str(result.state),
            "value": result.value,
            "ending": self.ending,
            "reason": result.reason.reason if result.reason is not None else None,
            "steps": [step.to_json() for step in reversed(self.steps)],
            "expression": self.expression.to_json() if self.expression is not None else None,
        }


@dataclass(frozen=True, slots=True, eq=False)
class RecordTrace:
    """Why a row gives what it gives for one source record.

    Attributes:
        rows: One, or with ``each`` one for each element; none for a record that gives no output.
        more: How many elements are not among them.
        where: The parts of ``where`` when it leaves the record out, or fails.
        each: The parts of ``each`` when it gives no elements.
        reasons: Why the whole record is rejected.
    """

    rows: tuple[RowTrace, ...]
    more: int = 0
    where: Trace | None = None
    each: Trace | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def ending(self) -> str:
        """Why there are no rows; empty when there are."""
        if self.rows:
            return ""
        if self.reasons:
            return "the record is rejected"
        return "where leaves the record out" if self.where is not None else "each gives no elements"

    def to_json(self) -> dict[str, Any]:
        """Return all of it as data."""
        data: dict[str, Any] = {"rows": [row.to_json() for row in self.rows]}
        if self.more:
            data["more"] = self.more
        if not self.rows:
            data["ending"] = self.ending
            data["reasons"] = [reason.to_json() for reason in self.reasons]
        for name, guard in (("where", self.where), ("each", self.each)):
            if guard is not None:
                data[name] = guard.to_json()
        return data


_ENDINGS: Mapping[RowState, str] = {
    RowState.VALUE: "sent",
    RowState.CLEAR: "empties the field",
    RowState.ABSENT: "not sent",
    RowState.ERROR: "the record is rejected",
    RowState.DROPPED: "not sent: on_error is skip",
    RowState.WAIT: "the record waits for the one that it links to",
}
_UNFED: Mapping[RowKind, str] = {
    RowKind.QUESTION: "a question is open: nothing is sent",
    RowKind.IGNORE: "left out on purpose: nothing is sent",
}


def lookup_note(row: Row, lookups: tuple[Lookup, ...]) -> str:
    """Return what a value map did."""
    name = row.values if isinstance(row.values, str) else "the row's own values"
    missed = [shown(lookup.key) for lookup in lookups if not lookup.found]
    if len(lookups) == 1:
        if missed:
            return f"{missed[0]} is no key of {name}: takes the default"
        none = ", and stands for none" if lookups[0].value is None else ""
        return f"{shown(lookups[0].key)} is a key of {name}{none}"
    if not missed:
        return f"all {len(lookups)} are keys of {name}" if lookups else ""
    more = f" and {len(missed) - _MOST_KEYS} more" if len(missed) > _MOST_KEYS else ""
    verb = "is no key" if len(missed) == 1 else "are no keys"
    return f"{', '.join(missed[:_MOST_KEYS])}{more} of {len(lookups)} {verb} of {name}: the default for each"


def cast_note(target: Field | None, given: JsonValue, value: JsonValue) -> str:
    """Return what the destination field takes, and what the cast made of the value."""
    if target is None:
        return ""
    before, after = (_KINDS.get(type(item), "a number") for item in (given, value))
    words = [f"from {before} to {after}"] if before != after else []
    words.append(_rule(target))
    words += ["required of a new record"] if target.required else []
    return "; ".join(words)


def _rule(target: Field) -> str:
    if target.type is FieldType.TEXT and target.max_length is not None:
        return f"takes text, at most {target.max_length:,} characters"
    if target.type is FieldType.OPTION and target.options:
        return f"takes one of its {len(target.options):,} options"
    if target.type is FieldType.OPTIONS and target.options:
        return f"takes some of its {len(target.options):,} options"
    return f"takes {takes(target)}"
