"""A hotel on loopback without the pauses of its budget, and a record of what was asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from mapstudio.connectors.cloudbeds import CloudbedsConnector, budget
from mapstudio.sandbox.cloudbeds import SANDBOX
from mapstudio.sandbox.contract import Service
from tests.sandbox.running import build, running


@pytest.fixture(autouse=True)
def no_pauses(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests go as fast as they can, but where the pace is what is tested."""
    if "paced" not in request.fixturenames:
        monkeypatch.setattr(budget, "REQUESTS", 100_000)


@pytest.fixture
def paced() -> None:
    """Keep the real budget."""


@dataclass
class Recorder:
    """Passes requests on and keeps their method names."""

    app: ASGIApp
    calls: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls.append(scope["path"].rsplit("/", 1)[-1])
        await self.app(scope, receive, send)

    def count(self, method: str) -> int:
        return self.calls.count(method)


@dataclass(frozen=True)
class Hotel:
    """A running hotel."""

    access: dict[str, Any]
    recorder: Recorder

    def control(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """Tell the sandbox what a server cannot be told: faults, merges, the time."""
        return httpx.request(method, f"{self.access['url']}/__sandbox__/{path}", json=dict(body)).json()

    def strike(self, **fault: Any) -> None:
        """Let a fault strike."""
        self.control("POST", "faults", fault)

    def connector(self, **changed: str) -> CloudbedsConnector:
        settings = {name: str(self.access[name]) for name in ("url", "api_key", "property")}
        return CloudbedsConnector.open("hotel", {**settings, **changed})


@pytest.fixture(params=["wire"])
def hotel(request: pytest.FixtureRequest) -> Iterator[Hotel]:
    """A hotel of its own for each test; parametrize it to change the dialect."""
    [service] = build(SANDBOX, options={"dialect": request.param})
    recorder = Recorder(service.app)
    with running([Service("cloudbeds", recorder, service.access)]) as sandboxes:
        yield Hotel(sandboxes["cloudbeds"], recorder)
