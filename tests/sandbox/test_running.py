"""The sandboxes of a test answer over real HTTP, each on a port of its own, and are gone afterwards."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from mapstudio.sandbox.contract import Service
from tests.sandbox.running import running


def service(name: str) -> Service:
    async def answer(request: Request) -> JSONResponse:
        return JSONResponse({"name": name})

    return Service(name, Starlette(routes=[Route("/", answer)]), {"token": f"{name}-token"})


async def test_services_answer_and_then_stop() -> None:
    with running([service("one"), service("two")]) as sandboxes:
        assert sandboxes["two"]["token"] == "two-token"
        async with httpx.AsyncClient(trust_env=False) as client:
            answers = [(await client.get(sandboxes[name]["url"])).json() for name in ("one", "two")]
        assert answers == [{"name": "one"}, {"name": "two"}]
        url = sandboxes["one"]["url"]
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(url)
