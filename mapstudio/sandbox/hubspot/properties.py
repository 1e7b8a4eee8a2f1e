"""The endpoints of property definitions and of their groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot.definitions import Group, Property
from mapstudio.sandbox.hubspot.errors import ApiError, bad_request, exists, not_found
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.property_input import MAX_UNIQUE, changed_property, read_property
from mapstudio.sandbox.hubspot.store import Table
from mapstudio.sandbox.hubspot.values import stamp
from mapstudio.sandbox.hubspot.wire import Answer, batch_answer, body_of, flag, inputs_of, made_status, need, text_of


async def list_properties(portal: Portal, request: Request) -> Answer:
    """GET all property definitions of an object."""
    lexicon = portal.table(request.path_params["object"]).lexicon
    found = lexicon.archived if flag(request, "archived") else lexicon.properties
    return 200, {"results": [item.to_json() for item in found.values()]}


async def get_property(portal: Portal, request: Request) -> Answer:
    """GET one property definition."""
    lexicon = portal.table(request.path_params["object"]).lexicon
    found = lexicon.archived if flag(request, "archived") else lexicon.properties
    item = found.get(request.path_params["name"])
    if item is None:
        raise not_found()
    return 200, item.to_json()


async def create_property(portal: Portal, request: Request) -> Answer:
    """POST a new property."""
    table = portal.table(request.path_params["object"])
    return 201, create(portal, table, await body_of(request)).to_json()


async def update_property(portal: Portal, request: Request) -> Answer:
    """PATCH a property."""
    table = portal.table(request.path_params["object"])
    item = _require(table, request.path_params["name"])
    changed = changed_property(item, await body_of(request), table.lexicon.groups, stamp(portal.setup.now()))
    table.define(changed)
    return 200, changed.to_json()


async def archive_property(portal: Portal, request: Request) -> Answer:
    """DELETE a property of the client's own."""
    _archive(portal.table(request.path_params["object"]), request.path_params["name"])
    return 204, None


async def batch_read_properties(portal: Portal, request: Request) -> Answer:
    """POST names of properties; unknown ones are errors of a 207."""
    table = portal.table(request.path_params["object"])
    body = await body_of(request)
    known = table.lexicon.archived if body.get("archived") is True else table.lexicon.properties
    results, errors = [], []
    for item in inputs_of(body):
        found = known.get(text_of(item, "name"))
        if found is not None:
            results.append(found.to_json())
        else:
            error = ApiError(404, "OBJECT_NOT_FOUND", "resource not found", {"name": [text_of(item, "name")]})
            errors.append(error.in_batch(None))
    return batch_answer(portal, 200, results, errors)


async def batch_create_properties(portal: Portal, request: Request) -> Answer:
    """POST new properties; what cannot be made is an error of a 207."""
    table = portal.table(request.path_params["object"])
    return await _each(portal, request, lambda item: create(portal, table, item).to_json(), made_status(request))


async def batch_archive_properties(portal: Portal, request: Request) -> Answer:
    """POST names of properties to archive; unknown ones do no harm."""
    table = portal.table(request.path_params["object"])
    for item in inputs_of(await body_of(request)):
        if text_of(item, "name") in table.properties:
            _archive(table, text_of(item, "name"))
    return 204, None


async def list_groups(portal: Portal, request: Request) -> Answer:
    """GET the groups of an object's properties."""
    groups = portal.table(request.path_params["object"]).lexicon.groups
    return 200, {"results": [group.to_json() for group in groups.values()]}


async def get_group(portal: Portal, request: Request) -> Answer:
    """GET one group."""
    return 200, _group(portal, request).to_json()


async def create_group(portal: Portal, request: Request) -> Answer:
    """POST a new group."""
    groups = portal.table(request.path_params["object"]).lexicon.groups
    body = await body_of(request)
    need(body, "name", "label")
    name = text_of(body, "name")
    if name in groups:
        raise exists(f'A property group named "{name}"')
    order = body.get("displayOrder", -1)
    groups[name] = Group(name, text_of(body, "label"), order if isinstance(order, int) else -1)
    return 201, groups[name].to_json()


async def update_group(portal: Portal, request: Request) -> Answer:
    """PATCH a group."""
    group, body = _group(portal, request), await body_of(request)
    order = body.get("displayOrder", group.order)
    changed = replace(
        group, label=text_of(body, "label") or group.label, order=order if isinstance(order, int) else group.order
    )
    portal.table(request.path_params["object"]).lexicon.groups[group.name] = changed
    return 200, changed.to_json()


async def archive_group(portal: Portal, request: Request) -> Answer:
    """DELETE a group that holds nothing."""
    group, lexicon = _group(portal, request), portal.table(request.path_params["object"]).lexicon
    if any(item.group == group.name for item in lexicon.properties.values()):
        raise bad_request(f"The property group {group.name} holds properties and cannot be deleted.")
    del lexicon.groups[group.name]
    return 204, None


def create(portal: Portal, table: Table, body: Mapping[str, Any]) -> Property:
    """Define a new property of the client's own.

    Raises:
        ApiError: It is there already, has too many unique ones beside it, or is not well formed.
    """
    item = read_property(body, table.lexicon.groups, stamp(portal.setup.now()))
    if item.name in table.properties:
        raise exists(f'A property named "{item.name}"')
    unique = [name for name, known in table.properties.items() if known.unique and known.custom]
    if item.unique and len(unique) >= MAX_UNIQUE:
        raise bad_request(f"{table.kind.name} has {MAX_UNIQUE} properties with unique values, the most allowed.")
    table.define(item)
    return item


async def _each(
    portal: Portal, request: Request, write: Callable[[Mapping[str, Any]], dict[str, Any]], status: int
) -> Answer:
    results, errors = [], []
    for item in inputs_of(await body_of(request)):
        try:
            results.append(write(item))
        except ApiError as error:
            entry = error.in_batch(None)
            errors.append({**entry, "context": {**entry["context"], "name": [str(item.get("name"))]}})
    return batch_answer(portal, status, results, errors)


def _archive(table: Table, name: str) -> None:
    item = _require(table, name)
    if not item.custom:
        raise bad_request(f"The property {name} is the system's own and cannot be deleted.")
    table.undefine(name)


def _require(table: Table, name: str) -> Property:
    item = table.properties.get(name)
    if item is None:
        raise not_found()
    return item


def _group(portal: Portal, request: Request) -> Group:
    group = portal.table(request.path_params["object"]).lexicon.groups.get(request.path_params["name"])
    if group is None:
        raise not_found()
    return group
