"""The endpoints of custom objects: their schemas, and what they may be associated with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot import properties, shipped
from mapstudio.sandbox.hubspot.definitions import AssociationType, Group, ObjectType, Schema
from mapstudio.sandbox.hubspot.errors import ApiError, bad_request, exists, not_found
from mapstudio.sandbox.hubspot.lexicon import Lexicon
from mapstudio.sandbox.hubspot.portal import PORTAL_ID, Portal
from mapstudio.sandbox.hubspot.store import Table
from mapstudio.sandbox.hubspot.values import stamp
from mapstudio.sandbox.hubspot.wire import Answer, body_of, flag, need, objects_of, text_of, words_of

MAX_SCHEMAS = 10
_FIRST_TYPE = 48_211_101
_FIRST_ID = 7_000_000_101
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_NAMED_BY = ("primaryDisplayProperty", "requiredProperties", "searchableProperties", "secondaryDisplayProperties")


async def list_schemas(portal: Portal, request: Request) -> Answer:
    """GET the custom objects."""
    archived = flag(request, "archived")
    found = [name for name, schema in portal.schemas.items() if schema.archived == archived]
    return 200, {"results": [_schema_json(portal, name) for name in found]}


async def batch_read_schemas(portal: Portal, request: Request) -> Answer:
    """POST names of objects."""
    body = await body_of(request)
    names = [portal.table(word).kind.name for word in words_of(body, "inputs")]
    return 200, {"results": [_schema_json(portal, name) for name in names]}


async def get_schema(portal: Portal, request: Request) -> Answer:
    """GET one object: a custom one, or one of the system's own."""
    return 200, _schema_json(portal, _table(portal, request).kind.name)


async def create_schema(portal: Portal, request: Request) -> Answer:
    """POST a new custom object with its properties."""
    body = await body_of(request)
    need(body, "name", "labels", "properties", "requiredProperties", "associatedObjects")
    name = text_of(body, "name").lower()
    if not _NAME.fullmatch(name):
        raise bad_request(f'The name "{name}" is not valid: letters, digits and underscores, the first one a letter.')
    full = f"p{PORTAL_ID}_{name}"
    if full in portal.schemas or name in portal.tables:
        raise exists(f'An object named "{name}"')
    if len(portal.schemas) >= MAX_SCHEMAS:
        raise bad_request(f"There are {MAX_SCHEMAS} custom objects, the most allowed.")
    others = [portal.table(word) for word in words_of(body, "associatedObjects")]
    moment, sent = stamp(portal.setup.now()), objects_of(body, "properties")
    schema = Schema(name, _labels(body, {}), text_of(body, "description"), "", [], moment, moment)
    table = _new_table(portal, name, full, schema.labels["singular"])
    portal.schemas[full] = schema
    try:
        for item in sent:
            properties.create(portal, table, {"groupName": f"{name}_information", **item})
        _name_properties(portal, table, body)
    except ApiError:
        _forget(portal, table)
        raise
    for other in {table.kind.name: table for table in [*others, portal.tables["notes"]]}.values():
        schema.relations.append(portal.associations.types.relate(table.kind, other.kind))
    return 201, _schema_json(portal, full)


async def update_schema(portal: Portal, request: Request) -> Answer:
    """PATCH a custom object."""
    table, body = _custom(portal, request), await body_of(request)
    schema = portal.schemas[table.kind.name]
    _name_properties(portal, table, body)
    schema.labels = _labels(body, schema.labels)
    if body.get("clearDescription") is True:
        schema.description = ""
    schema.description = text_of(body, "description") or schema.description
    schema.updated = stamp(portal.setup.now())
    answer = _schema_json(portal, table.kind.name)
    return 200, {
        **{key: value for key, value in answer.items() if key not in {"properties", "associations"}},
        "portalId": PORTAL_ID,
    }


async def delete_schema(portal: Portal, request: Request) -> Answer:
    """DELETE a custom object: archive it, and with ``archived=true`` for good; its records must be gone."""
    table = _custom(portal, request)
    if any(True for _ in table.live()):
        raise bad_request(f"{table.kind.name} has records; archive them before the object is deleted.")
    if flag(request, "archived"):
        _forget(portal, table)
    else:
        portal.schemas[table.kind.name].archived = True
    return 204, None


async def create_relation(portal: Portal, request: Request) -> Answer:
    """POST another object that records of this one may be associated with."""
    table, body = _table(portal, request), await body_of(request)
    need(body, "fromObjectTypeId", "toObjectTypeId")
    source, target = (portal.table(text_of(body, end)) for end in ("fromObjectTypeId", "toObjectTypeId"))
    kind = portal.associations.types.relate(source.kind, target.kind, text_of(body, "name"))
    schema = portal.schemas.get(table.kind.name)
    if schema is not None and kind not in schema.relations:
        schema.relations.append(kind)
    return 201, _relation_json(portal, kind)


