"""Schema and field: what an object holds. The JSON form is the snapshot of the mapping format, section 5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from mapstudio.model.rule import Rule


class FieldType(StrEnum):
    """The types that every connector translates its own into."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    OPTION = "option"
    OPTIONS = "options"
    REFERENCE = "reference"
    REFERENCES = "references"
    OBJECT = "object"
    LIST = "list"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Option:
    """One allowed value of an option field.

    Attributes:
        value: The internal value.
        label: What people read.
        within: The value of the field's ``options_by`` with which it is allowed; empty when it always is.
    """

    value: str
    label: str
    within: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the option in the snapshot's form."""
        plain = {"value": self.value, "label": self.label}
        return {**plain, "within": self.within} if self.within else plain

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Option:
        """Read an option from the snapshot's form.

        Raises:
            KeyError: An option without a value.
        """
        return cls(data["value"], data.get("label", ""), data.get("within", ""))


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object.

    Attributes:
        name: The path in a record, by dots; a field of a list's elements is ``lines[].price``.
        label: What people read; may equal the name.
        type: See :class:`FieldType`.
        required: Needed to create a record.
        read_only: The system sets it; never offered as a target.
        unique: The system itself enforces that no two records share a value.
        options: Allowed values; empty for an option field whose values the system does not list (never validated).
        max_length: In characters, ``None`` when unlimited or unknown.
        reference: The object that a reference points to.
        group: Where the system's own screens show it; empty when it has no groups.
        description: What the system says of it; may be empty.
        rules: What the system asks of its values beyond their type.
        options_by: The field whose value decides which options are allowed, such as the pipeline of a stage.
        guessed_from: From how many records the field and its type were guessed; 0 where the system, or who wrote its
            connector, tells them.
    """

    name: str
    label: str = ""
    type: FieldType = FieldType.UNKNOWN
    required: bool = False
    read_only: bool = False
    unique: bool = False
    options: tuple[Option, ...] = ()
    max_length: int | None = None
    reference: str | None = None
    group: str = ""
    description: str = ""
    rules: tuple[Rule, ...] = ()
    options_by: str = ""
    guessed_from: int = 0

    @property
    def guessed(self) -> bool:
        """Whether nothing but records tells of the field: the next one may show another type."""
        return self.guessed_from > 0

    def to_json(self) -> dict[str, Any]:
        """Return the field in the snapshot's form; what few systems tell is there only when it is told."""
        told = {
            "group": self.group,
            "description": self.description,
            "rules": [rule.to_json() for rule in self.rules],
            "options_by": self.options_by,
            "guessed_from": self.guessed_from,
        }
        return {
            "name": self.name,
            "label": self.label,
            "type": str(self.type),
            "required": self.required,
            "read_only": self.read_only,
            "unique": self.unique,
            "options": [option.to_json() for option in self.options],
            "max_length": self.max_length,
            "reference": self.reference,
            **{name: value for name, value in told.items() if value},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Field:
        """Read a field from the snapshot's form.

        Raises:
            KeyError: A field without a name.
            ValueError: An unknown type.
        """
        return cls(
            name=data["name"],
            label=data.get("label") or "",
            type=FieldType(data.get("type", "unknown")),
            required=bool(data.get("required", False)),
            read_only=bool(data.get("read_only", False)),
            unique=bool(data.get("unique", False)),
            options=tuple(Option.from_json(item) for item in data.get("options") or ()),
            max_length=data.get("max_length"),
            reference=data.get("reference"),
            group=data.get("group") or "",
            description=data.get("description") or "",
            rules=tuple(Rule.from_json(item) for item in data.get("rules") or ()),
            options_by=data.get("options_by") or "",
            guessed_from=data.get("guessed_from") or 0,
        )


@dataclass(frozen=True)
class Schema:
    """The fields of one object of one connection, at one moment.

    Attributes:
        connection: The connection's name in the project.
        object: The object's name in the system.
        fields: In the order in which the system (or its connector) lists them.
        taken_at: RFC 3339 UTC, empty when not known.
    """

    connection: str
    object: str
    fields: Sequence[Field] = field(default=())
    taken_at: str = ""

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """All fields by their name."""
        return {item.name: item for item in self.fields}

    def get(self, name: str) -> Field | None:
        """Return the field of that name, or ``None``."""
        return self.by_name.get(name)

    @cached_property
    def told(self) -> Schema:
        """The schema as far as it is no guess: what is guessed may hold anything; the same one where nothing is."""
        guessed = {item.name for item in self.fields if item.guessed}
        if not guessed:
            return self
        below = tuple(f"{name}{inner}" for name in guessed for inner in (".", "[]."))
        kept = (item for item in self.fields if not (item.guessed and item.name.startswith(below)))
        fields = tuple(replace(item, type=FieldType.UNKNOWN) if item.guessed else item for item in kept)
        return replace(self, fields=fields)

    def to_json(self) -> dict[str, Any]:
        """Return the schema in the snapshot's form."""
        return {
            "connection": self.connection,
            "object": self.object,
            "taken_at": self.taken_at,
            "fields": [item.to_json() for item in self.fields],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Schema:
        """Read a schema from the snapshot's form.

        Raises:
            KeyError: A key that a snapshot must have is missing.
            ValueError: An unknown field type.
        """
        return cls(
            connection=data["connection"],
            object=data["object"],
            taken_at=data.get("taken_at") or "",
            fields=tuple(Field.from_json(item) for item in data["fields"]),
        )
