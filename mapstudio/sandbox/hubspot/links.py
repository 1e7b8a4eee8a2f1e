"""The endpoints of associations (v4 and dated)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot import definitions
from mapstudio.sandbox.hubspot.associations import unlabelled
from mapstudio.sandbox.hubspot.errors import ApiError, bad_request
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.values import stamp
from mapstudio.sandbox.hubspot.wire import Answer, body_of, inputs_of

MAX_READ = 1000
MAX_WRITTEN = 2000


async def list_links(portal: Portal, request: Request) -> Answer:
    """GET what one record is associated with."""
    table, target = _both(portal, request)
    record = table.require(request.path_params["id"])
    return 200, {"results": _links(portal, table.kind.name, record.id, target)}


async def put_default(portal: Portal, request: Request) -> Answer:
    """PUT the association without a label."""
    table, target = _both(portal, request)
    record, other = table.require(request.path_params["id"]), _id(request.path_params["other"])
    portal.associate(table, record, target, other, [])
    type_id = unlabelled(table.kind.name, target)
    result = {
        "from": {"id": str(record.id)},
        "to": {"id": str(other)},
        "associationSpec": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id},
    }
    return 200, _batch(portal, [result])


async def put_links(portal: Portal, request: Request) -> Answer:
    """PUT associations of the types in the body."""
    table, target = _both(portal, request)
    record, other = table.require(request.path_params["id"]), _id(request.path_params["other"])
    try:
        types = [int(kind["associationTypeId"]) for kind in await request.json()]
    except (ValueError, TypeError, KeyError) as error:
        raise bad_request("Invalid input JSON: a list of association types is expected.") from error
    portal.associate(table, record, target, other, types)
    labels = [kind.label for kind in definitions.association_types() if kind.id in types and kind.label]
    return 201, {
        "fromObjectTypeId": table.kind.type_id,
        "fromObjectId": str(record.id),
        "toObjectTypeId": portal.tables[target].kind.type_id,
        "toObjectId": str(other),
        "labels": labels,
    }


async def delete_links(portal: Portal, request: Request) -> Answer:
    """DELETE all associations between two records."""
    table, target = _both(portal, request)
    record = table.require(request.path_params["id"])
    portal.associations.remove(table.kind.name, record.id, target, _id(request.path_params["other"]))
    return 204, None


async def batch_read_links(portal: Portal, request: Request) -> Answer:
    """POST ids; those without an association are errors of a 207."""
    table, target = _both(portal, request)
    results, errors = [], []
    for item in inputs_of(await body_of(request), most=MAX_READ):
        word = str(item.get("id", ""))
        links = _links(portal, table.kind.name, _id(word), target)
        if links:
            results.append({"from": {"id": word}, "to": links})
        else:
            errors.append(
                {
                    "status": "error",
                    "category": "OBJECT_NOT_FOUND",
                    "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
                    "message": f"No {target} is associated with {table.kind.singular} {word}.",
                    "context": {"fromObjectId": [word]},
                }
            )
    body = _batch(portal, results)
    return (207, {**body, "numErrors": len(errors), "errors": errors}) if errors else (200, body)


async def batch_create_links(portal: Portal, request: Request) -> Answer:
    """POST associations with their types."""
    table, target = _both(portal, request)
    inputs = inputs_of(await body_of(request), most=MAX_WRITTEN)
    made = []
    for item in inputs:
        record = table.require(str(item["from"]["id"]))
        types = [int(kind["associationTypeId"]) for kind in item.get("types", [])]
        portal.associate(table, record, target, _id(str(item["to"]["id"])), types)
        labels = [kind.label for kind in definitions.association_types() if kind.id in types and kind.label]
        made.append(
            {
                "fromObjectTypeId": table.kind.type_id,
                "fromObjectId": str(record.id),
                "toObjectTypeId": portal.tables[target].kind.type_id,
                "toObjectId": str(item["to"]["id"]),
                "labels": labels,
            }
        )
    return 201, _batch(portal, made)


async def labels(portal: Portal, request: Request) -> Answer:
    """GET the association types between two objects."""
    table, target = _both(portal, request)
    kinds = [
        kind for kind in definitions.association_types() if (kind.source, kind.target) == (table.kind.name, target)
    ]
    return 200, {"results": [{"category": "HUBSPOT_DEFINED", "typeId": kind.id, "label": kind.label} for kind in kinds]}


def _links(portal: Portal, source: str, source_id: int, target: str) -> list[dict[str, Any]]:
    names = {kind.id: kind.label for kind in definitions.association_types()}
    return [
        {
            "toObjectId": other,
            "associationTypes": [
                {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": names[type_id]} for type_id in sorted(types)
            ],
        }
        for other, types in sorted(portal.associations.of(source, source_id, target).items())
    ]


def _both(portal: Portal, request: Request) -> tuple[Any, str]:
    return portal.table(request.path_params["object"]), portal.table(request.path_params["target"]).kind.name


def _id(word: str) -> int:
    if not (word.isascii() and word.isdigit()):
        raise ApiError(400, "VALIDATION_ERROR", f"{word} is no record id.")
    return int(word)


def _batch(portal: Portal, results: list[dict[str, Any]]) -> dict[str, Any]:
    moment = stamp(portal.setup.now())
    return {"status": "COMPLETE", "results": results, "startedAt": moment, "completedAt": moment}
