"""Pipelines and stages: changed by clients, and what records may stand in."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

DEALS = "/crm/objects/2026-03/deals"
PIPELINES = "/crm/pipelines/2026-03/deals"


def stage(label: str, probability: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "displayOrder": 0, "metadata": {"probability": probability}, **more}


@pytest.fixture(name="second")
def _second(client: httpx.Client) -> dict[str, Any]:
    stages = [stage("Asked", "0.3", stageId="asked"), stage("Booked", "1.0", stageId="booked", displayOrder=1)]
    body = {"label": "Groups", "displayOrder": 1, "pipelineId": "groups", "stages": stages}
    made = client.post(PIPELINES, json=body)
    assert made.status_code == 201
    found: dict[str, Any] = made.json()
    return found


def refused(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 400
    [told] = json.loads(answer.json()["message"].partition(": ")[2])
    found: dict[str, Any] = told
    return found


def test_a_new_pipeline_is_offered_and_taken(client: httpx.Client, second: dict[str, Any]) -> None:
    assert second["stages"][1]["metadata"] == {"isClosed": "true", "probability": "1.0"}
    options = client.get("/crm/properties/2026-03/deals/dealstage").json()["options"]
    assert [option["value"] for option in options][-2:] == ["asked", "booked"]
    deal = client.post(DEALS, json={"properties": {"pipeline": "groups", "dealstage": "booked"}}).json()
    asked = {"properties": "hs_is_closed_won,hs_deal_stage_probability"}
    told = client.get(f"{DEALS}/{deal['id']}", params=asked).json()["properties"]
    assert (told["hs_is_closed_won"], told["hs_deal_stage_probability"]) == ("true", "1.0")


def test_a_stage_must_be_one_of_the_pipeline(client: httpx.Client, second: dict[str, Any]) -> None:
    wrong = {"pipeline": "groups", "dealstage": "closedwon"}
    told = refused(client.post(DEALS, json={"properties": wrong}))
    assert (told["name"], told["error"]) == ("dealstage", "INVALID_OPTION")
    assert told["message"].endswith("pipelineId=groups : [asked, booked]")
    # A stage alone stands in the first pipeline, or in the record's own.
    assert refused(client.post(DEALS, json={"properties": {"dealstage": "asked"}}))["name"] == "dealstage"
    deal = client.post(DEALS, json={"properties": {"dealname": "x", "dealstage": "closedwon"}}).json()
    assert deal["properties"]["pipeline"] == "default"
    assert refused(client.patch(f"{DEALS}/{deal['id']}", json={"properties": {"dealstage": "asked"}}))
    assert refused(client.patch(f"{DEALS}/{deal['id']}", json={"properties": {"pipeline": "groups"}}))
    both = {"pipeline": "groups", "dealstage": "asked"}
    assert client.patch(f"{DEALS}/{deal['id']}", json={"properties": both}).status_code == 200


def test_stages_are_added_changed_and_taken_away(client: httpx.Client, second: dict[str, Any]) -> None:
    at = f"{PIPELINES}/{second['id']}/stages"
    made = client.post(at, json=stage("Lost", "0.0", displayOrder=2))
    assert made.status_code == 201
    path = f"{at}/{made.json()['id']}"
    assert client.patch(path, json={"label": "Gone", "metadata": {}}).json()["label"] == "Gone"
    assert client.get(path).json()["metadata"]["isClosed"] == "true"
    client.post(DEALS, json={"properties": {"pipeline": "groups", "dealstage": made.json()["id"]}})
    assert client.delete(path, params={"validateReferencesBeforeDelete": "true"}).status_code == 400
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert [item["id"] for item in client.get(at).json()["results"]] == ["asked", "booked"]


@pytest.mark.parametrize(
    "body",
    [
        stage("Half", "0.55"),
        stage("More", "1.5"),
        stage("None", ""),
        stage("Asked", "0.5"),
        {"label": "No metadata", "displayOrder": 0},
        stage("Taken", "0.5", stageId="closedwon"),
    ],
)
def test_a_stage_that_makes_no_sense_is_refused(
    client: httpx.Client, second: dict[str, Any], body: dict[str, Any]
) -> None:
    assert client.post(f"{PIPELINES}/{second['id']}/stages", json=body).status_code in {400, 409}
    assert len(client.get(f"{PIPELINES}/groups/stages").json()["results"]) == 2


def test_a_pipeline_is_renamed_replaced_and_taken_away(client: httpx.Client, second: dict[str, Any]) -> None:
    path = f"{PIPELINES}/{second['id']}"
    assert client.patch(path, json={"label": "Group stays"}).json()["label"] == "Group stays"
    body = {"label": "Groups", "displayOrder": 2, "stages": [stage("New", "0.1", stageId="new")]}
    assert [item["id"] for item in client.put(path, json=body).json()["stages"]] == ["new"]
    bad = {**body, "stages": [stage("New", "7")]}
    assert client.put(path, json=bad).status_code == 400
    assert [item["id"] for item in client.get(path).json()["stages"]] == ["new"]
    assert client.delete(path).status_code == 204
    assert [item["id"] for item in client.get(PIPELINES).json()["results"]] == ["default"]
    assert client.delete(f"{PIPELINES}/default").status_code == 400
    assert refused(client.post(DEALS, json={"properties": {"pipeline": "groups"}}))["name"] == "pipeline"


def test_objects_without_stages_have_no_pipelines(client: httpx.Client) -> None:
    assert client.get("/crm/v3/pipelines/contacts").status_code == 400
    assert client.get("/crm/v3/pipelines/orders").json()["results"][0]["stages"]
