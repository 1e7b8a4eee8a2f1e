"""How a fault is done to a request: what the client sees, and whether the sandbox did the work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapstudio.sandbox.faults import FaultSpec

CONNECTION = "mapstudio.connection"
"""The extension of a request's scope under which the server gives the connection itself."""
_GATEWAY = {
    "502": "Bad Gateway",
    "503": "Service Temporarily Unavailable",
    "504": "Gateway Time-out",
}


async def strike(
    fault: FaultSpec,
    refusal: Callable[[int], Response],
    app: ASGIApp,
    closing: asyncio.Event,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Let a request go wrong.

    Args:
        fault: How.
        refusal: The vendor's answer of an error status.
        app: What would have answered.
        closing: Set when the service ends; who waits until then is let go.
        scope: The request, as ASGI has it.
        receive: As ASGI has it.
        send: As ASGI has it.
    """
    if fault.kind == "slow":
        if await _happens(closing.wait(), fault.seconds):
            await _end(scope, receive)
        else:
            await app(scope, receive, send)
    elif fault.kind == "hang":
        await _first_of(closing.wait(), _until_gone(receive))
        await _end(scope, receive)
    elif fault.kind == "drop-before":
        await _read_whole(receive)
        await _end(scope, receive)
    elif fault.kind == "drop-after":
        await app(scope, receive, _to_nowhere)
        await _end(scope, receive)
    elif fault.kind == "truncate":
        await app(scope, receive, _Truncating(scope, receive, send).send)
    else:
        await _read_whole(receive)
        await _refused(fault, refusal)(scope, receive, send)


def _refused(fault: FaultSpec, refusal: Callable[[int], Response]) -> Response:
    if fault.kind in _GATEWAY:
        title = f"{fault.kind} {_GATEWAY[fault.kind]}"
        page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        response: Response = HTMLResponse(f"{page}</body>\r\n</html>\r\n", int(fault.kind))
    else:
        response = refusal(int(fault.kind))
    if "retry-after" in response.headers:
        del response.headers["retry-after"]
    if fault.retry_after is not None:
        response.headers["retry-after"] = str(fault.retry_after)
    return response


class _Truncating:
    """Sends the head of an answer and half of its body, then ends the connection."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._cut = False

    async def send(self, message: Message) -> None:
        if self._cut:
            return
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            await self._send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            self._cut = True
            await _end(self._scope, self._receive)
        else:
            await self._send(message)


async def _happens(work: Coroutine[Any, Any, object], seconds: float) -> bool:
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        return False
    return True


async def _first_of(*work: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.ensure_future(item) for item in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _to_nowhere(message: Message) -> None:
    """Take an answer that nobody gets."""


async def _read_whole(receive: Receive) -> None:
    message = await receive()
    while message["type"] == "http.request" and message.get("more_body", False):
        message = await receive()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _end(scope: Scope, receive: Receive) -> None:
    connection: Any = scope.get("extensions", {}).get(CONNECTION)
    if connection is not None:
        connection.close()
        await _until_gone(receive)
