"""What does not change: the property, its sources and its custom field definitions, from the data files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

DATA = files("mapstudio.sandbox.cloudbeds") / "data"


@dataclass(frozen=True, slots=True)
class Source:
    """Where bookings come from."""

    id: str
    name: str
    category: str
    market: str
    code: str


@dataclass(frozen=True, slots=True)
class CustomField:
    """One custom field definition; ``apply_to`` is ``guest`` or ``reservation``."""

    id: str
    name: str
    shortcode: str
    apply_to: str
    max_characters: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hotel:
    """The property.

    Attributes:
        facts: Everything that the answers show, by the API's names.
        sources: By name.
        custom_fields: In the order of the answer.
    """

    id: str
    zone: ZoneInfo
    facts: Mapping[str, Any]
    sources: Mapping[str, Source]
    custom_fields: tuple[CustomField, ...]

    def custom_field(self, apply_to: str, shortcode: str) -> CustomField | None:
        """Return a definition, ``None`` when there is none of that name for guests or for reservations."""
        matching = (item for item in self.custom_fields if item.apply_to == apply_to and item.shortcode == shortcode)
        return next(matching, None)


@cache
def casa_palma() -> Hotel:
    """Return the hotel of the seeded world."""
    facts = json.loads((DATA / "property.json").read_text("utf-8"))
    sources = {name: Source(name=name, **item) for name, item in facts.pop("sources").items()}
    definitions = json.loads((DATA / "custom_fields.json").read_text("utf-8"))
    custom_fields = tuple(
        CustomField(
            id=item.pop("id"),
            name=item["name"],
            shortcode=item["shortcode"],
            apply_to=item["applyTo"],
            max_characters=item["maxCharacters"],
            facts=item,
        )
        for item in definitions
    )
    return Hotel(facts["propertyID"], ZoneInfo(facts["propertyTimezone"]), facts, sources, custom_fields)
