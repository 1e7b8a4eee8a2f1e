"""What a call needs to be let in: an API key that stays, or a token that OAuth renews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mapstudio.connectors.http import Answer, HttpClient, LostAnswerError, NotJsonError
from mapstudio.connectors.oauth import OAuthApp, OAuthSession

URL = "https://api.cloudbeds.com"
CONSENT = "/api/v1.3/oauth"
TOKEN = "/api/v1.3/access_token"  # noqa: S105 - a path

_SCOPES = (
    *("read:guest", "write:guest", "read:reservation", "write:reservation", "read:hotel", "read:room", "read:item"),
    *("write:item", "read:payment", "read:houseAccount", "read:customFields"),
)
"""All that mappings can use."""


class Credentials(Protocol):
    """Gives the headers that let a call in."""

    @property
    def what(self) -> str:
        """What messages call it."""

    @property
    def remedy(self) -> str:
        """What to do when it is refused."""

    async def headers(self, *, bearer: bool) -> Mapping[str, str]:
        """Return the headers; as a bearer's where the documents of a generation know of nothing else."""

    async def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str] | None:
        """Return other headers than the refused ones; ``None`` where there are no others."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key of a property or a group."""

    key: str = field(repr=False)
    connection: str = ""

    @property
    def what(self) -> str:
        """What messages call it."""
        return "api_key"

    @property
    def remedy(self) -> str:
        """What to do when it is refused."""
        return f"A key dies after 30 days without use. Set it again: mapstudio connect {self.connection}"

    async def headers(self, *, bearer: bool) -> Mapping[str, str]:
        """Return the headers; as a bearer's where the documents of a generation know of nothing else."""
        return _bearer(self.key) if bearer else {"x-api-key": self.key}

    async def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str] | None:  # noqa: ARG002 - there is one key
        """Return nothing: there is no other key."""
        return None


@dataclass(frozen=True, slots=True)
class OAuthToken:
    """The token of an app that was let in."""

    session: OAuthSession
    connection: str = ""

    @property
    def what(self) -> str:
        """What messages call it."""
        return "OAuth token"

    @property
    def remedy(self) -> str:
        """What to do when it is refused."""
        return f"Let it in again: mapstudio connect {self.connection} --oauth"

    async def headers(self, *, bearer: bool) -> Mapping[str, str]:  # noqa: ARG002 - a token has no other header
        """Return the headers."""
        return _bearer(await self.session.access())

    async def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str] | None:
        """Return headers with another token."""
        ended = refused["Authorization"].removeprefix("Bearer ")
        return _bearer(await self.session.access(ended=ended))


@dataclass(slots=True)
class Caller:
    """Sends requests of all generations of the API, let in by the credentials."""

    http: HttpClient
    credentials: Credentials

    @property
    def system(self) -> str:
        """What messages call the system."""
        return self.http.system

    async def send(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        bearer: bool = False,
        headers: Mapping[str, str] | None = None,
        **content: Any,  # noqa: ANN401
    ) -> Answer:
        """Send a request; one whose token has ended before its time is sent again with the next one.

        Raises like :meth:`HttpClient.send`.
        """
        let_in = await self.credentials.headers(bearer=bearer)
        sent = {**(headers or {}), **let_in}
        answer = await self._sent(method, path, repeatable=repeatable, headers=sent, **content)
        if answer.status != 401:
            return answer
        # A call that was refused for its token was not carried out.
        other = await self.credentials.renewed(let_in)
        if other is None:
            return answer
        return await self._sent(method, path, repeatable=repeatable, headers={**sent, **other}, **content)

    async def _sent(self, method: str, path: str, *, repeatable: bool, **content: Any) -> Answer:  # noqa: ANN401
        """Send it; what became of one that must not be sent again nobody knows after a gateway's or a broken answer."""
        try:
            answer = await self.http.send(method, path, repeatable=repeatable, **content)
        except NotJsonError as error:
            if repeatable:
                raise
            raise LostAnswerError(error.message) from error
        if answer.status >= 500 and not repeatable:
            raise LostAnswerError(f"{self.system} answered {method} {path} with status {answer.status}.")
        return answer


def oauth_app(settings: Mapping[str, str], url: str) -> OAuthApp:
    """Return the app that a connection's settings describe."""
    scopes = tuple(settings.get("scopes", "").split())
    return OAuthApp(
        page=f"{url}{CONSENT}",
        token_url=f"{url}{TOKEN}",
        client_id=settings["client_id"].strip(),
        client_secret=settings.get("client_secret", "").strip(),
        scopes=scopes or _SCOPES,
    )


def _bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}
