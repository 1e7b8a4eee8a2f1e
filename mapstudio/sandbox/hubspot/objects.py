"""The endpoints of records: list, single, create, change, archive, search."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot import definitions
from mapstudio.sandbox.hubspot.errors import ApiError, bad_request
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.search import search
from mapstudio.sandbox.hubspot.store import Stored, Table
from mapstudio.sandbox.hubspot.wire import Answer, body_of, limit_of, names_of, paging, record_json


async def list_records(portal: Portal, request: Request) -> Answer:
    """GET all records, by ascending id."""
    table = portal.table(request.path_params["object"])
    limit, after = limit_of(request), request.query_params.get("after", "0")
    if not after.isdigit():
        raise bad_request(f"after {after} is no cursor of an earlier answer.")
    archived = request.query_params.get("archived") == "true"
    rest = (
        record
        for record in table.records.values()
        if record.id > int(after) and (record.archived is not None) == archived
    )
    page = list(islice(rest, limit + 1))
    asked, linked = names_of(request, "properties"), names_of(request, "associations")
    results = [_with_associations(portal, table, record, asked, linked) for record in page[:limit]]
    body: dict[str, Any] = {"results": results}
    if len(page) > limit:
        body["paging"] = paging(request, str(page[limit - 1].id))
    return 200, body


async def get_record(portal: Portal, request: Request) -> Answer:
    """GET one record by id, or by a unique property."""
    table = portal.table(request.path_params["object"])
    record = table.require(request.path_params["id"], request.query_params.get("idProperty", ""))
    asked, linked = names_of(request, "properties"), names_of(request, "associations")
    return 200, _with_associations(portal, table, record, asked, linked)


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
    found = search(table, body)
    asked = [str(name) for name in body.get("properties") or []]
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


def associations_of(portal: Portal, table: Table, body: Mapping[str, Any]) -> list[tuple[str, int, list[int]]]:
    """Return what a new record is to be associated with: object, id, association types.

    Raises:
        ApiError: The other record is not there, or an association type is unknown.
    """
    wanted: list[tuple[str, int, list[int]]] = []
    for item in body.get("associations") or []:
        types = [int(kind["associationTypeId"]) for kind in item.get("types", [])]
        kinds = [kind for kind in definitions.association_types() if kind.id in types]
        if not kinds or not str(item["to"]["id"]).isdigit():
            raise ApiError(400, "VALIDATION_ERROR", "An association of the new record is not complete.")
        target, target_id = kinds[0].target, int(item["to"]["id"])
        portal.check_association(table.kind.name, target, target_id, types)
        wanted.append((target, target_id, types))
    return wanted


def _with_associations(
    portal: Portal, table: Table, record: Stored, asked: list[str], linked: list[str]
) -> dict[str, Any]:
    answer = record_json(table, record, asked)
    names = {kind.id: kind.name for kind in definitions.association_types()}
    found: dict[str, Any] = {}
    for word in linked:
        target = portal.table(word).kind.name
        pairs = portal.associations.of(table.kind.name, record.id, target)
        results = [{"id": str(other), "type": names[kind]} for other, kinds in pairs.items() for kind in sorted(kinds)]
        if results:
            # The list answers line items under a name with a blank, unlike all paths.
            found[target.replace("_", " ")] = {"results": results}
    return {**answer, "associations": found} if found else answer
