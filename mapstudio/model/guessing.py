"""Proposing fields from records, where no system tells of them.

A guess says what the values that were seen are, and no more: a text of digits is a text, since that is what a record
holds, and nothing tells a number from a postal code or a room.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from mapstudio.model.paths import join_path
from mapstudio.model.record import JsonValue, Record
from mapstudio.model.schema import Field, FieldType

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[-+][0-9]{2}:[0-9]{2})")
_NAME = re.compile(r"[^\W\d][^\[\]]*")
_MOST_NAMES = 60
"""An object with more of them is taken for a table whose keys are data."""
_DEEPEST = 8
_TEXTS = frozenset({FieldType.TEXT, FieldType.DATE, FieldType.DATETIME})
_NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})


def guess_fields(records: Sequence[Record]) -> list[Field]:
    """Return the fields that records show, in the order in which they come, each marked as a guess.

    Null and the empty text prove nothing: a field that is never more is of unknown type, as is one whose values are of
    several kinds. Objects give paths (``stay.nights``), lists of objects too (``visits[].year``), unless their keys are
    data, such as ids or dates. Nobody said that a field can be written, so that each is read-only.
    """
    seen = _Seen()
    for record in records:
        seen.add(record)
    return [
        Field(name, label, kind, read_only=True, guessed_from=len(records)) for name, label, kind in _listed(seen, "")
    ]


def guess_type(values: Sequence[JsonValue]) -> FieldType:
    """Return the type that all values have, ``unknown`` where they have none in common."""
    seen = _Seen()
    for value in values:
        seen.add(value)
    return seen.type


@dataclass(slots=True)
class _Seen:
    """What stood in one place.

    Attributes:
        kinds: The types of its values.
        below: What stood in its objects, by key.
        elements: What stood in its lists.
    """

    kinds: set[FieldType] = field(default_factory=set)
    below: dict[str, _Seen] = field(default_factory=dict)
    elements: _Seen | None = None

    def add(self, value: JsonValue, depth: int = 0) -> None:
        """Take one more value, and what is in it down to a depth."""
        if value is None or value == "":
            return
        self.kinds.add(_kind(value))
        if depth == _DEEPEST:
            return
        if isinstance(value, dict):
            for name, inner in value.items():
                self.below.setdefault(name, _Seen()).add(inner, depth + 1)
        elif isinstance(value, list):
            self.elements = self.elements or _Seen()
            for inner in value:
                self.elements.add(inner, depth + 1)

    @property
    def type(self) -> FieldType:
        """The type that all of its values have."""
        if len(self.kinds) == 1:
            return next(iter(self.kinds))
        if self.kinds and self.kinds <= _NUMBERS:
            return FieldType.NUMBER
        return FieldType.TEXT if self.kinds and self.kinds <= _TEXTS else FieldType.UNKNOWN

    @property
    def holds_objects(self) -> bool:
        """Whether it is a list of nothing but objects."""
        elements = self.elements
        return self.type is FieldType.LIST and elements is not None and elements.type is FieldType.OBJECT

    @property
    def named(self) -> Mapping[str, _Seen]:
        """What stands below it by names; nothing where the keys are data."""
        return self.below if len(self.below) <= _MOST_NAMES and all(map(_NAME.fullmatch, self.below)) else {}


def _listed(seen: _Seen, prefix: str) -> Iterator[tuple[str, str, FieldType]]:
    """Yield name, label and type of what stands below a place."""
    for label, inner in seen.below.items() if not prefix else seen.named.items():
        if not _NAME.fullmatch(label):
            continue
        part, kind = join_path((label,)), inner.type
        yield prefix + part, label, kind
        if kind is FieldType.OBJECT:
            yield from _listed(inner, f"{prefix}{part}.")
        elif inner.holds_objects and part == label:
            # What has to be quoted is no path with brackets behind it.
            yield from _listed(inner.elements or _Seen(), f"{prefix}{part}[].")


def _kind(value: JsonValue) -> FieldType:
    if isinstance(value, bool):
        return FieldType.BOOLEAN
    if isinstance(value, int):
        return FieldType.INTEGER
    if isinstance(value, str):
        return _kind_of_text(value)
    if isinstance(value, list):
        return FieldType.LIST
    return FieldType.OBJECT if isinstance(value, dict) else FieldType.NUMBER


def _kind_of_text(text: str) -> FieldType:
    try:
        if _DATE.fullmatch(text):
            date.fromisoformat(text)
            return FieldType.DATE
        if _DATETIME.fullmatch(text):
            datetime.fromisoformat(text)
            return FieldType.DATETIME
    except ValueError:
        # The 30th of February is a text.
        return FieldType.TEXT
    return FieldType.TEXT
