"""What the HTTP side says beside results: JSON bodies, error envelopes and the web server's own pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import HTMLResponse, Response

from mapstudio.model.exact_json import dumps
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.errors import ServerError
from mapstudio.sandbox.odoo.words import Words

PYTHON_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a client sends amiss (a text for a list of ids) is answered with Python's own error, as there."""


def from_python(error: Exception) -> ServerError:
    """Return one of Python's own errors as the server tells it."""
    message = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return ServerError(f"builtins.{type(error).__name__}", message)


def traceback_of(error: ServerError) -> str:
    """Return the end of a traceback, from which clients take the last line."""
    name = error.name.removeprefix("builtins.")
    told = repr(error.message) if name == "KeyError" else error.message
    return f"Traceback (most recent call last):\n{name}: {told}\n"


@dataclass(frozen=True)
class Answers:
    """The answers of one version."""

    words: Words

    @property
    def server(self) -> dict[str, str]:
        """The headers of every answer."""
        return {"Server": f"Werkzeug/{'2.2.2' if self.words.new else '2.0.3'} Python/3.11.2"}

    @property
    def safe(self) -> dict[str, str]:
        """The headers of an answer that is no error."""
        return {**self.server, "X-Content-Type-Options": "nosniff"} if self.words.new else self.server

    def json(self, body: Value, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """Answer JSON."""
        base = self.safe if status < 400 else self.server
        return Response(
            dumps(body), status, headers={**base, **(headers or {})}, media_type="application/json; charset=utf-8"
        )

    def result(self, number: Value, result: Value) -> Response:
        """Answer a JSON-RPC request; of nothing, nothing is said."""
        said = {} if result is None else {"result": result}
        return self.json({"jsonrpc": "2.0", "id": number, **said})

    def error(self, number: Value, error: ServerError) -> Response:
        """Answer a JSON-RPC request with an error; the status says nothing of it."""
        expired = error.name == "odoo.http.SessionExpiredException"
        code = 100 if expired else self.words.error_code
        message = "Odoo Session Expired" if expired else "Odoo Server Error"
        body: dict[str, Any] = {"code": code, "message": message, "data": self.told(error)}
        return Response(
            dumps({"jsonrpc": "2.0", "id": number, "error": body}),
            headers=self.server,
            media_type="application/json; charset=utf-8",
        )

    def told(self, error: ServerError) -> dict[str, Any]:
        """Return the ``data`` of an error; the order of its keys is the version's."""
        debug = {"debug": traceback_of(error)}
        told = {"message": error.message, "arguments": error.arguments, "context": {}}
        if self.words.new:
            return {"name": error.name, **told, **debug}
        return {"name": error.name, **debug, **told}

    def text(self, text: str, status: int) -> Response:
        """Answer a sentence that calls itself HTML."""
        return HTMLResponse(text, status, headers=self.safe)

    def page(self, status: int, text: str) -> Response:
        """Answer the web server's page for an error status."""
        reason = HTTPStatus(status).phrase
        if self.words.new:
            head = f"<!doctype html>\n<html lang=en>\n<title>{status} {reason}</title>\n"
        else:
            head = f'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<title>{status} {reason}</title>\n'
        return HTMLResponse(f"{head}<h1>{reason}</h1>\n<p>{text}</p>\n", status, headers=self.server)

    def wrong_kind(self, path: str, kind: str, *, typed: bool = True) -> Response:
        """Answer a request whose content type is not that of the route; ``typed`` when it has one at all."""
        if self.words.new:
            hint = "<br><br>Please verify the Content-Type request header and try again."
            kinds = "&#39;http&#39;" if typed else "&#39;http&#39;, &#39;json2&#39;"
            told = f"Request inferred type is compatible with [{kinds}] but &#39;{path}&#39; is type=&#39;{kind}&#39;."
            return self.page(415, told + hint)
        told = f"Request inferred type is compatible with [&#x27;http&#x27;] but &#x27;{path}&#x27; is type=&#x27;json"
        return self.page(400, f"{told}&#x27;.")

    def not_found(self) -> Response:
        """Answer a path that there is not, as the website does: with a page of its own."""
        page = (
            '<!DOCTYPE html>\n<html>\n    <head>\n        <meta charset="utf-8"/>\n'
            "        <title>404 | Not Found</title>\n    </head>\n"
            "    <body>\n        <h1>404: Page not found!</h1>\n    </body>\n</html>\n"
        )
        return Response(page, 404, headers={**self.server, "Content-Type": "text/html;charset=utf-8"})

    def no_database(self) -> Response:
        """Answer a request that names a database which is not here."""
        page = (
            "<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>No database is selected and the "
            "requested URL was not found in the server-wide controllers.</p>\n<p>Please verify the hostname, "
            "<a href=/web/login>login</a> and try again.</p>\n\n"
            "<!-- Alternatively, use the X-Odoo-Database header. -->\n"
        )
        return HTMLResponse(page, 404, headers=self.server)
