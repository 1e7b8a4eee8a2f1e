"""The page on which a user lets an app in, and the endpoint that gives keys and tokens for it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.sandbox.cloudbeds.access import OAuthError
from mapstudio.sandbox.cloudbeds.envelope import ExactResponse
from mapstudio.sandbox.cloudbeds.estate import Estate
from mapstudio.sandbox.cloudbeds.methods import SCOPES
from mapstudio.sandbox.consent_page import consent_page, form_of, problem_page, redirect_back
from mapstudio.sandbox.loopback import is_local_url

_GROUP = "all"


def oauth_routes(consent: Consent) -> list[Route]:
    """Return the routes; none of them takes a key, none of them counts as a call."""
    return [
        Route("/api/{version}/oauth", consent.authorize, methods=["GET", "POST"]),
        Route("/api/{version}/access_token", consent.token, methods=["POST"]),
    ]


class Consent:
    """Asks the user, or answers in the user's place.

    Attributes:
        answer: ``yes`` or ``no`` at once; ``None`` asks on a page.
    """

    def __init__(self, estate: Estate) -> None:
        self.answer: str | None = None
        self._estate = estate

    async def authorize(self, request: Request) -> Response:
        """Ask the user, who also says for which of the properties."""
        asked = dict(request.query_params) if request.method == "GET" else await form_of(request)
        problem = self._problem(asked)
        if problem:
            return problem_page(problem)
        state = {"state": asked["state"]} if "state" in asked else {}
        agreed = asked.get("agreed") if request.method == "POST" else self.answer
        if agreed == "yes":
            code = self._estate.access.grant(self._properties(asked), asked["redirect_uri"], _scopes(asked))
            return redirect_back(asked["redirect_uri"], {"code": code, **state})
        if agreed == "no":
            return redirect_back(asked["redirect_uri"], {"error": "access_denied", **state})
        return consent_page(
            self._estate.access.app.id, asked.get("scope", "") or "everything", asked, choice=self._choice()
        )

    async def token(self, request: Request) -> Response:
        """Give an API key or tokens for a code, and tokens for a refresh token."""
        try:
            return ExactResponse(self._estate.access.answer(await form_of(request)))
        except OAuthError as error:
            return ExactResponse(dict(error.body), error.status)

    def _choice(self) -> str:
        options = [(house.hotel.id, house.hotel.facts["propertyName"]) for house in self._estate.houses.values()]
        options.append((_GROUP, "All properties"))
        inside = "".join(f'<option value="{value}">{name}</option>' for value, name in options)
        return f'<p><select name="property">{inside}</select></p>'

    def _properties(self, asked: Mapping[str, str]) -> tuple[str, ...]:
        every = tuple(self._estate.houses)
        wanted = asked.get("property", every[0])
        if wanted == _GROUP:
            return every
        return (wanted,) if wanted in every else every[:1]

    def _problem(self, asked: Mapping[str, str]) -> str:
        """Return why a user cannot even be asked."""
        if asked.get("client_id") != self._estate.access.app.client_id:
            return "There is no app with this client_id."
        if asked.get("response_type", "code") != "code":
            return "The only response_type is code."
        if not is_local_url(asked.get("redirect_uri", "")):
            return "The redirect_uri must be an address of this machine, such as http://localhost:8080/callback."
        unknown = sorted((_scopes(asked) or frozenset()) - SCOPES)
        if unknown:
            return f"The app is not registered for: {', '.join(unknown)}."
        return ""


def _scopes(asked: Mapping[str, str]) -> frozenset[str] | None:
    """Return what is asked for; an app that names nothing gets all that it is registered for."""
    words = asked.get("scope", "").replace(",", " ").split()
    return frozenset(words) if words else None
