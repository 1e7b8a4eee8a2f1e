"""What a property is: its facts, its sources, its room types and its custom field definitions, from the data files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from mapstudio.sandbox.world import Room

DATA = files("mapstudio.sandbox.cloudbeds") / "data"


@dataclass(frozen=True, slots=True)
class Source:
    """Where bookings come from."""

    id: str
    name: str
    category: str
    market: str
    code: str

    @property
    def third_party(self) -> bool:
        """Whether it is an agency."""
        return self.category == "ota"


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
    """One property.

    Attributes:
        facts: Everything that the answers show, by the API's names.
        sources: By name.
        custom_fields: In the order of the answer; a call can add one.
        rooms: Its room types, where they are not the seeded world's.
        first_room_type: The id of the first of them, from which the others count on.
    """

    id: str
    zone: ZoneInfo
    facts: Mapping[str, Any]
    sources: Mapping[str, Source]
    custom_fields: list[CustomField]
    rooms: Sequence[Room]
    first_room_type: int

    @property
    def currency(self) -> str:
        """The currency's code."""
        code: str = self.facts["currency"]["currencyCode"]
        return code

    def custom_field(self, apply_to: str, shortcode: str) -> CustomField | None:
        """Return a definition, ``None`` when there is none of that name for guests or for reservations."""
        matching = (item for item in self.custom_fields if item.apply_to == apply_to and item.shortcode == shortcode)
        return next(matching, None)


def casa_palma() -> Hotel:
    """Return the hotel of the seeded world."""
    return _hotel("casa_palma")


def casa_palma_mar() -> Hotel:
    """Return its small sister by the sea: another zone, another currency, other custom fields."""
    return _hotel("casa_palma_mar")


def _hotel(name: str) -> Hotel:
    facts = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    sources = {name: Source(name=name, **item) for name, item in facts.pop("sources").items()}
    custom_fields = [
        CustomField(item.pop("id"), item["name"], item["shortcode"], item["applyTo"], item["maxCharacters"], item)
        for item in facts.pop("customFields")
    ]
    rooms = [Room(item["name"], tuple(item["rooms"]), Decimal(item["rate"])) for item in facts.pop("rooms")]
    first = int(facts.pop("firstRoomTypeID"))
    zone = ZoneInfo(facts["propertyTimezone"])
    return Hotel(facts["propertyID"], zone, facts, sources, custom_fields, rooms, first)


def item_categories() -> list[dict[str, str]]:
    """Return the categories of what is sold, the same in both properties."""
    categories: list[dict[str, str]] = shop_data()["categories"]
    return categories


@cache
def shop_data() -> dict[str, Any]:
    """Return what the data file of the shop holds; read only."""
    data: dict[str, Any] = json.loads((DATA / "items.json").read_text("utf-8"))
    return data
