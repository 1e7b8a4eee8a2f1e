"""The paths: one implementation behind the numbered, the mixed and the dated ways of writing them."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mapstudio.sandbox.hubspot import account, batches, links, objects
from mapstudio.sandbox.hubspot.consent import oauth_routes
from mapstudio.sandbox.hubspot.errors import ApiError
from mapstudio.sandbox.hubspot.portal import Portal
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
)
ROOTS = (_dated("2026-03"), _dated("2026-09"), _NUMBERED, _dated("v3"))


def make_app(portal: Portal) -> Starlette:
    """Return the application that serves the portal."""
    routes = [route for roots in ROOTS for route in _routes(portal, roots)]
    return Starlette(routes=[*routes, *oauth_routes(portal)], exception_handlers={HTTPException: _no_such_path})


def _routes(portal: Portal, roots: _Roots) -> list[Route]:
    one = roots.objects + "/{object}"
    link = roots.links + "/{object}/{target}"
    linked = roots.linked_objects + "/{object}/{id}/associations"
    table: list[tuple[str, str, Handler]] = [
        ("GET", roots.account + "/details", account.details),
        ("GET", roots.account + "/api-usage/daily/private-apps", account.usage),
        ("GET", roots.owners, account.list_owners),
        ("GET", roots.owners + "/", account.list_owners),
        ("GET", roots.owners + "/{id}", account.get_owner),
        ("GET", roots.schemas, account.list_schemas),
        ("POST", roots.properties + "/{object}/batch/read", account.batch_read_properties),
        ("GET", roots.properties + "/{object}", account.list_properties),
        ("GET", roots.properties + "/{object}/{name}", account.get_property),
        ("GET", roots.pipelines + "/{object}", account.list_pipelines),
        ("GET", roots.pipelines + "/{object}/{pipeline}", account.get_pipeline),
        ("GET", roots.pipelines + "/{object}/{pipeline}/stages", account.list_stages),
        ("POST", one + "/batch/read", batches.batch_read),
        ("POST", one + "/batch/create", batches.batch_create),
        ("POST", one + "/batch/update", batches.batch_update),
        ("POST", one + "/batch/upsert", batches.batch_upsert),
        ("POST", one + "/batch/archive", batches.batch_archive),
        ("POST", one + "/search", objects.search_records),
        ("GET", linked + "/{target}", links.list_links),
        ("PUT", roots.linked_objects + "/{object}/{id}/associations/default/{target}/{other}", links.put_default),
        ("PUT", linked + "/{target}/{other}", links.put_links),
        ("DELETE", linked + "/{target}/{other}", links.delete_links),
        ("POST", link + "/batch/read", links.batch_read_links),
        ("POST", link + "/batch/create", links.batch_create_links),
        ("POST", link + "/batch/associate/default", links.batch_create_links),
        ("GET", link + "/labels", links.labels),
        ("GET", one, objects.list_records),
        ("POST", one, objects.create_record),
        ("GET", one + "/{id}", objects.get_record),
        ("PATCH", one + "/{id}", objects.update_record),
        ("DELETE", one + "/{id}", objects.archive_record),
    ]
    return [
        Route(path, endpoint(portal, handler, search=handler is objects.search_records), methods=[method])
        for method, path, handler in table
    ]


async def _no_such_path(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = "resource not found" if status == 404 else "The method is not allowed on this path."
    return JSONResponse(ApiError(status, "OBJECT_NOT_FOUND", message).envelope(), status)