async def delete_relation(portal: Portal, request: Request) -> Answer:
    """DELETE what an object may be associated with, by the id of the association."""
    table = _custom(portal, request)
    schema = portal.schemas[table.kind.name]
    for kind in schema.relations:
        if str(kind.id) == request.path_params["relation"]:
            gone = portal.associations.types.remove(kind.source, kind.target, kind.id)
            portal.associations.forget_types(gone)
            schema.relations.remove(kind)
            return 204, None
    raise not_found()


def _new_table(portal: Portal, name: str, full: str, label: str) -> Table:
    number = next(portal.schema_numbers)
    kind = ObjectType(
        full,
        name,
        f"2-{_FIRST_TYPE + number}",
        (),
        _FIRST_ID + number * 1_000_000,
        (),
        created="hs_createdate",
        stage=("hs_pipeline", "hs_pipeline_stage"),
        custom=True,
    )
    group = Group(f"{name}_information", f"{label} information", 0)
    return portal.add_table(kind, Lexicon(shipped.common_properties(group.name), {group.name: group}))


def _name_properties(portal: Portal, table: Table, body: Mapping[str, Any]) -> None:
    """Take over the properties that the object is shown, searched and required by."""
    unknown = [
        name
        for key in _NAMED_BY
        for name in ([text_of(body, key)] if key == _NAMED_BY[0] else words_of(body, key))
        if name and name not in table.properties
    ]
    if unknown:
        raise bad_request(f"Properties that do not exist: [{', '.join(unknown)}]")
    schema = portal.schemas[table.kind.name]
    schema.primary = text_of(body, "primaryDisplayProperty") or schema.primary
    if "secondaryDisplayProperties" in body:
        schema.secondary = words_of(body, "secondaryDisplayProperties")
    required = words_of(body, "requiredProperties") if "requiredProperties" in body else table.kind.required
    searched = words_of(body, "searchableProperties") if "searchableProperties" in body else table.kind.searched
    shown = tuple(dict.fromkeys(name for name in (schema.primary, *required) if name))
    table.kind = replace(table.kind, required=tuple(required), searched=tuple(searched), defaults=shown)


def _labels(body: Mapping[str, Any], before: Mapping[str, str]) -> dict[str, str]:
    sent = body.get("labels") or {}
    if not isinstance(sent, dict):
        raise bad_request("labels must be an object.")
    found = {**before, **{key: str(sent[key]) for key in ("singular", "plural") if sent.get(key)}}
    if {"singular", "plural"} - found.keys():
        raise bad_request("labels needs singular and plural.")
    return found


def _forget(portal: Portal, table: Table) -> None:
    portal.drop_table(table.kind)
    del portal.schemas[table.kind.name]


def _table(portal: Portal, request: Request) -> Table:
    try:
        return portal.table(request.path_params["object"])
    except ApiError as error:
        raise not_found() from error


def _custom(portal: Portal, request: Request) -> Table:
    table = _table(portal, request)
    if not table.kind.custom:
        raise bad_request(f"{table.kind.name} is one of the system's own objects and cannot be changed.")
    return table


def _schema_json(portal: Portal, name: str) -> dict[str, Any]:
    table = portal.tables[name]
    kind, schema = table.kind, portal.schemas.get(name) or _own(table)
    relations = schema.relations or [
        relation
        for other in portal.tables
        for relation in portal.associations.types.between(name, other)
        if relation.label is None
    ]
    return {
        "id": kind.type_id.partition("-")[2],
        "objectTypeId": kind.type_id,
        "fullyQualifiedName": kind.name if kind.custom else kind.singular.upper(),
        "name": schema.name,
        "labels": schema.labels,
        "description": schema.description,
        "primaryDisplayProperty": schema.primary,
        "secondaryDisplayProperties": schema.secondary,
        "requiredProperties": [*kind.required],
        "searchableProperties": [*kind.searched],
        "properties": [item.to_json() for item in table.properties.values()],
        "associations": [_relation_json(portal, relation) for relation in relations],
        "allowsSensitiveProperties": False,
        "archived": schema.archived,
        "createdAt": schema.created,
        "updatedAt": schema.updated,
    }


def _own(table: Table) -> Schema:
    plural = table.kind.name.replace("_", " ").capitalize()
    labels = {"singular": table.kind.singular.replace("_", " ").capitalize(), "plural": plural}
    since = "2019-10-30T03:30:17.883Z"
    return Schema(table.kind.singular.upper(), labels, "", (table.kind.searched or ("",))[0], [], since, since)


def _relation_json(portal: Portal, kind: AssociationType) -> dict[str, Any]:
    return {
        "id": str(kind.id),
        "fromObjectTypeId": portal.tables[kind.source].kind.type_id,
        "toObjectTypeId": portal.tables[kind.target].kind.type_id,
        "name": kind.name,
    }
