"""The ledger tells what was really written, whatever the client got to see of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.sandbox.ledger import Ledger
from tests.sandbox.hubspot.conftest import Start

CONTACTS = "/crm/objects/2026-03/contacts"


class Book:
    """A sandbox with its ledger."""

    def __init__(self, client: httpx.Client, path: Path) -> None:
        self.client = client
        self._path = path

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._path.read_text(encoding="utf-8").splitlines()]

    def create(self, email: str) -> str:
        answer = self.client.post(CONTACTS, json={"properties": {"email": email}})
        found: str = answer.json()["id"]
        return found


@pytest.fixture(name="book")
def _book(start: Start, tmp_path: Path) -> Iterator[Book]:
    path = tmp_path / "ledger.jsonl"
    with Ledger(path) as ledger:
        yield Book(start(ledger=ledger), path)


def batch(*emails: str) -> dict[str, Any]:
    return {"inputs": [{"id": email, "idProperty": "email", "properties": {"firstname": "Eva"}} for email in emails]}


@pytest.mark.parametrize(("kind", "written"), [("drop-before", 0), ("drop-after", 2), ("truncate", 2), ("502", 0)])
def test_what_was_written_stands_there_though_the_answer_was_lost(book: Book, kind: str, written: int) -> None:
    book.client.post("/__sandbox__/faults", json={"kind": kind, "count": 1, "path": "*/batch/upsert"})
    emails = ("one@example.com", "two@example.com")
    try:
        answer = book.client.post(f"{CONTACTS}/batch/upsert", json=batch(*emails))
        assert answer.status_code == 502
    except httpx.TransportError:
        pass
    assert [(line["op"], line["key"]) for line in book.lines()] == [("create", email) for email in emails][:written]
    assert book.client.post(f"{CONTACTS}/batch/upsert", json=batch(*emails)).status_code == 200
    again = book.lines()[written:]
    assert [(line["op"], bool(line["changed"])) for line in again] == [
        ("update", False) if written else ("create", True)
    ] * 2


def test_associations_made_and_ended_and_records_archived_stand_there(book: Book) -> None:
    contact = book.create("eva@example.com")
    company = book.client.post("/crm/v3/objects/companies", json={"properties": {"name": "Sol"}}).json()["id"]
    path = f"/crm/v4/objects/contacts/{contact}/associations"
    for method, tail in (("PUT", "default/companies"), ("PUT", "default/companies"), ("DELETE", "companies")):
        assert book.client.request(method, f"{path}/{tail}/{company}").status_code < 300
    assert book.client.delete(f"{CONTACTS}/{contact}").status_code == 204
    assert book.client.delete(f"{CONTACTS}/{contact}").status_code == 204
    told = [(line["object"], line["op"], line["id"], line["changed"]) for line in book.lines()[2:]]
    assert told == [
        ("contacts", "associate", contact, ["associations.companies"]),
        ("contacts", "associate", contact, []),
        ("contacts", "dissociate", contact, ["associations.companies"]),
        ("contacts", "archive", contact, []),
    ]


def test_what_was_refused_does_not_stand_there(book: Book) -> None:
    book.create("eva@example.com")
    before = len(book.lines())
    for properties in ({"email": "EVA@example.com"}, {"email": "x@example.com", "no_such": "1"}):
        assert book.client.post(CONTACTS, json={"properties": properties}).status_code in {400, 409}
    assert len(book.lines()) == before


def test_the_index_lags_as_long_as_it_is_told_to_while_it_runs(book: Book) -> None:
    book.client.put("/__sandbox__/clock", json={"freeze": True})
    book.client.put("/__sandbox__/options", json={"hubspot-index-delay": "30"})
    book.create("late@example.com")
    filters = [{"propertyName": "email", "operator": "EQ", "value": "late@example.com"}]

    def found() -> int:
        total: int = book.client.post(f"{CONTACTS}/search", json={"filterGroups": [{"filters": filters}]}).json()[
            "total"
        ]
        return total

    assert found() == 0
    book.client.put("/__sandbox__/clock", json={"advance": 30})
    assert found() == 1
