"""Custom objects: their schemas, their records and whom these belong to."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

SCHEMAS = "/crm-object-schemas/2026-03/schemas"


def egg(name: str = "suite", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "labels": {"singular": "Suite", "plural": "Suites"},
        "primaryDisplayProperty": "suite_name",
        "requiredProperties": ["suite_name"],
        "searchableProperties": ["suite_name"],
        "secondaryDisplayProperties": [],
        "associatedObjects": ["CONTACT"],
        "properties": [
            {"name": "suite_name", "label": "Name", "type": "string", "fieldType": "text"},
            {"name": "suite_key", "label": "Key", "type": "string", "fieldType": "text", "hasUniqueValue": True},
        ],
        **more,
    }


@pytest.fixture(name="suite")
def _suite(client: httpx.Client) -> dict[str, Any]:
    made = client.post(SCHEMAS, json=egg())
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def test_an_object_is_told_with_its_properties_and_relations(client: httpx.Client, suite: dict[str, Any]) -> None:
    assert suite["objectTypeId"].startswith("2-")
    assert suite["fullyQualifiedName"] == "p4412911_suite"
    names = {item["name"]: item["hubspotDefined"] for item in suite["properties"]}
    assert (names["suite_name"], names["hs_object_id"], names["hubspot_owner_id"]) == (False, True, True)
    targets = {item["toObjectTypeId"] for item in suite["associations"]}
    assert targets == {"0-1", "0-46"}
    for path in (SCHEMAS, "/crm/v3/schemas", "/crm-object-schemas/v3/schemas"):
        assert [item["name"] for item in client.get(path).json()["results"]] == ["suite"]
        for word in ("suite", suite["objectTypeId"], suite["fullyQualifiedName"]):
            assert client.get(f"{path}/{word}").json()["id"] == suite["id"]
    assert client.get(f"{SCHEMAS}/contacts").json()["objectTypeId"] == "0-1"
    assert client.get(f"{SCHEMAS}/nothing").status_code == 404


@pytest.mark.parametrize("version", ["/crm/v3/objects", "/crm/objects/2026-09"])
def test_records_of_a_custom_object_live_like_all_others(
    client: httpx.Client, suite: dict[str, Any], version: str
) -> None:
    at = f"{version}/{suite['objectTypeId']}"
    assert client.post(at, json={"properties": {"suite_key": "S-1"}}).json()["context"] == {
        "properties": ["suite_name"]
    }
    inputs = [{"id": "S-1", "idProperty": "suite_key", "properties": {"suite_name": "Mar"}}]
    made = client.post(f"{at}/batch/upsert", json={"inputs": inputs}).json()["results"][0]
    assert made["new"] is True
    listed = client.get(at).json()["results"]
    assert [record["properties"]["suite_name"] for record in listed] == ["Mar"]
    assert set(listed[0]["properties"]) == {"hs_createdate", "hs_lastmodifieddate", "hs_object_id", "suite_name"}
    searched = client.post(f"{version}/suite/search", json={"query": "mar", "limit": 10}).json()
    assert [record["id"] for record in searched["results"]] == [made["id"]]


def test_records_belong_to_contacts_by_a_type_of_the_clients_own(client: httpx.Client, suite: dict[str, Any]) -> None:
    contact = client.get("/crm/v3/objects/contacts?limit=1").json()["results"][0]["id"]
    [kind] = client.get("/crm/associations/2026-03/suite/contacts/labels").json()["results"]
    assert (kind["category"], kind["label"]) == ("USER_DEFINED", None)
    link = {
        "to": {"id": contact},
        "types": [{"associationCategory": "USER_DEFINED", "associationTypeId": kind["typeId"]}],
    }
    body = {"properties": {"suite_name": "Mar"}, "associations": [link]}
    record = client.post("/crm/objects/2026-03/suite", json=body).json()["id"]
    back = client.get(f"/crm/v4/objects/contacts/{contact}/associations/{suite['objectTypeId']}").json()["results"]
    assert [str(item["toObjectId"]) for item in back] == [record]
    refused = client.put(f"/crm/v4/objects/suite/{record}/associations/default/deals/1")
    assert refused.status_code == 400
    relation = {"fromObjectTypeId": suite["objectTypeId"], "toObjectTypeId": "0-3", "name": "suite_to_deal"}
    assert client.post(f"{SCHEMAS}/suite/associations", json=relation).status_code == 201
    deal = client.get("/crm/v3/objects/deals?limit=1").json()["results"][0]["id"]
    assert client.put(f"/crm/v4/objects/suite/{record}/associations/default/deals/{deal}").status_code == 200


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"name": "9lives"}, "not valid"),
        ({"name": "contacts"}, "already exists"),
        ({"requiredProperties": ["nothing"]}, "nothing"),
        ({"associatedObjects": ["NOTHING"]}, "NOTHING"),
        ({"labels": {"singular": "Suite"}}, "plural"),
        ({"properties": [{"name": "x"}]}, "required fields"),
        ({"properties": None}, "required fields"),
    ],
)
def test_a_schema_that_makes_no_sense_leaves_nothing_behind(
    client: httpx.Client, more: dict[str, Any], told: str
) -> None:
    answer = client.post(SCHEMAS, json=egg(**more))
    assert answer.status_code in {400, 409}
    assert told in answer.json()["message"]
    assert client.get(SCHEMAS).json()["results"] == []
    assert client.post(SCHEMAS, json=egg()).status_code == 201


def test_a_schema_is_changed_archived_and_forgotten(client: httpx.Client, suite: dict[str, Any]) -> None:
    changed = client.patch(f"{SCHEMAS}/suite", json={"clearDescription": False, "labels": {"singular": "Room"}})
    assert changed.json()["labels"] == {"singular": "Room", "plural": "Suites"}
    record = client.post("/crm/v3/objects/suite", json={"properties": {"suite_name": "Mar"}}).json()["id"]
    assert client.delete(f"{SCHEMAS}/suite").status_code == 400
    client.delete(f"/crm/v3/objects/suite/{record}")
    assert client.delete(f"{SCHEMAS}/{suite['objectTypeId']}").status_code == 204
    assert client.get(SCHEMAS).json()["results"] == []
    assert len(client.get(SCHEMAS, params={"archived": "true"}).json()["results"]) == 1
    assert client.delete(f"{SCHEMAS}/suite", params={"archived": "true"}).status_code == 204
    assert client.get("/crm/v3/objects/suite").status_code == 400
    assert client.post(SCHEMAS, json=egg()).json()["objectTypeId"] != suite["objectTypeId"]
    assert client.delete(f"{SCHEMAS}/contacts").status_code == 400


def test_pipelines_and_more_properties_can_be_added(client: httpx.Client, suite: dict[str, Any]) -> None:
    more = {"name": "floor", "label": "Floor", "type": "number", "fieldType": "number"}
    group = client.get("/crm/v3/properties/suite/groups").json()["results"][0]["name"]
    assert client.post("/crm/v3/properties/suite", json={**more, "groupName": group}).status_code == 201
    stages = [{"label": word, "displayOrder": place, "metadata": {}} for place, word in enumerate(("Free", "Taken"))]
    line = {"label": "Rooms", "displayOrder": 0, "stages": stages}
    made = client.post("/crm/v3/pipelines/suite", json=line).json()
    values = {"suite_name": "Mar", "floor": "3", "hs_pipeline_stage": made["stages"][1]["id"]}
    record = client.post("/crm/v3/objects/suite", json={"properties": values}).json()
    assert record["properties"]["hs_pipeline_stage"] == made["stages"][1]["id"]
    asked = client.get(f"/crm/v3/objects/suite/{record['id']}", params={"properties": "hs_pipeline"}).json()
    assert asked["properties"]["hs_pipeline"] == made["id"]
