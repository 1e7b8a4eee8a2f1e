"""The HTTP side: /jsonrpc with its services, the version routes, and JSON-2 on 19."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mapstudio.model.exact_json import JsonError, dumps, loads
from mapstudio.sandbox.odoo.access import User
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.dispatch import Server
from mapstudio.sandbox.odoo.errors import ServerError, access_denied, database_error, python_error

_PAGE = (
    "<!doctype html>\n<html lang=en>\n<title>{status} {reason}</title>\n<h1>{reason}</h1>\n<p>Request inferred type is "
    "compatible with [&#39;http&#39;] but &#39;{path}&#39; is type=&#39;{kind}&#39;.</p>\n"
)

_PYTHON_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Rpc:
    """Answers one server's requests."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._words = server.root.words
        self._headers = {
            "Server": f"Werkzeug/{'2.2.2' if self._words.new else '2.0.3'} Python/3.11.2",
            "X-Content-Type-Options": "nosniff",
        }

    def app(self) -> Starlette:
        """Return the application."""
        routes = [
            Route("/jsonrpc", self._jsonrpc, methods=["GET", "POST"]),
            Route("/web/webclient/version_info", self._version_info, methods=["GET", "POST"]),
        ]
        if self._words.new:
            routes.append(Route("/web/version", self._web_version, methods=["GET"]))
        return Starlette(routes=routes, exception_handlers={404: self._not_found})

    def version(self) -> dict[str, Any]:
        """Return what ``common.version`` says."""
        name = f"{self._words.version}.0"
        return {
            "server_version": name,
            "server_version_info": [self._words.version, 0, 0, "final", 0, ""],
            "server_serie": name,
            "protocol_version": 1,
        }

    async def _jsonrpc(self, request: Request) -> Response:
        body = await self._body(request)
        if isinstance(body, Response):
            return body
        number = body.get("id")
        try:
            result = self._service(body.get("params") or {})
        except ServerError as error:
            return self._answer({"jsonrpc": "2.0", "id": number, "error": self._envelope(error)})
        except _PYTHON_ERRORS as error:
            # What a client sends amiss (a text for a list of ids) is answered with Python's own error, as there.
            told = python_error(type(error).__name__, str(error))
            return self._answer({"jsonrpc": "2.0", "id": number, "error": self._envelope(told)})
        return self._answer({"jsonrpc": "2.0", "id": number, "result": result})

    async def _version_info(self, request: Request) -> Response:
        body = await self._body(request)
        if isinstance(body, Response):
            return body
        return self._answer({"jsonrpc": "2.0", "id": body.get("id"), "result": self.version()})

    async def _web_version(self, request: Request) -> Response:  # noqa: ARG002
        told = self.version()
        return self._answer({"version_info": told["server_version_info"], "version": told["server_version"]})

    async def _not_found(self, request: Request, error: Exception) -> Response:  # noqa: ARG002
        page = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
        return HTMLResponse(page, 404, headers=self._headers)

    async def _body(self, request: Request) -> dict[str, Any] | Response:
        content_type = request.headers.get("Content-Type", "").split(";")[0].strip()
        if request.method != "POST" or content_type != "application/json":
            status, reason = (415, "Unsupported Media Type") if self._words.new else (400, "Bad Request")
            kind = "jsonrpc" if self._words.new else "json"
            page = _PAGE.format(status=status, reason=reason, path=request.url.path, kind=kind)
            return HTMLResponse(page, status, headers=self._headers)
        try:
            body = loads(await request.body())
        except JsonError:
            return HTMLResponse("Invalid JSON data", 400, headers=self._headers)
        if not isinstance(body, dict):
            return HTMLResponse("Invalid JSON-RPC data", 400, headers=self._headers)
        return body

    def _service(self, params: dict[str, Any]) -> Value:
        missing = [name for name in ("service", "method", "args") if name not in params]
        if missing:
            handler = "JSONRPC" if self._words.new else "RPC"
            names = _enumerate(missing)
            plural = "s" if len(missing) > 1 else ""
            raise python_error(
                "TypeError", f"{handler}.jsonrpc() missing {len(missing)} required positional argument{plural}: {names}"
            )
        service, method, args = params["service"], params["method"], params["args"]
        if service == "common":
            return self._common(method, args)
        if service == "object":
            return self._object(method, args)
        if service == "db":
            return self._databases(method)
        raise python_error("KeyError", str(service))

    def _common(self, method: str, args: Sequence[Any]) -> Value:
        if method == "version":
            return self.version()
        if method in {"login", "authenticate"} and len(args) >= 3:
            self._check_database(args[0])
            user = self._server.users.authenticate(str(args[1]), str(args[2]))
            return user.uid if user is not None else False
        raise ServerError("builtins.Exception", f"Method not found: {method}")

    def _databases(self, method: str) -> Value:
        if method == "list":
            return [self._server.name]
        if method == "server_version":
            return f"{self._words.version}.0"
        raise ServerError("builtins.Exception", f"Method not found: {method}")

    def _object(self, method: str, args: Sequence[Any]) -> Value:
        if method not in {"execute", "execute_kw"}:
            raise python_error("NameError", f"Method not available {method}")
        if len(args) < 5:
            raise python_error("TypeError", "execute_kw() missing required positional arguments")
        database, uid, secret, model, name, *rest = args
        user = self._user(database, uid, secret)
        if method == "execute":
            return self._server.call(user, model, name, rest, {})
        positional = rest[0] if rest else []
        named = rest[1] if len(rest) > 1 else {}
        return self._server.call(user, model, name, positional, named or {})

    def _user(self, database: str, uid: Value, secret: Value) -> User:
        self._check_database(database)
        user = self._server.users.check(int(uid) if str(uid).isdigit() else 0, str(secret))
        if user is None:
            raise access_denied()
        return user

    def _check_database(self, name: Value) -> None:
        if name != self._server.name:
            raise database_error(
                "OperationalError",
                'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: '
                f'FATAL:  database "{name}" does not exist\n',
            )

    def _envelope(self, error: ServerError) -> dict[str, Any]:
        debug = f"Traceback (most recent call last):\n{error.name}: {error.message}\n"
        told = {"message": error.message, "arguments": error.arguments, "context": {}}
        data = (
            {"name": error.name, **told, "debug": debug}
            if self._words.new
            else {
                "name": error.name,
                "debug": debug,
                **told,
            }
        )
        return {"code": self._words.error_code, "message": "Odoo Server Error", "data": data}

    def _answer(self, body: Value, status: int = 200) -> Response:
        return Response(dumps(body), status, headers=self._headers, media_type="application/json; charset=utf-8")


def _enumerate(names: Sequence[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    if len(quoted) < 3:
        return " and ".join(quoted)
    return f"{', '.join(quoted[:-1])}, and {quoted[-1]}"
