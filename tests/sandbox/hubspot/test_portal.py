"""The account, its budgets, its owners and what its world looks like."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.model import UsageError
from mapstudio.sandbox.hubspot import SANDBOX, shipped
from tests.sandbox.hubspot.conftest import Start
from tests.sandbox.running import build, world

CONTACTS = "/crm/objects/2026-03/contacts"


def everything(client: httpx.Client, name: str, properties: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    url: str | None = f"/crm/v3/objects/{name}?limit=100&properties={properties}"
    while url:
        page = client.get(url).json()
        found += page["results"]
        url = page.get("paging", {}).get("next", {}).get("link")
    return found


def test_the_account_says_that_it_is_a_test_account(client: httpx.Client) -> None:
    details = client.get("/account-info/2026-03/details").json()
    assert details["accountType"] == "DEVELOPER_TEST"
    assert details["portalId"] > 0


def test_the_account_can_pretend_to_be_production(start: Start) -> None:
    client = start(options={"hubspot-account-type": "STANDARD"})
    assert client.get("/account-info/v3/details").json()["accountType"] == "STANDARD"
    with pytest.raises(UsageError, match="PRODUCTION"):
        build(SANDBOX, options={"hubspot-account-type": "PRODUCTION"})


def test_the_budget_is_told_in_headers_and_ends_in_a_429(start: Start) -> None:
    client = start(limits=True)
    first = client.get(CONTACTS, params={"limit": 1})
    assert first.headers["X-HubSpot-RateLimit-Max"] == "100"
    assert first.headers["X-HubSpot-RateLimit-Remaining"] == "99"
    assert first.headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    statuses = Counter(client.get("/account-info/v3/details").status_code for _ in range(100))
    assert statuses == {200: 99, 429: 1}
    refused = client.get(CONTACTS)
    assert refused.json()["errorType"] == "RATE_LIMIT"
    assert refused.json()["policyName"] == "TEN_SECONDLY_ROLLING"
    usage = client.get("/account-info/v3/api-usage/daily/private-apps")
    assert usage.status_code == 429


def test_search_has_a_budget_of_its_own_and_no_headers(start: Start) -> None:
    client = start(limits=True)
    answers = [client.post(f"{CONTACTS}/search", json={"limit": 1}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert not any(name.startswith("x-hubspot-ratelimit") for name in answers[0].headers)
    assert client.get(CONTACTS).headers["X-HubSpot-RateLimit-Remaining"] == "99"


def test_the_world_is_large_enough_and_overlaps_with_the_hotel(client: httpx.Client) -> None:
    contacts = everything(client, "contacts", "email,firstname,lastname,phone,country,lifecyclestage")
    assert len(contacts) >= 400
    assert len(everything(client, "companies", "domain")) >= 120
    assert len(everything(client, "deals", "dealname")) >= 250
    assert len(everything(client, "products", "hs_sku")) == 60
    assert len(client.get("/crm/v3/owners").json()["results"]) == 6
    by_email = {item["properties"]["email"]: item["properties"] for item in contacts}
    both = world().people[150:330]
    known = [(person, by_email[person.email]) for person in both if person.email in by_email]
    assert len(known) == 180
    same = [
        person
        for person, contact in known
        if (contact["firstname"], contact["lastname"], contact["phone"]) == (person.first, person.last, person.phone)
    ]
    assert 60 < len(same) < 150


def test_the_data_are_as_messy_as_real_ones(client: httpx.Client) -> None:
    contacts = [item["properties"] for item in everything(client, "contacts", "email,lastname,phone,country,jobtitle")]
    assert sum(contact["email"] is None for contact in contacts) == 8
    assert sum(contact["phone"] is None for contact in contacts) > 10
    assert any((contact["lastname"] or "").isupper() for contact in contacts)
    assert {"México", "Brasil", "Deutschland", "USA"} & {contact["country"] for contact in contacts}
    assert any("\x1b" in (contact["jobtitle"] or "") for contact in contacts)
    names = Counter((contact["email"] or "").split("@")[0].removesuffix(".old") for contact in contacts)
    assert max(names.values()) > 1


def test_the_same_seed_gives_the_same_portal_and_another_does_not(start: Start) -> None:
    first, again, other = (everything(start(seed=seed), "deals", "dealname,amount,closedate") for seed in (1, 1, 2))
    assert first == again
    assert [item["properties"] for item in first] != [item["properties"] for item in other]


def test_deals_have_lines_that_sum_up(client: httpx.Client) -> None:
    deals = everything(client, "deals", "amount")
    inputs = [{"id": deal["id"]} for deal in deals]
    answer = client.post("/crm/v4/associations/deals/line_items/batch/read", json={"inputs": inputs}).json()
    lines = {item["from"]["id"]: len(item["to"]) for item in answer["results"]}
    assert set(lines) == {deal["id"] for deal in deals}
    assert sum(lines.values()) == len(everything(client, "line_items", "amount"))


def test_definitions_are_answered_in_the_vendors_shape(client: httpx.Client) -> None:
    found = {item["name"]: item for item in client.get("/crm/properties/2026-03/contacts").json()["results"]}
    assert found["email"]["hasUniqueValue"] is False
    assert found["cb_guest_id"]["hasUniqueValue"] is True
    assert found["cb_guest_id"]["hubspotDefined"] is False
    assert found["createdate"]["modificationMetadata"]["readOnlyValue"] is True
    assert found["hubspot_owner_id"]["externalOptions"] is True
    assert found["hubspot_owner_id"]["options"] == []
    assert [item["value"] for item in found["lifecyclestage"]["options"]][:2] == ["subscriber", "lead"]
    assert client.get("/crm/v3/properties/contacts/nope").status_code == 404
    stages = client.get("/crm/v3/pipelines/deals/default/stages").json()["results"]
    assert [stage["id"] for stage in stages][-2:] == ["closedwon", "closedlost"]


@pytest.mark.reference
@pytest.mark.parametrize("name", ["contacts", "companies", "deals", "tickets", "products", "line_items"])
def test_the_definitions_are_those_of_the_reference(reference_folder: Path, name: str) -> None:
    listed = json.loads((reference_folder / "hubspot" / "properties" / f"{name}.json").read_text())["results"]
    ours = shipped.properties(name)
    for entry in listed:
        item = ours[entry["name"]].to_json()
        for key in ("label", "type", "fieldType", "groupName", "externalOptions", "hasUniqueValue", "hidden"):
            assert item[key] == entry[key], entry["name"]
        assert item["modificationMetadata"]["readOnlyValue"] == (
            entry["modificationMetadata"]["readOnlyValue"] or entry["calculated"]
        )
        if entry["name"] != "deal_currency_code":
            assert [option["value"] for option in item["options"]] == [option["value"] for option in entry["options"]]


@pytest.mark.parametrize(
    ("name", "fewest", "target"),
    [("tickets", 30, "contacts"), ("notes", 50, "contacts"), ("quotes", 10, "deals"), ("orders", 10, "companies")],
)
def test_there_is_something_of_everything(client: httpx.Client, name: str, fewest: int, target: str) -> None:
    records = everything(client, name, "hs_object_id")
    assert len(records) >= fewest
    inputs = [{"id": record["id"]} for record in records]
    answer = client.post(f"/crm/v4/associations/{name}/{target}/batch/read", json={"inputs": inputs}).json()
    assert len(answer["results"]) > 0.8 * len(records)


def test_an_invoice_holds_what_only_the_system_knows(client: httpx.Client) -> None:
    for record in everything(client, "invoices", "hs_amount_billed,hs_balance_due,hs_amount_paid,hs_invoice_status"):
        values = record["properties"]
        assert Decimal(values["hs_amount_billed"]) == Decimal(values["hs_amount_paid"]) + Decimal(
            values["hs_balance_due"]
        )
        assert (values["hs_invoice_status"] == "paid") == (values["hs_balance_due"] == "0")


@pytest.mark.parametrize("word", ["deal_split", "calls", "0-27", "leads"])
def test_objects_that_are_known_by_name_only_are_described_and_empty(client: httpx.Client, word: str) -> None:
    assert client.get(f"/crm/v3/objects/{word}").json() == {"results": []}
    assert "hs_object_id" in {item["name"] for item in client.get(f"/properties/v2/{word}/properties").json()}
    refused = client.post(f"/crm/v3/objects/{word}", json={"properties": {}})
    assert refused.status_code == 400
    assert "by name only" in refused.json()["message"]


@pytest.mark.reference
def test_objects_and_association_types_are_those_of_the_reference(reference_folder: Path) -> None:
    folder = reference_folder / "hubspot"
    kinds = {kind.name: kind for kind in shipped.object_types()}
    known = json.loads((folder / "association_types.json").read_text())
    assert {name: kinds[name].type_id for name in known["_object_type_ids"]} == known["_object_type_ids"]
    full = {kind.singular for kind in kinds.values() if not kind.bare}
    ours = {
        (kinds[kind.source].singular, kinds[kind.target].singular, kind.id, kind.label): kind
        for kind in shipped.association_types()
    }
    for entry in known["types"]:
        if {entry["from"], entry["to"]} <= full:
            assert (entry["from"], entry["to"], entry["typeId"], entry["label"]) in ours
    defaults = json.loads((folder / "default_properties.json").read_text())
    for name, properties in defaults.items():
        if name in kinds:
            assert {*kinds[name].defaults, *kinds[name].always} == set(properties), name
    pipelines = json.loads((folder / "pipelines.json").read_text())
    for name, found in shipped.pipelines().items():
        if name in pipelines:
            stages = {stage["id"]: stage["metadata"] for pipeline in found for stage in pipeline["stages"]}
            wanted = pipelines[name]["results"]
            assert stages == {stage["id"]: stage["metadata"] for pipeline in wanted for stage in pipeline["stages"]}
