"""What a call needs to be let in: a token that stays, or one that OAuth renews; and the budgets that it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from mapstudio.connectors.http import LOOPBACK
from mapstudio.connectors.hubspot.paths import Paths
from mapstudio.connectors.limits import RateLimit, shared_limit
from mapstudio.connectors.oauth import OAuthApp, OAuthSession

URL = "https://api.hubapi.com"
_CONSENT = "https://app.hubspot.com/oauth/authorize"

BURST = 100
"""Calls in ten seconds of the smallest tier; the answers tell what it really is."""
OAUTH_BURST = 110
BURST_SECONDS = 10.0
_UNTOLD = 100_000
SEARCHES = 5
SEARCH_SECONDS = 1.0

_SCOPES = " ".join(
    (
        *(
            f"crm.objects.{name}.{right}"
            for name in ("contacts", "companies", "deals", "line_items", "quotes", "orders", "invoices", "custom")
            for right in ("read", "write")
        ),
        *(f"crm.schemas.{name}.read" for name in ("contacts", "companies", "deals", "custom")),
        "crm.objects.owners.read",
        "tickets",
        "e-commerce",
    )
)
"""All that mappings can use. Unless a connection says what it needs they are asked for as optional ones: an account
gives those that its tier has, instead of refusing all."""


class Credentials(Protocol):
    """Gives the token of each call."""

    def whose(self, portal: str = "") -> str:
        """Return by whom the system counts calls, as far as the account is known."""

    @property
    def burst(self) -> int:
        """Calls in ten seconds until an answer tells what is allowed."""

    @property
    def counted_by_day(self) -> bool:
        """Whether the account's day has a budget for these calls."""

    async def access(self, *, ended: str = "") -> str:
        """Return a token; another one than ``ended``, where there is another."""


@dataclass(frozen=True, slots=True)
class StaticToken:
    """The token of a private app or a service key."""

    token: str = field(repr=False)

    def whose(self, portal: str = "") -> str:  # noqa: ARG002 - a token reaches one account
        """Return by whom the system counts calls."""
        return self.token

    @property
    def burst(self) -> int:
        """Calls in ten seconds until an answer tells what is allowed."""
        return BURST

    @property
    def counted_by_day(self) -> bool:
        """Whether the account's day has a budget for these calls."""
        return True

    async def access(self, *, ended: str = "") -> str:  # noqa: ARG002 - there is no other
        """Return the token."""
        return self.token


@dataclass(frozen=True, slots=True)
class OAuthToken:
    """The token of an app that was let in."""

    session: OAuthSession
    client_id: str

    def whose(self, portal: str = "") -> str:
        """Return by whom the system counts calls, as far as the account is known."""
        return f"{self.client_id} {portal}"

    @property
    def burst(self) -> int:
        """Calls in ten seconds until an answer tells what is allowed."""
        return OAUTH_BURST

    @property
    def counted_by_day(self) -> bool:
        """Whether the account's day has a budget for these calls: those of an app are not counted."""
        return False

    async def access(self, *, ended: str = "") -> str:
        """Return a token that is good for a while."""
        return await self.session.access(ended=ended)


def oauth_app(settings: Mapping[str, str], url: str, paths: Paths) -> OAuthApp:
    """Return the app that a connection's settings describe.

    The page of consent stands on another machine than the API; a local sandbox serves both.
    """
    own = urlsplit(url).hostname == urlsplit(URL).hostname
    scopes = tuple(settings.get("scopes", "").split())
    return OAuthApp(
        page=_CONSENT if own else f"{url}/oauth/authorize",
        token_url=f"{url}{paths.token}",
        client_id=settings["client_id"].strip(),
        client_secret=settings.get("client_secret", "").strip(),
        scopes=scopes or ("oauth",),
        more={} if scopes else {"optional_scope": _SCOPES},
    )


def burst_limit(url: str, credentials: Credentials, portal: str = "") -> RateLimit:
    """Return the budget of ten seconds: the system keeps one for each app and account.

    A local sandbox that has limits tells them with the first answer; without them nothing is to be waited for.
    """
    most = _UNTOLD if urlsplit(url).hostname in LOOPBACK else credentials.burst
    return shared_limit(("hubspot burst", url, credentials.whose(portal)), most, BURST_SECONDS)


def search_limit(url: str, whose: str) -> RateLimit:
    """Return the budget of searches: the system keeps one for each account, whatever app searches."""
    return shared_limit(("hubspot search", url, whose), SEARCHES, SEARCH_SECONDS)
