"""Writes down what goes over the wire, between any client and a local sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapstudio.sandbox.contract import Service


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    Attributes:
        headers: Those of the request, by their names in small letters.
    """

    method: str
    path: str
    query: Sequence[tuple[str, str]]
    content_type: str
    body: bytes
    status: int
    answer: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Recorder:
    """All exchanges of the services that it listens to, in the order in which they ended."""

    exchanges: list[Exchange] = field(default_factory=list)

    def listen(self, services: Sequence[Service]) -> list[Service]:
        """Return the services such that all that they say is written down."""
        return [replace(service, app=self._heard(service.app)) for service in services]

    def _heard(self, app: ASGIApp) -> ASGIApp:
        async def heard(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            asked, told, status = bytearray(), bytearray(), 0

            async def received() -> Message:
                message = await receive()
                asked.extend(message.get("body", b""))
                return message

            async def sent(message: Message) -> None:
                nonlocal status
                status = message.get("status", status)
                told.extend(message.get("body", b""))
                if message["type"] == "http.response.body" and not message.get("more_body", False):
                    # Before the client has the end of it: what a test got is always written down.
                    self.exchanges.append(_exchange(scope, bytes(asked), status, bytes(told)))
                await send(message)

            await app(scope, received, sent)

        return heard


def _exchange(scope: Scope, asked: bytes, status: int, told: bytes) -> Exchange:
    headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
    return Exchange(
        scope["method"],
        scope["path"],
        parse_qsl(scope["query_string"].decode(), keep_blank_values=True),
        headers.get("content-type", "").split(";")[0].strip(),
        asked,
        status,
        told,
        headers,
    )
