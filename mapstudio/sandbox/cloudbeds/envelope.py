"""The classic API's answers: an envelope, business errors with status 200, and the plain errors of its gateway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from starlette.responses import Response

from mapstudio.model import JsonValue
from mapstudio.model.exact_json import dumps


class RefusedError(Exception):
    """A business error: status 200, ``success: false`` and a message; there are no codes."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadParameterError(Exception):
    """A parameter that cannot be read: status 400."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NoSuchMethodError(Exception):
    """A path (404) or an HTTP method (405) that the API does not have."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Reply:
    """What a method answers with success.

    Attributes:
        data: Under ``data``; ``None`` leaves the key out, as the writes do.
        total: How many there are in all; with it the envelope gets ``count`` and ``total``.
        count: How many are on this page.
        extra: Keys beside ``data``, such as ``guestNoteID``.
        bare: Whether ``extra`` is the whole answer.
    """

    data: JsonValue = None
    count: int | None = None
    total: int | None = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict)
    bare: bool = False

    def body(self) -> dict[str, JsonValue]:
        """Return the envelope."""
        if self.bare:
            return dict(self.extra)
        body: dict[str, JsonValue] = {"success": True}
        if self.data is not None:
            body["data"] = self.data
        if self.total is not None:
            body["count"] = self.count
            body["total"] = self.total
        return {**body, **self.extra}


class ExactResponse(Response):
    """JSON whose numbers keep their decimal value, with the request id that each answer carries."""

    media_type = "application/json"

    def __init__(self, content: JsonValue, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(content, status_code, {"X-Request-ID": str(uuid4()), **(headers or {})})

    def render(self, content: JsonValue) -> bytes:
        """Return the body."""
        return dumps(content).encode()


def refused(message: str) -> ExactResponse:
    """Return a business error."""
    return ExactResponse({"success": False, "message": message})


def bad_parameter(message: str) -> ExactResponse:
    """Return the answer to a parameter that cannot be read."""
    return ExactResponse({"success": False, "message": message}, 400)


def access_denied() -> ExactResponse:
    """Return the answer to a missing or wrong key."""
    message = "The resource owner or authorization server denied the request."
    return ExactResponse({"error": "access_denied", "message": message}, 401)


def no_such_method(status: int, message: str) -> ExactResponse:
    """Return the answer to a path or an HTTP method that the API does not have."""
    return ExactResponse({"success": False, "message": message}, status)


def too_many(retry_after: float) -> ExactResponse:
    """Return the answer to one request too many; no schema is documented, clients see ``Retry-After``."""
    return ExactResponse({}, 429, {"Retry-After": str(max(1, round(retry_after + 0.5)))})


def gateway_error(status: int) -> ExactResponse:
    """Return the gateway's answer of an error status that a tester asks for."""
    return too_many(0) if status == 429 else ExactResponse({"success": False, "message": "Internal error"}, status)
