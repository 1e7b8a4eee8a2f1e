"""The HTTP side: all routes of one server."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from mapstudio.sandbox.odoo.answers import Answers
from mapstudio.sandbox.odoo.api_doc import ApiDoc
from mapstudio.sandbox.odoo.dispatch import Server
from mapstudio.sandbox.odoo.hooks import Hooks
from mapstudio.sandbox.odoo.json2 import Bearer, Json2
from mapstudio.sandbox.odoo.jsonrpc import JsonRpc
from mapstudio.sandbox.odoo.services import Services
from mapstudio.sandbox.odoo.sessions import Sessions
from mapstudio.sandbox.odoo.web import Web
from mapstudio.sandbox.odoo.xmlrpc import XmlRpc


class Rpc:
    """Answers one server's requests."""

    def __init__(self, server: Server, sessions: Sessions, hooks: Hooks) -> None:
        self._server = server
        self._sessions = sessions
        self._hooks = hooks
        self._answers = Answers(server.root.words)

    def app(self) -> Starlette:
        """Return the application."""
        server, answers, sessions = self._server, self._answers, self._sessions
        services = Services(server)
        routes = [
            *JsonRpc(services, answers).routes(),
            *XmlRpc(services, answers).routes(),
            *Web(server, services, answers, sessions).routes(),
        ]
        if server.root.words.new:
            bearer = Bearer(server, answers)
            routes += self._hooks.routes()
            routes += Json2(server, answers, bearer).routes()
            routes += ApiDoc(server, answers, bearer, sessions).routes()
        return Starlette(routes=routes, exception_handlers={404: self._not_found, 405: self._not_allowed})

    async def _not_found(self, request: Request, error: Exception) -> Response:  # noqa: ARG002
        return self._answers.not_found()

    async def _not_allowed(self, request: Request, error: Exception) -> Response:  # noqa: ARG002
        response = self._answers.page(405, "The method is not allowed for the requested URL.")
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response
