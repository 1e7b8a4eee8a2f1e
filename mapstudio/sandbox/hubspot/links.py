"""The endpoints of associations: version 4, the dated ones, and what clients still use of version 3."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot.definitions import HUBSPOT_DEFINED, AssociationType, TypeKey
from mapstudio.sandbox.hubspot.errors import ApiError, bad_request, unset
from mapstudio.sandbox.hubspot.objects import linked_ids, type_keys
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.store import Stored, Table, record_id
from mapstudio.sandbox.hubspot.wire import (
    Answer,
    batch_answer,
    body_of,
    dated,
    inputs_of,
    limit_of,
    list_of,
    made_status,
    objects_of,
    paging,
)

MAX_READ = 1000
MAX_WRITTEN = 2000
MAX_LINKS = 500
"""So many associations of one record are told in one page."""


async def list_links(portal: Portal, request: Request) -> Answer:
    """GET what one record is associated with, by ascending id."""
    table, target = _both(portal, request)
    record = table.require(request.path_params["id"])
    limit, after = limit_of(request, most=MAX_LINKS, default=MAX_LINKS), request.query_params.get("after", "0")
    found, rest = _page(_links(portal, table, record.id, target, request), after, limit)
    body: dict[str, Any] = {"results": found}
    return 200, {**body, "paging": paging(request, rest)} if rest else body


async def list_ids(portal: Portal, request: Request) -> Answer:
    """GET what one record is associated with, in the shape of version 3."""
    table, target = _both(portal, request)
    return 200, {"results": linked_ids(portal, table, table.require(request.path_params["id"]), target)}


async def put_default(portal: Portal, request: Request) -> Answer:
    """PUT the association without a label."""
    table, target = _both(portal, request)
    record, other = table.require(request.path_params["id"]), _id(request.path_params["other"])
    return batch_answer(portal, 200, [_associate_default(portal, table, record, target, other)])


async def put_links(portal: Portal, request: Request) -> Answer:
    """PUT associations of the types in the body."""
    table, target = _both(portal, request)
    record, other = table.require(request.path_params["id"]), _id(request.path_params["other"])
    keys = type_keys(await list_of(request))
    portal.associate(table, record, target, other, keys)
    return 201, _pair(portal, table, record.id, target, other, keys, request)


async def put_named(portal: Portal, request: Request) -> Answer:
    """PUT an association as version 3 does: the type's name or id stands in the path."""
    table, target = _both(portal, request)
    record, other = table.require(request.path_params["id"]), _id(request.path_params["other"])
    portal.associate(table, record, target, other, [_named(portal, table, target, request.path_params["type"]).key])
    return 200, {"id": str(record.id), "properties": {}, "archived": False}


async def delete_links(portal: Portal, request: Request) -> Answer:
    """DELETE all associations between two records, or the one type that version 3 names in the path."""
    table, target = _both(portal, request)
    record, other = table.require(request.path_params["id"]), _id(request.path_params["other"])
    word = request.path_params.get("type")
    portal.dissociate(table, record, target, other, [_named(portal, table, target, word).key] if word else None)
    return 204, None


async def batch_read_links(portal: Portal, request: Request) -> Answer:
    """POST ids; those without an association are errors of a 207."""
    table, target = _both(portal, request)
    results, errors = [], []
    for item in inputs_of(await body_of(request), most=MAX_READ):
        word = str(item.get("id", ""))
        links = _links(portal, table, _id(word), target, request)
        found, rest = _page(links, str(item.get("after") or "0"), MAX_LINKS)
        if not found:
            errors.append(_nothing_found(table, word, target))
            continue
        result: dict[str, Any] = {"from": {"id": word}, "to": found}
        results.append({**result, "paging": {"next": {"after": rest}}} if rest else result)
    return batch_answer(portal, 200, results, errors)


async def batch_read_ids(portal: Portal, request: Request) -> Answer:
    """POST ids, answered in the shape of version 3."""
    table, target = _both(portal, request)
    results, errors = [], []
    for item in inputs_of(await body_of(request), most=MAX_READ):
        word = str(item.get("id", ""))
        record = table.find(word)
        found = linked_ids(portal, table, record, target) if record else []
        if found:
            results.append({"from": {"id": word}, "to": found})
        else:
            errors.append(_nothing_found(table, word, target))
    return batch_answer(portal, 200, results, errors)


async def batch_create_links(portal: Portal, request: Request) -> Answer:
    """POST associations with their types; bad pairs are errors of a 207."""
    table, target = _both(portal, request)

    def create(item: Mapping[str, Any]) -> dict[str, Any]:
        if not item.get("types"):
            raise unset(["types"])
        record, other = _ends(table, item)
        keys = type_keys(objects_of(item, "types"))
        portal.associate(table, record, target, other, keys)
        return _pair(portal, table, record.id, target, other, keys, request)

    return _each(portal, inputs_of(await body_of(request), most=MAX_WRITTEN), create, made_status(request))


async def batch_create_named(portal: Portal, request: Request) -> Answer:
    """POST associations as version 3 does, each with one type by its name or id."""
    table, target = _both(portal, request)

    def create(item: Mapping[str, Any]) -> dict[str, Any]:
        record, other = _ends(table, item)
        kind = _named(portal, table, target, str(item.get("type", "")))
        portal.associate(table, record, target, other, [kind.key])
        return {"from": {"id": str(record.id)}, "to": {"id": str(other)}, "type": kind.name}

    return _each(portal, inputs_of(await body_of(request), most=MAX_WRITTEN), create, 201)


