"""Two records made one, and records forgotten for good."""

from __future__ import annotations

from starlette.requests import Request

from mapstudio.sandbox.hubspot.errors import bad_request, not_found
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.store import ALSO, Change, Stored, Table
from mapstudio.sandbox.hubspot.wire import Answer, body_of, need, record_json

_NEVER = frozenset({"line_items", "products", "quotes", "notes", "invoices"})
MERGED = "hs_merged_object_ids"


async def merge_records(portal: Portal, request: Request) -> Answer:
    """POST two ids: the primary record stays, and takes over what it has not itself."""
    table = portal.table(request.path_params["object"])
    if table.kind.name in _NEVER:
        raise bad_request(f"{table.kind.singular.upper()} objects cannot be merged.")
    body = await body_of(request)
    need(body, "primaryObjectId", "objectIdToMerge")
    kept, other = table.require(str(body["primaryObjectId"])), table.require(str(body["objectIdToMerge"]))
    if kept is other:
        raise bad_request("A record cannot be merged with itself.")
    links = {
        (target, target_id): [*keys]
        for target, found in portal.associations.all_of(table.kind.name, other.id).items()
        for target_id, keys in found.items()
    }
    taken_over = _taken_over(table, kept, other)
    portal.archive(table, other)
    portal.update(table, kept, taken_over, sent=dict(body), key=str(kept.id))
    told = {"primaryObjectId": kept.id, "mergedObjectIds": [other.id], "newObjectId": kept.id}
    moved = len(taken_over.values) - 1
    portal.webhooks.happened(table.kind, "merge", kept.id, {**told, "numberOfPropertiesMoved": moved})
    for (target, target_id), keys in links.items():
        if (target, target_id) != (table.kind.name, kept.id):
            first = portal.associations.types.primary(table.kind.name, target)
            portal.associate(table, kept, target, target_id, [key for key in keys if first is None or key != first.key])
    return 200, record_json(table, kept, table.kind.defaults)


async def forget_contact(portal: Portal, request: Request) -> Answer:
    """POST the id or the e-mail of a contact: it and all that was known of it are gone for good."""
    table = portal.table(request.path_params["object"])
    if table.kind.name != "contacts":
        raise not_found()
    body = await body_of(request)
    need(body, "objectId")
    word = str(body["objectId"])
    record = table.find(word, str(body.get("idProperty") or "")) or table.find_archived(word)
    if record is None:
        raise not_found()
    if record.archived is None:
        portal.archive(table, record)
    del table.records[record.id]
    portal.webhooks.happened(table.kind, "privacyDeletion", record.id, {})
    return 204, None


def _taken_over(table: Table, kept: Stored, other: Stored) -> Change:
    own = {*table.kind.always, MERGED}
    values: dict[str, str | None] = {
        name: value for name, value in other.values.items() if name not in kept.values and name not in own
    }
    merged = [kept.values.get(MERGED), other.values.get(MERGED), str(other.id)]
    values[MERGED] = ";".join(part for part in merged if part)
    if "email" in kept.values and "email" in other.values:
        also = [kept.values.get(ALSO), other.values.get(ALSO), other.values["email"]]
        values[ALSO] = ";".join(part for part in also if part)
    return Change(values)
