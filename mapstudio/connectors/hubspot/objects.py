"""The kinds of record: the vendor's own, and those that an account has made for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mapstudio.model import JsonValue, Record

MODIFIED = "hs_lastmodifieddate"


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """One kind of record.

    Attributes:
        label: What people read.
        type_id: What the system calls it where it speaks of kinds of all accounts.
        first: The properties that people look for first; those shown of an associated record as well.
        linked: The objects that it can be associated with.
        modified: The property that holds when a record was last changed.
        keys: Properties by which an upsert works though their definition does not say unique.
        stages: The properties that hold its pipeline and stage, where it has any.
        required: Properties without which no record is made.
    """

    label: str
    type_id: str
    first: tuple[str, ...]
    linked: tuple[str, ...] = ()
    modified: str = MODIFIED
    keys: tuple[str, ...] = ()
    stages: tuple[str, str] | None = None
    required: tuple[str, ...] = ()


_STAGES = ("hs_pipeline", "hs_pipeline_stage")
_PEOPLE = ("companies", "contacts")

STANDARD: Mapping[str, ObjectKind] = {
    "contacts": ObjectKind(
        "Contacts",
        "0-1",
        ("email", "firstname", "lastname", "phone", "lifecyclestage"),
        ("companies", "contacts", "deals", "invoices", "notes", "orders", "quotes", "tickets"),
        "lastmodifieddate",
        ("email",),
    ),
    "companies": ObjectKind(
        "Companies",
        "0-2",
        ("name", "domain", "city", "country"),
        ("companies", "contacts", "deals", "invoices", "notes", "orders", "quotes", "tickets"),
    ),
    "deals": ObjectKind(
        "Deals",
        "0-3",
        ("dealname", "amount", "dealstage", "closedate", "pipeline"),
        (*_PEOPLE, "deals", "invoices", "line_items", "notes", "orders", "quotes", "tickets"),
        stages=("pipeline", "dealstage"),
    ),
    "tickets": ObjectKind(
        "Tickets",
        "0-5",
        ("subject", "content", *_STAGES),
        (*_PEOPLE, "deals", "invoices", "notes", "orders", "tickets"),
        stages=_STAGES,
        required=("hs_pipeline_stage",),
    ),
    "products": ObjectKind("Products", "0-7", ("name", "hs_sku", "price", "description")),
    "line_items": ObjectKind(
        "Line items",
        "0-8",
        ("name", "hs_sku", "quantity", "price", "hs_discount_percentage", "hs_product_id"),
        ("deals", "invoices", "orders", "quotes"),
    ),
    "quotes": ObjectKind(
        "Quotes",
        "0-14",
        ("hs_title", "hs_status", "hs_expiration_date"),
        (*_PEOPLE, "deals", "invoices", "line_items", "orders"),
        required=("hs_title", "hs_expiration_date"),
    ),
    "orders": ObjectKind(
        "Orders",
        "0-123",
        ("hs_order_name", *_STAGES, "hs_total_price", "hs_external_order_id"),
        (*_PEOPLE, "deals", "invoices", "line_items", "notes", "quotes", "tickets"),
        stages=_STAGES,
    ),
    "invoices": ObjectKind(
        "Invoices",
        "0-53",
        ("hs_title", "hs_number", "hs_invoice_status", "hs_amount_billed", "hs_due_date", "hs_currency"),
        (*_PEOPLE, "deals", "line_items", "orders", "quotes", "tickets"),
    ),
    "notes": ObjectKind(
        "Notes",
        "0-46",
        ("hs_note_body", "hs_timestamp", "hubspot_owner_id"),
        (*_PEOPLE, "deals", "orders", "tickets"),
        required=("hs_timestamp",),
    ),
}


def known_kind(name: str) -> ObjectKind:
    """Return what is known of a kind without asking the account."""
    return STANDARD.get(name) or ObjectKind(name, "", ())


def custom_kinds(schemas: Iterable[Record]) -> dict[str, ObjectKind]:
    """Return the account's own kinds by name, as its schemas tell them; those that are archived are left out."""
    live = [entry for entry in schemas if _name(entry) and not entry.get("archived")]
    names = {kind.type_id: name for name, kind in STANDARD.items()}
    names |= {str(entry["objectTypeId"]): _name(entry) for entry in live if entry.get("objectTypeId")}
    return {_name(entry): _kind(entry, names) for entry in live}


def all_kinds(custom: Mapping[str, ObjectKind]) -> dict[str, ObjectKind]:
    """Return all kinds by name; the vendor's are linked with those of the account's own that are linked with them."""
    return {name: _with_links(name, kind, custom) for name, kind in {**STANDARD, **custom}.items()}


def _with_links(name: str, kind: ObjectKind, custom: Mapping[str, ObjectKind]) -> ObjectKind:
    more = [other for other, its in custom.items() if name in its.linked and other not in kind.linked]
    return replace(kind, linked=(*kind.linked, *more))


def _name(entry: Record) -> str:
    return str(entry.get("fullyQualifiedName") or entry.get("objectTypeId") or entry.get("name") or "")


def _kind(entry: Record, names: Mapping[str, str]) -> ObjectKind:
    labels = entry.get("labels")
    label = labels.get("plural") if isinstance(labels, dict) else None
    own = str(entry.get("objectTypeId") or "")
    required = _words(entry.get("requiredProperties"))
    primary, secondary = _words([entry.get("primaryDisplayProperty")]), _words(entry.get("secondaryDisplayProperties"))
    return ObjectKind(
        label=str(label or entry.get("name") or _name(entry)),
        type_id=own,
        first=tuple(dict.fromkeys([*primary, *required, *secondary])),
        stages=_STAGES,
        linked=tuple(sorted({names[other] for other in _linked_types(entry, own) if other in names})),
        required=tuple(required),
    )


def _linked_types(entry: Record, own: str) -> set[str]:
    found: set[str] = set()
    associations = entry.get("associations")
    for item in associations if isinstance(associations, list) else []:
        if isinstance(item, dict):
            source, target = str(item.get("fromObjectTypeId")), str(item.get("toObjectTypeId"))
            found.add(target if source == own else source)
    return found


def _words(entries: JsonValue | Sequence[JsonValue]) -> list[str]:
    return [str(word) for word in entries if word] if isinstance(entries, list) else []
