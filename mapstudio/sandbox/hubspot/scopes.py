"""Which scope a call needs: one of those named, by the kind of its path, the object in it, and reading or writing."""

from __future__ import annotations

import re
from collections.abc import Callable

_COMMERCE = frozenset({"products", "line_items", "quotes"})
"""Also opened by the older scope ``e-commerce``."""
_AREAS = (
    ("schemas", re.compile(r"^/crm-object-schemas/|^/crm/v3/schemas\b")),
    ("owners", re.compile(r"^/crm/owners/|^/crm/v3/owners\b|^/owners/v2/")),
    ("definitions", re.compile(r"^/crm/(?:v\d/)?(?:properties|pipelines|property-validations)\b|^/properties/v\d/")),
    ("objects", re.compile(r"^/crm/(?:v\d/)?(?:objects|associations)\b")),
)
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
        return ()
    if area == "owners":
        return ("crm.objects.owners.read", "automation")
    if area == "schemas":
        return (
            ("crm.schemas.custom.read", "crm.objects.custom.read") if verb == "read" else ("crm.schemas.custom.write",)
        )
    name = object_name()
    own = _of_object(name, verb)
    if area == "objects":
        return own
    schema = f"crm.schemas.{name or 'custom'}.{verb}"
    # Definitions may be read by whoever may read the records, and changed by the schema's own scope.
    return (schema, *own) if verb == "read" or own == ("tickets",) else (schema, *(own[1:]))


def _of_object(name: str | None, verb: str) -> tuple[str, ...]:
    if name == "tickets":
        return ("tickets",)
    if name == "notes":
        return (f"crm.objects.contacts.{verb}",)
    own = f"crm.objects.{name or 'custom'}.{verb}"
    return (own, "e-commerce") if name in _COMMERCE else (own,)
