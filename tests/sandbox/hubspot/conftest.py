"""A running local HubSpot and a bare HTTP client to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from mapstudio.sandbox.hubspot import SANDBOX
from tests.sandbox.running import build, plain_client, running

Start = Callable[..., httpx.Client]


@pytest.fixture(name="start")
def _start() -> Iterator[Start]:
    """Start a sandbox with options of its own; returns a client that has the token."""
    with ExitStack() as stack:

        def start(**options: Any) -> httpx.Client:
            access = stack.enter_context(running(build(SANDBOX, **options)))["hubspot"]
            headers = {"Authorization": f"Bearer {access['token']}"}
            return stack.enter_context(plain_client(access["url"], headers=headers))

        yield start


@pytest.fixture(name="client")
def _client(start: Start) -> httpx.Client:
    """A client to a sandbox of the test's own, without rate limits."""
    return start()
