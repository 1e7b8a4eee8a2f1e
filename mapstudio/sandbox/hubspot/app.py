"""The paths: one implementation behind the numbered, the mixed and the dated ways of writing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mapstudio.sandbox.hubspot import (
    account,
    batches,
    labels,
    legacy,
    links,
    merging,
    objects,
    owners,
    pipelines,
    properties,
    schemas,
    validations,
)
from mapstudio.sandbox.hubspot.consent import oauth_routes
from mapstudio.sandbox.hubspot.errors import ApiError
from mapstudio.sandbox.hubspot.legacy_activities import activity_paths
from mapstudio.sandbox.hubspot.legacy_contacts import company_contact_paths
from mapstudio.sandbox.hubspot.legacy_records import old_record_paths
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.webhook_api import webhook_paths
from mapstudio.sandbox.hubspot.wire import Handler, endpoint


@dataclass(frozen=True, slots=True)
class _Roots:
    objects: str
    properties: str
    pipelines: str
    owners: str
    links: str
    linked_objects: str
    account: str
    schemas: str
    validations: str


def _dated(version: str) -> _Roots:
    return _Roots(
        objects=f"/crm/objects/{version}",
        properties=f"/crm/properties/{version}",
        pipelines=f"/crm/pipelines/{version}",
        owners=f"/crm/owners/{version}",
        links=f"/crm/associations/{version}",
        linked_objects=f"/crm/objects/{version}",
        account=f"/account-info/{version}",
        schemas=f"/crm-object-schemas/{version}/schemas",
        validations=f"/crm/property-validations/{version}",
    )


_NUMBERED = _Roots(
    objects="/crm/v3/objects",
    properties="/crm/v3/properties",
    pipelines="/crm/v3/pipelines",
    owners="/crm/v3/owners",
    links="/crm/v4/associations",
    linked_objects="/crm/v4/objects",
    account="/account-info/v3",
    schemas="/crm/v3/schemas",
    validations="/crm/v3/property-validations",
)
ROOTS = (_dated("2026-03"), _dated("2026-09"), _NUMBERED, _dated("v3"))

Path: TypeAlias = "tuple[str, str, Handler]"


def make_app(portal: Portal) -> Starlette:
    """Return the application that serves the portal."""
    table = [path for roots in ROOTS for path in _paths(roots)]
    routes = [
        Route(path, endpoint(portal, handler, search=handler is objects.search_records), methods=[method])
        for method, path, handler in [*table, *_old_paths(), *webhook_paths()]
    ]
    return Starlette(routes=[*routes, *oauth_routes(portal)], exception_handlers={HTTPException: _no_such_path})


def _paths(roots: _Roots) -> list[Path]:
    """Return the paths of one version; what has a word of its own comes before what takes any."""
    return [
        ("GET", roots.account + "/details", account.details),
        ("GET", roots.account + "/api-usage/daily/private-apps", account.usage),
        ("GET", roots.owners, owners.list_owners),
        ("GET", roots.owners + "/", owners.list_owners),
        ("GET", roots.owners + "/{id}", owners.get_owner),
        *_record_paths(roots.objects + "/{object}"),
        *_association_paths(roots),
        *_definition_paths(roots),
    ]


def _definition_paths(roots: _Roots) -> list[Path]:
    own, group = roots.properties + "/{object}", roots.properties + "/{object}/groups"
    line = roots.pipelines + "/{object}"
    stages = line + "/{pipeline}/stages"
    rules, schema = roots.validations + "/{object}", roots.schemas + "/{object}"
    return [
        ("POST", own + "/batch/read", properties.batch_read_properties),
        ("POST", own + "/batch/create", properties.batch_create_properties),
        ("POST", own + "/batch/archive", properties.batch_archive_properties),
        ("GET", group, properties.list_groups),
        ("POST", group, properties.create_group),
        ("GET", group + "/{name}", properties.get_group),
        ("PATCH", group + "/{name}", properties.update_group),
        ("DELETE", group + "/{name}", properties.archive_group),
        ("GET", own, properties.list_properties),
        ("POST", own, properties.create_property),
        ("GET", own + "/{name}", properties.get_property),
        ("PATCH", own + "/{name}", properties.update_property),
        ("DELETE", own + "/{name}", properties.archive_property),
        ("GET", rules, validations.list_rules),
        ("GET", rules + "/{name}", validations.list_rules_of_property),
        ("GET", rules + "/{name}/rule-type/{rule}", validations.get_rule),
        ("PUT", rules + "/{name}/rule-type/{rule}", validations.put_rule),
        ("GET", line, pipelines.list_pipelines),
        ("POST", line, pipelines.create_pipeline),
        ("GET", line + "/{pipeline}", pipelines.get_pipeline),
        ("PUT", line + "/{pipeline}", pipelines.replace_pipeline),
        ("PATCH", line + "/{pipeline}", pipelines.update_pipeline),
        ("DELETE", line + "/{pipeline}", pipelines.archive_pipeline),
        ("GET", stages, pipelines.list_stages),
        ("POST", stages, pipelines.create_stage),
        ("GET", stages + "/{stage}", pipelines.get_stage),
        ("PUT", stages + "/{stage}", pipelines.update_stage),
        ("PATCH", stages + "/{stage}", pipelines.update_stage),
        ("DELETE", stages + "/{stage}", pipelines.archive_stage),
        ("GET", roots.schemas, schemas.list_schemas),
        ("POST", roots.schemas, schemas.create_schema),
        ("POST", roots.schemas + "/batch/read", schemas.batch_read_schemas),
        ("GET", schema, schemas.get_schema),
        ("PATCH", schema, schemas.update_schema),
        ("DELETE", schema, schemas.delete_schema),
        ("POST", schema + "/associations", schemas.create_relation),
        ("DELETE", schema + "/associations/{relation}", schemas.delete_relation),
    ]


def _association_paths(roots: _Roots) -> list[Path]:
    link, linked = roots.links + "/{object}/{target}", roots.linked_objects + "/{object}/{id}/associations"
    limits = roots.links + "/definitions/configurations"
    pair = limits + "/{object}/{target}"
    return [
        ("GET", limits + "/all", labels.list_limits),
        ("GET", pair, labels.list_limits),
        ("POST", pair + "/batch/create", labels.create_limits),
        ("POST", pair + "/batch/update", labels.update_limits),
        ("POST", pair + "/batch/purge", labels.purge_limits),
        ("GET", linked + "/{target}", links.list_links),
        ("PUT", linked + "/default/{target}/{other}", links.put_default),
        ("PUT", linked + "/{target}/{other}", links.put_links),
        ("DELETE", linked + "/{target}/{other}", links.delete_links),
        ("POST", link + "/batch/read", links.batch_read_links),
        ("POST", link + "/batch/create", links.batch_create_links),
        ("POST", link + "/batch/associate/default", links.batch_create_default),
        ("POST", link + "/batch/archive", links.batch_archive_links),
        ("POST", link + "/batch/labels/archive", links.batch_archive_labels),
        ("GET", link + "/labels", labels.list_labels),
        ("POST", link + "/labels", labels.create_label),
        ("PUT", link + "/labels", labels.update_label),
        ("DELETE", link + "/labels/{type}", labels.delete_label),
    ]


def _record_paths(one: str) -> list[Path]:
    return [
        ("POST", one + "/batch/read", batches.batch_read),
        ("POST", one + "/batch/create", batches.batch_create),
        ("POST", one + "/batch/update", batches.batch_update),
        ("POST", one + "/batch/upsert", batches.batch_upsert),
        ("POST", one + "/batch/archive", batches.batch_archive),
        ("POST", one + "/search", objects.search_records),
        ("POST", one + "/merge", merging.merge_records),
        ("POST", one + "/gdpr-delete", merging.forget_contact),
        ("GET", one, objects.list_records),
        ("POST", one, objects.create_record),
        ("GET", one + "/{id}", objects.get_record),
        ("PATCH", one + "/{id}", objects.update_record),
        ("DELETE", one + "/{id}", objects.archive_record),
    ]


def _old_paths() -> list[Path]:
    """Return what stands outside the versions: other words for a path, and old shapes that clients still ask for."""
    linked, link = "/crm/v3/objects/{object}/{id}/associations", "/crm/v3/associations/{object}/{target}"
    paths: list[Path] = [
        ("GET", linked + "/{target}", links.list_ids),
        ("PUT", linked + "/{target}/{other}/{type}", links.put_named),
        ("DELETE", linked + "/{target}/{other}/{type}", links.delete_links),
        ("GET", link + "/types", labels.list_names),
        ("POST", link + "/batch/read", links.batch_read_ids),
        ("POST", link + "/batch/create", links.batch_create_named),
        ("POST", link + "/batch/archive", links.batch_archive_links),
        ("GET", "/owners/v2/owners", owners.list_owners_v2),
        ("GET", "/owners/v2/owners/", owners.list_owners_v2),
        ("GET", "/integrations/v1/me", legacy.whoami),
        ("GET", "/deals/v1/pipelines", legacy.list_deal_pipelines),
        ("GET", "/crm-pipelines/v1/pipelines/{object}", legacy.list_crm_pipelines),
        *company_contact_paths(),
        *old_record_paths(),
        *activity_paths(),
        *_record_paths("/crm/v4/objects/{object}"),
    ]
    for version in ("v1", "v2"):
        root = f"/properties/{version}/{{object}}"
        paths += [
            ("GET", root + "/properties", legacy.list_properties),
            ("GET", root + "/properties/named/{name}", legacy.get_property),
            ("GET", root + "/groups", legacy.list_groups),
            ("GET", f"/{{object}}/{version}/properties", legacy.list_properties),
        ]
    return paths


async def _no_such_path(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = "resource not found" if status == 404 else "The method is not allowed on this path."
    return JSONResponse(ApiError(status, "OBJECT_NOT_FOUND", message).envelope(), status)
