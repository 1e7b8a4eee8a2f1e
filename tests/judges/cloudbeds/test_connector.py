"""What the connector sends and what the sandbox answers it, by the vendor's own documents."""

from __future__ import annotations

import re
from importlib.resources import files

import httpx
import pytest

from mapstudio.connectors.exchange import ReadRequest
from mapstudio.sandbox.cloudbeds import SANDBOX
from mapstudio.sandbox.control import PREFIX
from tests.connectors.cloudbeds.letting_in import Drawer, let_in
from tests.judges.cloudbeds import everything
from tests.judges.cloudbeds.conftest import Hotel
from tests.judges.cloudbeds.requests import faults
from tests.judges.recorder import Recorder
from tests.sandbox.cloudbeds.specification import Specification
from tests.sandbox.running import build, running

pytestmark = pytest.mark.reference

REST = {
    *("POST /accounting/v1.0/transactions", "GET /profiles", "POST /profiles", "GET /profiles/{profileId}"),
    *("PATCH /profiles/{profileId}", "GET /profiles/{profileId}/stats", "GET /profiles/{profileId}/reservations"),
    "GET /profiles/{profileId}/custom-fields",
}
"""What it calls of the newer generations."""
CONSENT = frozenset({"/api/v1.3/oauth"})
"""What is for people with a browser, and so in no document."""


async def test_the_connector_keeps_to_the_documents(hotel: Hotel, documents: Specification) -> None:
    async with hotel.connector() as connector:
        await everything.ask(connector)
        await everything.send(connector)
    asked = hotel.recorder.exchanges
    assert faults(documents, asked) == []
    assert documents.faults(asked) == []
    called = {operation.name for exchange in asked if (operation := documents.operation(exchange))}
    assert _methods() - {name.rpartition("/")[2] for name in called} == set()
    assert called >= REST


async def test_an_app_that_was_let_in_keeps_to_the_documents(documents: Specification) -> None:
    recorder, drawer = Recorder(), Drawer()
    options = {"dialect": "spec", "cloudbeds-consent": "yes", "cloudbeds-token-life": "2"}
    with running(recorder.listen(build(SANDBOX, options=options))) as sandboxes:
        async with await let_in(sandboxes["cloudbeds"], drawer) as connector:
            for name in ("house_accounts", "guest_profiles", "transactions"):
                assert [page async for page in connector.read(ReadRequest(name, limit=1))]
            first = drawer.text
            async with httpx.AsyncClient(base_url=sandboxes["cloudbeds"]["url"]) as client:
                await client.put("/__sandbox__/clock", json={"advance": 60})
            assert [page async for page in connector.read(ReadRequest("rooms", limit=1))]
            assert drawer.text != first, "the token was renewed"
    told = [item for item in recorder.exchanges if item.path not in CONSENT and not item.path.startswith(PREFIX)]
    assert faults(documents, told) == []
    assert sum(item.path.endswith("/access_token") for item in told) >= 2


def _methods() -> set[str]:
    """Return the classic methods that the connector's own text names: a new one must be judged as well."""
    texts = [item.read_text("utf-8") for item in files("mapstudio.connectors.cloudbeds").iterdir() if item.is_file()]
    return {name for text in texts for name in re.findall(r'"((?:get|put|post|delete)[A-Z]\w+)"', text)}
