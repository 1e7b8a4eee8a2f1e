"""Requests taken apart and answers put together: what all endpoints share."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mapstudio.model.exact_json import JsonError, loads
from mapstudio.sandbox.hubspot import admin_rules
from mapstudio.sandbox.hubspot.access import Caller, require
from mapstudio.sandbox.hubspot.errors import ApiError, bad_request, unset
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.scopes import required
from mapstudio.sandbox.hubspot.store import Stored, Table
from mapstudio.sandbox.hubspot.values import stamp

Answer: TypeAlias = "tuple[int, dict[str, Any] | list[dict[str, Any]] | None]"
Handler: TypeAlias = "Callable[[Portal, Request], Awaitable[Answer]]"
Endpoint: TypeAlias = "Callable[[Request], Awaitable[Response]]"

MAX_PAGE = 100
MAX_WITH_HISTORY = 50
_DATED = re.compile(r"/20\d\d-\d\d/")


def endpoint(portal: Portal, handler: Handler, *, search: bool = False) -> Endpoint:
    """Return the handler as Starlette takes it: behind the token and the budgets, errors as envelopes."""

    async def answer(request: Request) -> Response:
        caller: Caller | None = None
        try:
            caller = portal.access.caller(request.headers.get("Authorization", ""))
            portal.limits.spend(caller, search=search)
            admin_rules.bind(request.url.path)
            require(caller, required(request.method, request.url.path, lambda: _object_of(portal, request)))
            status, body = await handler(portal, request)
        except ApiError as error:
            status, body = error.status, error.envelope()
        headers = {} if search or caller is None else portal.limits.headers(caller)
        if body is None:
            return Response(status_code=status, headers=headers)
        return JSONResponse(body, status, headers)

    return answer


async def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises:
        ApiError: It is none.
    """
    try:
        body = loads(await request.body())
    except JsonError as error:
        raise bad_request(f"Invalid input JSON: {error}") from error
    if not isinstance(body, dict):
        raise bad_request("Invalid input JSON: an object is expected.")
    return body


async def list_of(request: Request) -> list[dict[str, Any]]:
    """Return the JSON array of objects of a request.

    Raises:
        ApiError: It is none.
    """
    try:
        body = loads(await request.body())
    except JsonError as error:
        raise bad_request(f"Invalid input JSON: {error}") from error
    if not isinstance(body, list):
        raise bad_request("Invalid input JSON: an array of objects is expected.")
    found = [item for item in body if isinstance(item, dict)]
    if len(found) < len(body):
        raise bad_request("Invalid input JSON: an array of objects is expected.")
    return found


def need(body: Mapping[str, Any], *names: str) -> None:
    """Raise when a body lacks one of the fields.

    Raises:
        ApiError: Which are missing.
    """
    missing = [name for name in names if body.get(name) is None]
    if missing:
        raise unset(missing)


def text_of(body: Mapping[str, Any], name: str) -> str:
    """Return a text of a body, empty where there is none.

    Raises:
        ApiError: It is something else.
    """
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise bad_request(f"{name} must be a string.")
    return value


def objects_of(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a list of objects in a body, empty where there is none.

    Raises:
        ApiError: It is something else.
    """
    found = body.get(name) or []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise bad_request(f"{name} must be a list of objects.")
    return found


def words_of(body: Mapping[str, Any], name: str) -> list[str]:
    """Return a list of words in a body, empty where there is none.

    Raises:
        ApiError: It is something else.
    """
    found = body.get(name) or []
    if not isinstance(found, list):
        raise bad_request(f"{name} must be a list.")
    return [str(item) for item in found]


def flag(request: Request, name: str) -> bool:
    """Whether a parameter says yes, in whatever case a client writes it."""
    return request.query_params.get(name, "").lower() == "true"


def dated(request: Request) -> bool:
    """Whether the path is one of a dated version; the numbered ones answer a few things in another form."""
    return _DATED.search(request.url.path) is not None


def made_status(request: Request) -> int:
    """Return the status of a batch that made definitions or associations: since 2026-09 it is no longer 201."""
    return 200 if "/2026-09/" in request.url.path else 201


def batch_answer(
    portal: Portal, status: int, results: Sequence[Mapping[str, Any]], errors: Sequence[Mapping[str, Any]] = ()
) -> Answer:
    """Return what all batch endpoints answer; with errors it is a 207."""
    moment = stamp(portal.setup.now())
    body: dict[str, Any] = {"status": "COMPLETE", "results": [*results], "startedAt": moment, "completedAt": moment}
    if errors:
        return 207, {**body, "numErrors": len(errors), "errors": [*errors]}
    return status, body


def names_of(request: Request, parameter: str) -> list[str]:
    """Return a list parameter: given with commas, repeated, or both."""
    return [name for part in request.query_params.getlist(parameter) for name in part.split(",") if name]


def record_json(
    table: Table,
    record: Stored,
    asked: Iterable[str],
    values: Mapping[str, str] | None = None,
    *,
    history: Iterable[str] = (),
) -> dict[str, Any]:
    """Return a record as answers hold it.

    Args:
        table: Its table.
        record: The record.
        asked: The properties asked for; without any the defaults are answered.
        values: What to answer in place of the record's values (the search index's).
        history: The properties whose earlier values are asked for as well.
    """
    held = record.values if values is None else values
    versions = {name: _versions(record, name) for name in history if name in table.properties}
    names = {name for name in asked if name in table.properties} | {*versions} or {*table.kind.defaults}
    answer: dict[str, Any] = {
        "id": str(record.id),
        "properties": {name: held.get(name) for name in sorted(names | {*table.kind.always})},
        "createdAt": stamp(record.created),
        "updatedAt": stamp(record.modified),
        "archived": record.archived is not None,
    }
    if record.archived is not None:
        answer["archivedAt"] = stamp(record.archived)
    return {**answer, "propertiesWithHistory": versions} if versions else answer


def paging(request: Request, after: str) -> dict[str, Any]:
    """Return the ``paging`` of a page that is not the last."""
    others = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    link = f"{request.url.replace(query='')}?{urlencode([*others, ('after', after)])}"
    return {"next": {"after": after, "link": link}}


def limit_of(request: Request, *, most: int = MAX_PAGE, default: int = 10) -> int:
    """Return the page size asked for.

    Raises:
        ApiError: It is no number, or too large.
    """
    text = request.query_params.get("limit", str(default))
    if not text.isdecimal() or len(text) > len(str(most)) or not 1 <= int(text) <= most:
        raise bad_request(f"limit must be between 1 and {most}, not {text}.")
    return int(text)


def inputs_of(body: Mapping[str, Any], *, most: int = MAX_PAGE) -> Sequence[dict[str, Any]]:
    """Return the inputs of a batch.

    Raises:
        ApiError: There are too many, or they are no objects.
    """
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(item, dict) for item in inputs):
        raise bad_request("inputs must be a list of objects.")
    if len(inputs) > most:
        raise bad_request(f"The batch holds {len(inputs)} inputs, at most {most} are taken.")
    return inputs


def _versions(record: Stored, name: str) -> list[dict[str, Any]]:
    return [
        {"value": value, "timestamp": stamp(moment), "sourceType": "INTEGRATION"}
        for moment, value in reversed(record.history.get(name, []))
    ]


def _object_of(portal: Portal, request: Request) -> str | None:
    """Return the object that a path names, as scopes write it: ``None`` for a custom one."""
    word = request.path_params.get("object")
    if word is None:
        return None
    kind = portal.table(word).kind
    return None if kind.type_id.startswith("2-") else kind.name
