"""Records over HTTP: paths, paging, properties, single records."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from mapstudio.model.exact_json import loads
from mapstudio.sandbox.ledger import Ledger
from tests.sandbox.hubspot.conftest import Start

CONTACTS = "/crm/objects/2026-03/contacts"


@pytest.mark.parametrize(
    "path",
    [
        "/crm/objects/2026-03/contacts",
        "/crm/objects/2026-09/contact",
        "/crm/v3/objects/contacts",
        "/crm/v3/objects/0-1",
        "/crm/objects/v3/contacts",
    ],
)
def test_all_ways_of_writing_a_path_reach_the_same_records(client: httpx.Client, path: str) -> None:
    there = client.get(CONTACTS, params={"limit": 3}).json()["results"]
    assert client.get(path, params={"limit": 3}).json()["results"] == there


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}])
def test_no_record_without_the_token(client: httpx.Client, headers: dict[str, str]) -> None:
    answer = httpx.get(f"{client.base_url}{CONTACTS}", headers=headers, trust_env=False)
    assert answer.status_code == 401
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"
    assert answer.json()["correlationId"]


def test_only_default_properties_come_unless_asked_for(client: httpx.Client) -> None:
    record = client.get(CONTACTS, params={"limit": 1}).json()["results"][0]
    assert set(record["properties"]) == {
        "createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname",
    }  # fmt: skip
    asked = client.get(CONTACTS, params={"limit": 1, "properties": "phone,vip_note,no_such_property"}).json()
    properties = asked["results"][0]["properties"]
    assert set(properties) == {"createdate", "hs_object_id", "lastmodifieddate", "phone", "vip_note"}
    assert properties["vip_note"] is None
    assert all(value is None or isinstance(value, str) for value in properties.values())


def test_the_pages_hold_every_contact_once_and_the_last_has_no_next(client: httpx.Client) -> None:
    ids: list[str] = []
    after = None
    while True:
        page = client.get(CONTACTS, params={"limit": 100, **({"after": after} if after else {})}).json()
        ids += [record["id"] for record in page["results"]]
        if "paging" not in page:
            break
        after = page["paging"]["next"]["after"]
        assert f"after={after}" in page["paging"]["next"]["link"]
    assert len(ids) == len(set(ids)) >= 400


def test_a_page_is_never_larger_than_a_hundred(client: httpx.Client) -> None:
    assert client.get(CONTACTS, params={"limit": 101}).status_code == 400
    assert len(client.get(CONTACTS).json()["results"]) == 10


def test_an_unknown_object_is_a_400_and_an_unknown_path_a_404(client: httpx.Client) -> None:
    unknown = client.get("/crm/v3/objects/guests")
    assert unknown.status_code == 400
    assert "guests" in unknown.json()["message"]
    assert client.get("/crm/v9/objects/contacts").status_code == 404
    assert client.get(f"{CONTACTS}/1").json()["category"] == "OBJECT_NOT_FOUND"


def test_a_record_is_created_found_by_email_patched_cleared_and_archived(client: httpx.Client) -> None:
    created = client.post(CONTACTS, json={"properties": {"email": " Nueva@Example.ORG ", "stay_count": 3}})
    assert created.status_code == 201
    record_id = created.json()["id"]
    assert created.json()["properties"]["email"] == "nueva@example.org"
    found = client.get(f"{CONTACTS}/nueva@EXAMPLE.org", params={"idProperty": "email", "properties": "stay_count"})
    assert found.json()["properties"]["stay_count"] == "3"
    patched = client.patch(f"{CONTACTS}/{record_id}", json={"properties": {"stay_count": "", "vip_note": "VIP"}})
    assert patched.json()["properties"]["stay_count"] is None
    assert patched.json()["properties"]["email"] == "nueva@example.org"
    assert patched.json()["updatedAt"] > created.json()["updatedAt"]
    assert [client.delete(f"{CONTACTS}/{record_id}").status_code for _ in range(2)] == [204, 204]
    assert client.get(f"{CONTACTS}/{record_id}").status_code == 404
    archived = client.get(CONTACTS, params={"archived": "true"}).json()["results"]
    assert [record["id"] for record in archived] == [record_id]
    assert client.post(CONTACTS, json={"properties": {"email": "nueva@example.org"}}).status_code == 201


def test_the_modified_time_moves_only_with_a_change(client: httpx.Client) -> None:
    record = client.get(CONTACTS, params={"limit": 1, "properties": "firstname"}).json()["results"][0]
    same = {"properties": {"firstname": record["properties"]["firstname"]}}
    assert client.patch(f"{CONTACTS}/{record['id']}", json=same).json()["updatedAt"] == record["updatedAt"]


def test_one_address_is_one_contact(client: httpx.Client) -> None:
    first = client.post(CONTACTS, json={"properties": {"email": "uno@example.org"}}).json()
    again = client.post(CONTACTS, json={"properties": {"email": "UNO@example.org"}})
    assert again.status_code == 409
    assert again.json()["message"] == f"Contact already exists. Existing ID: {first['id']}"
    assert again.json()["category"] == "CONFLICT"


def test_the_ledger_holds_what_was_written_and_nothing_else(start: Start, tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.jsonl") as ledger:
        client = start(ledger=ledger)
        client.post(CONTACTS, json={"properties": {"email": "no address"}})
        record_id = client.post(CONTACTS, json={"properties": {"email": "a@example.org"}}).json()["id"]
        client.patch(f"{CONTACTS}/a@example.org?idProperty=email", json={"properties": {"vip_note": "VIP"}})
        client.patch(f"{CONTACTS}/{record_id}", json={"properties": {"vip_note": "VIP"}})
        company = client.get("/crm/v3/objects/companies", params={"limit": 1}).json()["results"][0]["id"]
        client.put(f"/crm/v4/objects/contacts/{record_id}/associations/default/companies/{company}")
        client.delete(f"{CONTACTS}/{record_id}")
    lines = [loads(line) for line in (tmp_path / "ledger.jsonl").read_text().splitlines()]
    assert [(line["op"], line["key"], line["changed"]) for line in lines if isinstance(line, dict)] == [
        ("create", record_id, ["email"]),
        ("update", "a@example.org", ["vip_note"]),
        ("update", record_id, []),
        ("associate", record_id, ["associations.companies"]),
        ("archive", record_id, []),
    ]


def test_associations_go_both_ways_and_the_first_company_is_primary(client: httpx.Client) -> None:
    record_id = client.post(CONTACTS, json={"properties": {"email": "b@example.org"}}).json()["id"]
    companies = [item["id"] for item in client.get("/crm/v3/objects/companies?limit=2").json()["results"]]
    for company in companies:
        client.put(f"/crm/v4/objects/contacts/{record_id}/associations/default/companies/{company}")
    found = client.get(f"/crm/objects/2026-03/contacts/{record_id}/associations/companies").json()["results"]
    labels = {str(item["toObjectId"]): [kind["label"] for kind in item["associationTypes"]] for item in found}
    assert labels == {companies[0]: ["Primary", None], companies[1]: [None]}
    back = client.post(
        "/crm/associations/2026-03/companies/contacts/batch/read", json={"inputs": [{"id": companies[1]}, {"id": "1"}]}
    )
    assert back.status_code == 207
    assert record_id in [str(item["toObjectId"]) for item in back.json()["results"][0]["to"]]
    assert back.json()["errors"][0]["context"] == {"fromObjectId": ["1"]}
    listed = client.get(f"{CONTACTS}/{record_id}", params={"associations": "companies"}).json()
    assert {item["id"] for item in listed["associations"]["companies"]["results"]} == set(companies)
