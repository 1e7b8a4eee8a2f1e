"""The endpoints of pipelines and their stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot.errors import ApiError, bad_request, exists, not_found
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.stages import Pipeline, Stage, new_id
from mapstudio.sandbox.hubspot.store import Table
from mapstudio.sandbox.hubspot.values import stamp
from mapstudio.sandbox.hubspot.wire import Answer, body_of, flag, need, objects_of, text_of


async def list_pipelines(portal: Portal, request: Request) -> Answer:
    """GET the pipelines of an object with their stages."""
    return 200, {"results": [_pipeline_json(item) for item in portal.stages.live(_table(portal, request).kind.name)]}


async def get_pipeline(portal: Portal, request: Request) -> Answer:
    """GET one pipeline."""
    return 200, _pipeline_json(_pipeline(portal, request))


async def create_pipeline(portal: Portal, request: Request) -> Answer:
    """POST a pipeline with its stages."""
    table, body = _table(portal, request), await body_of(request)
    need(body, "label", "displayOrder", "stages")
    known = portal.stages.of(table.kind.name)
    _refuse_label(text_of(body, "label"), {item.label for item in portal.stages.live(table.kind.name)})
    moment = stamp(portal.setup.now())
    asked = text_of(body, "pipelineId")
    if asked in known:
        raise exists(f"The pipeline {asked}")
    made = Pipeline(new_id(known, asked), text_of(body, "label"), _order(body), {}, moment, moment)
    _add_stages(portal, table, made, body)
    known[made.id] = made
    portal.offer_stages(table.kind)
    return 201, _pipeline_json(made)


async def replace_pipeline(portal: Portal, request: Request) -> Answer:
    """PUT a pipeline in place of the old one; its stages are new."""
    table, pipeline, body = _table(portal, request), _pipeline(portal, request), await body_of(request)
    need(body, "label", "displayOrder", "stages")
    stages = pipeline.stages
    pipeline.stages = {}
    try:
        _add_stages(portal, table, pipeline, body)
    except ApiError:
        pipeline.stages = stages
        raise
    pipeline.label, pipeline.order = text_of(body, "label"), _order(body)
    return 200, _changed(portal, table, pipeline)


async def update_pipeline(portal: Portal, request: Request) -> Answer:
    """PATCH a pipeline."""
    table, pipeline, body = _table(portal, request), _pipeline(portal, request), await body_of(request)
    pipeline.label = text_of(body, "label") or pipeline.label
    pipeline.order = _order(body, pipeline.order)
    if isinstance(body.get("archived"), bool):
        pipeline.archived = body["archived"]
    return 200, _changed(portal, table, pipeline)


async def archive_pipeline(portal: Portal, request: Request) -> Answer:
    """DELETE a pipeline."""
    table, pipeline = _table(portal, request), _pipeline(portal, request)
    if flag(request, "validateReferencesBeforeDelete"):
        _refuse_used(table, 0, pipeline.id)
    if len(portal.stages.live(table.kind.name)) == 1:
        raise bad_request("The last pipeline of an object cannot be deleted.")
    pipeline.archived = True
    _changed(portal, table, pipeline)
    return 204, None


async def list_stages(portal: Portal, request: Request) -> Answer:
    """GET the stages of one pipeline."""
    return 200, {"results": [_stage_json(stage) for stage in _pipeline(portal, request).live()]}


async def get_stage(portal: Portal, request: Request) -> Answer:
    """GET one stage."""
    return 200, _stage_json(_stage(portal, request))


async def create_stage(portal: Portal, request: Request) -> Answer:
    """POST a stage."""
    table, pipeline, body = _table(portal, request), _pipeline(portal, request), await body_of(request)
    made = _new_stage(portal, table, pipeline, body)
    _changed(portal, table, pipeline)
    return 201, _stage_json(made)


async def update_stage(portal: Portal, request: Request) -> Answer:
    """PATCH a stage, or PUT it anew."""
    table, pipeline, stage = _table(portal, request), _pipeline(portal, request), _stage(portal, request)
    body = await body_of(request)
    need(body, *(("label", "displayOrder", "metadata") if request.method == "PUT" else ()))
    metadata = _metadata(body, {} if request.method == "PUT" else stage.metadata)
    _check_metadata(table, metadata)
    stage.label, stage.metadata = text_of(body, "label") or stage.label, metadata
    stage.order, stage.updated = _order(body, stage.order), stamp(portal.setup.now())
    if isinstance(body.get("archived"), bool):
        stage.archived = body["archived"]
    _changed(portal, table, pipeline)
    return 200, _stage_json(stage)


async def archive_stage(portal: Portal, request: Request) -> Answer:
    """DELETE a stage."""
    table, pipeline, stage = _table(portal, request), _pipeline(portal, request), _stage(portal, request)
    if flag(request, "validateReferencesBeforeDelete"):
        _refuse_used(table, 1, stage.id)
    stage.archived = True
    _changed(portal, table, pipeline)
    return 204, None


def _add_stages(portal: Portal, table: Table, pipeline: Pipeline, body: Mapping[str, Any]) -> None:
    for stage in objects_of(body, "stages"):
        _new_stage(portal, table, pipeline, stage)


def _new_stage(portal: Portal, table: Table, pipeline: Pipeline, body: Mapping[str, Any]) -> Stage:
    need(body, "label", "displayOrder", "metadata")
    _refuse_label(text_of(body, "label"), {stage.label for stage in pipeline.live()})
    metadata = _metadata(body, {})
    _check_metadata(table, metadata)
    asked, moment = text_of(body, "stageId"), stamp(portal.setup.now())
    if asked and portal.stages.stage(table.kind.name, asked) is not None:
        raise exists(f"The stage {asked}")
    made = Stage(new_id(pipeline.stages, asked), text_of(body, "label"), _order(body), metadata, moment, moment)
    pipeline.stages[made.id] = made
    return made


def _check_metadata(table: Table, metadata: Mapping[str, str]) -> None:
    """Refuse a deal's stage without a probability in tenths, and a ticket's with a state that is none."""
    if table.kind.name == "deals":
        probability = metadata.get("probability", "")
        if probability not in {f"{tenths / 10:.1f}" for tenths in range(11)}:
            raise bad_request("metadata.probability of a deal's stage must be between 0.0 and 1.0, in tenths.")
    state = metadata.get("ticketState")
    if state is not None and state not in {"OPEN", "CLOSED"}:
        raise bad_request("metadata.ticketState must be OPEN or CLOSED.")


def _metadata(body: Mapping[str, Any], before: Mapping[str, str]) -> dict[str, str]:
    sent = body.get("metadata")
    if sent is None:
        return dict(before)
    if not isinstance(sent, dict):
        raise bad_request("metadata must be an object.")
    written = {
        str(name): "true" if value is True else "false" if value is False else str(value)
        for name, value in sent.items()
    }
    return {**before, **written}


def _changed(portal: Portal, table: Table, pipeline: Pipeline) -> dict[str, Any]:
    pipeline.updated = stamp(portal.setup.now())
    portal.offer_stages(table.kind)
    return _pipeline_json(pipeline)


def _refuse_label(label: str, known: set[str]) -> None:
    if label in known:
        raise exists(f'The label "{label}"')


def _refuse_used(table: Table, place: int, value: str) -> None:
    name = (table.kind.stage or ("", ""))[place]
    used = [str(record.id) for record in table.live() if record.values.get(name) == value]
    if used:
        raise ApiError(400, "VALIDATION_ERROR", f"{len(used)} {table.kind.name} stand in it.", {"ids": used[:100]})


def _order(body: Mapping[str, Any], before: int = 0) -> int:
    order = body.get("displayOrder", before)
    if not isinstance(order, int) or isinstance(order, bool):
        raise bad_request("displayOrder must be a whole number.")
    return order


def _pipeline_json(pipeline: Pipeline) -> dict[str, Any]:
    return {
        "id": pipeline.id,
        "label": pipeline.label,
        "displayOrder": pipeline.order,
        "stages": [_stage_json(stage) for stage in pipeline.live()],
        "createdAt": pipeline.created,
        "updatedAt": pipeline.updated,
        "archived": pipeline.archived,
    }


def _stage_json(stage: Stage) -> dict[str, Any]:
    return {
        "id": stage.id,
        "label": stage.label,
        "displayOrder": stage.order,
        "metadata": {"isClosed": "true" if stage.closed else "false", **stage.metadata},
        "createdAt": stage.created,
        "updatedAt": stage.updated,
        "archived": stage.archived,
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }


def _table(portal: Portal, request: Request) -> Table:
    table = portal.table(request.path_params["object"])
    if table.kind.stage is None:
        raise bad_request(f"{table.kind.singular.upper()} objects have no pipelines.")
    return table


def _pipeline(portal: Portal, request: Request) -> Pipeline:
    found = portal.stages.of(_table(portal, request).kind.name).get(request.path_params["pipeline"])
    if found is None or (found.archived and request.method != "PATCH"):
        raise not_found()
    return found


def _stage(portal: Portal, request: Request) -> Stage:
    found = _pipeline(portal, request).stages.get(request.path_params["stage"])
    if found is None or (found.archived and request.method != "PATCH"):
        raise not_found()
    return found
