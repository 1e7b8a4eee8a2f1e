"""The vendor's property definitions, translated into fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mapstudio.connectors.hubspot.objects import ObjectKind
from mapstudio.connectors.hubspot.rules import ADDRESS, max_length, translated
from mapstudio.connectors.hubspot.values import EMAIL
from mapstudio.model import Field, FieldType, JsonValue, Option, Record

MAX_TEXT = 65_536
"""Characters of a text property (vendor's property documentation)."""

ASSOCIATIONS = "associations"


RECORD_FIELDS: tuple[Field, ...] = (
    Field("id", "Record ID", FieldType.TEXT, read_only=True, unique=True),
    Field("createdAt", "Created at", FieldType.DATETIME, read_only=True),
    Field("updatedAt", "Updated at", FieldType.DATETIME, read_only=True),
    Field("archived", "Archived", FieldType.BOOLEAN, read_only=True),
)
_PLAIN = {
    "string": FieldType.TEXT,
    "phone_number": FieldType.TEXT,
    "object_coordinates": FieldType.TEXT,
    "json": FieldType.TEXT,
    "number": FieldType.NUMBER,
    "bool": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
}


@dataclass(frozen=True, slots=True)
class Definition:
    """One property definition, as far as we need it."""

    field: Field
    rank: int
    owner: bool

    @property
    def name(self) -> str:
        """The property's name."""
        return self.field.name


def definition(kind: ObjectKind, entry: Record) -> Definition:
    """Translate one property definition.

    Args:
        kind: The kind of record that it belongs to.
        entry: As the properties endpoint answers it.
    """
    name = str(entry["name"])
    of = _type(entry)
    shown_only = entry.get("calculated") or entry["type"] == "object_coordinates"
    read_only = bool(shown_only) or _metadata(entry, "readOnlyValue")
    item = Field(
        name=name,
        label=str(entry.get("label") or name),
        type=of,
        required=name in kind.required and not read_only,
        read_only=read_only,
        unique=bool(entry.get("hasUniqueValue")) or name in kind.keys,
        options=_options(entry) if of in {FieldType.OPTION, FieldType.OPTIONS} else (),
        max_length=MAX_TEXT if entry["type"] == "string" and not read_only else None,
        group=str(entry.get("groupName") or ""),
        description=str(entry.get("description") or ""),
        rules=(ADDRESS,) if name == EMAIL and name in kind.keys else (),
    )
    return Definition(item, _rank(kind, entry, read_only), entry.get("referencedObjectType") == "OWNER")


def with_group(item: Field, labels: Mapping[str, str]) -> Field:
    """Return the field with its group as people read it."""
    return replace(item, group=labels.get(item.group, item.group))


def with_rules(item: Field, rules: Sequence[Record]) -> Field:
    """Return the field with what the admin asks of its values."""
    if item.read_only or not rules:
        return item
    longest = min((limit for limit in (item.max_length, max_length(rules)) if limit is not None), default=None)
    return replace(item, rules=(*item.rules, *translated(rules)), max_length=longest)


def association_fields(name: str, label: str, labels: Sequence[str], fields: Iterable[Field]) -> list[Field]:
    """Return the fields of associated records.

    Args:
        name: The associated object.
        label: What people call it.
        labels: The labels that such an association can have; the field for them is there only where there are some.
        fields: Those of its fields that are shown.
    """
    path = f"{ASSOCIATIONS}.{name}"
    options = tuple(Option(word, word) for word in labels)
    return [
        Field(path, f"Associated {label.lower()}", FieldType.LIST, reference=name),
        Field(f"{path}[].id", "Record ID", FieldType.TEXT, read_only=True),
        *(
            [Field(f"{path}[].labels", "Association labels", FieldType.LIST, read_only=True, options=options)]
            if options
            else []
        ),
        *(
            Field(f"{path}[].{item.name}", item.label, item.type, read_only=True, options=item.options)
            for item in fields
        ),
    ]


def pipeline_options(pipelines: Sequence[Record]) -> tuple[list[Option], list[Option]]:
    """Return the options of the pipeline property and of the stage property."""
    # Stage ids are unique in a portal, their labels are not.
    several = len(pipelines) > 1
    stages = [
        Option(
            str(stage["id"]),
            f"{pipeline['label']}: {stage['label']}" if several else str(stage["label"]),
            within=str(pipeline["id"]),
        )
        for pipeline in pipelines
        for stage in _stages(pipeline)
    ]
    return [Option(str(pipeline["id"]), str(pipeline["label"])) for pipeline in pipelines], stages


def _stages(pipeline: Record) -> list[Record]:
    entries = pipeline.get("stages")
    found = entries if isinstance(entries, list) else []
    return [stage for stage in found if isinstance(stage, dict) and not stage.get("archived")]


def owner_option(owner: Record) -> Option:
    """Return an owner as an option: the value is the owner's id, not the user's."""
    name = " ".join(str(owner[part]) for part in ("firstName", "lastName") if owner.get(part))
    email = owner.get("email")
    return Option(str(owner["id"]), f"{name} <{email}>" if name and email else name or str(email or owner["id"]))


def _type(entry: Record) -> FieldType:
    plain = _PLAIN.get(str(entry["type"]))
    if plain is not None:
        return plain
    if entry["type"] != "enumeration":
        return FieldType.UNKNOWN
    if entry.get("fieldType") == "checkbox":
        return FieldType.OPTIONS
    values = {option.value for option in _options(entry)}
    if entry.get("fieldType") == "booleancheckbox" and values and values <= {"true", "false"}:
        return FieldType.BOOLEAN
    return FieldType.OPTION


def _options(entry: Record) -> tuple[Option, ...]:
    if entry.get("externalOptions"):
        return ()
    listed = entry.get("options")
    found: dict[str, Option] = {}
    for option in listed if isinstance(listed, list) else []:
        if isinstance(option, dict):
            value = str(option["value"])
            found.setdefault(value, Option(value, str(option.get("label") or value)))
    return tuple(found.values())


def _metadata(entry: Record, name: str) -> bool:
    metadata: JsonValue = entry.get("modificationMetadata")
    return isinstance(metadata, dict) and bool(metadata.get(name))


def _rank(kind: ObjectKind, entry: Record, read_only: bool) -> int:
    if entry["name"] in kind.first:
        return kind.first.index(str(entry["name"]))
    if read_only:
        return 400
    if entry.get("hubspotDefined") is False:
        return 100
    return 200 if entry.get("formField") and not entry.get("hidden") else 300
