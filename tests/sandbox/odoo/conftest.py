"""A local Odoo of each version, and a client of its administrator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from mapstudio.sandbox.odoo import SANDBOX
from tests.sandbox.odoo.client import Client
from tests.sandbox.running import build, running

NOW = datetime(2026, 11, 23, 10, 30, 15, 250_000, UTC)


@pytest.fixture(params=["16", "19"])
def served(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Serve one version and give its entry of the ready line."""
    services = build(SANDBOX, options={"odoo-version": request.param}, now=lambda: NOW)
    with running(services) as sandboxes:
        yield sandboxes["odoo"]


@pytest.fixture
def erp(served: dict[str, Any]) -> Client:
    """The administrator of either version."""
    return Client(served)


@pytest.fixture
def newest() -> Iterator[Client]:
    """The administrator of version 19."""
    with running(build(SANDBOX, options={"odoo-version": "19"}, now=lambda: NOW)) as sandboxes:
        yield Client(sandboxes["odoo"])


def is_new(client: Client) -> bool:
    """Return whether it is version 19."""
    return bool(client.access["version"] == "19.0")


@pytest.fixture(scope="module", params=["16", "19"])
def server(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Serve one version to all tests of a module, which leave alone what others look at."""
    with running(build(SANDBOX, options={"odoo-version": request.param})) as sandboxes:
        yield sandboxes["odoo"]


@pytest.fixture(scope="module")
def nineteen() -> Iterator[dict[str, Any]]:
    """The same of version 19 alone."""
    with running(build(SANDBOX, options={"odoo-version": "19"})) as sandboxes:
        yield sandboxes["odoo"]


@pytest.fixture(scope="module")
def admin(server: dict[str, Any]) -> Client:
    """The administrator of the server that a module shares."""
    return Client(server)
