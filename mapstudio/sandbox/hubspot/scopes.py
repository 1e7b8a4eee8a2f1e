"""Which scope a call needs: one of those named, by the kind of its path, the object in it, and reading or writing."""

from __future__ import annotations

import re
from collections.abc import Callable

_COMMERCE = frozenset({"products", "line_items", "quotes"})
"""Also opened by the older scope ``e-commerce``."""
_OF_ANOTHER = {
    **dict.fromkeys(("notes", "calls", "emails", "meetings", "tasks", "communications", "postal_mail"), "contacts"),
    **dict.fromkeys(("discounts", "fees", "taxes"), "line_items"),
    "deal_splits": "deals",
    "goal_targets": "goals",
    "payments": "commercepayments",
}
"""Objects without a scope of their own name, and whose they share."""
_AREAS = (
    ("schemas", re.compile(r"^/crm-object-schemas/|^/crm/v3/schemas\b")),
    ("owners", re.compile(r"^/crm/owners/|^/crm/v3/owners\b|^/owners/v2/")),
    (
        "definitions",
        re.compile(
            r"^/crm/(?:v\d/)?(?:properties|pipelines|property-validations)\b|^/crm-pipelines/v1/|^/properties/v\d/"
        ),
    ),
    ("objects", re.compile(r"^/crm/(?:v\d/)?(?:objects|associations)\b")),
)
_OLD = (
    ("deals", re.compile(r"^/deals/v1/(?:deal|pipelines)\b")),
    ("companies", re.compile(r"^/companies/v2/companies/")),
    ("contacts", re.compile(r"^/engagements/v1/")),
)
"""Old paths that name no object, and whose scope opens them."""
_MARKETING = (
    ("content", re.compile(r"^/email/public/v1/|^/marketing-emails/v1/")),
    ("forms", re.compile(r"^/forms/v2/|^/marketing/v3/forms\b")),
    ("automation", re.compile(r"^/automation/v3/")),
    ("crm.lists.read", re.compile(r"^/contacts/v1/lists\b|^/crm/v3/lists/")),
)
"""What is no record at all, and the one scope that opens it."""
_READS = re.compile(r"/(?:search|batch/read)$")


def required(method: str, path: str, object_name: Callable[[], str | None]) -> tuple[str, ...]:
    """Return the scopes of which one is needed, none for what every app may ask.

    Args:
        method: Of the request.
        path: Of the request.
        object_name: Gives the plural name of the object in the path, ``None`` for a custom one.
    """
    area = next((name for name, pattern in _AREAS if pattern.search(path)), None)
    verb = "read" if method == "GET" or (method == "POST" and _READS.search(path)) else "write"
    if area is None:
        alone = next(((scope,) for scope, pattern in _MARKETING if pattern.search(path)), ())
        return alone or next((_of_records(name, verb) for name, pattern in _OLD if pattern.search(path)), ())
    if area == "owners":
        return ("crm.objects.owners.read", "automation")
    named = "custom" if area == "schemas" else object_name() or "custom"
    name = _OF_ANOTHER.get(named, named)
    records = _of_records(name, verb)
    return records if area == "objects" else _of_definitions(name, verb, records)


def _of_definitions(name: str, verb: str, records: tuple[str, ...]) -> tuple[str, ...]:
    """Return what opens definitions: to read them, also what opens the records; to change them, older scopes only."""
    return (
        f"crm.schemas.{name}.{verb}",
        *(scope for scope in records if verb == "read" or not scope.startswith("crm.")),
    )


def _of_records(name: str, verb: str) -> tuple[str, ...]:
    if name in {"tickets", "forms"}:
        return (name,)
    own = f"crm.objects.{name}.{verb}"
    return (own, "e-commerce") if name in _COMMERCE else (own,)
