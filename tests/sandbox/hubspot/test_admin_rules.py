"""The rules of the portal's admin: they bind the API from 2026-09 on, and no version before."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

RULES = {
    "deals": {
        "required": ["dealname", "amount"],
        "conditional": [
            {"property": "dealstage", "values": ["closedlost"], "require": ["closed_lost_reason", "closedate"]}
        ],
    }
}
NEW, OLD = "/crm/objects/2026-09/deals", ["/crm/objects/2026-03/deals", "/crm/v3/objects/deals"]
LOST = {"dealname": "Lost", "amount": "1", "pipeline": "default", "dealstage": "closedlost"}


@pytest.fixture(name="crm")
def _crm(client: httpx.Client) -> httpx.Client:
    assert client.put("/__sandbox__/rules", json=RULES).json() == RULES
    return client


def create(client: httpx.Client, path: str, **values: str) -> httpx.Response:
    return client.post(path, json={"properties": values})


def missing(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 400, answer.text
    body: dict[str, Any] = answer.json()
    assert body["category"] == "VALIDATION_ERROR"
    names: list[str] = body["context"]["properties"]
    return names


def test_what_is_required_on_create_is_required_in_the_new_version_only(crm: httpx.Client) -> None:
    answer = create(crm, NEW, amount="")
    assert missing(answer) == ["dealname", "amount"]
    assert answer.json()["message"] == "Error creating DEAL. Some required properties were not set."
    assert create(crm, NEW, dealname="One", amount="0").status_code == 201
    assert {create(crm, path, amount="5").status_code for path in OLD} == {201}


def test_a_value_can_demand_others_on_create_and_on_update(crm: httpx.Client) -> None:
    assert missing(create(crm, NEW, **LOST)) == ["closed_lost_reason", "closedate"]
    deal = create(crm, NEW, **{**LOST, "dealstage": "appointmentscheduled"}).json()["id"]
    one = f"{NEW}/{deal}"
    answer = crm.patch(one, json={"properties": {"dealstage": "closedlost", "closedate": "2026-11-28"}})
    assert missing(answer) == ["closed_lost_reason"]
    assert answer.json()["message"].startswith("Error updating DEAL.")
    values = {"dealstage": "closedlost", "closedate": "2026-11-28", "closed_lost_reason": "Price"}
    assert crm.patch(one, json={"properties": values}).status_code == 200
    assert missing(crm.patch(one, json={"properties": {"closed_lost_reason": ""}})) == ["closed_lost_reason"]
    assert crm.patch(f"{OLD[0]}/{deal}", json={"properties": {"closed_lost_reason": ""}}).status_code == 200
    assert crm.patch(one, json={"properties": {"amount": "7"}}).status_code == 200  # fell short before, not here


def test_in_a_batch_each_record_is_judged_alone(crm: httpx.Client) -> None:
    inputs = [
        {"properties": {"dealname": "Good", "amount": "1"}, "objectWriteTraceId": "a"},
        {"properties": LOST, "objectWriteTraceId": "b"},
    ]
    answer = crm.post(f"{NEW}/batch/create", json={"inputs": inputs})
    assert answer.status_code == 207
    assert [result["objectWriteTraceId"] for result in answer.json()["results"]] == ["a"]
    assert answer.json()["errors"][0]["context"]["properties"] == ["closed_lost_reason", "closedate"]
    assert crm.post(f"{OLD[0]}/batch/create", json={"inputs": inputs}).status_code == 201


def test_rules_are_replaced_and_a_wrong_one_is_refused(crm: httpx.Client) -> None:
    wrongs: list[dict[str, Any]] = [{"deals": {"required": ["no_such"]}}, {"planets": {}}, {"deals": {"requires": []}}]
    for wrong in wrongs:
        assert crm.put("/__sandbox__/rules", json=wrong).status_code == 400
    assert crm.get("/__sandbox__/rules").json() == RULES
    assert crm.put("/__sandbox__/rules", json={}).json() == {}
    assert create(crm, NEW).status_code == 201
