"""The endpoints of records: list, single, create, change, archive, search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot.definitions import TypeKey
from mapstudio.sandbox.hubspot.errors import bad_request, not_found
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.search import search
from mapstudio.sandbox.hubspot.store import Stored, Table, record_id
from mapstudio.sandbox.hubspot.wire import (
    MAX_PAGE,
    MAX_WITH_HISTORY,
    Answer,
    body_of,
    flag,
    limit_of,
    names_of,
    objects_of,
    paging,
    record_json,
    words_of,
)


async def list_records(portal: Portal, request: Request) -> Answer:
    """GET all records, by ascending id."""
    table = portal.table(request.path_params["object"])
    most = MAX_WITH_HISTORY if names_of(request, "propertiesWithHistory") else MAX_PAGE
    limit, after = limit_of(request, most=most), request.query_params.get("after", "0")
    start = record_id(after)
    if start < 0:
        raise bad_request(f"after {after} is no cursor of an earlier answer.")
    archived = flag(request, "archived")
    rest = (
        record for record in table.records.values() if record.id > start and (record.archived is not None) == archived
    )
    page = list(islice(rest, limit + 1))
    results = [_asked_for(portal, table, record, request) for record in page[:limit]]
    body: dict[str, Any] = {"results": results}
    if len(page) > limit:
        body["paging"] = paging(request, str(page[limit - 1].id))
    return 200, body


async def get_record(portal: Portal, request: Request) -> Answer:
    """GET one record by id, or by a unique property."""
    table = portal.table(request.path_params["object"])
    word = request.path_params["id"]
    if flag(request, "archived"):
        record = table.find_archived(word)
        if record is None:
            raise not_found()
    else:
        record = table.require(word, request.query_params.get("idProperty", ""))
    return 200, _asked_for(portal, table, record, request)


async def create_record(portal: Portal, request: Request) -> Answer:
    """POST a new record."""
    table = portal.table(request.path_params["object"])
    body = await body_of(request)
    sent = sent_properties(body)
    change = table.check(sent, None, set())
    record = portal.create(table, change, sent=sent, associate=associations_of(portal, table, body))
    return 201, record_json(table, record, {*sent, *table.kind.defaults})


async def update_record(portal: Portal, request: Request) -> Answer:
    """PATCH one record: merge."""
    table = portal.table(request.path_params["object"])
    record = table.require(request.path_params["id"], request.query_params.get("idProperty", ""))
    sent = sent_properties(await body_of(request))
    change = table.check(sent, record, set())
    portal.update(table, record, change, sent=sent, key=request.path_params["id"])
    return 200, record_json(table, record, {*sent, *table.kind.defaults})


async def archive_record(portal: Portal, request: Request) -> Answer:
    """DELETE one record; a second time does no harm."""
    table = portal.table(request.path_params["object"])
    record = table.find(request.path_params["id"])
    if record is not None:
        portal.archive(table, record)
    return 204, None


async def search_records(portal: Portal, request: Request) -> Answer:
    """POST a search."""
    table = portal.table(request.path_params["object"])
    body = await body_of(request)

    def linked(record: Stored, word: str) -> list[str]:
        target = portal.table(word).kind.name
        return [str(other) for other in portal.associations.of(table.kind.name, record.id, target)]

    found = search(table, body, linked)
    asked = words_of(body, "properties")
    answer: dict[str, Any] = {
        "total": found.total,
        "results": [record_json(table, record, asked, values) for record, values in found.records],
    }
    if found.after is not None:
        answer["paging"] = {"next": {"after": found.after}}
    return 200, answer


def sent_properties(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ``properties`` of an input.

    Raises:
        ApiError: There are none.
    """
    sent = body.get("properties")
    if not isinstance(sent, dict):
        raise bad_request("properties must be an object.")
    return sent


def associations_of(portal: Portal, table: Table, body: Mapping[str, Any]) -> list[tuple[str, int, list[TypeKey]]]:
    """Return what a new record is to be associated with: object, id, association types.

    Raises:
        ApiError: The other record is not there, or an association type is unknown.
    """
    wanted: list[tuple[str, int, list[TypeKey]]] = []
    for item in objects_of(body, "associations"):
        keys = type_keys(objects_of(item, "types"))
        kinds = [kind for key in keys if (kind := portal.associations.types.get(key)) is not None]
        to = item.get("to")
        target_id = record_id(str(to.get("id", ""))) if isinstance(to, dict) else -1
        if not kinds or target_id < 0:
            raise bad_request("An association of the new record is not complete: to.id and types are needed.")
        target = kinds[0].target
        portal.check_association(table.kind.name, None, target, target_id, keys)
        wanted.append((target, target_id, keys))
    return wanted


def type_keys(sent: Sequence[Mapping[str, Any]]) -> list[TypeKey]:
    """Return the association types that a body names by category and id.

    Raises:
        ApiError: One of them is not complete.
    """
    try:
        return [(str(kind["associationCategory"]), int(kind["associationTypeId"])) for kind in sent]
    except (ValueError, TypeError, KeyError) as error:
        raise bad_request("types must hold associationCategory and associationTypeId.") from error


def _asked_for(portal: Portal, table: Table, record: Stored, request: Request) -> dict[str, Any]:
    """Return a record with all that the request's parameters ask for."""
    history = names_of(request, "propertiesWithHistory")
    answer = record_json(table, record, names_of(request, "properties"), history=history)
    found: dict[str, Any] = {}
    for word in names_of(request, "associations"):
        target = portal.table(word).kind.name
        results = linked_ids(portal, table, record, target)
        if results:
            # The list answers line items under a name with a blank, unlike all paths.
            found[target.replace("_", " ")] = {"results": results}
    return {**answer, "associations": found} if found else answer


def linked_ids(portal: Portal, table: Table, record: Stored, target: str) -> list[dict[str, str]]:
    """Return the associated records of one object as version 3 does: an entry for each type between the two."""
    pairs = portal.associations.of(table.kind.name, record.id, target)
    kinds = {kind.key: kind.name for kind in portal.associations.types.between(table.kind.name, target)}
    return [{"id": str(other), "type": kinds[key]} for other, keys in sorted(pairs.items()) for key in sorted(keys)]
