"""The newer generations: JSON over REST, a header that says for whom, and error forms of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mapstudio.connectors.cloudbeds.access import Caller
from mapstudio.connectors.cloudbeds.api import RefusedCallError, answered_at
from mapstudio.connectors.http import Answer
from mapstudio.model import AuthenticationError, ConnectionFailedError, JsonValue, PreconditionError, Record

ACCOUNTING = "/accounting/v1.0"
PROFILES = "/guest-profiles/v1"


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """A successful answer.

    Attributes:
        body: The whole of it.
        at: When it was given, by the server's clock where it tells.
    """

    body: JsonValue
    at: datetime

    @property
    def record(self) -> Record:
        """The body where it is an object."""
        return self.body if isinstance(self.body, dict) else {}


@dataclass(frozen=True, slots=True)
class JsonApi:
    """One of the newer generations.

    Attributes:
        caller: Sends the requests.
        connection: The connection's name, for messages.
        header: Says for which property or organisation a call is.
        whose: The property or organisation.
        root: Where its paths begin.
    """

    caller: Caller
    connection: str
    header: str
    whose: str
    root: str

    async def get(self, path: str, parameters: Mapping[str, str] | None = None) -> JsonAnswer:
        """Read.

        Raises:
            RefusedCallError: The API refused, in one of its sentences.
            ConnectionFailedError: No answer, or none in the API's protocol.
            AuthenticationError: The key is wrong, or lacks a scope.
            PreconditionError: The key does not reach the property or organisation.
        """
        return await self._send("GET", path, repeatable=True, params=dict(parameters or {}))

    async def search(self, path: str, body: Record) -> JsonAnswer:
        """Read with a body, which may safely be repeated. Raises like :meth:`get`."""
        return await self._send("POST", path, repeatable=True, json=body)

    async def change(self, path: str, body: Record) -> JsonAnswer:
        """Change what is given and nothing else, which may safely be repeated. Raises like :meth:`get`."""
        return await self._send("PATCH", path, repeatable=True, json=body)

    async def create(self, path: str, body: Record) -> JsonAnswer:
        """Create, which is never repeated. Raises like :meth:`get`, and :class:`LostAnswerError`."""
        return await self._send("POST", path, repeatable=False, json=body)

    async def _send(self, method: str, path: str, *, repeatable: bool, **content: object) -> JsonAnswer:
        # The documents of the newer generations know no x-api-key.
        answer = await self.caller.send(
            method, self.root + path, repeatable=repeatable, bearer=True, headers={self.header: self.whose}, **content
        )
        if answer.status >= 400:
            raise self._error(f"{method} {path}", answer)
        return JsonAnswer(answer.body, answered_at(answer))

    def _error(self, what: str, answer: Answer) -> Exception:
        told, system = _told(answer.body), self.caller.system
        credentials = self.caller.credentials
        if answer.status == 401:
            return AuthenticationError(
                f'{system} refused the {credentials.what} of connection "{self.connection}" ({told}).',
                remedy=credentials.remedy,
            )
        if answer.status == 403:
            return PreconditionError(
                f'The {credentials.what} of connection "{self.connection}" may not call {what}: {told}.',
                remedy=f"It needs the scope, and to reach {self.whose}: ask who manages the hotel's API access.",
            )
        if answer.status == 429 or answer.status >= 500:
            return ConnectionFailedError(
                f"{system} answered {what} with status {answer.status}, again and again.", remedy="Try again later."
            )
        return RefusedCallError(f"{system} refused {what}: {told}.", told=told, status=answer.status)


def _told(body: JsonValue) -> str:
    """Return the sentence of an error: each generation keeps it elsewhere."""
    if not isinstance(body, dict):
        return "no reason given"
    found = next((body[name] for name in ("errorDetails", "message", "detail", "title", "error") if body.get(name)), "")
    fields = body.get("errors")
    inner = [
        f"{entry.get('field', '')}: {entry.get('message', '')}".strip(": ")
        for entry in (fields if isinstance(fields, list) else [])
        if isinstance(entry, dict)
    ]
    return "; ".join(word for word in (str(found).rstrip(". "), *inner) if word) or "no reason given"
