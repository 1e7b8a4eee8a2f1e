"""What becomes of records over time: history, stages of life, merging, being forgotten, and what they must have."""

from __future__ import annotations

import httpx
import pytest

CONTACTS = "/crm/objects/2026-03/contacts"


def create(client: httpx.Client, of: str = "contacts", **values: str) -> str:
    answer = client.post(f"/crm/objects/2026-03/{of}", json={"properties": values})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def value(client: httpx.Client, record: str, name: str, of: str = "contacts") -> str | None:
    found = client.get(f"/crm/objects/2026-03/{of}/{record}", params={"properties": name}).json()["properties"][name]
    assert found is None or isinstance(found, str)
    return found


def test_earlier_values_are_told_the_latest_first(client: httpx.Client) -> None:
    record = create(client, firstname="Ana", vip_note="VIP")
    for change in ({"firstname": "Anna"}, {"firstname": "Anna"}, {"vip_note": ""}):
        client.patch(f"{CONTACTS}/{record}", json={"properties": change})
    answer = client.get(f"{CONTACTS}/{record}", params={"propertiesWithHistory": "firstname,vip_note"}).json()
    history = answer["propertiesWithHistory"]
    assert [version["value"] for version in history["firstname"]] == ["Anna", "Ana"]
    assert [version["value"] for version in history["vip_note"]] == ["", "VIP"]
    moments = [version["timestamp"] for version in history["firstname"]]
    assert moments == sorted(moments, reverse=True)
    body = {"inputs": [{"id": record}], "properties": [], "propertiesWithHistory": ["firstname"]}
    read = client.post(f"{CONTACTS}/batch/read", json=body).json()["results"][0]
    assert len(read["propertiesWithHistory"]["firstname"]) == 2
    assert client.get(CONTACTS, params={"propertiesWithHistory": "firstname", "limit": 51}).status_code == 400


def test_a_stage_of_life_goes_forward_only_unless_it_is_cleared(client: httpx.Client) -> None:
    record = create(client, lifecyclestage="customer")
    for stage, kept in (("lead", "customer"), ("evangelist", "evangelist"), ("", None), ("lead", "lead")):
        answer = client.patch(f"{CONTACTS}/{record}", json={"properties": {"lifecyclestage": stage}})
        assert answer.status_code == 200
        assert answer.json()["properties"]["lifecyclestage"] == kept
    refused = client.patch(f"{CONTACTS}/{record}", json={"properties": {"lifecyclestage": "nope"}})
    assert refused.status_code == 400


def test_merged_contacts_are_one_with_all_that_both_had(client: httpx.Client) -> None:
    kept = create(client, email="kept@example.org", firstname="Ana")
    other = create(client, email="other@example.org", firstname="Anna", vip_note="VIP")
    deal = create(client, "deals", dealname="Stay")
    client.put(f"/crm/v4/objects/contacts/{other}/associations/default/deals/{deal}")
    answer = client.post(f"{CONTACTS}/merge", json={"primaryObjectId": kept, "objectIdToMerge": other})
    assert (answer.status_code, answer.json()["id"]) == (200, kept)
    assert (value(client, kept, "firstname"), value(client, kept, "vip_note")) == ("Ana", "VIP")
    assert value(client, kept, "hs_merged_object_ids") == other
    assert client.get(f"{CONTACTS}/{other}").status_code == 404
    found = client.get(f"/crm/v4/objects/contacts/{kept}/associations/deals").json()["results"]
    assert [str(item["toObjectId"]) for item in found] == [deal]
    assert client.post(f"{CONTACTS}/merge", json={"primaryObjectId": kept, "objectIdToMerge": kept}).status_code == 400
    assert client.post(f"{CONTACTS}/merge", json={"primaryObjectId": kept}).status_code == 400
    products = [create(client, "products", name=name) for name in "ab"]
    body = {"primaryObjectId": products[0], "objectIdToMerge": products[1]}
    assert client.post("/crm/v3/objects/products/merge", json=body).status_code == 400


def test_a_merged_contact_is_found_by_both_addresses(client: httpx.Client) -> None:
    kept, other = create(client, email="kept@example.org"), create(client, email="other@example.org")
    client.post(f"{CONTACTS}/merge", json={"primaryObjectId": kept, "objectIdToMerge": other})
    found = client.get(f"{CONTACTS}/OTHER@example.org", params={"idProperty": "email"}).json()
    assert (found["id"], found["properties"]["email"]) == (kept, "kept@example.org")
    again = client.post(CONTACTS, json={"properties": {"email": "other@example.org"}})
    assert again.json()["message"] == f"Contact already exists. Existing ID: {kept}"
    inputs = [{"id": "other@example.org", "idProperty": "email", "properties": {"firstname": "Ana"}}]
    result = client.post(f"{CONTACTS}/batch/upsert", json={"inputs": inputs}).json()["results"][0]
    assert (result["id"], result["new"]) == (kept, False)
    client.delete(f"{CONTACTS}/{kept}")
    assert create(client, email="other@example.org") != kept


