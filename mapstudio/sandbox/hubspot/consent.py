"""The pages and endpoints of OAuth: where a user agrees, where tokens are given, looked at and ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mapstudio.sandbox.consent_page import consent_page, form_of, problem_page, redirect_back
from mapstudio.sandbox.hubspot.oauth import OAuthError, Token
from mapstudio.sandbox.hubspot.portal import PORTAL_ID, Portal
from mapstudio.sandbox.loopback import is_local_url

_VERSIONS = ("2026-03", "2026-09", "v3")
_USER = {"user": "integrations@casapalma.example", "user_id": 9_100_201, "hub_domain": "casapalma.example"}


def oauth_routes(portal: Portal) -> list[Route]:
    """Return the routes of OAuth; none of them takes an access token, none of them counts as a call."""
    server = _Server(portal)
    routes = [
        Route(path, server.authorize, methods=["GET", "POST"])
        for path in ("/oauth/authorize", "/oauth/{portal:int}/authorize")
    ]
    routes += [
        Route("/oauth/v1/token", server.token, methods=["POST"]),
        Route("/oauth/v1/access-tokens/{token}", server.look_at_access, methods=["GET"]),
        Route("/oauth/v1/refresh-tokens/{token}", server.look_at_refresh, methods=["GET"]),
        Route("/oauth/v1/refresh-tokens/{token}", server.delete_refresh, methods=["DELETE"]),
    ]
    for version in _VERSIONS:
        root = f"/oauth/{version}/token"
        routes += [
            Route(root, server.token, methods=["POST"]),
            Route(f"{root}/introspect", server.introspect, methods=["POST"]),
            Route(f"{root}/revoke", server.revoke, methods=["POST"]),
        ]
    return routes


class _Server:
    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._tokens = portal.access.tokens

    async def authorize(self, request: Request) -> Response:
        """Ask the user, or agree at once where the sandbox is told to."""
        asked = dict(request.query_params) if request.method == "GET" else await form_of(request)
        problem = self._problem(asked)
        if problem:
            return problem_page(problem)
        state = {"state": asked["state"]} if "state" in asked else {}
        agreed = asked.get("agreed") if request.method == "POST" else {True: "yes"}.get(self._portal.agree_at_once)
        if agreed == "yes":
            code = self._tokens.grant(self._scopes(asked), asked["redirect_uri"], asked.get("code_challenge"))
            return redirect_back(asked["redirect_uri"], {"code": code, **state})
        if agreed == "no":
            told = {"error": "access_denied", "error_description": "The user has not agreed.", **state}
            return redirect_back(asked["redirect_uri"], told)
        return consent_page(str(self._tokens.app.id), ", ".join(self._scopes(asked)), asked)

    async def token(self, request: Request) -> Response:
        """Give tokens for a code or a refresh token."""
        form = await form_of(request)
        if request.url.path == "/oauth/v1/token":  # the dated ones take nothing from the query
            form = {**request.query_params, **form}
        try:
            answer = self._tokens.answer(form)
        except OAuthError as error:
            return _refused(error)
        return JSONResponse({**answer, "hub_id": PORTAL_ID, "user_id": _USER["user_id"]})

    async def introspect(self, request: Request) -> Response:
        """Tell what a token is; of an unknown one only that it is not good."""
        form = await form_of(request)
        try:
            self._tokens.check_client(form)
        except OAuthError as error:
            return _refused(error)
        word = form.get("token", "")
        access, refresh = self._tokens.access_token(word), self._tokens.refresh_token(word)
        found = access or refresh
        if found is None:
            return JSONResponse({"active": False})
        return JSONResponse(self._described(found, access is not None))

    async def revoke(self, request: Request) -> Response:
        """End a token; an unknown one needs no end."""
        form = await form_of(request)
        try:
            self._tokens.check_client(form)
        except OAuthError as error:
            return _refused(error)
        self._tokens.revoke(form.get("token", ""))
        return Response(status_code=200)

    async def look_at_access(self, request: Request) -> Response:
        """Tell what an access token is (v1); one that is not good is not found."""
        return self._seen(self._tokens.access_token(request.path_params["token"]), access=True)

    async def look_at_refresh(self, request: Request) -> Response:
        """Tell what a refresh token is (v1)."""
        return self._seen(self._tokens.refresh_token(request.path_params["token"]), access=False)

    async def delete_refresh(self, request: Request) -> Response:
        """End a refresh token (v1)."""
        token = self._tokens.refresh_token(request.path_params["token"])
        if token is None:
            return _unknown()
        self._tokens.revoke(token.token)
        return Response(status_code=204)

    def _seen(self, token: Token | None, *, access: bool) -> Response:
        if token is None or token.revoked or self._tokens.left(token) <= 0:
            return _unknown()
        # The first version tells less, and of each kind of token something else.
        left_out = {"active", "token_use", "client_id" if access else "app_id"}
        told = self._described(token, access)
        return JSONResponse({name: value for name, value in told.items() if name not in left_out})

    def _described(self, token: Token, access: bool) -> dict[str, Any]:
        app, left = self._tokens.app, self._tokens.left(token)
        told = {
            "active": not token.revoked and left > 0,
            "token": token.token,
            "token_type": "access" if access else "refresh",
            "token_use": "access_token" if access else "refresh_token",
            "client_id": app.client_id,
            "app_id": app.id,
            "hub_id": PORTAL_ID,
            "scopes": [*token.scopes],
            **_USER,
        }
        if token.expires is None:
            return told
        signed = _signed(token, token.expires.timestamp(), app.id)
        return {
            **told,
            "expires_in": max(0, int(left)),
            "is_private_distribution": False,
            "signed_access_token": signed,
        }

    def _scopes(self, asked: Mapping[str, str]) -> tuple[str, ...]:
        words = asked.get("scope", "").split()
        optional = [word for word in asked.get("optional_scope", "").split() if word in self._tokens.app.scopes]
        return tuple(dict.fromkeys(["oauth", *words, *optional]))

    def _problem(self, asked: Mapping[str, str]) -> str:
        """Return why a user cannot even be asked: then nobody is sent anywhere."""
        if asked.get("client_id") != self._tokens.app.client_id:
            return "There is no app with this client_id."
        if not is_local_url(asked.get("redirect_uri", "")):
            return "The redirect_uri must be an address of this machine, such as http://localhost:8080/callback."
        unknown = [word for word in asked.get("scope", "").split() if word not in self._tokens.app.scopes]
        if unknown:
            return f"The app is not registered for: {', '.join(unknown)}."
        if not asked.get("scope", "").split():
            return "No scope is asked for."
        if asked.get("code_challenge_method", "S256") != "S256":
            return "The only code_challenge_method is S256."
        return ""


def _refused(error: OAuthError) -> Response:
    body = {
        "status": error.word,
        "message": error.message,
        "correlationId": str(uuid4()),
        "category": "VALIDATION_ERROR",
    }
    return JSONResponse(body, 400)


def _unknown() -> Response:
    body = {
        "status": "error",
        "message": "token not found",
        "correlationId": str(uuid4()),
        "category": "OBJECT_NOT_FOUND",
    }
    return JSONResponse(body, 404)


def _signed(token: Token, expires: float, app: int) -> dict[str, Any]:
    """Return what nobody can check outside of the vendor, in its shape."""
    return {
        "expiresAt": int(expires * 1000),
        "scopes": "local",
        "hubId": PORTAL_ID,
        "userId": _USER["user_id"],
        "appId": app,
        "signature": "local",
        "newSignature": "local",
        "scopeToScopeGroupPks": "",
        "trialScopes": "",
        "trialScopeToScopeGroupPks": "",
        "hublet": "na1",
        "isUserLevel": False,
        "isPrivateDistribution": False,
        "isServiceAccount": False,
        "installingUserId": _USER["user_id"],
        "appInstallId": token.token[-12:],
        "audience": "local",
    }
