"""Our own list of the fields that each object has, and where each of them comes from.

The API has no schema method but ``getCustomFields``; names and types follow its v1.3 specification, with one spelling
where the API has several (``guestBirthdate``, ``guestAddress1``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from mapstudio.model import Field, FieldType, Option

DATA = files("mapstudio.connectors.cloudbeds") / "data"


class Source(StrEnum):
    """What must be called to know a field."""

    LIST = "list"
    """The object's plain list."""
    STAYS = "stays"
    """``getReservations`` with its guests, beside the guest list."""
    GUESTS = "guests"
    """``getReservations`` with ``includeGuestsDetails``."""
    RATES = "rates"
    """``getReservationsWithRateDetails`` for up to 100 reservations at once."""
    DETAIL = "detail"
    """One call for each record."""
    STATS = "stats"
    """One call for each guest profile."""
    HISTORY = "history"
    """One call for each guest profile, or more where it has many stays."""


CALL_EACH = frozenset({Source.DETAIL, Source.STATS, Source.HISTORY})
"""Sources that cost a call for each record: a plain list never asks them."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field and its names on the wire.

    Attributes:
        field: As the schema shows it.
        listed: Its name in the list's rows.
        detailed: Its name in the detail call, when that has it.
        written: Its name as a parameter of the write, when it can be written.
        created: Its name as a parameter of what creates a record, where that is another call.
        absent: A word that the API writes for "none", beside the empty text.
    """

    field: Field
    source: Source
    listed: str
    detailed: str | None
    written: str | None
    created: str | None
    absent: str | None

    @property
    def leaf(self) -> str:
        """The name below the list or object that holds it."""
        return self.field.name.rpartition("].")[2].rpartition(".")[2]


@cache
def specs(object_name: str) -> Sequence[FieldSpec]:
    """Return the fields of an object, in the order in which a schema lists them."""
    entries = json.loads((DATA / f"{object_name}.json").read_text("utf-8"))
    return tuple(_spec(entry) for entry in entries)


@cache
def top_level(object_name: str) -> Mapping[str, FieldSpec]:
    """Return the fields that are neither below a list nor below an object, by name."""
    return {spec.field.name: spec for spec in specs(object_name) if "." not in spec.field.name}


@cache
def below(object_name: str, prefix: str) -> Sequence[FieldSpec]:
    """Return the fields directly below a list (``reservations[].``) or an object (``balanceDetailed.``)."""
    found = (spec for spec in specs(object_name) if spec.field.name.startswith(prefix))
    return tuple(spec for spec in found if "." not in spec.field.name.removeprefix(prefix))


@cache
def written_names(object_name: str = "guests") -> Mapping[str, FieldSpec]:
    """Return the fields that a write takes, by their name in a record."""
    return {name: spec for name, spec in top_level(object_name).items() if spec.written}


def _spec(entry: Mapping[str, Any]) -> FieldSpec:
    field = Field(
        name=entry["name"],
        label=entry["label"],
        type=FieldType(entry["type"]),
        required=entry.get("required", False),
        read_only="write" not in entry and "create" not in entry,
        unique=entry.get("unique", False),
        options=tuple(Option(item["value"], item["label"]) for item in entry.get("options", ())),
        max_length=entry.get("max_length"),
        reference=entry.get("reference"),
    )
    leaf = field.name.rpartition(".")[2]
    return FieldSpec(
        field=field,
        source=Source(entry.get("source", "list")),
        listed=entry.get("list", leaf),
        detailed=entry.get("detail"),
        written=entry.get("write"),
        created=entry.get("create"),
        absent=entry.get("absent"),
    )
