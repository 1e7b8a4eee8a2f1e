"""A line of a record as the plan has it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from mapstudio.model import Record


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One line that an apply would add, change or take away.

    Attributes:
        field: The list that it belongs to.
        key: Its key as the destination compares it.
        label: Its key as people read it.
        id: The line in the destination; ``None`` for one that is added.
        old: The present values of what changes, by path; ``None`` when it is added.
        new: The values to be set, by path; ``None`` when it is taken away.
        same: The values that it is to have and has already, by path.
    """

    field: str
    key: str
    label: str
    id: str | None
    old: Record | None
    new: Record | None
    same: Record = dataclasses.field(default_factory=dict)
