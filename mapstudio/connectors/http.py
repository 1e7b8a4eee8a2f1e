"""HTTP as every connector speaks it: one client, one budget, retries that cannot double a write, honest errors.

Redirects are never followed (credentials would travel with them), answers are limited in size, and nothing here logs or
raises a header or a body that could hold a secret.
"""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from mapstudio import __version__
from mapstudio.connectors.limits import RateLimit
from mapstudio.model import ConnectionFailedError, JsonValue, UsageError
from mapstudio.model.exact_json import JsonError, loads

logger = logging.getLogger(__name__)

MAX_ANSWER_BYTES = 64 * 1024 * 1024
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PASSING = frozenset({429, 502, 503, 504})
"""Statuses that pass by themselves: what may be sent twice is."""
_LONGEST_PAUSE = 15.0
_LONGEST_HOLD = 60.0


@cache
def _certificates(*, trust_env: bool) -> ssl.SSLContext:
    """Return whom connections trust; to read all authorities takes 20 ms, in which a screen would stand still."""
    return httpx.create_ssl_context(trust_env=trust_env)


@dataclass(frozen=True, slots=True)
class Answer:
    """A system's answer.

    Attributes:
        status: The HTTP status.
        headers: The answer's headers, case-insensitive.
        body: The parsed JSON, ``None`` for an empty body.
        repeated: The request had been sent before, and may have been carried out then: that answer was lost, or a
            gateway's.
    """

    status: int
    headers: Mapping[str, str]
    body: JsonValue
    repeated: bool = False


class LostAnswerError(ConnectionFailedError):
    """The request was sent and no answer came: a write may or may not have happened."""


class NotDoneError(ConnectionFailedError):
    """The request was certainly not carried out: there was no connection, or there were too many requests."""


class NotJsonError(ConnectionFailedError):
    """An answer that is no JSON, such as a proxy's page.

    Args:
        message: See :class:`MapstudioError`.
        remedy: See :class:`MapstudioError`.
        status: The HTTP status of the answer.
    """

    def __init__(self, message: str, *, remedy: str = "", status: int) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


@dataclass(slots=True)
class _Tries:
    """What has become of one request so far.

    Attributes:
        failed: How often it got no answer, or one that may pass by itself.
        refused: How often the answer was such a one.
        waited: Seconds waited because there were too many requests.
        repeated: It may have arrived before.
    """

    failed: int = 0
    refused: int = 0
    waited: float = 0.0
    repeated: bool = False


