"""Old paths that public clients still call: definitions and pipelines in the shape of versions 1 and 2."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot.definitions import Property
from mapstudio.sandbox.hubspot.errors import bad_request, not_found
from mapstudio.sandbox.hubspot.portal import PORTAL_ID, Portal
from mapstudio.sandbox.hubspot.stages import Pipeline, Stage
from mapstudio.sandbox.hubspot.values import milliseconds
from mapstudio.sandbox.hubspot.wire import Answer, flag


async def list_properties(portal: Portal, request: Request) -> Answer:
    """GET all definitions, as one array."""
    return 200, [_property(item) for item in portal.table(request.path_params["object"]).properties.values()]


async def get_property(portal: Portal, request: Request) -> Answer:
    """GET one definition."""
    item = portal.table(request.path_params["object"]).properties.get(request.path_params["name"])
    if item is None:
        raise not_found()
    return 200, _property(item)


async def list_groups(portal: Portal, request: Request) -> Answer:
    """GET the groups, with their properties when asked for."""
    lexicon = portal.table(request.path_params["object"]).lexicon
    whole = flag(request, "includeProperties")
    return 200, [
        {
            "name": group.name,
            "displayName": group.label,
            "displayOrder": group.order,
            "hubspotDefined": True,
            **(
                {"properties": [_property(item) for item in lexicon.properties.values() if item.group == group.name]}
                if whole
                else {}
            ),
        }
        for group in lexicon.groups.values()
    ]


async def list_deal_pipelines(portal: Portal, request: Request) -> Answer:  # noqa: ARG001 - the shape of all handlers
    """GET the pipelines of deals as one array; the probability of a stage is a number of its own."""
    return 200, [
        {
            **_old_pipeline(item),
            "staticDefault": item.id == "default",
            "stages": [
                {**_old_stage(stage), "probability": float(stage.metadata["probability"]), "closedWon": stage.won}
                for stage in item.live()
            ],
        }
        for item in portal.stages.live("deals")
    ]


async def list_crm_pipelines(portal: Portal, request: Request) -> Answer:
    """GET the pipelines of deals or tickets, with moments in milliseconds."""
    kind = portal.table(request.path_params["object"]).kind
    if kind.name not in {"deals", "tickets"}:
        raise bad_request(f"{kind.singular.upper()} objects have no pipelines here, only deals and tickets.")
    return 200, {
        "results": [
            {
                **_old_pipeline(item),
                **_moments(item),
                "objectType": kind.singular.upper(),
                "default": item.id in {"default", "0"},
                "stages": [
                    {
                        **_old_stage(stage),
                        **_moments(stage),
                        "metadata": {"isClosed": "true" if stage.closed else "false", **stage.metadata},
                    }
                    for stage in item.live()
                ],
            }
            for item in portal.stages.live(kind.name)
        ]
    }


async def whoami(portal: Portal, request: Request) -> Answer:  # noqa: ARG001 - the shape of all handlers
    """GET the portal of the token."""
    return 200, {"portalId": PORTAL_ID, "timeZone": "America/Mexico_City", "currency": "MXN"}


def _old_pipeline(item: Pipeline) -> dict[str, Any]:
    return {"pipelineId": item.id, "label": item.label, "displayOrder": item.order, "active": not item.archived}


def _old_stage(item: Stage) -> dict[str, Any]:
    return {"stageId": item.id, "label": item.label, "displayOrder": item.order, "active": not item.archived}


def _moments(item: Pipeline | Stage) -> dict[str, int]:
    created, updated = datetime.fromisoformat(item.created), datetime.fromisoformat(item.updated)
    return {"createdAt": milliseconds(created), "updatedAt": milliseconds(updated)}


def _property(item: Property) -> dict[str, Any]:
    entry = item.to_json()
    return {
        **{name: entry[name] for name in _SAME},
        "options": [{**option, "readOnly": False, "doubleData": 0.0} for option in entry["options"]],
        "readOnlyValue": item.read_only,
        "readOnlyDefinition": not item.custom,
        "mutableDefinitionNotDeletable": False,
        "favorited": False,
        "deleted": False,
    }


_SAME = (
    "name",
    "label",
    "description",
    "groupName",
    "type",
    "fieldType",
    "formField",
    "displayOrder",
    "hidden",
    "calculated",
    "externalOptions",
    "hasUniqueValue",
    "hubspotDefined",
)
