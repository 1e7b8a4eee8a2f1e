"""One request to an Odoo server, and what a proxy in front of it answers in its place."""

from __future__ import annotations

from collections.abc import Mapping

from mapstudio.connectors.http import Answer, HttpClient, LostAnswerError, NotJsonError
from mapstudio.model import ConnectionFailedError, JsonValue
from mapstudio.model.exact_json import dumps

_GATEWAY = frozenset({502, 503, 504})
"""A proxy's own answers: Odoo may be down, or still at work on what it was asked."""

_CRASHED = 500
"""With a page: the proxy's or Odoo's own, when something broke on the way. Odoo tells its errors in JSON."""

_TOO_MANY = 429


async def post(
    http: HttpClient, path: str, body: JsonValue, *, repeatable: bool, headers: Mapping[str, str] | None = None
) -> Answer:
    """Post JSON and return the answer, whatever its status, unless a proxy gave it.

    Raises:
        NotJsonError: A page instead of an answer.
        LostAnswerError: Not repeatable, and nobody knows whether it was done.
        ConnectionFailedError: No answer, or a proxy's.
    """
    tries = http.attempts if repeatable else 1
    for attempt in range(1, tries + 1):
        try:
            answer = await http.send(
                "POST",
                path,
                repeatable=repeatable,
                content=dumps(body).encode(),
                headers={"Content-Type": "application/json", **(headers or {})},
            )
            break
        except NotJsonError as page:
            if page.status not in _GATEWAY | {_CRASHED, _TOO_MANY}:
                raise
            # The others were tried again already.
            if page.status != _CRASHED or attempt == tries:
                raise _by_proxy(http.system, path, page.status, repeatable=repeatable) from page
            await http.sleep(http.retry_after(attempt))
    if answer.status in _GATEWAY | {_TOO_MANY}:
        raise _by_proxy(http.system, path, answer.status, repeatable=repeatable)
    return answer


def not_odoo(http: HttpClient, status: int) -> ConnectionFailedError:
    """Return the error for an answer that is JSON, but not as Odoo gives it."""
    return ConnectionFailedError(
        f"{http.system} did not answer as Odoo does (status {status}).", remedy="Check the url of the connection."
    )


def _by_proxy(system: str, path: str, status: int, *, repeatable: bool) -> ConnectionFailedError:
    if status == _TOO_MANY:
        return ConnectionFailedError(
            f"{system}: the proxy in front of Odoo takes no more requests for now ({status}).",
            remedy="Try again later.",
        )
    if not repeatable:
        return LostAnswerError(
            f"{system}: the proxy in front of Odoo gave up on POST {path} ({status}); Odoo may have done it."
        )
    return ConnectionFailedError(
        f"{system}: the proxy in front of Odoo answered in its place ({status}): Odoo is down, or took too long.",
        remedy="Try again; if it stays, the proxy's time limit must be raised, or Odoo be looked at.",
    )
