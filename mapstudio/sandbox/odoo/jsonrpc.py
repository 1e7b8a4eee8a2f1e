"""JSON-RPC: the body of a request, and ``/jsonrpc`` with its services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.model.exact_json import JsonError, loads
from mapstudio.sandbox.odoo.answers import PYTHON_ERRORS, Answers, from_python
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.errors import ServerError
from mapstudio.sandbox.odoo.services import Services, missing_arguments

EVERY = ["GET", "POST", "PUT", "PATCH", "DELETE"]
"""A JSON route takes any verb, as long as the content type is its own."""


async def body_of(answers: Answers, request: Request) -> dict[str, Any] | Response:
    """Return the JSON-RPC request, or the page that refuses it."""
    content_type = request.headers.get("Content-Type", "").split(";")[0].strip()
    if content_type not in {"application/json", "application/json-rpc"}:
        return answers.wrong_kind(request.url.path, "jsonrpc", typed=bool(content_type))
    try:
        body = loads(await request.body())
    except JsonError:
        return answers.text("Invalid JSON data", 400)
    if not isinstance(body, dict):
        return answers.text("Invalid JSON-RPC data", 400)
    return body


def answer(answers: Answers, number: Value, work: Callable[[], Value]) -> Response:
    """Do the work and answer its result or its error."""
    try:
        result = work()
    except ServerError as error:
        return answers.error(number, error)
    except PYTHON_ERRORS as error:
        return answers.error(number, from_python(error))
    return answers.result(number, result)


class JsonRpc:
    """``/jsonrpc`` of one server."""

    def __init__(self, services: Services, answers: Answers) -> None:
        self._services = services
        self._answers = answers

    def routes(self) -> list[Route]:
        """Return its only route."""
        return [Route("/jsonrpc", self._call, methods=EVERY)]

    async def _call(self, request: Request) -> Response:
        body = await body_of(self._answers, request)
        if isinstance(body, Response):
            return body
        params = body.get("params") or {}
        return answer(self._answers, body.get("id"), lambda: self._service(params))

    def _service(self, params: dict[str, Any]) -> Value:
        missing = [name for name in ("service", "method", "args") if name not in params]
        if missing:
            handler = "JSONRPC" if self._answers.words.new else "RPC"
            raise missing_arguments(f"{handler}.jsonrpc", missing)
        return self._services.call(params["service"], params["method"], params["args"])
