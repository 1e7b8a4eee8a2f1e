"""A local sandbox in this process, beside the client: it notes when each request arrives and how it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, TypeAlias

import httpx
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapstudio.sandbox.clock import Clock
from mapstudio.sandbox.contract import Sandbox, Setup
from mapstudio.sandbox.control import PREFIX, controlled
from mapstudio.sandbox.hubspot import SANDBOX as HUBSPOT
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
        whose: Whose limit it counts for, where there are several.
    """

    at: float
    method: str
    path: str
    status: int
    allowed: int | None
    whose: str = ""


Whose: TypeAlias = "Callable[[Scope, bytes], str]"
"""Returns whose limit a request counts for, by its scope and its body."""


@dataclass
class LocalSandbox:
    """A running local sandbox.

    Attributes:
        latency: Seconds that the ways there and back take together.
        whose: Whose limits there are, where there are several.
        access: Where it answers and what lets a client in, as the ready line has it.
        arrivals: All requests so far, those to the control endpoint left out.
    """

    latency: float = 0.0
    whose: Whose | None = None
    access: dict[str, Any] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it answers."""
        return str(self.access["url"])

    @property
    def token(self) -> str:
        """What lets a client into a portal."""
        return str(self.access["token"])

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
            at, status, allowed, body = monotonic(), 0, None, bytearray()

            async def received() -> Message:
                message = await receive()
                if self.whose is not None:
                    body.extend(message.get("body", b""))
                return message

            async def sent(message: Message) -> None:
                nonlocal status, allowed
                if message["type"] == "http.response.start":
                    status = message["status"]
                    told = Headers(raw=message["headers"]).get("X-HubSpot-RateLimit-Max")
                    allowed = int(told) if told else None
                await send(message)

            try:
                await app(scope, received, sent)
            finally:
                if scope["type"] == "http" and not scope["path"].startswith(PREFIX):
                    whose = "" if self.whose is None else self.whose(scope, bytes(body))
                    self.arrivals.append(Arrival(at, scope["method"], scope["path"], status, allowed, whose))

        return noting

    def afar(self, app: ASGIApp) -> ASGIApp:
        """Return the application such that each request and each answer is under way for half of the latency."""
        if not self.latency:
            return app

        async def under_way(scope: Scope, receive: Receive, send: Send) -> None:
            async def sent(message: Message) -> None:
                if message["type"] == "http.response.start":
                    await asyncio.sleep(self.latency / 2)
                await send(message)

            await asyncio.sleep(self.latency / 2)
            # Who is gone by then needs no answer.
            with suppress(ClientDisconnect):
                await app(scope, receive, sent)

        return under_way


def local_portal(*, limits: bool, ledger: Ledger | None = None) -> AbstractAsyncContextManager[LocalSandbox]:
    """Serve a local HubSpot with a fresh world while the block runs."""
    return local_sandbox(HUBSPOT, limits=limits, ledger=ledger)


@asynccontextmanager
async def local_sandbox(
    sandbox: Sandbox,
    *,
    limits: bool,
    ledger: Ledger | None = None,
    options: Mapping[str, str] | None = None,
    latency: float = 0.0,
    whose: Whose | None = None,
) -> AsyncIterator[LocalSandbox]:
    """Serve the first service of a sandbox with a fresh world while the block runs."""
    chosen = {option.name: option.default for option in sandbox.options} | dict(options or {})
    setup = Setup(World(1), ledger or Ledger(), limits, chosen, Clock())
    local = LocalSandbox(latency, whose)
    services = [replace(service, app=local.afar(local.noted(service.app))) for service in controlled(sandbox, setup)]
    ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(services, first_port=0, ready=ready.set_result, stop=stop))
    either: list[asyncio.Future[Any]] = [ready, serving]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    try:
        local.access = ready.result()["sandboxes"][services[0].name]
        yield local
    finally:
        stop.set()
        await serving
