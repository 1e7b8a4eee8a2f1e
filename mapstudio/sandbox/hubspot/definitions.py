"""What a portal says of its objects: properties, groups, object types and the kinds of association between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

TypeKey: TypeAlias = "tuple[str, int]"
"""Category and id of an association type; an id alone says nothing, since the client's own are counted apart."""

HUBSPOT_DEFINED, USER_DEFINED = "HUBSPOT_DEFINED", "USER_DEFINED"


@dataclass(frozen=True, slots=True)
class Option:
    """One value that an enumeration takes."""

    value: str
    label: str
    order: int
    description: str = ""
    hidden: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the option as a definition holds it."""
        return {
            "label": self.label,
            "value": self.value,
            "description": self.description,
            "displayOrder": self.order,
            "hidden": self.hidden,
        }


@dataclass(frozen=True, slots=True)
class Group:
    """A group of properties."""

    name: str
    label: str
    order: int

    def to_json(self) -> dict[str, Any]:
        """Return the group as the groups endpoint answers it."""
        return {"name": self.name, "label": self.label, "displayOrder": self.order, "archived": False}


@dataclass(frozen=True, slots=True)
class Property:
    """One property definition.

    Attributes:
        type: ``string``, ``number``, ``date``, ``datetime``, ``bool``, ``enumeration``, ``phone_number`` or
            ``object_coordinates``.
        field_type: The control, such as ``text`` or ``checkbox`` (which makes an enumeration multi-select).
        flags: Of ``calculated``, ``external``, ``hidden``, ``form``, ``read-only``, ``unique``, ``currency``.
        custom: Made by the client, not by the vendor.
        created: When the client made it, ``None`` for what was there from the start.
        archived: When it was archived.
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
    options: tuple[Option, ...]
    custom: bool
    description: str = ""
    created: str | None = None
    updated: str | None = None
    archived: str | None = None

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

    @property
    def values(self) -> list[str]:
        """The values of its options."""
        return [option.value for option in self.options]

    def to_json(self) -> dict[str, Any]:
        """Return the definition as the properties endpoint answers it."""
        answer: dict[str, Any] = {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "groupName": self.group,
            "options": [option.to_json() for option in self.options],
            "displayOrder": self.order,
            "calculated": "calculated" in self.flags,
            "externalOptions": "external" in self.flags,
            "hasUniqueValue": self.unique,
            "hidden": "hidden" in self.flags,
            "hubspotDefined": not self.custom,
            "archived": self.archived is not None,
            "modificationMetadata": {
                "archivable": True,
                "readOnlyDefinition": not self.custom,
                "readOnlyValue": self.read_only,
            },
            "formField": "form" in self.flags,
            "dataSensitivity": "non_sensitive",
        }
        moments = {"createdAt": self.created, "updatedAt": self.updated, "archivedAt": self.archived}
        answer |= {name: moment for name, moment in moments.items() if moment}
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
        name: Plural, as in the paths; for a custom object its full name.
        singular: Accepted in its place, and upper-cased in messages.
        type_id: Accepted in its place as well.
        defaults: The properties that are answered when none are asked for.
        first_id: The id of its first record.
        searched: The properties that a search's ``query`` looks into.
        created: The property that holds when a record was made.
        modified: The property that holds when a record was last changed.
        stage: The properties of pipeline and stage, where it has pipelines.
        required: Without these no record is made.
        custom: Made by the client.
        bare: Known by name and by the properties that all objects have, but kept by no local portal.
    """

    name: str
    singular: str
    type_id: str
    defaults: tuple[str, ...]
    first_id: int
    searched: tuple[str, ...]
    created: str = "createdate"
    modified: str = "hs_lastmodifieddate"
    stage: tuple[str, str] | None = None
    required: tuple[str, ...] = ()
    custom: bool = False
    bare: bool = False

    @property
    def always(self) -> tuple[str, ...]:
        """The properties that every answer holds."""
        return (self.created, "hs_object_id", self.modified)

    @property
    def words(self) -> tuple[str, ...]:
        """All ways in which a path may name it."""
        words = (self.name, self.singular, self.type_id)
        return (*words, f"p_{self.singular}") if self.custom else words


@dataclass(frozen=True, slots=True)
class AssociationType:
    """One directed kind of association.

    Attributes:
        label: ``None`` for the one that is always there.
        name: Its word in the answers of the numbered version 3.
        inverse: The type that says the same from the other side.
    """

    source: str
    target: str
    category: str
    id: int
    label: str | None
    name: str
    inverse: TypeKey

    @property
    def key(self) -> TypeKey:
        """What it is known by."""
        return (self.category, self.id)

    @property
    def primary(self) -> bool:
        """Whether it marks the one company that comes first."""
        return self.category == HUBSPOT_DEFINED and self.label == "Primary"

    def to_json(self) -> dict[str, Any]:
        """Return the type as the association endpoints answer it."""
        return {"category": self.category, "typeId": self.id, "label": self.label}


@dataclass
class Schema:
    """What a custom object says of itself, beside its properties.

    Attributes:
        primary: The property that a record is shown by.
        relations: The unlabelled association types that it was made with.
    """

    name: str
    labels: dict[str, str]
    description: str
    primary: str
    secondary: list[str]
    created: str
    updated: str
    archived: bool = False
    relations: list[AssociationType] = field(default_factory=list)
