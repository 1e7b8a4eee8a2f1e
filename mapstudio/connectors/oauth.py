"""OAuth 2 as every connector speaks it: consent in a browser, then access tokens renewed ahead of their end.

A token is renewed by what the system said of its life, never because a call was refused. Of all threads and processes
that share a connection one renews while the others wait for what it stores: a system that gives a new refresh token
with each renewal would otherwise lock them out.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from mapstudio.connectors.http import Answer, HttpClient
from mapstudio.model import AuthenticationError, ConnectionFailedError, JsonValue, LockedError, Record
from mapstudio.model.exact_json import JsonError, dumps, loads
from mapstudio.project.redaction import remember

AHEAD_SECONDS = 300.0
"""A token is renewed so long before its end, so that no call that waits for its turn outlives it."""

_AHEAD_SHARE = 0.2
_UNTOLD_LIFE = 600.0
_LOCK_WAIT = 60.0
_LOCK_PAUSE = 0.05


class TokenVault(Protocol):
    """Where the tokens of one connection and environment are kept, for all threads and processes of this user."""

    def read(self) -> str | None:
        """Return what is kept."""

    def write(self, text: str) -> None:
        """Keep this from now on; what was there is gone only when this is stored."""

    def try_lock(self) -> bool:
        """Take the lock that all who share these tokens know, unless another has it."""

    def unlock(self) -> None:
        """Give the lock back."""


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """An app as a system knows it.

    Attributes:
        page: Where a person consents.
        token_url: Where codes and refresh tokens become access tokens.
        client_id: The app.
        client_secret: Its secret.
        scopes: What it asks for.
        more: What its page is asked beside what the standard knows.
    """

    page: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Consent:
    """One question to a person, and what proves that the answer is to this very question.

    Attributes:
        app: Who asks.
        redirect: Where the answer goes.
        state: Comes back with the answer.
        verifier: Shown when the code is exchanged (PKCE): whoever else reads the code has no use for it.
    """

    app: OAuthApp
    redirect: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    @property
    def address(self) -> str:
        """What the person opens."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": self.redirect,
            "scope": " ".join(self.app.scopes),
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **self.app.more,
        }
        return f"{self.app.page}?{urlencode(asked)}"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a system gave.

    Attributes:
        access: Sent with each call.
        refresh: Gives the next access token.
        ends: When the access token ends, in seconds of this machine's clock.
        life: For how many seconds it was given.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    ends: float
    life: float

    def is_fresh(self, now: float) -> bool:
        """Whether it need not be renewed yet."""
        return now < self.ends - min(AHEAD_SECONDS, self.life * _AHEAD_SHARE)

    def to_text(self) -> str:
        """Return it as a vault keeps it."""
        return dumps({"access": self.access, "refresh": self.refresh, "ends": self.ends, "life": self.life})

    @classmethod
    def from_text(cls, text: str) -> Tokens | None:
        """Return what :meth:`to_text` gave, ``None`` for anything else."""
        try:
            held = loads(text)
        except JsonError:
            return None
        if not isinstance(held, dict) or not held.get("refresh"):
            return None
        for name in ("access", "refresh"):
            remember(str(held.get(name)))
        return cls(
            str(held.get("access")), str(held["refresh"]), _seconds(held.get("ends")), _seconds(held.get("life"))
        )


async def exchange_code(consent: Consent, code: str, system: str) -> Tokens:
    """Return the tokens for the code that a consent gave.

    Raises:
        AuthenticationError: The system refused the code or the app.
        ConnectionFailedError: The system does not answer.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": consent.redirect,
        "code_verifier": consent.verifier,
    }
    return await _tokens(consent.app, form, system, time.time)


class OAuthSession:
    """The access token of one open connection.

    Args:
        app: The app that was let in.
        vault: Where its tokens are.
        system: What messages call the system.
        connection: The connection's name, for what to do.
        clock: Seconds since the epoch; tests give their own.
    """

    def __init__(
        self, app: OAuthApp, vault: TokenVault, system: str, connection: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._app = app
        self._vault = vault
        self._system = system
        self._connection = connection
        self._clock = clock
        self._held: Tokens | None = None

    async def access(self, *, ended: str = "") -> str:
        """Return an access token that is good for a while.

        Args:
            ended: One that the system says has ended before its time.

        Raises:
            AuthenticationError: There are no tokens, or they were taken back.
            ConnectionFailedError: The system does not answer.
        """
        if self._held is not None and self._good(self._held, ended):
            return self._held.access
        async with self._locked():
            # Another may have renewed them while this one waited.
            held = await self._read()
            if not self._good(held, ended):
                held = await self._renewed(held)
                await asyncio.to_thread(self._vault.write, held.to_text())
            self._held = held
        return held.access

    def _good(self, tokens: Tokens, ended: str) -> bool:
        return tokens.access != ended and tokens.is_fresh(self._clock())

    async def _read(self) -> Tokens:
        text = await asyncio.to_thread(self._vault.read)
        held = Tokens.from_text(text) if text else None
        if held is None:
            raise AuthenticationError(f"{self._system} has not been let in by OAuth yet.", remedy=self._remedy())
        return held

    async def _renewed(self, held: Tokens) -> Tokens:
        form = {"grant_type": "refresh_token", "refresh_token": held.refresh}
        try:
            return await _tokens(self._app, form, self._system, self._clock, refresh=held.refresh)
        except AuthenticationError as error:
            raise AuthenticationError(error.message, remedy=self._remedy()) from error

    def _remedy(self) -> str:
        return f"Let it in: mapstudio connect {self._connection} --oauth"

    @asynccontextmanager
    async def _locked(self) -> AsyncIterator[None]:
        until = time.monotonic() + _LOCK_WAIT
        while not self._vault.try_lock():
            if time.monotonic() > until:
                raise LockedError(
                    f"Another process has been renewing the tokens of {self._system} for {_LOCK_WAIT:.0f} s.",
                    remedy="Try again when it has ended.",
                )
            await asyncio.sleep(_LOCK_PAUSE)
        try:
            yield
        finally:
            self._vault.unlock()


async def _tokens(
    app: OAuthApp, form: Mapping[str, str], system: str, clock: Callable[[], float], *, refresh: str = ""
) -> Tokens:
    parts = urlsplit(app.token_url)
    http = HttpClient(system, f"{parts.scheme}://{parts.netloc}")
    await http.open()
    try:
        asked = clock()
        data = {**form, "client_id": app.client_id, "client_secret": app.client_secret}
        # A code or a refresh token that was used may be used up: what was sent is not sent again.
        answer = await http.send("POST", parts.path, repeatable=False, data=data)
    finally:
        await http.close()
    body = answer.body if isinstance(answer.body, dict) else {}
    access, next_refresh = body.get("access_token"), body.get("refresh_token") or refresh
    if answer.status >= 400 or not access or not next_refresh:
        raise _refusal(system, answer, body)
    life = _seconds(body.get("expires_in")) or _UNTOLD_LIFE
    for token in (access, next_refresh):
        remember(str(token))
    return Tokens(str(access), str(next_refresh), asked + life, life)


def _seconds(value: JsonValue) -> float:
    """Return a number of seconds; 0 for what is none."""
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _refusal(system: str, answer: Answer, body: Record) -> AuthenticationError | ConnectionFailedError:
    told = body.get("message") or body.get("error_description") or body.get("error") or f"status {answer.status}"
    if answer.status == 429 or answer.status >= 500:
        return ConnectionFailedError(f"{system} gave no token: {told}", remedy="Try again later.")
    return AuthenticationError(f"{system} gave no token: {str(told)[:200]}")
