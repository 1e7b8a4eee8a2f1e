"""Takes deliveries at the secret path: checked, stored on disk, and only then answered; nothing else is done here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mapstudio.cli.listening.address import SecretPath
from mapstudio.cli.log import log_failure
from mapstudio.connectors.notices import Delivery, Notice
from mapstudio.model.errors import AuthenticationError, MapstudioError, PreconditionError, UsageError

if TYPE_CHECKING:
    from mapstudio.runner.state import Stored

MOST_BYTES = 4 * 1024 * 1024
_READ_WITHIN = 10.0
_STORED_WITHIN = 1.5
"""Senders wait two seconds at least; what is not on disk by then is refused, and comes again."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """The application behind one secret path.

    Attributes:
        path: The secret path.
        public_url: The address that senders call, up to the path; ``""``: the one that their requests name.
        understand: Returns what a delivery tells; raises what makes it refused.
        store: Keeps it on disk; called by the executor.
        executor: Of one thread, since the state file belongs to the thread that opened it.
        stored: Told how many notices were taken, known already, and concern nothing.
        refused: Told why a delivery was refused.
    """

    path: SecretPath
    public_url: str
    understand: Callable[[Delivery], Sequence[Notice]]
    store: Callable[[Sequence[Notice]], Stored]
    executor: Executor
    stored: Callable[[Stored], object]
    refused: Callable[[str], object]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            status = await self._status(Request(scope, receive))
        except Exception as error:  # noqa: BLE001 - the last line of defence: our own mistakes end here, with a log
            where = log_failure(error)
            self.refused(f"mapstudio made a mistake of its own ({type(error).__name__}); details are in {where}")
            status = HTTPStatus.INTERNAL_SERVER_ERROR
        await Response(status_code=status)(scope, receive, send)

    async def _status(self, request: Request) -> int:
        if not self.path.is_meant_by(request.scope["path"].removeprefix("/")):
            return HTTPStatus.NOT_FOUND
        if request.method != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        try:
            async with asyncio.timeout(_READ_WITHIN):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return HTTPStatus.REQUEST_TIMEOUT
        if body is None:
            self.refused(f"a delivery of more than {MOST_BYTES:,} bytes")
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return await self._take(self._delivery(request, body))

    async def _take(self, delivery: Delivery) -> int:
        try:
            notices = self.understand(delivery)
            keeping = asyncio.get_running_loop().run_in_executor(self.executor, self.store, notices)
            stored = await asyncio.wait_for(keeping, _STORED_WITHIN)
        except TimeoutError:
            self.refused("the state file is held by another process; the delivery will come again")
            return HTTPStatus.SERVICE_UNAVAILABLE
        except MapstudioError as error:
            self.refused(str(error))
            return _refusal(error)
        self.stored(stored)
        return HTTPStatus.OK

    def _delivery(self, request: Request, body: bytes) -> Delivery:
        address = f"{self.public_url}/{self.path.text}" if self.public_url else str(request.url).partition("?")[0]
        query = request.scope["query_string"].decode("ascii", "replace")
        return Delivery(
            request.method,
            f"{address}?{query}" if query else address,
            {name.lower(): value for name, value in request.headers.items()},
            body,
            datetime.now(UTC),
        )


async def _body(request: Request) -> bytes | None:
    """Return the body, ``None`` when it is too long; no more of it is kept than is allowed."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > MOST_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _refusal(error: MapstudioError) -> int:
    match error:
        case AuthenticationError():
            return HTTPStatus.UNAUTHORIZED
        case PreconditionError():
            return HTTPStatus.FORBIDDEN
        case UsageError():
            return HTTPStatus.BAD_REQUEST
        case _:
            return HTTPStatus.SERVICE_UNAVAILABLE
