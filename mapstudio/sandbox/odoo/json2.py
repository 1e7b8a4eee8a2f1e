"""JSON-2 of version 19: ``POST /json/2/<model>/<method>`` with named arguments, a bearer key and true HTTP codes."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.model.exact_json import JsonError, loads
from mapstudio.sandbox.odoo.access import User
from mapstudio.sandbox.odoo.answers import PYTHON_ERRORS, Answers, from_python
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.dispatch import Server, as_ids, signed
from mapstudio.sandbox.odoo.errors import ServerError

_EVERY = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_HINT = "Did you mean POST /json/2/<model>/<method>?"
_NO_KEY = "User not authenticated, use an API Key with a Bearer Authorization header."
_STATUS = {
    "odoo.exceptions.AccessError": 403,
    "odoo.exceptions.AccessDenied": 403,
    "odoo.exceptions.MissingError": 404,
    "odoo.exceptions.UserError": 422,
    "odoo.exceptions.ValidationError": 422,
    "odoo.http.SessionExpiredException": 403,
    "werkzeug.exceptions.BadRequest": 400,
    "werkzeug.exceptions.Unauthorized": 401,
    "werkzeug.exceptions.NotFound": 404,
    "werkzeug.exceptions.UnprocessableEntity": 422,
}


def http_error(status: int, kind: str, message: str) -> ServerError:
    """Return an error of the web server itself, which carries its code."""
    return ServerError(f"werkzeug.exceptions.{kind}", message, arguments=[message, status])


class Bearer:
    """Who asks: an API key in the header, and the database that is meant."""

    def __init__(self, server: Server, answers: Answers) -> None:
        self._server = server
        self._answers = answers

    def user(self, request: Request) -> User:
        """Return whose key that is.

        Raises:
            ServerError: No key, or one that nobody has; passwords are none.
        """
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise http_error(401, "Unauthorized", _NO_KEY)
        user = self._server.users.of_key(key.strip())
        if user is None:
            raise http_error(401, "Unauthorized", "Invalid apikey")
        return user

    def other_database(self, request: Request) -> bool:
        """Return whether the header names a database that is not here."""
        return request.headers.get("X-Odoo-Database", self._server.name) != self._server.name

    def refuse(self, error: ServerError) -> Response:
        """Answer an error with its HTTP code; whatever Odoo has no code for is a 500."""
        status = _STATUS.get(error.name, 500)
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        return self._answers.json(self._answers.told(error), status, headers)


class Json2:
    """JSON-2 of one server."""

    def __init__(self, server: Server, answers: Answers, bearer: Bearer) -> None:
        self._server = server
        self._answers = answers
        self._bearer = bearer

    def routes(self) -> list[Route]:
        """Return the route of calls, and those of paths that are nearly right."""
        return [
            Route("/json/1/{rest:path}", self._older, methods=_EVERY),
            Route("/json/2/{model}/{method}", self._handle, methods=_EVERY),
            Route("/json/2/{rest:path}", self._handle, methods=_EVERY),
            Route("/json/2", self._handle, methods=_EVERY),
        ]

    async def _older(self, request: Request) -> Response:
        if request.method == "GET":
            return self._answers.page(401, _NO_KEY)
        return self._answers.page(400, "Session expired (invalid CSRF token)")

    async def _handle(self, request: Request) -> Response:
        if request.method != "POST" or "method" not in request.path_params:
            return self._bearer.refuse(http_error(404, "NotFound", _HINT))
        content_type = request.headers.get("Content-Type", "").split(";")[0].strip()
        if content_type != "application/json":
            return self._answers.wrong_kind("/json/2/&lt;__model__&gt;/&lt;__method__&gt;", "json2")
        if self._bearer.other_database(request):
            return self._answers.no_database()
        text = await request.body()
        try:
            user = self._bearer.user(request)
            result = self._call(user, request.path_params["model"], request.path_params["method"], _body(text))
        except ServerError as error:
            return self._bearer.refuse(error)
        except PYTHON_ERRORS as error:
            return self._bearer.refuse(from_python(error))
        return self._answers.json(result)

    def _call(self, user: User, model: str, method: str, given: dict[str, Any]) -> Value:
        server = self._server
        if model not in server.root.models:
            raise http_error(404, "NotFound", f"the model '{model}' does not exist")
        if server.private(method):
            raise server.root.words.private_method(model, method)
        context = given.pop("context", None) or {}
        ids = as_ids(given.pop("ids", None))
        if ids and server.on_model(method):
            raise http_error(422, "UnprocessableEntity", f"cannot call {model}.{method} with ids")
        env = server.environment(user, context)
        bound = self._bound(lambda: server.bound(env, model, method, ids))
        _check(bound, given)
        result = server.run(env, bound, model, method, (), given)
        if method == "create" and isinstance(result, int):
            return [result]  # a recordset is told as the list of its ids, whatever came in
        return result

    def _bound(self, find: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
        try:
            return find()
        except ServerError as error:
            if error.name == "builtins.AttributeError":
                raise http_error(404, "NotFound", error.message) from error
            raise


def _body(text: bytes) -> dict[str, Any]:
    """Return the named arguments; nothing at all, or a list, is none of them."""
    if not text.strip():
        return {}
    try:
        json.loads(text)  # only for its words, which are those that the server passes on
        body = loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError, JsonError) as error:
        raise http_error(400, "BadRequest", f"could not parse the body as json: {error}") from error
    return dict(body) if isinstance(body, dict) else {}


def _check(bound: Callable[..., Any], given: Mapping[str, Any]) -> None:
    try:
        inspect.signature(signed(bound)).bind(**given)
    except TypeError as error:
        raise http_error(422, "UnprocessableEntity", str(error)) from error
