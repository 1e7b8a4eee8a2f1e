"""Property definitions and their groups: made, changed, used and put away."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

CONTACTS = "/crm/objects/2026-03/contacts"
PROPERTIES = "/crm/properties/2026-03/contacts"


def definition(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "label": "A label",
        "type": "string",
        "fieldType": "text",
        "groupName": "contactinformation",
        **more,
    }


OPTIONS = [{"label": "Yes", "value": "y", "displayOrder": 0, "hidden": False}]
BOTH = [{"label": word, "value": word, "displayOrder": 0, "hidden": False} for word in ("true", "false")]


def test_a_new_unique_property_is_a_key_for_upserts_at_once(client: httpx.Client) -> None:
    made = client.post(PROPERTIES, json=definition("guest_key", hasUniqueValue=True))
    assert made.status_code == 201
    assert (made.json()["hasUniqueValue"], made.json()["hubspotDefined"]) == (True, False)
    inputs = [{"id": "G-7", "idProperty": "guest_key", "properties": {"firstname": "Ana"}}]
    first, again = (client.post(f"{CONTACTS}/batch/upsert", json={"inputs": inputs}) for _ in range(2))
    assert [answer.json()["results"][0]["new"] for answer in (first, again)] == [True, False]
    found = client.get(f"{CONTACTS}/G-7", params={"idProperty": "guest_key", "properties": "guest_key"})
    assert found.json()["properties"]["guest_key"] == "G-7"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (definition("Guest"), "not valid"),
        (definition("1st"), "not valid"),
        (definition("hs_mine"), "hs_"),
        (definition("x" * 101), "not valid"),
        (definition("a", type="text"), "no property type"),
        (definition("a", fieldType="date"), "does not go with"),
        (definition("a", type="date", fieldType="text"), "does not go with"),
        (definition("a", groupName="nowhere"), "nowhere"),
        (definition("a", type="enumeration", fieldType="select"), "no options"),
        (definition("a", type="bool", fieldType="booleancheckbox", options=OPTIONS), "true and false"),
        (definition("a", options=OPTIONS), "no options"),
        (definition("a", type="enumeration", fieldType="select", options=OPTIONS * 2), "unique"),
        (definition("a", type="date", fieldType="date", hasUniqueValue=True), "unique values"),
        ({"name": "a", "label": "b"}, "Some required fields were not set: [type, fieldType, groupName]"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(client: httpx.Client, body: dict[str, Any], told: str) -> None:
    answer = client.post(PROPERTIES, json=body)
    assert answer.status_code == 400
    assert told in answer.json()["message"]
    assert client.get(f"{PROPERTIES}/{body['name']}").status_code == 404


@pytest.mark.parametrize(
    "more",
    [
        {"type": "enumeration", "fieldType": "checkbox", "options": OPTIONS},
        {"type": "enumeration", "fieldType": "radio", "options": OPTIONS},
        {"type": "bool", "fieldType": "booleancheckbox", "options": BOTH},
        {"type": "number", "fieldType": "number", "numberDisplayHint": "currency", "showCurrencySymbol": True},
        {"type": "datetime", "fieldType": "date"},
        {"type": "phone_number", "fieldType": "phonenumber"},
        {"fieldType": "html", "formField": True, "hidden": True, "description": "Long"},
    ],
)
def test_what_was_defined_is_told_as_it_was_sent(client: httpx.Client, more: dict[str, Any]) -> None:
    body = definition("asked", **more)
    assert client.post(PROPERTIES, json=body).status_code == 201
    told = client.get(f"{PROPERTIES}/asked").json()
    told["options"] = [{key: value for key, value in option.items() if key in OPTIONS[0]} for option in told["options"]]
    assert {key: told[key] for key in body} == body


def test_ten_properties_of_an_object_are_unique_and_no_more(client: httpx.Client) -> None:
    statuses = [
        client.post(PROPERTIES, json=definition(f"key_{number}", hasUniqueValue=True)).status_code
        for number in range(10)
    ]
    # Two are there from the start.
    assert statuses == [201] * 8 + [400] * 2


def test_a_name_is_taken_once(client: httpx.Client) -> None:
    again = client.post(PROPERTIES, json=definition("vip_note"))
    assert again.status_code == 409
    assert again.json()["category"] == "OBJECT_ALREADY_EXISTS"


def test_a_changed_option_is_taken_and_a_type_stays(client: httpx.Client) -> None:
    path = f"{PROPERTIES}/room_preference"
    options = client.get(path).json()["options"]
    options.append({"label": "Penthouse", "value": "penthouse", "displayOrder": 9, "hidden": False})
    changed = client.patch(path, json={"options": options, "label": "Room"})
    assert (changed.status_code, changed.json()["label"]) == (200, "Room")
    assert client.post(CONTACTS, json={"properties": {"room_preference": "penthouse"}}).status_code == 201
    assert client.patch(f"{PROPERTIES}/vip_note", json={"hasUniqueValue": True}).status_code == 400
    assert client.patch(f"{PROPERTIES}/firstname", json={"type": "number"}).status_code == 400
    assert client.patch(f"{PROPERTIES}/nothing", json={"label": "x"}).status_code == 404


def test_an_archived_property_is_in_no_answer_and_takes_no_value(client: httpx.Client) -> None:
    record = client.post(CONTACTS, json={"properties": {"vip_note": "VIP", "cb_guest_id": "G-1"}}).json()["id"]
    for name in ("vip_note", "cb_guest_id"):
        assert client.delete(f"{PROPERTIES}/{name}").status_code == 204
    assert client.delete(f"{PROPERTIES}/firstname").status_code == 400
    assert client.get(f"{PROPERTIES}/vip_note").status_code == 404
    archived = client.get(PROPERTIES, params={"archived": "true"}).json()["results"]
    assert [(item["name"], item["archived"]) for item in archived] == [("vip_note", True), ("cb_guest_id", True)]
    asked = client.get(f"{CONTACTS}/{record}", params={"properties": "vip_note,email"}).json()["properties"]
    assert "vip_note" not in asked
    assert client.patch(f"{CONTACTS}/{record}", json={"properties": {"vip_note": "x"}}).status_code == 400
    assert client.get(f"{CONTACTS}/G-1", params={"idProperty": "cb_guest_id"}).status_code == 400
    # Made anew, it begins without a value.
    client.post(PROPERTIES, json=definition("cb_guest_id", hasUniqueValue=True))
    assert client.get(f"{CONTACTS}/G-1", params={"idProperty": "cb_guest_id"}).status_code == 404


def test_batches_of_definitions_tell_what_could_not_be_done(client: httpx.Client) -> None:
    inputs = [definition("one"), definition("Two"), definition("vip_note")]
    made = client.post(f"{PROPERTIES}/batch/create", json={"inputs": inputs})
    assert made.status_code == 207
    assert [item["name"] for item in made.json()["results"]] == ["one"]
    assert [error["context"]["name"] for error in made.json()["errors"]] == [["Two"], ["vip_note"]]
    read = client.post(f"{PROPERTIES}/batch/read", json={"inputs": [{"name": "one"}, {"name": "nothing"}]})
    assert read.status_code == 207
    assert [item["name"] for item in read.json()["results"]] == ["one"]
    gone = client.post(f"{PROPERTIES}/batch/archive", json={"inputs": [{"name": "one"}, {"name": "nothing"}]})
    assert gone.status_code == 204
    assert client.get(f"{PROPERTIES}/one").status_code == 404


def test_groups_hold_properties_and_go_when_they_are_empty(client: httpx.Client) -> None:
    made = client.post(f"{PROPERTIES}/groups", json={"name": "stays", "label": "Stays", "displayOrder": 3})
    assert (made.status_code, made.json()["label"]) == (201, "Stays")
    assert client.post(f"{PROPERTIES}/groups", json={"name": "stays", "label": "Stays"}).status_code == 409
    client.post(PROPERTIES, json=definition("nights", groupName="stays"))
    assert client.delete(f"{PROPERTIES}/groups/stays").status_code == 400
    assert client.patch(f"{PROPERTIES}/groups/stays", json={"label": "All stays"}).json()["label"] == "All stays"
    client.patch(f"{PROPERTIES}/nights", json={"groupName": "contactinformation"})
    assert client.delete(f"{PROPERTIES}/groups/stays").status_code == 204
    names = [group["name"] for group in client.get(f"{PROPERTIES}/groups").json()["results"]]
    assert "stays" not in names
    assert "contactinformation" in names


@pytest.mark.parametrize(
    "path",
    [
        "/properties/v1/contacts/properties",
        "/properties/v2/contact/properties",
        "/contacts/v2/properties",
    ],
)
def test_old_paths_give_the_definitions_as_one_array(client: httpx.Client, path: str) -> None:
    old = {item["name"]: item for item in client.get(path).json()}
    new = client.get(PROPERTIES).json()["results"]
    assert old.keys() == {item["name"] for item in new}
    assert old["createdate"]["readOnlyValue"] is True
    assert next(option["value"] for option in old["lifecyclestage"]["options"]) == "subscriber"
    groups = client.get("/properties/v2/contacts/groups", params={"includeProperties": "true"}).json()
    assert sum(len(group["properties"]) for group in groups) == len(new)