@dataclass
class HttpClient:
    """One system's HTTP client.

    Attributes:
        system: What messages call it, such as ``crm (acme)``.
        url: The base URL.
        headers: Sent with each request; may hold credentials.
        limits: Budgets, all of which each request waits for.
        timeout: Seconds for one answer; a connection must stand within ``connect_timeout``.
        attempts: How often a request is tried in all; a 429 counts only where ``patience`` is 0.
        retry_after: How long to wait after a refused attempt, when the answer does not say.
        passing: Statuses for which it is tried again.
        patience: Seconds for which a request goes on waiting where the system says that there are too many.
        budget_told: What an answer's headers say of the first budget: what is allowed and what is left of it.
        hopeless: Whether a 429 with this body is not to be waited for, such as that of a day's limit.
        sleep: Waits; tests give their own.
    """

    system: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    limits: tuple[RateLimit, ...] = ()
    timeout: float = 30.0
    connect_timeout: float = 10.0
    attempts: int = 4
    retry_after: Callable[[int], float] = field(default=lambda attempt: random.uniform(0.2, 0.5) * 2**attempt)  # noqa: S311
    passing: frozenset[int] = PASSING
    patience: float = 0.0
    budget_told: Callable[[Mapping[str, str]], tuple[int, int] | None] = field(default=lambda _: None, repr=False)
    hopeless: Callable[[bytes], bool] = field(default=lambda _: False, repr=False)
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)
    _client: httpx.AsyncClient | None = field(default=None, repr=False)

    async def open(self) -> None:
        """Make the connection pool; nothing is sent."""
        trust_env = urlsplit(self.url).hostname not in LOOPBACK
        self._client = httpx.AsyncClient(
            base_url=self.url,
            headers={"User-Agent": f"mapstudio/{__version__}", "Accept": "application/json", **self.headers},
            timeout=httpx.Timeout(self.timeout, connect=min(self.connect_timeout, self.timeout)),
            follow_redirects=False,
            trust_env=trust_env,
            verify=_certificates(trust_env=trust_env),
        )

    async def close(self) -> None:
        """Close the connection pool."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def send(self, method: str, path: str, *, repeatable: bool, **content: Any) -> Answer:  # noqa: ANN401
        """Send a request and return its answer, whatever its status (but a redirect).

        Args:
            method: The HTTP method.
            path: Relative to the base URL.
            repeatable: Sending it twice does no harm (a read, an upsert): an attempt whose answer was lost is repeated.
            content: ``params``, ``json``, ``data``, ``content`` or ``headers`` as httpx takes them.

        Raises:
            NotDoneError: No connection.
            ConnectionFailedError: No connection after an answer had been lost, or an answer that is not JSON.
            LostAnswerError: Sent, no answer, and not repeatable.
        """
        if self._client is None:
            raise RuntimeError("the connector is not open: use it as an async context manager")
        request = self._client.build_request(method, path, **content)
        tries = _Tries()
        while True:
            try:
                response = await self._exchange(self._client, request)
            except httpx.TransportError as error:
                self._go_on_after(error, request, tries, repeatable=repeatable)
                await self.sleep(self.retry_after(tries.failed))
                tries.failed += 1
                continue
            pause = self._pause_after(response, tries, repeatable=repeatable)
            if pause is None:
                return self._answer(method, path, response, repeated=tries.repeated)
            await self._hold(response, pause)

    def _go_on_after(
        self, error: httpx.TransportError, request: httpx.Request, tries: _Tries, *, repeatable: bool
    ) -> None:
        """Raise unless it may be tried again after there was no answer."""
        unsent = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
        if not unsent and not repeatable:
            what = f"{request.method} {request.url.path}"
            raise LostAnswerError(f"{self.system} did not answer {what} ({_kind(error)}).") from error
        if tries.failed == self.attempts - 1:
            raise self._no_connection(error, unsent=unsent and not tries.repeated) from error
        tries.repeated = tries.repeated or not unsent

    def _pause_after(self, response: httpx.Response, tries: _Tries, *, repeatable: bool) -> float | None:
        """Return how long to wait before it is tried again, ``None`` where the answer stands."""
        status = response.status_code
        if status not in self.passing or not (repeatable or status == 429):
            return None
        seconds = self._told_to_wait(response, tries.refused)
        if status == 429 and self.patience > 0:
            if tries.waited + seconds > self.patience or self.hopeless(response.content):
                return None
            tries.waited += seconds
        else:
            if tries.failed == self.attempts - 1:
                return None
            tries.failed += 1
            tries.repeated = tries.repeated or status != 429
            seconds = min(seconds, _LONGEST_HOLD)
        tries.refused += 1
        return seconds

    async def _exchange(self, client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
        taken: list[tuple[RateLimit, float]] = []
        refused, sent = False, None
        try:
            for limit in self.limits:
                taken.append((limit, await limit.acquire()))  # noqa: PERF401 - those before a cancelled one count
            response = await self._one_exchange(client, request)
            # It was sent when the last of its budgets let it go.
            sent = taken[-1][1] if taken else None
            refused = response.status_code == 429
            if told := self.budget_told(response.headers):
                limit, since = taken[0]
                limit.tell(*told, since=since)
            return response
        finally:
            for limit, _ in taken:
                limit.answered(refused=refused, since=sent)

    async def _one_exchange(self, client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
        response = await client.send(request, stream=True)
        try:
            chunks, size = [], 0
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > MAX_ANSWER_BYTES:
                    raise ConnectionFailedError(f"{self.system} sent an answer of over {MAX_ANSWER_BYTES} bytes.")
                chunks.append(chunk)
        finally:
            await response.aclose()
        logger.debug("%s %s -> %s, %d bytes", request.method, request.url.path, response.status_code, size)
        # The body is decoded by now: a Content-Encoding left in place would make httpx decode it again.
        kept = [(name, value) for name, value in response.headers.multi_items() if name.lower() != "content-encoding"]
        return httpx.Response(response.status_code, headers=kept, content=b"".join(chunks), request=request)

    def _told_to_wait(self, response: httpx.Response, refused: int) -> float:
        told = response.headers.get("Retry-After", "").strip()
        if told.replace(".", "", 1).isdecimal():
            return float(told)
        try:
            return max((parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds(), 0.0)
        except (ValueError, TypeError):
            return min(self.retry_after(refused), _LONGEST_PAUSE)

    async def _hold(self, response: httpx.Response, seconds: float) -> None:
        logger.info("%s answered %s, waiting %.1f s", self.system, response.status_code, seconds)
        for limit in self.limits:
            limit.hold(seconds)
        await self.sleep(seconds)

    def _answer(self, method: str, path: str, response: httpx.Response, *, repeated: bool) -> Answer:
        status = response.status_code
        if response.is_redirect:
            raise ConnectionFailedError(
                f"{self.system} answered {method} {path} with a redirect ({status}), which is never followed.",
                remedy="Check the url of the connection.",
            )
        if not response.content.strip():
            return Answer(status, response.headers, None, repeated)
        try:
            return Answer(status, response.headers, loads(response.content), repeated)
        except JsonError as error:
            kind = response.headers.get("Content-Type", "no content type").split(";")[0]
            raise NotJsonError(
                f"{self.system} answered {method} {path} with {kind} instead of JSON (status {status}).",
                remedy="Check the url of the connection; a proxy or a login page may stand in between.",
                status=status,
            ) from error

    def _no_connection(self, error: httpx.TransportError, *, unsent: bool) -> ConnectionFailedError:
        kind = NotDoneError if unsent else ConnectionFailedError
        return kind(
            f"{self.system} does not answer: {self.url} failed {self.attempts} tries ({_kind(error)}).",
            remedy="Is it running, and is the url of the connection right?",
        )


def checked_url(connection: str, url: str, *, allow_http: bool = False) -> str:
    """Return the base URL without a trailing slash.

    Raises:
        UsageError: No http(s) URL, one with credentials in it, or plain http to another machine.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f'Connection "{connection}": url "{url}" is no http(s) address.')
    if parts.username or parts.password:
        raise UsageError(f'Connection "{connection}": the url holds credentials.', remedy="Keep them as a secret.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not allow_http:
        raise UsageError(
            f'Connection "{connection}": url "{url}" would send the credentials in clear.',
            remedy='Use https, or set allow_http = "true" for a network that you trust.',
        )
    return url.rstrip("/")


def _kind(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    return "connection lost"
