"""Who calls, and what each may do: private apps have tokens that stay, apps of OAuth tokens that expire."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import uuid4

from mapstudio.sandbox.clock import Clock
from mapstudio.sandbox.hubspot.errors import ApiError
from mapstudio.sandbox.hubspot.oauth import Tokens

TOKEN = "local-sandbox-hubspot-token"  # noqa: S105 - opens nothing but this sandbox
_NO_CREDENTIALS = (
    "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details "
    "at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
)
_NO_SCOPES = (
    "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: "
    "https://developers.hubspot.com/scopes."
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The app that a request comes from.

    Attributes:
        app: Its kind and id, as messages of limits name it.
        oauth: Whether it is an app of OAuth, not a private one.
        scopes: What it may do; ``None`` is everything.
    """

    app: str
    oauth: bool = False
    scopes: Collection[str] | None = None


class Access:
    """The tokens that open the portal."""

    def __init__(self, clock: Clock) -> None:
        self.tokens = Tokens(clock)
        self._private = {TOKEN: Caller("private-apps:1")}

    def private_app(self, scopes: Collection[str] | None) -> str:
        """Make one more private app and return its token."""
        token = f"local-sandbox-{uuid4().hex}"
        self._private[token] = Caller(f"private-apps:{len(self._private) + 1}", scopes=scopes)
        return token

    def caller(self, authorization: str) -> Caller:
        """Return who sends this ``Authorization``.

        Raises:
            ApiError: Nobody, or the token's time is over.
        """
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer":
            raise _unknown()
        if token in self._private:
            return self._private[token]
        found = self.tokens.access_token(token)
        if found is None or found.revoked:
            raise _unknown()
        left = self.tokens.left(found)
        if left <= 0:
            message = f"The OAuth token used to make this call expired {int(-left)} second(s) ago."
            raise ApiError(401, "EXPIRED_AUTHENTICATION", message)
        return Caller(f"oauth-apps:{self.tokens.app.id}", oauth=True, scopes=found.scopes)


def require(caller: Caller, scopes: Collection[str]) -> None:
    """Raise when none of the scopes was granted.

    Raises:
        ApiError: It was not.
    """
    if not scopes or caller.scopes is None or not set(caller.scopes).isdisjoint(scopes):
        return
    message = "One or more of the following scopes are required."
    raise ApiError(
        403,
        "MISSING_SCOPES",
        _NO_SCOPES,
        extra={
            "errors": [{"message": message, "context": {"requiredGranularScopes": [*scopes]}}],
            "links": {"scopes": "https://developers.hubspot.com/scopes"},
        },
    )


def _unknown() -> ApiError:
    return ApiError(401, "INVALID_AUTHENTICATION", _NO_CREDENTIALS)
