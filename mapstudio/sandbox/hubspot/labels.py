"""The endpoints of association types: labels, and how many records each may reach."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot.definitions import USER_DEFINED, AssociationType, TypeKey
from mapstudio.sandbox.hubspot.errors import bad_request
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.store import Table
from mapstudio.sandbox.hubspot.wire import Answer, batch_answer, body_of, dated, inputs_of, made_status, need, text_of


async def list_labels(portal: Portal, request: Request) -> Answer:
    """GET the association types between two objects."""
    table, target = _both(portal, request)
    kinds = portal.associations.types.between(table.kind.name, target.kind.name)
    return 200, {"results": [kind.to_json() for kind in kinds]}


async def list_names(portal: Portal, request: Request) -> Answer:
    """GET the association types as version 3 tells them."""
    table, target = _both(portal, request)
    kinds = portal.associations.types.between(table.kind.name, target.kind.name)
    return 200, {"results": [{"id": str(kind.id), "name": kind.name} for kind in kinds]}


async def create_label(portal: Portal, request: Request) -> Answer:
    """POST a label; both directions are answered."""
    table, target = _both(portal, request)
    body = await body_of(request)
    need(body, "label", "name")
    label, inverse, name = (text_of(body, field) for field in ("label", "inverseLabel", "name"))
    made = portal.associations.types.add(table.kind, target.kind, label, inverse, name)
    return 200, {"results": [kind.to_json() for kind in made]}


async def update_label(portal: Portal, request: Request) -> Answer:
    """PUT another text for a label."""
    table, target = _both(portal, request)
    body = await body_of(request)
    need(body, "label", "associationTypeId")
    number = _integer(body["associationTypeId"])
    names = table.kind.name, target.kind.name
    portal.associations.types.rename(*names, number, text_of(body, "label"), text_of(body, "inverseLabel"))
    return 204, None


async def delete_label(portal: Portal, request: Request) -> Answer:
    """DELETE a label; the associations lose it."""
    table, target = _both(portal, request)
    number = _integer(request.path_params["type"])
    gone = portal.associations.types.remove(table.kind.name, target.kind.name, number)
    portal.associations.forget_types(gone)
    return 204, None


async def list_limits(portal: Portal, request: Request) -> Answer:
    """GET the limits that were set between two objects, or between all."""
    wanted = [table.kind.name for table in _both(portal, request)] if "object" in request.path_params else None
    types = portal.associations.types
    found = [
        _limit(kind, most)
        for (source, target, key), most in types.limits.items()
        if (wanted is None or wanted == [source, target]) and (kind := types.get(key)) is not None
    ]
    return 200, {"results": found}


async def create_limits(portal: Portal, request: Request) -> Answer:
    """POST limits of association types."""
    made = [_limit(kind, most) for kind, most in await _set_limits(portal, request)]
    return batch_answer(portal, made_status(request), made)


async def update_limits(portal: Portal, request: Request) -> Answer:
    """POST other limits of association types."""
    results = [
        {"category": kind.category, "typeId": kind.id, "userEnforcedMaxToObjectIds": most}
        for kind, most in await _set_limits(portal, request)
    ]
    return batch_answer(portal, 200, results)


async def purge_limits(portal: Portal, request: Request) -> Answer:
    """POST association types that shall have no limit."""
    table, target = _both(portal, request)
    for item in inputs_of(await body_of(request)):
        kind = _kind(portal, table, target, item)
        portal.associations.types.set_limit(kind.source, kind.target, kind.key, None)
    return batch_answer(portal, 200, []) if dated(request) else (204, None)


async def _set_limits(portal: Portal, request: Request) -> list[tuple[AssociationType, int]]:
    table, target = _both(portal, request)
    made = []
    for item in inputs_of(await body_of(request)):
        kind, most = _kind(portal, table, target, item), _integer(item.get("maxToObjectIds"))
        portal.associations.types.set_limit(kind.source, kind.target, kind.key, most)
        made.append((kind, most))
    return made


def _kind(portal: Portal, table: Table, target: Table, item: dict[str, Any]) -> AssociationType:
    key: TypeKey = (str(item.get("category", USER_DEFINED)), _integer(item.get("typeId")))
    for kind in portal.associations.types.between(table.kind.name, target.kind.name):
        if kind.key == key:
            return kind
    raise bad_request(f"{key[0]} {key[1]} is no association type from {table.kind.name} to {target.kind.name}.")


def _limit(kind: AssociationType, most: int) -> dict[str, Any]:
    answer = {"category": kind.category, "typeId": kind.id, "userEnforcedMaxToObjectIds": most}
    return {**answer, "label": kind.label} if kind.label else answer


def _integer(value: object) -> int:
    if isinstance(value, bool) or not str(value).isdecimal():
        raise bad_request(f"{value} is no whole number.")
    return int(str(value))


def _both(portal: Portal, request: Request) -> tuple[Table, Table]:
    return portal.table(request.path_params["object"]), portal.table(request.path_params["target"])
