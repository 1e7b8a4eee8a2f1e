"""Batches: limits, partial success only with traces, upsert."""

from __future__ import annotations

from typing import Any

import httpx

BATCH = "/crm/objects/2026-03/contacts/batch"


def upsert(client: httpx.Client, *inputs: dict[str, Any], id_property: str = "email") -> httpx.Response:
    whole = [{"idProperty": id_property, "properties": {}, **item} for item in inputs]
    return client.post(f"{BATCH}/upsert", json={"inputs": whole})


def emails(client: httpx.Client, *values: str) -> set[str]:
    body = {"idProperty": "email", "inputs": [{"id": value} for value in values], "properties": ["email"]}
    return {item["properties"]["email"] for item in client.post(f"{BATCH}/read", json=body).json()["results"]}


def test_upsert_creates_updates_and_says_which(client: httpx.Client) -> None:
    first = upsert(client, {"id": "One@example.org", "properties": {"firstname": "One"}})
    assert first.status_code == 200
    assert [item["new"] for item in first.json()["results"]] == [True]
    again = upsert(client, {"id": "one@example.org", "properties": {"lastname": "Two"}})
    [result] = again.json()["results"]
    assert (result["new"], result["id"]) == (False, first.json()["results"][0]["id"])


def test_without_traces_one_bad_input_fails_the_whole_batch(client: httpx.Client) -> None:
    answer = upsert(
        client,
        {"id": "good@example.org"},
        {"id": "bad@example.org", "properties": {"lifecyclestage": "nope"}},
    )
    assert answer.status_code == 400
    assert "INVALID_OPTION" in answer.json()["message"]
    assert emails(client, "good@example.org", "bad@example.org") == set()


def test_with_traces_the_good_inputs_are_written_and_the_bad_named(client: httpx.Client) -> None:
    answer = upsert(
        client,
        {"id": "good@example.org", "objectWriteTraceId": "g"},
        {"id": "bad@example.org", "properties": {"lifecyclestage": "nope"}, "objectWriteTraceId": "b"},
    )
    assert answer.status_code == 207
    body = answer.json()
    assert [item["objectWriteTraceId"] for item in body["results"]] == ["g"]
    assert body["numErrors"] == 1
    assert body["errors"][0]["context"]["objectWriteTraceId"] == ["b"]
    assert emails(client, "good@example.org", "bad@example.org") == {"good@example.org"}


def test_traces_that_repeat_count_for_nothing(client: httpx.Client) -> None:
    answer = upsert(
        client,
        {"id": "good@example.org", "objectWriteTraceId": "same"},
        {"id": "bad", "objectWriteTraceId": "same"},
    )
    assert answer.status_code == 400


def test_the_same_value_twice_in_a_batch_is_refused(client: httpx.Client) -> None:
    answer = upsert(client, {"id": "x@example.org"}, {"id": " X@example.org"})
    assert answer.status_code == 400
    assert "Duplicate" in answer.json()["message"]
    inputs = [{"properties": {"email": "y@example.org"}, "objectWriteTraceId": name} for name in "ab"]
    created = client.post(f"{BATCH}/create", json={"inputs": inputs})
    assert created.status_code == 207
    assert len(created.json()["results"]) == 1
    assert created.json()["errors"][0]["category"] == "CONFLICT"


def test_all_inputs_name_one_unique_property(client: httpx.Client) -> None:
    mixed = upsert(client, {"id": "a@example.org"}, {"id": "G-1", "idProperty": "cb_guest_id"})
    assert mixed.status_code == 400
    assert upsert(client, {"id": "Ana"}, id_property="firstname").status_code == 400
    assert upsert(client, {"id": "G-1"}, id_property="cb_guest_id").json()["results"][0]["new"] is True


def test_a_hundred_is_the_most(client: httpx.Client) -> None:
    many = [{"id": f"n{number}@example.org"} for number in range(101)]
    assert upsert(client, *many).status_code == 400
    assert len(upsert(client, *many[:100]).json()["results"]) == 100


def test_unknown_ids_of_a_read_are_errors_of_a_207(client: httpx.Client) -> None:
    known = client.get("/crm/objects/2026-03/contacts", params={"limit": 1}).json()["results"][0]["id"]
    answer = client.post(f"{BATCH}/read", json={"inputs": [{"id": known}, {"id": "999"}], "properties": []})
    assert answer.status_code == 207
    assert [item["id"] for item in answer.json()["results"]] == [known]
    assert answer.json()["errors"][0]["context"]["ids"] == ["999"]


def test_update_and_archive_by_id(client: httpx.Client) -> None:
    ids = [item["id"] for item in client.get("/crm/objects/2026-03/contacts?limit=2").json()["results"]]
    inputs = [{"id": record_id, "properties": {"vip_note": "VIP"}} for record_id in ids]
    answer = client.post(f"{BATCH}/update", json={"inputs": [*inputs, {"id": "999", "properties": {}}]})
    assert answer.status_code == 207
    assert {item["properties"]["vip_note"] for item in answer.json()["results"]} == {"VIP"}
    assert client.post(f"{BATCH}/archive", json={"inputs": [{"id": ids[0]}, {"id": "999"}]}).status_code == 204
    assert client.get(f"/crm/objects/2026-03/contacts/{ids[0]}").status_code == 404


def test_a_new_deal_brings_its_associations(client: httpx.Client) -> None:
    contact = client.get("/crm/v3/objects/contacts?limit=1").json()["results"][0]["id"]
    link = {"to": {"id": contact}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}]}
    body = {"inputs": [{"properties": {"dealname": "Pedido"}, "associations": [link]}]}
    deal = client.post("/crm/v3/objects/deals/batch/create", json=body)
    assert deal.status_code == 201
    found = client.get(f"/crm/v4/objects/deals/{deal.json()['results'][0]['id']}/associations/contacts").json()
    assert [str(item["toObjectId"]) for item in found["results"]] == [contact]
