"""What the consent pages of all local sandboxes share: the page, the form that comes back, the way back to the app."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Local sandbox</title></head>
<body><h1>Connect to the local sandbox</h1>
<p>App {app} asks for: {scopes}</p>
<form method="post">{fields}{choice}
<button name="agreed" value="yes">Connect app</button> <button name="agreed" value="no">Cancel</button></form>
</body></html>
"""


def consent_page(app: str, scopes: str, asked: Mapping[str, str], *, choice: str = "") -> Response:
    """Return the page on which a user agrees, or does not.

    Args:
        app: Who asks.
        scopes: What for.
        asked: The request's parameters, which come back with the answer.
        choice: HTML of what the user chooses beside.
    """
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in asked.items()
    )
    return HTMLResponse(_PAGE.format(app=escape(app), scopes=escape(scopes), fields=fields, choice=choice))


def problem_page(problem: str) -> Response:
    """Return the page that says why a user cannot even be asked: then nobody is sent anywhere."""
    return HTMLResponse(f"<!doctype html><title>Local sandbox</title><p>{escape(problem)}</p>", 400)


def redirect_back(back: str, told: Mapping[str, str]) -> Response:
    """Send the user back to the app, with this in the query."""
    parts = urlsplit(back)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *told.items()])
    return RedirectResponse(urlunsplit(parts._replace(query=query)), 302)


async def form_of(request: Request) -> dict[str, str]:
    """Return a plain form; another kind of body counts as empty."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return {}
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
