"""How the newer generations are called: a key, a limit, a JSON body, and an error form of their own each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.model import JsonValue, Record
from mapstudio.model.exact_json import JsonError, loads
from mapstudio.sandbox.cloudbeds.access import Key
from mapstudio.sandbox.cloudbeds.envelope import ExactResponse, too_many
from mapstudio.sandbox.cloudbeds.estate import Estate
from mapstudio.sandbox.cloudbeds.tokens import token_of

MOST_BYTES = 1_000_000


class JsonApiError(Exception):
    """What a newer generation refuses.

    Attributes:
        status: Of HTTP.
        message: A sentence.
        code: A word, where the generation has them.
    """

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class JsonCall:
    """One request of a newer generation, with its key."""

    request: Request
    key: Key
    estate: Estate

    def path(self, name: str) -> str:
        """Return a part of the path."""
        value: str = self.request.path_params[name]
        return value

    def query(self, name: str, default: str = "") -> str:
        """Return a parameter of the query."""
        return self.request.query_params.get(name, default)

    async def body(self) -> Record:
        """Return the body.

        Raises:
            JsonApiError: It is no JSON object.
        """
        content = await self.request.body()
        try:
            found = loads(content) if len(content) <= MOST_BYTES else None
        except JsonError:
            found = None
        if not isinstance(found, dict):
            raise JsonApiError(400, "The body must be a JSON object")
        return found

    def whole(self, name: str, default: int, *, minimum: int, maximum: int) -> int:
        """Return a whole number of the query.

        Raises:
            JsonApiError: It is none, too small or too big.
        """
        text = self.query(name) or str(default)
        if not text.isdecimal() or len(text) > 9 or not minimum <= int(text) <= maximum:
            raise JsonApiError(400, f"{name} must be a whole number from {minimum} to {maximum}")
        return int(text)


Handler: TypeAlias = "Callable[[JsonCall], Awaitable[JsonValue]]"


@dataclass(frozen=True, slots=True)
class Generation:
    """One of the newer generations.

    Attributes:
        refused: Its form of an error.
        nulls: Whether the specification's dialect shows a value that is not there as null.
    """

    estate: Estate
    refused: Callable[[JsonApiError], Record]
    nulls: bool = False

    def route(self, verb: str, path: str, handler: Handler, scope: str, *, status: int = 200) -> Route:
        """Return the route of one operation."""

        async def answer(request: Request) -> Response:
            try:
                call = JsonCall(request, self._key(request, scope), self.estate)
                wait = self.estate.too_many(call.key, request.headers.get("x-property-id", ""))
                if wait is not None:
                    return too_many(wait)
                found = await handler(call)
            except JsonApiError as error:
                return ExactResponse(self.refused(error), error.status)
            if status == 204:
                return Response(status_code=204)
            return ExactResponse(found if self.nulls or not self.estate.spec else _without_nulls(found), status)

        return Route(path, answer, methods=[verb])

    def _key(self, request: Request, scope: str) -> Key:
        key = self.estate.access.key(token_of(request))
        if key is None:
            raise JsonApiError(401, "Unauthorized", "ACCESS_DENIED")
        if key.scopes is not None and scope not in key.scopes:
            raise JsonApiError(403, "Forbidden", "ACCESS_DENIED")
        return key


def _without_nulls(value: JsonValue) -> JsonValue:
    """Return a value as the specification allows it: it knows no null, so that what is not there is left out."""
    if isinstance(value, dict):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value]
    return value
