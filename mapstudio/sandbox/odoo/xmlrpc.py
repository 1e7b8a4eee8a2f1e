"""XML-RPC in both versions: ``/xmlrpc/2/<service>`` with numbers for fault codes, ``/xmlrpc/<service>`` with texts."""

from __future__ import annotations

import re
import xmlrpc.client
from datetime import datetime
from xml.parsers.expat import ExpatError

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.sandbox.odoo.answers import PYTHON_ERRORS, Answers, from_python, traceback_of
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.errors import ServerError, python_error
from mapstudio.sandbox.odoo.services import Services

_WARNINGS = frozenset({"UserError", "ValidationError", "MissingError", "RedirectWarning"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class XmlRpc:
    """The XML-RPC routes of one server."""

    def __init__(self, services: Services, answers: Answers) -> None:
        self._services = services
        self._answers = answers

    def routes(self) -> list[Route]:
        """Return the routes of both versions; they take nothing but POST."""
        return [
            Route("/xmlrpc/2/{service}", self._second, methods=["POST"]),
            Route("/xmlrpc/{service}", self._first, methods=["POST"]),
        ]

    async def _second(self, request: Request) -> Response:
        return await self._call(request, numbers=True)

    async def _first(self, request: Request) -> Response:
        return await self._call(request, numbers=False)

    async def _call(self, request: Request, *, numbers: bool) -> Response:
        text = await request.body()
        try:
            told = _marshalled(self._result(request.path_params["service"], text))
        except ServerError as error:
            told = _marshalled(_fault(error, numbers=numbers))
        quote = '"' if self._answers.words.new else "'"
        ending = "\n" if self._answers.words.new else ""
        answer = f"<?xml version={quote}1.0{quote}?>\n<methodResponse>\n{told}{ending}</methodResponse>\n"
        return Response(answer, headers=self._answers.server, media_type="text/xml; charset=utf-8")

    def _result(self, service: str, text: bytes) -> tuple[Value]:
        """Call the service; what cannot be put into XML is an error although the work was done."""
        try:
            params, method = xmlrpc.client.loads(text, use_datetime=self._answers.words.new)
            result = self._services.call(service, method, [self._plain(one) for one in params])
            _marshalled((result,))
        except ExpatError as error:
            raise ServerError("xml.parsers.expat.ExpatError", str(error)) from error
        except xmlrpc.client.ResponseError as error:
            raise ServerError("xmlrpc.client.ResponseError", str(error)) from error
        except (*PYTHON_ERRORS, OverflowError) as error:
            raise from_python(error) from error
        return (result,)

    def _plain(self, value: Value, *, inside: bool = False) -> Value:
        """Return a value as it would have come in JSON; 16 does not know what to do with a date inside of values."""
        if isinstance(value, dict):
            return {name: self._plain(one, inside=True) for name, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._plain(one, inside=inside) for one in value]
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M:%S")
        if isinstance(value, xmlrpc.client.DateTime):
            if inside:
                raise python_error("TypeError", "'DateTime' object is not subscriptable")
            return str(value)
        if isinstance(value, xmlrpc.client.Binary):
            return value.data.decode("ascii", "replace")
        return value


def _marshalled(value: Value) -> str:
    # Control characters cannot stand in XML at all; they are left out without a word.
    return _CONTROL.sub("", xmlrpc.client.Marshaller("utf-8", allow_none=False).dumps(value))


def _fault(error: ServerError, *, numbers: bool) -> xmlrpc.client.Fault:
    module, _, kind = error.name.rpartition(".")
    known = module == "odoo.exceptions"
    if numbers:
        code = 2 if kind in _WARNINGS else {"AccessDenied": 3, "AccessError": 4}.get(kind, 1)
        return xmlrpc.client.Fault(code if known else 1, error.message if known else traceback_of(error))
    if known and kind == "AccessDenied":
        code_text, told = "AccessDenied", error.message
    elif known:
        title = "Warning" if kind == "RedirectWarning" else "UserError" if kind == "ValidationError" else kind
        code_text, told = f"warning -- {title}\n\n{error.message}", ""
    else:
        code_text, told = error.message, traceback_of(error)
    return xmlrpc.client.Fault(code_text, told)  # type: ignore[arg-type]  # the first version sends a text
