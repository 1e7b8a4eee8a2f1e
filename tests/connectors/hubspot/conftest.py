"""A connector to a local HubSpot, and one to a server that answers what a test tells it to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from typing import Any

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.sandbox.contract import Service
from mapstudio.sandbox.hubspot import SANDBOX
from tests.sandbox.running import build, running

Connect = Callable[..., Awaitable[HubSpotConnector]]
Script = Callable[[str, str, Any], "tuple[int, Any]"]
"""Method, path and body of a request to the status and the JSON of its answer."""


@pytest_asyncio.fixture(name="connect")
async def _connect() -> AsyncIterator[Connect]:
    """Open a connector to a sandbox with options of its own; keywords beside them are settings."""
    with ExitStack() as servers:
        async with AsyncExitStack() as stack:

            async def connect(*, serve: dict[str, Any] | None = None, **settings: str) -> HubSpotConnector:
                access = servers.enter_context(running(build(SANDBOX, **(serve or {}))))["hubspot"]
                given = {"url": access["url"], "token": access["token"], **settings}
                return await stack.enter_async_context(HubSpotConnector.open("crm", given))

            yield connect


@pytest.fixture(name="scripted")
def _scripted() -> Iterator[Callable[[Script], HubSpotConnector]]:
    """Return a connector, not yet entered, to a server that answers by the script."""
    with ExitStack() as stack:

        def scripted(script: Script) -> HubSpotConnector:
            async def answer(request: Request) -> Response:
                body = await request.body()
                status, found = script(request.method, request.url.path, json.loads(body) if body else None)
                return Response(json.dumps(found), status, media_type="application/json")

            app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
            url = stack.enter_context(running([Service("scripted", app, {})]))["scripted"]["url"]
            return HubSpotConnector.open("crm", {"url": url, "token": "any"})

        yield scripted
