"""Object types and property definitions of the local HubSpot, read from the data files beside this module."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Property:
    """One property definition.

    Attributes:
        type: ``string``, ``number``, ``date``, ``datetime``, ``bool``, ``enumeration``, ``phone_number`` or
            ``object_coordinates``.
        field_type: The control, such as ``text`` or ``checkbox`` (which makes an enumeration multi-select).
        flags: Of ``calculated``, ``external``, ``hidden``, ``form``, ``read-only``, ``unique``, ``currency``.
        options: Internal value and label.
        custom: Made by the client, not by the vendor.
    """

    name: str
    label: str
    type: str
    field_type: str
    group: str
    order: int
    flags: frozenset[str]
    references: str | None
    hint: str | None
    options: tuple[tuple[str, str], ...]
    custom: bool

    @property
    def read_only(self) -> bool:
        """Whether a client may not set it."""
        return "read-only" in self.flags or "calculated" in self.flags

    @property
    def unique(self) -> bool:
        """Whether no two records may share a value; an upsert may name it."""
        return "unique" in self.flags

    @property
    def multiple(self) -> bool:
        """Whether it holds several options, joined by semicolons."""
        return self.type == "enumeration" and self.field_type == "checkbox"

    def to_json(self) -> dict[str, Any]:
        """Return the definition as the properties endpoint answers it."""
        answer: dict[str, Any] = {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "description": "",
            "groupName": self.group,
            "options": [
                {"label": label, "value": value, "description": "", "displayOrder": order, "hidden": False}
                for order, (value, label) in enumerate(self.options)
            ],
            "displayOrder": self.order,
            "calculated": "calculated" in self.flags,
            "externalOptions": "external" in self.flags,
            "hasUniqueValue": self.unique,
            "hidden": "hidden" in self.flags,
            "hubspotDefined": not self.custom,
            "archived": False,
            "modificationMetadata": {
                "archivable": True,
                "readOnlyDefinition": not self.custom,
                "readOnlyValue": self.read_only,
            },
            "formField": "form" in self.flags,
            "dataSensitivity": "non_sensitive",
        }
        if self.references:
            answer["referencedObjectType"] = self.references
        if self.hint:
            answer["numberDisplayHint" if self.type == "number" else "textDisplayHint"] = self.hint
        if self.type == "number":
            answer["showCurrencySymbol"] = "currency" in self.flags
        return answer


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One kind of record.

    Attributes:
        name: Plural, as in the paths.
        singular: Accepted in its place, and upper-cased in messages.
        type_id: Accepted in its place as well.
        defaults: The properties that are answered when none are asked for.
        modified: The property that holds when a record was last changed.
    """

    name: str
    singular: str
    type_id: str
    defaults: tuple[str, ...]
    modified: str = "hs_lastmodifieddate"

    @property
    def always(self) -> tuple[str, ...]:
        """The properties that every answer holds."""
        return ("createdate", "hs_object_id", self.modified)


@dataclass(frozen=True, slots=True)
class AssociationType:
    """One directed kind of association."""

    source: str
    target: str
    id: int
    label: str | None
    name: str


OBJECT_TYPES: tuple[ObjectType, ...] = (
    ObjectType("contacts", "contact", "0-1", ("email", "firstname", "lastname"), "lastmodifieddate"),
    ObjectType("companies", "company", "0-2", ("domain", "name")),
    ObjectType("deals", "deal", "0-3", ("amount", "closedate", "dealname", "dealstage", "pipeline")),
    ObjectType(
        "tickets",
        "ticket",
        "0-5",
        ("content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority", "subject"),
    ),
    ObjectType("products", "product", "0-7", ("description", "name", "price")),
    ObjectType("line_items", "line_item", "0-8", ("amount", "hs_product_id", "quantity")),
)
_BY_WORD = {word: kind for kind in OBJECT_TYPES for word in (kind.name, kind.singular, kind.type_id)}


def object_type(word: str) -> ObjectType | None:
    """Return the type that a path names by plural, singular or type id."""
    return _BY_WORD.get(word.lower())


@cache
def properties(name: str) -> Mapping[str, Property]:
    """Return the definitions of an object, by name: the vendor's first, then the client's own."""
    own = _load("client.json").get(name, [])
    found = [*((entry, False) for entry in _load(f"{name}.json")), *((entry, True) for entry in own)]
    return {entry["name"]: _property(entry, custom) for entry, custom in found}


@cache
def association_types() -> Sequence[AssociationType]:
    """Return all directed association types between our objects."""
    return [AssociationType(*row) for row in _load("association_types.json")]


@cache
def pipelines() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return the pipelines with their stages, by object."""
    found: Mapping[str, Sequence[Mapping[str, Any]]] = _load("pipelines.json")
    return found


def _property(entry: Mapping[str, Any], custom: bool) -> Property:
    return Property(
        name=entry["name"],
        label=entry["label"],
        type=entry["type"],
        field_type=entry["field"],
        group=entry["group"],
        order=entry.get("order", -1),
        flags=frozenset(entry.get("flags", ())),
        references=entry.get("references"),
        hint=entry.get("hint"),
        options=tuple((value, label) for value, label in entry.get("options", ())),
        custom=custom,
    )


def _load(name: str) -> Any:  # noqa: ANN401 - each file has a shape of its own
    return json.loads(files("mapstudio.sandbox.hubspot").joinpath("data", name).read_text("utf-8"))
