"""Serves local sandboxes on free loopback ports while a test runs; over real HTTP, as ``mapstudio sandbox serve`` does.

The servers have a thread and an event loop of their own, so plain tests, async tests and tests that start a command as
a process can all use them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx

from mapstudio.sandbox.clock import Clock
from mapstudio.sandbox.contract import Sandbox, Service, Setup
from mapstudio.sandbox.control import controlled
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.server import serve
from mapstudio.sandbox.world import World

READY_WITHIN = 30.0


@cache
def world(seed: int = 1) -> World:
    """Return the seeded world; made once for all tests, never changed by one."""
    return World(seed)


def build(
    sandbox: Sandbox,
    *,
    seed: int = 1,
    ledger: Ledger | None = None,
    limits: bool = False,
    options: Mapping[str, str] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Sequence[Service]:
    """Return a sandbox's services with a fresh state; rate limits are off unless asked for."""
    chosen = {option.name: option.default for option in sandbox.options} | dict(options or {})
    return controlled(sandbox, Setup(world(seed), ledger or Ledger(), limits, chosen, Clock(now)))


def plain_client(url: str, *, headers: Mapping[str, str] | None = None, timeout: float = 5.0) -> httpx.Client:
    """Return a client for a service of here; it reads no certificates, which takes longer than most tests."""
    return httpx.Client(base_url=url, headers=headers, timeout=timeout, trust_env=False, verify=False)


@contextmanager
def running(services: Sequence[Service]) -> Iterator[dict[str, dict[str, Any]]]:
    """Serve the services and yield ``{name: {"url", ...access}}``, as the ready line has it."""
    told: dict[str, Any] = {}
    answering = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def ready(line: dict[str, Any]) -> None:
        told.update(line)
        answering.set()

    def work() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(serve(services, first_port=0, ready=ready, stop=stop))
        finally:
            answering.set()
            loop.close()

    thread = threading.Thread(target=work, name="sandboxes", daemon=True)
    thread.start()
    try:
        assert answering.wait(READY_WITHIN), "the sandboxes did not start"
        yield told["sandboxes"]
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)
        thread.join(READY_WITHIN)
