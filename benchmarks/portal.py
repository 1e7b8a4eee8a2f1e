"""A local HubSpot in this process, beside the client: it notes when each request arrives and how it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

import httpx
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapstudio.sandbox.clock import Clock
from mapstudio.sandbox.contract import Setup
from mapstudio.sandbox.control import PREFIX, controlled
from mapstudio.sandbox.hubspot import SANDBOX
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.server import serve
from mapstudio.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request as the system saw it.

    Attributes:
        at: When it came, monotonic seconds.
        method: The HTTP method.
        path: The path.
        status: What it was answered with; 0 for not at all.
        allowed: What the answer said that the limit of ten seconds is.
    """

    at: float
    method: str
    path: str
    status: int
    allowed: int | None


@dataclass
class LocalPortal:
    """A running local HubSpot.

    Attributes:
        url: Where it answers.
        token: What lets a client in.
        arrivals: All requests so far, those to the control endpoint left out.
    """

    url: str = ""
    token: str = ""
    arrivals: list[Arrival] = field(default_factory=list)

    async def control(self, method: str, path: str, /, **body: object) -> dict[str, Any]:
        """Ask the control endpoint for something and return its answer."""
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as client:
            answer = await client.request(method, PREFIX + path, json=body or None)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def noted(self, app: ASGIApp) -> ASGIApp:
        """Return the application such that each request is noted."""

        async def noting(scope: Scope, receive: Receive, send: Send) -> None:
            at, status, allowed = monotonic(), 0, None

            async def sent(message: Message) -> None:
                nonlocal status, allowed
                if message["type"] == "http.response.start":
                    status = message["status"]
                    told = Headers(raw=message["headers"]).get("X-HubSpot-RateLimit-Max")
                    allowed = int(told) if told else None
                await send(message)

            try:
                await app(scope, receive, sent)
            finally:
                if scope["type"] == "http" and not scope["path"].startswith(PREFIX):
                    self.arrivals.append(Arrival(at, scope["method"], scope["path"], status, allowed))

        return noting


@asynccontextmanager
async def local_portal(*, limits: bool, ledger: Ledger | None = None) -> AsyncIterator[LocalPortal]:
    """Serve a local HubSpot with a fresh world while the block runs."""
    options = {option.name: option.default for option in SANDBOX.options}
    setup = Setup(World(1), ledger or Ledger(), limits, options, Clock())
    portal = LocalPortal()
    services = [replace(service, app=portal.noted(service.app)) for service in controlled(SANDBOX, setup)]
    ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(services, first_port=0, ready=ready.set_result, stop=stop))
    either: list[asyncio.Future[Any]] = [ready, serving]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    try:
        access = ready.result()["sandboxes"]["hubspot"]
        portal.url, portal.token = access["url"], access["token"]
        yield portal
    finally:
        stop.set()
        await serving
