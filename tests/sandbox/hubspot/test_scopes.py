"""The scopes that calls need are those of the vendor's documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mapstudio.sandbox.hubspot.scopes import required

OBJECTS = {
    "contacts": "contacts",
    "companies": "companies",
    "deals": "deals",
    "tickets": "tickets",
    "products": "products",
    "lineItems": "line_items",
    "quotes": "quotes",
    "orders": "orders",
    "invoices": "invoices",
    "notes": "notes",
}


def calls(folder: Path, document: str) -> Iterator[tuple[str, str, set[str]]]:
    """Yield method, path and granular scopes of each call in a document of 2026-03."""
    described: dict[str, Any] = json.loads((folder / "hubspot/openapi/2026-03" / f"{document}.json").read_text("utf-8"))
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            named = {scope for item in operation.get("security", ()) for found in item.values() for scope in found}
            yield method.upper(), path, {scope for scope in named if "sensitive" not in scope}


@pytest.mark.reference
@pytest.mark.parametrize("document", OBJECTS)
def test_records_open_by_exactly_the_scopes_of_their_document(reference_folder: Path, document: str) -> None:
    seen = 0
    for method, path, scopes in calls(reference_folder, document):
        if "/associations/" not in path:
            assert set(required(method, path, lambda: OBJECTS[document])) == scopes, f"{method} {path}"
            seen += 1
    assert seen >= 10


@pytest.mark.reference
@pytest.mark.parametrize(
    "document",
    ["properties", "pipelines", "propertyValidations", "crmOwners", "schemas", "associations", "customObjects"],
)
def test_what_opens_the_rest_is_in_its_document(reference_folder: Path, document: str) -> None:
    for method, path, scopes in calls(reference_folder, document):
        for name in (*OBJECTS.values(), None) if "{" in path else (None,):
            wanted = set(required(method, path, partial(str, name) if name else lambda: None))
            assert wanted & scopes or not scopes, f"{method} {path} of {name}: {sorted(wanted)}"
