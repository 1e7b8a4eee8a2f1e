"""A hotel on loopback, spoken to as any client would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.sandbox.cloudbeds import SANDBOX
from mapstudio.sandbox.ledger import Ledger
from tests.sandbox.running import build, plain_client, running


@dataclass
class Client:
    """Calls methods of the classic API and returns their bodies."""

    http: httpx.Client
    ledger: Path
    root: str = ""
    access: dict[str, Any] = field(default_factory=dict)

    def control(self, verb: str, path: str, body: object = None) -> dict[str, Any]:
        """Call the control endpoint."""
        answer = self.http.request(verb, f"{self.root}/__sandbox__{path}", json=body)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def transactions(self, filters: object, **more: object) -> dict[str, Any]:
        """Search the accounting's transactions."""
        answer = self.http.post(
            f"{self.root}/accounting/v1.0/transactions",
            json={"filters": filters, **more},
            headers={"X-Property-ID": "297652"},
        )
        body: dict[str, Any] = answer.json()
        return {"status": answer.status_code, **body}

    def of_reservation(self, number: str) -> list[dict[str, Any]]:
        """Return the transactions of one reservation."""
        both = [
            {"field": "source_kind", "operator": "equals", "value": "RESERVATION"},
            {"field": "source_identifier", "operator": "equals", "value": number},
        ]
        rows: list[dict[str, Any]] = self.transactions({"and": both}, limit=1100)["transactions"]
        return rows

    def get(self, method: str, **parameters: object) -> dict[str, Any]:
        answer = self.http.get(method, params={name: str(value) for name, value in parameters.items()})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def rows(self, method: str, **parameters: object) -> list[dict[str, Any]]:
        """All pages of a list."""
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            body = self.get(method, pageNumber=page, **parameters)
            found += body["data"]
            if len(found) >= body["total"]:
                return found
            page += 1

    def send(self, verb: str, method: str, **form: str) -> dict[str, Any]:
        answer = self.http.request(verb, method, data=form)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def written(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.ledger.read_text("utf-8").splitlines()]


@pytest.fixture
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    """A client of a fresh hotel; ``indirect`` parameters are options of ``build``."""
    options = getattr(request, "param", {})
    path = tmp_path / "ledger.jsonl"
    with Ledger(path) as ledger, running(build(SANDBOX, ledger=ledger, **options)) as sandboxes:
        access = sandboxes["cloudbeds"]
        headers = {"x-api-key": access["api_key"]}
        with plain_client(f"{access['url']}/api/v1.3/", headers=headers) as http:
            yield Client(http, path, access["url"], access)
