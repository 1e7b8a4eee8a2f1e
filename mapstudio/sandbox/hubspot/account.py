"""The endpoints that describe the portal: account, usage, owners, properties, pipelines, schemas."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot import definitions
from mapstudio.sandbox.hubspot.errors import ApiError, not_found
from mapstudio.sandbox.hubspot.portal import PORTAL_ID, ZONE, Portal
from mapstudio.sandbox.hubspot.values import stamp
from mapstudio.sandbox.hubspot.wire import Answer, body_of, inputs_of, limit_of, paging

_SINCE = "2024-02-01T09:00:00.000Z"


async def details(portal: Portal, request: Request) -> Answer:  # noqa: ARG001 - the shape of all handlers
    """GET whom the token belongs to; a client's guard against production."""
    offset = portal.setup.now().astimezone(ZONE).strftime("%z")
    seconds = int(f"{offset[0]}1") * (int(offset[1:3]) * 3600 + int(offset[3:]) * 60)
    return 200, {
        "portalId": PORTAL_ID,
        "accountType": portal.account_type,
        "timeZone": ZONE.key,
        "companyCurrency": "MXN",
        "additionalCurrencies": ["USD", "EUR"],
        "utcOffset": f"{offset[:3]}:{offset[3:]}",
        "utcOffsetMilliseconds": seconds * 1000,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }


async def usage(portal: Portal, request: Request) -> Answer:  # noqa: ARG001 - the shape of all handlers
    """GET how much of the day's budget is spent."""
    return 200, {"results": [portal.limits.usage()]}


async def list_owners(portal: Portal, request: Request) -> Answer:
    """GET the owners, by ascending id."""
    limit, after = limit_of(request, most=500, default=100), request.query_params.get("after", "0")
    email = request.query_params.get("email", "").lower()
    archived = request.query_params.get("archived") == "true"
    rest = [
        owner
        for owner in portal.owners
        if owner["id"] > after and owner["archived"] == archived and (not email or owner["email"] == email)
    ]
    body: dict[str, Any] = {"results": rest[:limit]}
    if len(rest) > limit:
        body["paging"] = paging(request, rest[limit - 1]["id"])
    return 200, body


async def get_owner(portal: Portal, request: Request) -> Answer:
    """GET one owner."""
    for owner in portal.owners:
        if owner["id"] == request.path_params["id"]:
            return 200, dict(owner)
    raise not_found()


async def list_properties(portal: Portal, request: Request) -> Answer:
    """GET all property definitions of an object."""
    table = portal.table(request.path_params["object"])
    if request.query_params.get("archived") == "true":
        return 200, {"results": []}
    return 200, {"results": [item.to_json() for item in table.properties.values()]}


async def get_property(portal: Portal, request: Request) -> Answer:
    """GET one property definition."""
    table = portal.table(request.path_params["object"])
    item = table.properties.get(request.path_params["name"])
    if item is None:
        raise not_found()
    return 200, item.to_json()


async def batch_read_properties(portal: Portal, request: Request) -> Answer:
    """POST names of properties."""
    table = portal.table(request.path_params["object"])
    names = [str(item.get("name")) for item in inputs_of(await body_of(request))]
    moment = stamp(portal.setup.now())
    found = [table.properties[name].to_json() for name in names if name in table.properties]
    return 200, {"status": "COMPLETE", "results": found, "startedAt": moment, "completedAt": moment}


async def list_pipelines(portal: Portal, request: Request) -> Answer:
    """GET the pipelines of an object with their stages."""
    return 200, {"results": _pipelines(portal, request)}


async def get_pipeline(portal: Portal, request: Request) -> Answer:
    """GET one pipeline."""
    return 200, _pipeline(portal, request)


async def list_stages(portal: Portal, request: Request) -> Answer:
    """GET the stages of one pipeline."""
    return 200, {"results": _pipeline(portal, request)["stages"]}


async def list_schemas(portal: Portal, request: Request) -> Answer:  # noqa: ARG001 - the shape of all handlers
    """GET the custom objects; this portal has none."""
    return 200, {"results": []}


def _pipelines(portal: Portal, request: Request) -> list[dict[str, Any]]:
    kind = portal.table(request.path_params["object"]).kind
    found = definitions.pipelines().get(kind.name)
    if found is None:
        raise ApiError(400, "VALIDATION_ERROR", f"{kind.singular.upper()} objects have no pipelines.")
    common = {"createdAt": _SINCE, "updatedAt": _SINCE, "archived": False}
    return [
        {
            **common,
            "id": pipeline["id"],
            "label": pipeline["label"],
            "displayOrder": place,
            "stages": [
                {**common, **stage, "displayOrder": order, "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT"}
                for order, stage in enumerate(pipeline["stages"])
            ],
        }
        for place, pipeline in enumerate(found)
    ]


def _pipeline(portal: Portal, request: Request) -> dict[str, Any]:
    for pipeline in _pipelines(portal, request):
        if pipeline["id"] == request.path_params["pipeline"]:
            return pipeline
    raise not_found()
