"""Who may call: API keys that die of disuse, and the tokens of OAuth with a life that the answer tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import uuid4

from mapstudio.sandbox.clock import Clock

API_KEY = "cbat_sandbox_casa_palma"
GROUP_KEY = "cbat_sandbox_group"
API_KEY_GRANT = "urn:ietf:params:oauth:grant-type:api-key"
KEY_DAYS = 30
_CODE_LIFE = timedelta(minutes=10)
_REFRESH_LIFE = timedelta(days=365)


class OAuthError(Exception):
    """What the token endpoint refuses.

    Attributes:
        status: Of HTTP.
        body: The whole answer: its words differ by what is wrong.
    """

    def __init__(self, status: int, body: Mapping[str, str]) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class App:
    """The one app that is registered; all of it invented."""

    id: str = "app_sandbox"
    client_id: str = "live1_999_casa_palma"
    client_secret: str = "local-secret-casa-palma"  # noqa: S105 - opens nothing but this sandbox


@dataclass(slots=True)
class Key:
    """An API key or an access token.

    Attributes:
        properties: What it reaches, the first of them where it names none.
        each: Whether each property has a limit of its own; otherwise all of them have one together.
        scopes: What it may do; ``None`` is everything.
        used: When it was used last; a key that nobody uses for thirty days is dead.
        expires: Of an access token.
    """

    token: str
    properties: tuple[str, ...]
    scopes: frozenset[str] | None
    used: datetime
    expires: datetime | None = None
    each: bool = False


@dataclass(slots=True)
class _Grant:
    properties: tuple[str, ...]
    redirect_uri: str
    scopes: frozenset[str] | None
    ends: datetime


class Access:
    """Everything that the authorisation server remembers.

    Attributes:
        token_life: Seconds of a new access token.
        user_active: Whether the user who let the app in still works there.
    """

    def __init__(self, clock: Clock, properties: tuple[str, ...], organization: str) -> None:
        self.app = App()
        self.token_life = 28_800
        self.user_active = True
        self._clock = clock
        self._properties = properties
        self._organization = organization
        self._codes: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}
        now = clock.now()
        keys = [Key(API_KEY, properties[:1], None, now, each=True), Key(GROUP_KEY, properties, None, now)]
        self._keys = {key.token: key for key in keys}

    def key(self, token: str) -> Key | None:
        """Return a key that is good, and count that it is used now."""
        key, now = self._keys.get(token), self._clock.now()
        if key is None:
            return None
        over = now - key.used > timedelta(days=KEY_DAYS) if key.expires is None else now >= key.expires
        if over:
            return None
        key.used = now
        return key

    def reach(self, count: int) -> None:
        """Let the hotel's own key reach so many of the properties, as where each of them has let it in."""
        self._keys[API_KEY].properties = self._properties[:count]

    def new_key(self, properties: Sequence[str], scopes: frozenset[str] | None) -> str:
        """Return a new API key."""
        token = f"cbat_{uuid4().hex}"
        self._keys[token] = Key(token, tuple(properties), scopes, self._clock.now())
        return token

    def grant(self, properties: Sequence[str], redirect_uri: str, scopes: frozenset[str] | None) -> str:
        """Return the code for what a user has agreed to; it is good once, for ten minutes."""
        code = uuid4().hex
        self._codes[code] = _Grant(tuple(properties), redirect_uri, scopes, self._clock.now() + _CODE_LIFE)
        return code

    def answer(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Return what a request of the token endpoint gets.

        Raises:
            OAuthError: The request is refused.
        """
        kind = form.get("grant_type", "")
        if kind not in {"authorization_code", "refresh_token", API_KEY_GRANT}:
            message = "The authorization grant type is not supported by the authorization server."
            raise OAuthError(400, {"error": "unsupported_grant_type", "message": message})
        self._check_client(form)
        if kind == "refresh_token":
            return self._refreshed(form)
        grant = self._by_code(form)
        if kind == API_KEY_GRANT:
            return {"access_token": self.new_key(grant.properties, grant.scopes)}
        refresh = uuid4().hex
        self._refresh[refresh] = grant
        return self._given(grant, refresh)

    def _check_client(self, form: Mapping[str, str]) -> None:
        same = compare_digest(form.get("client_id", "").encode(), self.app.client_id.encode())
        if not (same and compare_digest(form.get("client_secret", "").encode(), self.app.client_secret.encode())):
            raise OAuthError(401, {"error": "invalid_client", "message": "Client authentication failed."})

    def _by_code(self, form: Mapping[str, str]) -> _Grant:
        # A code is gone when it was shown once, even when the rest of the request is wrong.
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None or self._clock.now() >= grant.ends or form.get("redirect_uri") != grant.redirect_uri:
            told = "The authorization code is invalid or has expired."
            raise OAuthError(401, {"error": "server_error", "error_description": told})
        return grant

    def _refreshed(self, form: Mapping[str, str]) -> dict[str, Any]:
        word = form.get("refresh_token", "")
        grant = self._refresh.get(word)
        if grant is None or self._clock.now() >= grant.ends:
            raise OAuthError(400, {"error": "invalid_request", "message": "The refresh token is invalid."})
        return self._given(grant, word)

    def _given(self, grant: _Grant, refresh: str) -> dict[str, Any]:
        now = self._clock.now()
        # A refresh token lives on for a year each time that it is used.
        grant.ends = now + _REFRESH_LIFE
        token = uuid4().hex
        expires = now + timedelta(seconds=self.token_life)
        self._keys[token] = Key(token, grant.properties, grant.scopes, now, expires)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.token_life,
            "refresh_token": refresh,
            "resources": self._resources(grant.properties),
        }

    def _resources(self, properties: Sequence[str]) -> list[dict[str, str]]:
        if len(properties) > 1:
            return [{"type": "association", "id": self._organization}]
        return [{"type": "property", "id": properties[0]}]
