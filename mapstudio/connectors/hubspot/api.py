"""The calls themselves: token, budgets, and the vendor's errors as ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from mapstudio.connectors.http import Answer, HttpClient
from mapstudio.connectors.hubspot.paths import Paths
from mapstudio.connectors.hubspot.refusals import sentence
from mapstudio.connectors.limits import RateLimit
from mapstudio.model import AuthenticationError, ConnectionFailedError, Record

BURST = 100
BURST_SECONDS = 10.0
SEARCHES_PER_SECOND = 4
_USED_SHARE = 0.95
"""Of the burst: a request counts when it arrives there, not when it leaves here."""


class MissingScopeError(AuthenticationError):
    """The token is good, but not for this."""


@dataclass
class Api:
    """One account's API.

    Attributes:
        connection: The connection's name, for messages.
        url: The base URL.
        token: The bearer token.
        paths: Those of the chosen version.
    """

    connection: str
    url: str
    token: str = field(repr=False)
    paths: Paths
    _ahead: timedelta = field(default=timedelta(0), init=False, repr=False)
    _burst: RateLimit = field(init=False, repr=False)
    _client: HttpClient = field(init=False, repr=False)
    _searching: HttpClient = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Make the clients; search has a budget of its own beside the burst."""
        self._burst = RateLimit(int(BURST * _USED_SHARE), BURST_SECONDS)
        self._client = self._http(self._burst)
        self._searching = self._http(RateLimit(SEARCHES_PER_SECOND, 1.0))

    @property
    def system(self) -> str:
        """What messages call it."""
        return f"{self.connection} (hubspot)"

    async def open(self) -> None:
        """Make the connection pools."""
        await self._client.open()
        await self._searching.open()

    async def close(self) -> None:
        """Close the connection pools."""
        await self._client.close()
        await self._searching.close()

    async def get(self, path: str, **params: str) -> Record:
        """Return the answer to a GET.

        Raises:
            AuthenticationError: The token is refused or lacks a scope.
            ConnectionFailedError: Any other answer than a success.
        """
        return self._body(path, await self.send("GET", path, params=params))

    async def search(self, path: str, body: Mapping[str, Any]) -> Record:
        """Return the answer to a search; errors as of :meth:`get`."""
        answer = self._checked(path, await self._searching.send("POST", path, repeatable=True, json=body))
        return self._body(path, answer)

    async def post(self, path: str, body: Mapping[str, Any]) -> Record:
        """Return the answer to a POST that only reads; errors as of :meth:`get`."""
        return self._body(path, await self.send("POST", path, json=body))

    async def send(self, method: str, path: str, **content: Any) -> Answer:  # noqa: ANN401 - as httpx takes them
        """Send something that may be sent twice and return the answer, a refusal (4xx) included.

        Raises:
            AuthenticationError: The token is refused or lacks a scope.
            ConnectionFailedError: No answer, too many requests, or the system's own failure.
        """
        answer = await self._client.send(method, path, repeatable=True, **content)
        self._learn_time(answer)
        allowed = answer.headers.get("X-HubSpot-RateLimit-Max", "")
        if allowed.isdigit():
            self._burst.resize(int(int(allowed) * _USED_SHARE))
        return self._checked(path, answer)

    def now(self) -> datetime:
        """Return the time by the system's own clock, as far as an answer has told it."""
        return datetime.now(UTC) + self._ahead

    def _learn_time(self, answer: Answer) -> None:
        try:
            told = parsedate_to_datetime(answer.headers.get("Date", ""))
        except ValueError:
            return
        if told.tzinfo is not None:
            self._ahead = told - datetime.now(UTC)

    def _http(self, limit: RateLimit) -> HttpClient:
        headers = {"Authorization": f"Bearer {self.token}"}
        return HttpClient(self.system, self.url, headers, limits=(limit,))

    def _checked(self, path: str, answer: Answer) -> Answer:
        if answer.status == 401:
            raise AuthenticationError(
                f"{self.system} refused the token: {sentence(answer.body)}",
                remedy=f'Run "mapstudio connect {self.connection}" to store a valid one, or set {self._variable()}.',
            )
        if answer.status == 403:
            raise MissingScopeError(
                f"{self.system} does not let this token call {path}: {sentence(answer.body)}",
                remedy="Add the scopes to the private app or service key, then connect again.",
            )
        if answer.status == 429 or answer.status >= 500:
            raise ConnectionFailedError(
                f"{self.system} answered {path} with status {answer.status}: {sentence(answer.body)}",
                remedy="Try again later.",
            )
        return answer

    def _body(self, path: str, answer: Answer) -> Record:
        if answer.status >= 400:
            raise ConnectionFailedError(
                f"{self.system} refused {path} with status {answer.status}: {sentence(answer.body)}"
            )
        if not isinstance(answer.body, dict):
            raise ConnectionFailedError(
                f"{self.system} answered {path} with JSON of another shape.", remedy="Check the url of the connection."
            )
        return answer.body

    def _variable(self) -> str:
        name = "".join(letter if letter.isalnum() else "_" for letter in self.connection.upper())
        return f"MAPSTUDIO_{name}_<ENVIRONMENT>_TOKEN"