def test_a_forgotten_contact_is_in_no_list(client: httpx.Client) -> None:
    one, two = create(client, email="one@example.org"), create(client, email="two@example.org")
    by_email = {"objectId": "one@example.org", "idProperty": "email"}
    assert client.post(f"{CONTACTS}/gdpr-delete", json=by_email).status_code == 204
    client.delete(f"{CONTACTS}/{two}")
    assert client.post(f"{CONTACTS}/gdpr-delete", json={"objectId": two}).status_code == 204
    archived = client.get(CONTACTS, params={"archived": "true"}).json()["results"]
    assert not {one, two} & {record["id"] for record in archived}
    assert client.post(f"{CONTACTS}/gdpr-delete", json={"objectId": one}).status_code == 404
    assert client.post("/crm/v3/objects/companies/gdpr-delete", json={"objectId": one}).status_code == 404


def test_an_archived_record_is_read_when_asked_for(client: httpx.Client) -> None:
    record = create(client, firstname="Ana")
    client.delete(f"{CONTACTS}/{record}")
    found = client.get(f"{CONTACTS}/{record}", params={"archived": "true", "properties": "firstname"}).json()
    assert (found["archived"], found["properties"]["firstname"]) == (True, "Ana")
    body = {"inputs": [{"id": record}], "properties": ["firstname"], "propertiesWithHistory": []}
    read = client.post(f"{CONTACTS}/batch/read", params={"archived": "true"}, json=body).json()
    assert [item["id"] for item in read["results"]] == [record]
    live = client.get(CONTACTS, params={"limit": 1}).json()["results"][0]["id"]
    assert client.get(f"{CONTACTS}/{live}", params={"archived": "true"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "missing", "enough"),
    [
        ("notes", "hs_timestamp", {"hs_note_body": "Called", "hs_timestamp": "2026-11-20T10:00:00Z"}),
        ("tickets", "hs_pipeline_stage", {"subject": "Leak", "hs_pipeline_stage": "1"}),
        ("quotes", "hs_title", {"hs_title": "Offer", "hs_expiration_date": "2026-12-31"}),
    ],
)
def test_some_objects_need_a_value_to_be_made(
    client: httpx.Client, name: str, missing: str, enough: dict[str, str]
) -> None:
    at = f"/crm/objects/2026-03/{name}"
    refused = client.post(at, json={"properties": {key: text for key, text in enough.items() if key != missing}})
    assert refused.status_code == 400
    assert refused.json()["message"] == f"Error creating {name[:-1].upper()}. Some required properties were not set."
    assert refused.json()["context"] == {"properties": [missing]}
    inputs = [{"properties": {}, "objectWriteTraceId": "bad"}, {"properties": enough, "objectWriteTraceId": "good"}]
    batch = client.post(f"{at}/batch/create", json={"inputs": inputs})
    assert batch.status_code == 207
    assert [item["objectWriteTraceId"] for item in batch.json()["results"]] == ["good"]
    record = create(client, name, **enough)
    # What is there already may be changed without it.
    [other] = [key for key in enough if key != missing]
    assert client.patch(f"{at}/{record}", json={"properties": {other: enough[other]}}).status_code == 200


@pytest.mark.parametrize("name", ["orders", "invoices"])
def test_orders_and_invoices_are_records_like_others(client: httpx.Client, name: str) -> None:
    record = create(client, name, hs_billing_address_city="Mérida")
    assert value(client, record, "hs_billing_address_city", name) == "Mérida"
    deal = create(client, "deals", dealname="Stay")
    assert client.put(f"/crm/v4/objects/{name}/{record}/associations/default/deals/{deal}").status_code == 200
    assert client.get(f"/crm/v3/objects/{name}/{record}").json()["properties"]["hs_createdate"]


def test_a_line_item_takes_over_from_its_product(client: httpx.Client) -> None:
    product = create(client, "products", name="Night", price="120.50", hs_sku="N-1")
    item = create(client, "line_items", hs_product_id=product, quantity="2", name="Night, sea view")
    found = {name: value(client, item, name, "line_items") for name in ("name", "price", "hs_sku", "amount")}
    assert found == {"name": "Night, sea view", "price": "120.50", "hs_sku": "N-1", "amount": "241.00"}


def test_owners_who_left_are_told_apart_and_take_no_records(client: httpx.Client) -> None:
    owners = client.get("/crm/v3/owners").json()["results"]
    [former] = client.get("/crm/v3/owners", params={"archived": "true"}).json()["results"]
    assert former["id"] not in {owner["id"] for owner in owners}
    assert "userId" not in former
    for owner, status in ((owners[0], 201), (former, 400)):
        body = {"properties": {"hubspot_owner_id": owner["id"]}}
        assert client.post(CONTACTS, json=body).status_code == status
    by_email = client.get("/crm/owners/2026-03", params={"email": owners[1]["email"].upper()}).json()["results"]
    assert [owner["id"] for owner in by_email] == [owners[1]["id"]]
    by_user = client.get(f"/crm/v3/owners/{owners[1]['userId']}", params={"idProperty": "userId"}).json()
    assert by_user["id"] == owners[1]["id"]
    pages = client.get("/crm/v3/owners", params={"limit": 4}).json()
    rest = client.get("/crm/v3/owners", params={"limit": 4, "after": pages["paging"]["next"]["after"]}).json()
    assert [owner["id"] for owner in (*pages["results"], *rest["results"])] == [owner["id"] for owner in owners]
    old = client.get("/owners/v2/owners", params={"includeInactive": "true"}).json()
    assert {str(owner["ownerId"]) for owner in old} == {owner["id"] for owner in (*owners, former)}
