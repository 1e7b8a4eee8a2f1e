"""The web client's routes: versions, databases, sessions with a cookie, and calls of models within a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.sandbox.odoo.access import User
from mapstudio.sandbox.odoo.answers import Answers
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.dispatch import Server
from mapstudio.sandbox.odoo.errors import ServerError, access_denied, access_error
from mapstudio.sandbox.odoo.jsonrpc import EVERY, answer, body_of
from mapstudio.sandbox.odoo.services import Services, missing_arguments
from mapstudio.sandbox.odoo.session_info import session_info
from mapstudio.sandbox.odoo.sessions import COOKIE, LIFETIME, Sessions

_Params = Mapping[str, Any]


class Web:
    """The web client's side of one server."""

    def __init__(self, server: Server, services: Services, answers: Answers, sessions: Sessions) -> None:
        self._server = server
        self._services = services
        self._answers = answers
        self._sessions = sessions

    def routes(self) -> list[Route]:
        """Return the routes of the version."""
        call = self._inside(self._call_kw)
        routes = [
            Route("/web/webclient/version_info", self._open(lambda _: self._services.version()), methods=EVERY),
            Route("/web/database/list", self._open(lambda _: self._services.databases()), methods=EVERY),
            Route("/web/session/authenticate", self._authenticate, methods=EVERY),
            Route("/web/session/destroy", self._destroy, methods=EVERY),
            Route("/web/session/get_session_info", self._inside(self._session_info), methods=EVERY),
            Route("/web/session/check", self._inside(lambda _user, _params: None), methods=EVERY),
            Route("/web/dataset/call_kw", call, methods=EVERY),
            Route("/web/dataset/call_kw/{path:path}", call, methods=EVERY),
            Route("/web/dataset/call_button", self._inside(self._call_button), methods=EVERY),
            Route("/web/dataset/call_button/{path:path}", self._inside(self._call_button), methods=EVERY),
        ]
        if self._answers.words.new:
            return [*routes, Route("/web/version", self._version, methods=["GET"])]
        return [*routes, Route("/web/dataset/search_read", self._inside(self._search_read), methods=EVERY)]

    def _open(self, work: Callable[[_Params], Value]) -> Callable[[Request], Any]:
        """Make a route that nobody needs to sign in for; it gives a cookie all the same."""

        async def handle(request: Request) -> Response:
            body = await body_of(self._answers, request)
            if isinstance(body, Response):
                return body
            response = answer(self._answers, body.get("id"), lambda: work(body.get("params") or {}))
            return response if COOKIE in request.cookies else self._with_cookie(response, "0" * 40)

        return handle

    def _inside(self, work: Callable[[User, _Params], Value]) -> Callable[[Request], Any]:
        """Make a route that needs a session."""

        async def handle(request: Request) -> Response:
            body = await body_of(self._answers, request)
            if isinstance(body, Response):
                return body
            user = self._sessions.user(request.cookies.get(COOKIE, ""))
            if user is None:
                expired = ServerError("odoo.http.SessionExpiredException", "Session expired")
                return self._answers.error(None, expired)
            return answer(self._answers, body.get("id"), lambda: work(user, body.get("params") or {}))

        return handle

    async def _version(self, request: Request) -> Response:  # noqa: ARG002 - the shape of all handlers
        told = self._services.version()
        return self._answers.json({"version_info": told["server_version_info"], "version": told["server_version"]})

    async def _authenticate(self, request: Request) -> Response:
        body = await body_of(self._answers, request)
        if isinstance(body, Response):
            return body
        begun: list[str] = []

        def work() -> Value:
            user = self._signed_in(body.get("params") or {})
            begun.append(self._sessions.begin(user))
            return session_info(self._server, user, str(request.base_url).rstrip("/"))

        response = answer(self._answers, body.get("id"), work)
        return self._with_cookie(response, begun[0]) if begun else response

    def _signed_in(self, params: _Params) -> User:
        missing = [name for name in ("db", "login", "password") if name not in params]
        if missing:
            raise missing_arguments("Session.authenticate", missing)
        if params.get("db") != self._server.name:
            raise access_error("Database not found.")
        login, password = str(params.get("login")), str(params.get("password"))
        user = self._server.users.authenticate(login, password, keys=False)
        if user is None:
            raise access_denied()
        return user

    async def _destroy(self, request: Request) -> Response:
        response: Response = await self._inside(lambda _user, _params: None)(request)
        self._sessions.end(request.cookies.get(COOKIE, ""))
        return response

    def _session_info(self, user: User, params: _Params) -> Value:  # noqa: ARG002 - the shape of all handlers
        return session_info(self._server, user, "")

    def _call_kw(self, user: User, params: _Params) -> Value:
        args, kwargs = params.get("args") or [], params.get("kwargs") or {}
        return self._server.call(user, params["model"], params["method"], args, kwargs)

    def _call_button(self, user: User, params: _Params) -> Value:
        action = self._call_kw(user, params)
        return action if isinstance(action, dict) and action.get("type") else False

    def _search_read(self, user: User, params: _Params) -> Value:
        given = {"domain": params.get("domain") or [], "context": params.get("context") or {}}
        page = {"fields": params.get("fields") or None, "offset": params.get("offset") or 0,
                "limit": params.get("limit") or None, "order": params.get("sort") or None}  # fmt: skip
        model = params["model"]
        return {
            "length": self._server.call(user, model, "search_count", [], given),
            "records": self._server.call(user, model, "search_read", [], {**given, **page}),
        }

    def _with_cookie(self, response: Response, session: str) -> Response:
        ends = format_datetime((self._server.now() + LIFETIME).astimezone(UTC), usegmt=True)
        seconds = int(LIFETIME.total_seconds())
        response.headers["Set-Cookie"] = (
            f"{COOKIE}={session}; Expires={ends}; Max-Age={seconds}; HttpOnly; Path=/"  # as the server writes it
        )
        return response
