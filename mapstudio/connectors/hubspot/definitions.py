"""The objects and, translated from the vendor's property definitions, their schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mapstudio.model import Field, FieldType, JsonValue, Option, Record

MAX_TEXT = 65_536
"""Characters of a text property (vendor's property documentation)."""

MODIFIED = "hs_lastmodifieddate"
ASSOCIATIONS = "associations"


@dataclass(frozen=True, slots=True)
class Standard:
    """One of the vendor's own objects.

    Attributes:
        first: The properties that people look for first; those shown of an associated record as well.
        modified: The property that holds when a record was last changed.
        linked: The objects that it can be associated with.
        keys: Properties by which an upsert works though their definition does not say unique.
    """

    label: str
    first: tuple[str, ...]
    linked: tuple[str, ...] = ()
    modified: str = MODIFIED
    keys: tuple[str, ...] = ()


STANDARD: Mapping[str, Standard] = {
    "contacts": Standard(
        "Contacts",
        ("email", "firstname", "lastname", "phone", "lifecyclestage"),
        ("companies", "deals", "tickets"),
        "lastmodifieddate",
        ("email",),
    ),
    "companies": Standard("Companies", ("name", "domain", "city", "country"), ("contacts", "deals", "tickets")),
    "deals": Standard(
        "Deals",
        ("dealname", "amount", "dealstage", "closedate", "pipeline"),
        ("contacts", "companies", "line_items", "tickets"),
    ),
    "tickets": Standard(
        "Tickets", ("subject", "content", "hs_pipeline", "hs_pipeline_stage"), ("contacts", "companies", "deals")
    ),
    "products": Standard("Products", ("name", "hs_sku", "price", "description")),
    "line_items": Standard(
        "Line items", ("name", "hs_sku", "quantity", "price", "hs_discount_percentage", "hs_product_id"), ("deals",)
    ),
}
PIPELINED: Mapping[str, tuple[str, str]] = {
    "deals": ("pipeline", "dealstage"),
    "tickets": ("hs_pipeline", "hs_pipeline_stage"),
}
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


def definition(object_name: str, entry: Record) -> Definition:
    """Translate one property definition.

    Args:
        object_name: The object that it belongs to.
        entry: As the properties endpoint answers it.
    """
    name = str(entry["name"])
    standard = STANDARD.get(object_name)
    kind = _type(entry)
    shown_only = entry.get("calculated") or entry["type"] == "object_coordinates"
    read_only = bool(shown_only) or _metadata(entry, "readOnlyValue")
    item = Field(
        name=name,
        label=str(entry.get("label") or name),
        type=kind,
        read_only=read_only,
        unique=bool(entry.get("hasUniqueValue")) or (standard is not None and name in standard.keys),
        options=_options(entry) if kind in {FieldType.OPTION, FieldType.OPTIONS} else (),
        max_length=MAX_TEXT if entry["type"] == "string" and not read_only else None,
    )
    return Definition(item, _rank(standard, entry, read_only), entry.get("referencedObjectType") == "OWNER")


def with_options(item: Field, options: Iterable[Option]) -> Field:
    """Return the field with options that are kept outside of its definition."""
    return Field(
        name=item.name,
        label=item.label,
        type=item.type,
        read_only=item.read_only,
        unique=item.unique,
        options=tuple(options),
    )


def association_fields(linked: Mapping[str, Sequence[Field]]) -> list[Field]:
    """Return the fields of associated records.

    Args:
        linked: For each associated object the fields of it that are shown.
    """
    found: list[Field] = []
    for name, fields in linked.items():
        path = f"{ASSOCIATIONS}.{name}"
        label = STANDARD[name].label
        found.append(Field(path, f"Associated {label.lower()}", FieldType.LIST, reference=name))
        found.append(Field(f"{path}[].id", "Record ID", FieldType.TEXT, read_only=True))
        found.append(Field(f"{path}[].labels", "Association labels", FieldType.LIST, read_only=True))
        found += [
            Field(f"{path}[].{item.name}", item.label, item.type, read_only=True, options=item.options)
            for item in fields
        ]
    return found


def pipeline_options(pipelines: Sequence[Record]) -> tuple[list[Option], list[Option]]:
    """Return the options of the pipeline property and of the stage property."""
    # Stage ids are unique in a portal, their labels are not.
    several = len(pipelines) > 1
    stages = [
        Option(str(stage["id"]), f"{pipeline['label']}: {stage['label']}" if several else str(stage["label"]))
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


def _rank(standard: Standard | None, entry: Record, read_only: bool) -> int:
    if standard is not None and entry["name"] in standard.first:
        return standard.first.index(str(entry["name"]))
    if read_only:
        return 400
    if entry.get("hubspotDefined") is False:
        return 100
    return 200 if entry.get("formField") and not entry.get("hidden") else 300
