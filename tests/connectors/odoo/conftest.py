"""A server of each version for the tests that write to one of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from mapstudio.connectors.odoo import OdooConnector
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.odoo import SANDBOX
from tests.connectors.odoo.losing import Losing
from tests.connectors.odoo.test_conformance import settings
from tests.sandbox.running import build, running


@pytest.fixture(params=["16", "19"])
def own_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A server of this test's own, by its entry in the ready line; it writes ``ledger.jsonl``."""
    with (
        Ledger(tmp_path / "ledger.jsonl") as ledger,
        running(build(SANDBOX, ledger=ledger, options={"odoo-version": request.param})) as sandboxes,
    ):
        yield sandboxes["odoo"]


@pytest_asyncio.fixture
async def erp(own_server: dict[str, Any]) -> AsyncIterator[OdooConnector]:
    """A connection to it as the integration user."""
    async with OdooConnector.open("erp", settings(own_server)) as opened:
        yield opened


@pytest_asyncio.fixture
async def admin(own_server: dict[str, Any]) -> AsyncIterator[OdooConnector]:
    """A connection to it as the administrator."""
    async with OdooConnector.open("erp", {**settings(own_server), "login": "admin", "password": "admin"}) as opened:
        yield opened


@pytest.fixture
def losing(monkeypatch: pytest.MonkeyPatch) -> Losing:
    """Loses answers on demand; nobody waits before a look."""
    monkeypatch.setattr("mapstudio.connectors.odoo.updating._LOOKS", (0.0,))
    monkeypatch.setattr("mapstudio.connectors.odoo.acting._LOOKS", (0.0,))
    return Losing(monkeypatch)
