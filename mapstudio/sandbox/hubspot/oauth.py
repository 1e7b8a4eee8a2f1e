"""The tokens of OAuth: codes that are good once, access tokens that expire, refresh tokens that stay or rotate."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from math import inf
from typing import Any
from uuid import uuid4

from mapstudio.sandbox.clock import Clock

ACCESS_SECONDS = 1800
_CODE_SECONDS = 60
_RECORDS = (
    *("contacts", "companies", "deals", "products", "line_items", "quotes", "orders", "invoices", "custom"),
    *("leads", "goals", "feedback_submissions", "subscriptions", "commercepayments", "carts", "users"),
)
_SCHEMAS = ("contacts", "companies", "deals", "tickets", "quotes", "orders", "invoices", "custom")
_SCOPES = frozenset(
    {
        *("oauth", "automation", "e-commerce", "tickets", "timeline", "crm.objects.owners.read"),
        *("content", "forms", "sales-email-read", "crm.lists.read", "crm.lists.write"),
        *(f"crm.objects.{name}.{verb}" for name in _RECORDS for verb in ("read", "write")),
        *(f"crm.schemas.{name}.{verb}" for name in _SCHEMAS for verb in ("read", "write")),
    }
)


class OAuthError(Exception):
    """What the token endpoint refuses: the vendor's word and a sentence."""

    def __init__(self, word: str, message: str) -> None:
        super().__init__(message)
        self.word = word
        self.message = message


@dataclass(frozen=True, slots=True)
class App:
    """The one app that is registered; all of it invented."""

    id: int = 7_700_451
    client_id: str = "5ca1ab1e-0000-4000-8000-00000000a990"
    client_secret: str = "5ca1ab1e-0000-4000-8000-0000005ec2e7"  # noqa: S105 - opens nothing but this sandbox
    scopes: frozenset[str] = _SCOPES


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user has agreed to, on the way to its tokens.

    Attributes:
        challenge: Of PKCE (S256), where the client uses it.
        ends: When the code is worthless.
    """

    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str | None
    ends: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, or a refresh token, which never expires."""

    token: str
    scopes: tuple[str, ...]
    expires: datetime | None
    revoked: bool = False


class Tokens:
    """Everything that the authorisation server remembers.

    Attributes:
        rotate: Whether each refresh gives a new refresh token and ends the old one.
    """

    def __init__(self, clock: Clock) -> None:
        self.app = App()
        self.rotate = False
        self._clock = clock
        self._codes: dict[str, Grant] = {}
        self._access: dict[str, Token] = {}
        self._refresh: dict[str, Token] = {}

    def access_token(self, token: str) -> Token | None:
        """Return an access token that was given out, good or not."""
        return self._access.get(token)

    def refresh_token(self, token: str) -> Token | None:
        """Return a refresh token that was given out, good or not."""
        return self._refresh.get(token)

    def grant(self, scopes: tuple[str, ...], redirect_uri: str, challenge: str | None) -> str:
        """Return the code for what a user has agreed to."""
        code = uuid4().hex
        ends = self._clock.now() + timedelta(seconds=_CODE_SECONDS)
        self._codes[code] = Grant(scopes, redirect_uri, challenge, ends)
        return code

    def answer(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Return what a request of the token endpoint gets: a new access token and a refresh token.

        Raises:
            OAuthError: The request is refused.
        """
        kind = form.get("grant_type", "")
        if kind not in {"authorization_code", "refresh_token"}:
            raise OAuthError("BAD_GRANT_TYPE", "missing or unknown grant type")
        self.check_client(form)
        return self._by_code(form) if kind == "authorization_code" else self._by_refresh(form)

    def check_client(self, form: Mapping[str, str]) -> None:
        """Raise when the app is another one than ours.

        Raises:
            OAuthError: The client's id or secret is wrong.
        """
        if not compare_digest(form.get("client_id", "").encode(), self.app.client_id.encode()):
            raise OAuthError("BAD_CLIENT_ID", "missing or unknown client id")
        if not compare_digest(form.get("client_secret", "").encode(), self.app.client_secret.encode()):
            raise OAuthError("BAD_CLIENT_SECRET", "missing or unknown client secret")

    def revoke(self, token: str) -> bool:
        """End one token; return whether it was ours. A revoked refresh token leaves its access tokens as they are."""
        for kind in (self._access, self._refresh):
            if token in kind:
                kind[token] = replace(kind[token], revoked=True)
                return True
        return False

    def left(self, token: Token) -> float:
        """Return for how many seconds more a token is good, less than 0 since when it is not."""
        return inf if token.expires is None else (token.expires - self._clock.now()).total_seconds()

    def _by_code(self, form: Mapping[str, str]) -> dict[str, Any]:
        # A code is gone when it was shown once, even when the rest of the request is wrong.
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None:
            raise OAuthError("BAD_AUTH_CODE", "missing or unknown auth code")
        if self._clock.now() >= grant.ends:
            raise OAuthError("EXPIRED_AUTH_CODE", "auth code has expired")
        if form.get("redirect_uri") != grant.redirect_uri:
            raise OAuthError("BAD_REDIRECT_URI", "redirect URI does not match the authorization's")
        if grant.challenge is not None and challenge_of(form.get("code_verifier", "")) != grant.challenge:
            raise OAuthError("BAD_CODE_VERIFIER", "code verifier does not match the challenge")
        return self._given(grant.scopes, self._new_refresh_token(grant.scopes))

    def _by_refresh(self, form: Mapping[str, str]) -> dict[str, Any]:
        shown = self._refresh.get(form.get("refresh_token", ""))
        if shown is None or shown.revoked:
            raise OAuthError("BAD_REFRESH_TOKEN", "missing or unknown refresh token")
        if not self.rotate:
            return self._given(shown.scopes, shown)
        self.revoke(shown.token)
        return self._given(shown.scopes, self._new_refresh_token(shown.scopes))

    def _given(self, scopes: tuple[str, ...], refresh: Token) -> dict[str, Any]:
        expires = self._clock.now() + timedelta(seconds=ACCESS_SECONDS)
        access = Token(f"local-access-{uuid4().hex}", scopes, expires)
        self._access[access.token] = access
        return {
            "token_type": "bearer",
            "token_use": "access_token",
            "access_token": access.token,
            "refresh_token": refresh.token,
            "expires_in": ACCESS_SECONDS,
            "scopes": [*scopes],
        }

    def _new_refresh_token(self, scopes: tuple[str, ...]) -> Token:
        token = Token(f"local-refresh-{uuid4().hex}", scopes, None)
        self._refresh[token.token] = token
        return token


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
