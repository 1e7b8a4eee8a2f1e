"""What one source record gives: outputs with a result for each row, or skipped, or the reasons why not.

The studio's preview, ``eval``, ``transform``, ``plan``, ``test`` and ``apply`` all read these types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from mapstudio.model import JsonValue, Reason, Record


class RowState(StrEnum):
    """What a row gave for a record."""

    VALUE = "value"
    ABSENT = "absent"
    """Null with ``on_null: skip``: not in the output, not sent."""
    CLEAR = "clear"
    """Null with ``on_null: clear``: null in the output, empties the destination."""
    ERROR = "error"
    DROPPED = "dropped"
    """An error with ``on_error: skip``: told, not sent, rejects nothing."""
    WAIT = "wait"
    """It links to a record that has not been mapped yet: nothing of the output is sent until it has been."""
    SILENT = "silent"
    """A question, an ignored row or a draft: sends nothing."""


class RowResult(msgspec.Struct, frozen=True, gc=False):
    """One row's result: made for each row and record, and so of the kind that costs least.

    Attributes:
        row: The destination field.
        state: See :class:`RowState`.
        value: The value after the cast, for ``VALUE``; for a silent draft with an expression, what it would give.
        reason: Why, for ``ERROR`` and ``DROPPED``; what it waits for, for ``WAIT``.
        raw: What the expression itself gave, before value map, blank, default and cast.
        also: Of a row with lines: the further reasons of ``ERROR`` and ``WAIT``, and for ``VALUE`` those of inner rows
            that were dropped.
    """

    row: str
    state: RowState
    value: JsonValue = None
    reason: Reason | None = None
    raw: JsonValue = None
    also: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """One destination record.

    Attributes:
        source_id: The source record's id; with ``each`` the parent's, ``#`` and the element's.
        values: Nested as the destination's record is.
        rows: The result of every row, by destination field, in file order.
        reasons: Why it is rejected; empty when it is not.
        waits: What it waits for, when it links to records that have not been mapped yet; ``values`` lacks those rows.
        after: The steps that it shall take once it is written.
    """

    source_id: str
    values: Record
    rows: Mapping[str, RowResult]
    reasons: tuple[Reason, ...] = ()
    waits: tuple[Reason, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that one source record gives.

    Attributes:
        outputs: One, or with ``each`` one for each element.
        skipped: ``where`` is false.
        reasons: Why the whole record is rejected (row ``where`` or ``each``); there are no outputs then.
    """

    outputs: tuple[Output, ...] = field(default=())
    skipped: bool = False
    reasons: tuple[Reason, ...] = ()
