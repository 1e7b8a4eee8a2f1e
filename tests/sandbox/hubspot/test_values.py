"""What a property refuses, and how the refusal is told."""

from __future__ import annotations

import json

import httpx
import pytest

CONTACTS = "/crm/objects/2026-03/contacts"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("email", "no-address", "INVALID_EMAIL"),
        ("email", "two@example.org, three@example.org", "INVALID_EMAIL"),
        ("lifecyclestage", "Customer", "INVALID_OPTION"),
        ("hubspot_owner_id", "1", "INVALID_OPTION"),
        ("guest_interests", "spa;golf", "INVALID_OPTION"),
        ("guest_opt_in", "True", "INVALID_OPTION"),
        ("stay_count", "1,234", "INVALID_INTEGER"),
        ("stay_count", "1e3", "INVALID_INTEGER"),
        ("stay_count", " 3", "INVALID_INTEGER"),
        ("last_stay", "2026-11-20T18:02:46Z", "INVALID_DATE"),
        ("last_stay", "20/11/2026", "INVALID_LONG"),
        ("closedate", "tomorrow", "INVALID_LONG"),
        ("createdate", "2026-11-20T00:00:00Z", "READ_ONLY_VALUE"),
        ("hs_email_domain", "example.org", "READ_ONLY_VALUE"),
        ("no_such_property", "x", "PROPERTY_DOESNT_EXIST"),
    ],
)
def test_a_refused_value_is_told_as_json_inside_the_message(
    client: httpx.Client, name: str, value: str, code: str
) -> None:
    answer = client.post(CONTACTS, json={"properties": {"firstname": "A", name: value}})
    assert answer.status_code == 400
    body = answer.json()
    assert body["category"] == "VALIDATION_ERROR"
    prefix, _, inside = body["message"].partition(": ")
    assert prefix == "Property values were not valid"
    [told] = json.loads(inside)
    assert (told["isValid"], told["error"], told["name"]) == (False, code, name)
    assert body["errors"][0]["context"] == {"propertyName": [name]}
    assert client.get(CONTACTS, params={"limit": 1, "after": "61000544"}).json()["results"] == []


def test_all_bad_values_are_told_at_once(client: httpx.Client) -> None:
    bad = {"lifecyclestage": "x", "stay_count": "x", "last_stay": "x"}
    body = client.post(CONTACTS, json={"properties": bad}).json()
    told = json.loads(body["message"].partition(": ")[2])
    assert {item["name"] for item in told} == set(bad)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("last_stay", "1795132800000", "2026-11-20"),
        ("last_stay", "2026-11-20", "2026-11-20"),
        ("closedate", "2026-11-20T06:00:00-06:00", "2026-11-20T12:00:00.000Z"),
        ("closedate", 1795132800000, "2026-11-20T00:00:00.000Z"),
        ("stay_count", 12, "12"),
        ("total_stays_value", 0.1, "0.1"),
        ("guest_opt_in", True, "true"),
        ("guest_interests", "surf;spa;surf", "surf;spa"),
        ("hs_timezone", "america_slash_mexico_city", "america_slash_mexico_city"),
    ],
)
def test_an_accepted_value_is_kept_in_one_form(
    client: httpx.Client, name: str, value: str | float | bool, kept: str
) -> None:
    record_id = client.post(CONTACTS, json={"properties": {name: value}}).json()["id"]
    assert client.get(f"{CONTACTS}/{record_id}", params={"properties": name}).json()["properties"][name] == kept


def test_a_leading_semicolon_adds_to_what_is_there(client: httpx.Client) -> None:
    record_id = client.post(CONTACTS, json={"properties": {"guest_interests": "spa"}}).json()["id"]
    answer = client.patch(f"{CONTACTS}/{record_id}", json={"properties": {"guest_interests": ";yoga;spa"}})
    assert answer.json()["properties"]["guest_interests"] == "spa;yoga"


def test_a_unique_property_keeps_its_values_apart(client: httpx.Client) -> None:
    first = client.post(CONTACTS, json={"properties": {"cb_guest_id": "G-1"}}).json()["id"]
    again = client.post(CONTACTS, json={"properties": {"cb_guest_id": "G-1"}})
    assert again.status_code == 400
    assert json.loads(again.json()["message"].partition(": ")[2])[0]["name"] == "cb_guest_id"
    assert client.patch(f"{CONTACTS}/{first}", json={"properties": {"cb_guest_id": "G-2"}}).status_code == 200
    assert client.post(CONTACTS, json={"properties": {"cb_guest_id": "G-1"}}).status_code == 201


def test_amounts_and_closed_flags_are_calculated(client: httpx.Client) -> None:
    line = {"name": "x", "price": "19.90", "quantity": "3", "hs_discount_percentage": "12.5"}
    record_id = client.post("/crm/v3/objects/line_items", json={"properties": line}).json()["id"]
    found = client.get(f"/crm/v3/objects/line_items/{record_id}", params={"properties": "amount"}).json()
    assert found["properties"]["amount"] == "52.24"
    deal = client.post("/crm/v3/objects/deals", json={"properties": {"dealstage": "closedwon"}}).json()["id"]
    asked = {"properties": "hs_is_closed,hs_is_closed_won"}
    assert client.get(f"/crm/v3/objects/deals/{deal}", params=asked).json()["properties"]["hs_is_closed_won"] == "true"