async def batch_create_default(portal: Portal, request: Request) -> Answer:
    """POST pairs to associate without a label."""
    table, target = _both(portal, request)

    def create(item: Mapping[str, Any]) -> dict[str, Any]:
        record, other = _ends(table, item)
        return _associate_default(portal, table, record, target, other)

    return _each(portal, inputs_of(await body_of(request), most=MAX_WRITTEN), create, 200)


async def batch_archive_links(portal: Portal, request: Request) -> Answer:
    """POST pairs between which nothing shall be left; ``to`` is one record or, since version 4, a list."""
    table, target = _both(portal, request)
    for item in inputs_of(await body_of(request), most=MAX_WRITTEN):
        record = table.find(_word(item.get("from")))
        others = item.get("to")
        for other in others if isinstance(others, list) else [others]:
            if record is not None:
                portal.dissociate(table, record, target, _id(_word(other)))
    return _archived(portal, request)


async def batch_archive_labels(portal: Portal, request: Request) -> Answer:
    """POST pairs with the types that they shall lose."""
    table, target = _both(portal, request)
    for item in inputs_of(await body_of(request), most=MAX_WRITTEN):
        record, other = _ends(table, item)
        portal.dissociate(table, record, target, other, type_keys(objects_of(item, "types")))
    return _archived(portal, request)


def _archived(portal: Portal, request: Request) -> Answer:
    return batch_answer(portal, 200, []) if dated(request) else (204, None)


def _each(
    portal: Portal,
    inputs: Sequence[Mapping[str, Any]],
    write: Callable[[Mapping[str, Any]], dict[str, Any]],
    status: int,
) -> Answer:
    results, errors = [], []
    for item in inputs:
        try:
            results.append(write(item))
        except ApiError as error:
            ends = {"fromObjectId": [_word(item.get("from"))], "toObjectId": [_word(item.get("to"))]}
            entry = error.in_batch(None)
            errors.append({**entry, "context": {**entry["context"], **ends}})
    return batch_answer(portal, status, results, errors)


def _associate_default(portal: Portal, table: Table, record: Stored, target: str, other: int) -> dict[str, Any]:
    portal.associate(table, record, target, other, [])
    kind = portal.associations.types.unlabelled(table.kind.name, target)
    return {
        "from": {"id": str(record.id)},
        "to": {"id": str(other)},
        "associationSpec": {"associationCategory": kind.category, "associationTypeId": kind.id},
    }


def _pair(
    portal: Portal, table: Table, record_id: int, target: str, other: int, keys: Sequence[TypeKey], request: Request
) -> dict[str, Any]:
    kinds = [portal.associations.types.get(key) for key in keys]
    return {
        "fromObjectTypeId": table.kind.type_id,
        "fromObjectId": _written(record_id, request),
        "toObjectTypeId": portal.tables[target].kind.type_id,
        "toObjectId": _written(other, request),
        "labels": [kind.label for kind in kinds if kind is not None and kind.label],
    }


def _links(portal: Portal, table: Table, source_id: int, target: str, request: Request) -> list[dict[str, Any]]:
    kinds = {kind.key: kind for kind in portal.associations.types.between(table.kind.name, target)}
    return [
        {
            "toObjectId": _written(other, request),
            "associationTypes": [kinds[key].to_json() for key in sorted(keys)],
        }
        for other, keys in sorted(portal.associations.of(table.kind.name, source_id, target).items())
    ]


def _page(links: Sequence[dict[str, Any]], after: str, limit: int) -> tuple[list[dict[str, Any]], str]:
    """Return the links after an id, and where the next page starts (empty on the last)."""
    start = record_id(after)
    if start < 0:
        raise bad_request(f"after {after} is no cursor of an earlier answer.")
    rest = [link for link in links if int(link["toObjectId"]) > start]
    return rest[:limit], str(rest[limit - 1]["toObjectId"]) if len(rest) > limit else ""


def _written(record_id: int, request: Request) -> int | str:
    """Return an id as the version writes it: the dated ones as a text."""
    return str(record_id) if dated(request) else record_id


def _nothing_found(table: Table, word: str, target: str) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {target} is associated with {table.kind.singular} {word}.",
        "context": {"fromObjectId": [word]},
        "errors": [],
        "links": {},
    }


def _named(portal: Portal, table: Table, target: str, word: str) -> AssociationType:
    kinds = portal.associations.types.between(table.kind.name, target)
    for kind in sorted(kinds, key=lambda kind: kind.category != HUBSPOT_DEFINED):
        if word in {kind.name, str(kind.id)}:
            return kind
    raise bad_request(f"{word} is no association type from {table.kind.name} to {target}.")


def _ends(table: Table, item: Mapping[str, Any]) -> tuple[Stored, int]:
    return table.require(_word(item.get("from"))), _id(_word(item.get("to")))


def _word(end: object) -> str:
    return str(end.get("id", "")) if isinstance(end, dict) else ""


def _both(portal: Portal, request: Request) -> tuple[Table, str]:
    return portal.table(request.path_params["object"]), portal.table(request.path_params["target"]).kind.name


def _id(word: str) -> int:
    found = record_id(word)
    if found < 0:
        raise bad_request(f'"{word}" is no record id.')
    return found
