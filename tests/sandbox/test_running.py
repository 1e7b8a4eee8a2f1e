"""The sandboxes of a test answer over real HTTP, each on a port of its own, and are gone afterwards."""

from __future__ import annotations

import socket
import time

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
        await request.body()
        return JSONResponse({"name": name})

    return Service(name, Starlette(routes=[Route("/", answer, methods=["GET", "POST"])]), {"token": f"{name}-token"})


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


def test_a_client_that_leaves_in_the_middle_of_a_request_is_no_error(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with running([service("one")]) as sandboxes:
        url = httpx.URL(sandboxes["one"]["url"])
        with socket.create_connection((url.host, url.port or 0)) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf of ")
            time.sleep(0.2)
        time.sleep(0.2)
        assert httpx.get(url, trust_env=False).json() == {"name": "one"}
    assert caplog.text + "".join(capfd.readouterr()) == ""
