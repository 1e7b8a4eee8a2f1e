"""The calls themselves: token, budgets, and the vendor's errors as ours."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from mapstudio.connectors.http import PASSING, Answer, HttpClient
from mapstudio.connectors.hubspot.access import Credentials, burst_limit, search_limit
from mapstudio.connectors.hubspot.day import Day
from mapstudio.connectors.hubspot.paths import Paths
from mapstudio.connectors.hubspot.refusals import sentence
from mapstudio.model import AuthenticationError, ConnectionFailedError, JsonValue, Record
from mapstudio.model.exact_json import JsonError, loads

PATIENCE = 120.0
"""Seconds for which a call goes on waiting while the system says that there are too many."""
_DAILY = "DAILY"
_ENDED = "EXPIRED_AUTHENTICATION"


class MissingScopeError(AuthenticationError):
    """The token is good, but not for this."""


class RefusedCallError(ConnectionFailedError):
    """The call itself is refused: the account, its tier or this API version does not have what it asks for."""


class SpentDayError(ConnectionFailedError):
    """The account has no calls left until its day ends."""


@dataclass
class Api:
    """One account's API.

    Attributes:
        connection: The connection's name, for messages.
        url: The base URL.
        credentials: Give the token.
        paths: Those of the chosen version.
    """

    connection: str
    url: str
    credentials: Credentials = field(repr=False)
    paths: Paths
    _ahead: timedelta = field(default=timedelta(0), init=False, repr=False)
    _day: Day = field(default_factory=Day, init=False, repr=False)
    _asked_of_day: bool = field(default=False, init=False, repr=False)
    _client: HttpClient = field(init=False, repr=False)
    _searching: HttpClient = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Make the clients; search has a budget of its own beside the burst."""
        self._client, self._searching = (
            HttpClient(
                self.system,
                self.url,
                passing=PASSING | {500},
                patience=PATIENCE,
                budget_told=_budget_told,
                hopeless=_is_days_end,
            )
            for _ in range(2)
        )

    @property
    def system(self) -> str:
        """What messages call it."""
        return f"{self.connection} (hubspot)"

    async def open(self) -> None:
        """Make the connection pools; the budgets are the credentials' until it is known whose account they reach."""
        self._client.limits = (burst_limit(self.url, self.credentials),)
        self._searching.limits = (search_limit(self.url, self.credentials.whose()),)
        await self._client.open()
        await self._searching.open()

    async def close(self) -> None:
        """Close the connection pools."""
        await self._client.close()
        await self._searching.close()

    def belongs_to(self, portal: str, zone: str) -> None:
        """Note the account: all who use it share its budgets, and its day ends at its own midnight."""
        self._client.limits = (burst_limit(self.url, self.credentials, portal),)
        self._searching.limits = (search_limit(self.url, portal),)
        self._day.zone = zone

    async def ask_of_day(self) -> None:
        """Learn once what the account's day has left, where the calls of these credentials are counted by the day.

        Raises:
            SpentDayError: Nothing.
        """
        if self._asked_of_day or not self.credentials.counted_by_day:
            return
        self._asked_of_day = True
        try:
            self._day.report((await self.get(self.paths.usage)).get("results"))
        except SpentDayError:
            raise
        except (MissingScopeError, ConnectionFailedError):
            # Known a bit less well then: the headers of answers tell how much, midnight tells when.
            return

    async def get(self, path: str, **params: str) -> Record:
        """Return the answer to a GET.

        Raises:
            AuthenticationError: The token is refused or lacks a scope.
            ConnectionFailedError: Any other answer than a success.
        """
        return self._body(path, await self.send("GET", path, params=params))

    async def search(self, path: str, body: Mapping[str, Any]) -> Record:
        """Return the answer to a search; errors as of :meth:`get`."""
        return self._body(path, await self._let_in(self._searching, "POST", path, json=body))

    async def post(self, path: str, body: Mapping[str, Any], **params: str) -> Record:
        """Return the answer to a POST that only reads; errors as of :meth:`get`."""
        return self._body(path, await self.send("POST", path, json=body, params=params))

    async def send(self, method: str, path: str, **content: Any) -> Answer:  # noqa: ANN401 - as httpx takes them
        """Send something that may be sent twice and return the answer, a refusal (4xx) included.

        Raises:
            AuthenticationError: The token is refused or lacks a scope.
            ConnectionFailedError: No answer, too many requests, or the system's own failure.
        """
        answer = await self._let_in(self._client, method, path, **content)
        self._learn_time(answer)
        self._day.learn(answer.headers)
        return answer

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

    async def _let_in(self, client: HttpClient, method: str, path: str, **content: Any) -> Answer:  # noqa: ANN401
        token = await self.credentials.access()
        answer = await self._with_token(client, token, method, path, **content)
        if answer.status == 401 and _category(answer.body) == _ENDED:
            # It says that the token has ended, so this machine's clock or what was said of its life was wrong.
            other = await self.credentials.access(ended=token)
            if other != token:
                answer = await self._with_token(client, other, method, path, **content)
        if answer.status == 429 and _policy(answer.body) == _DAILY:
            self._day.learn(answer.headers)
            with suppress(SpentDayError):
                await self.ask_of_day()
            raise SpentDayError(
                f"{self.system} has spent {self._day.spent(self.now())}.",
                remedy="What was done until now is kept: run it again then.",
            )
        return self._checked(path, answer)

    async def _with_token(self, client: HttpClient, token: str, method: str, path: str, **content: Any) -> Answer:  # noqa: ANN401
        headers = {"Authorization": f"Bearer {token}"}
        return await client.send(method, path, repeatable=True, headers=headers, **content)

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
            raise RefusedCallError(f"{self.system} refused {path} with status {answer.status}: {sentence(answer.body)}")
        if not isinstance(answer.body, dict):
            raise ConnectionFailedError(
                f"{self.system} answered {path} with JSON of another shape.", remedy="Check the url of the connection."
            )
        return answer.body

    def _variable(self) -> str:
        name = "".join(letter if letter.isalnum() else "_" for letter in self.connection.upper())
        return f"MAPSTUDIO_{name}_<ENVIRONMENT>_TOKEN"


def _budget_told(headers: Mapping[str, str]) -> tuple[int, int] | None:
    allowed, left = (headers.get(f"X-HubSpot-RateLimit-{name}", "") for name in ("Max", "Remaining"))
    return (int(allowed), int(left)) if allowed.isdecimal() and left.isdecimal() else None


def _is_days_end(content: bytes) -> bool:
    try:
        return _policy(loads(content)) == _DAILY
    except JsonError:
        return False


def _policy(body: JsonValue) -> str:
    return str(body.get("policyName", "")) if isinstance(body, dict) else ""


def _category(body: JsonValue) -> str:
    return str(body.get("category", "")) if isinstance(body, dict) else ""
