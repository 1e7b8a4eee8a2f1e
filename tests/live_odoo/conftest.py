"""The servers that the live suite runs against: our own of both versions always, a real one where it is named.

A real server is named by ``MAPSTUDIO_LIVE_ODOO_URL``, ``_DB``, ``_LOGIN`` and ``_PASSWORD``; ``_API_KEY`` is tried as
well where it is given. ``pytest -m live_odoo`` runs against it alone. Nothing here knows what a database holds: what is
needed is made, and taken away again.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import pytest_asyncio

from mapstudio.connectors.odoo import OdooConnector
from mapstudio.sandbox.odoo import SANDBOX
from tests.connectors.odoo.test_conformance import settings
from tests.live_odoo.workshop import Workshop
from tests.sandbox.running import build, running

_NAMES = ("URL", "DB", "LOGIN", "PASSWORD")
_SERVER = {name: os.environ.get(f"MAPSTUDIO_LIVE_ODOO_{name}", "") for name in (*_NAMES, "API_KEY")}
"""Read at once: a test's own environment has no settings from outside."""

_live = pytest.mark.live_odoo


@pytest.fixture(
    scope="module",
    params=[
        "sandbox 16",
        "sandbox 19",
        "sandbox 19, API key",
        pytest.param("live", marks=_live),
        pytest.param("live, API key", marks=_live),
    ],
)
def server(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """A server's settings."""
    with _settings(str(request.param)) as found:
        yield found


@contextmanager
def _settings(name: str) -> Iterator[dict[str, str]]:
    with_key = name.endswith("API key")
    if name.startswith("live"):
        yield _live_settings(with_key=with_key)
        return
    version = name.partition(",")[0].removeprefix("sandbox ")
    with running(build(SANDBOX, options={"odoo-version": version})) as sandboxes:
        access: dict[str, Any] = sandboxes["odoo"]
        yield {**settings(access), **({"password": str(access["api_key"])} if with_key else {})}


def _live_settings(*, with_key: bool) -> dict[str, str]:
    missing = [f"MAPSTUDIO_LIVE_ODOO_{name}" for name in _NAMES if not _SERVER[name]]
    if missing:
        pytest.skip(f"no live server: set {', '.join(missing)}")
    if with_key and not _SERVER["API_KEY"]:
        pytest.skip("no API key of the live server: set MAPSTUDIO_LIVE_ODOO_API_KEY")
    return {
        "url": _SERVER["URL"],
        "db": _SERVER["DB"],
        "login": _SERVER["LOGIN"],
        "password": _SERVER["API_KEY"] if with_key else _SERVER["PASSWORD"],
        "allow_http": "true",
    }


@pytest_asyncio.fixture
async def erp(server: dict[str, str]) -> AsyncIterator[OdooConnector]:
    """A connection to the server."""
    async with OdooConnector.open("erp", server) as opened:
        yield opened


@pytest_asyncio.fixture
async def workshop(erp: OdooConnector) -> AsyncIterator[Workshop]:
    """Where records are made, and cleaned up after the test."""
    made = Workshop(erp)
    yield made
    await made.clean_up()
