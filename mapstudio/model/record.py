"""Records: plain JSON objects, as a connector reads them and a mapping makes them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

JsonScalar: TypeAlias = "str | int | float | Decimal | bool | None"
"""A JSON leaf. ``Decimal`` stands where a ``float`` would change the number's decimal value."""

JsonValue: TypeAlias = "JsonScalar | list[JsonValue] | dict[str, JsonValue]"
Record: TypeAlias = "dict[str, JsonValue]"
"""One record in the shape of section 2 of the mapping format: flat, typed, absent is null."""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record with its identity in the system that it was read from.

    Attributes:
        id: The system's own id, as text.
        data: The record; never changed after it was read.
        modified: When it was last modified, RFC 3339 UTC, or ``None`` when the system does not tell.
    """

    id: str
    data: Record
    modified: str | None = None
