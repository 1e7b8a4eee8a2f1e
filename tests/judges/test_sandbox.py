"""Every call that the sandbox answers, in every version, by the vendor's own documents; refused ones as well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.judges.caller import SHAPES, Caller
from tests.judges.conftest import Portal
from tests.sandbox.running import plain_client

pytestmark = pytest.mark.reference

NOBODY = "99999999999"
VALUES = {
    "contacts": {"email": "ana@palma.example", "firstname": "Ana"},
    "companies": {"name": "Hotel Palma", "domain": "palma.example"},
    "deals": {"dealname": "A week in May", "amount": "1200.50"},
    "tickets": {"subject": "A lost suitcase", "hs_pipeline": "0", "hs_pipeline_stage": "1"},
    "products": {"name": "Breakfast", "price": "12.5", "hs_sku": "BF-1"},
    "line_items": {"name": "Breakfast", "quantity": "2", "price": "12.5"},
    "notes": {"hs_timestamp": "2026-05-04T10:00:00Z", "hs_note_body": "Anniversary"},
    "quotes": {"hs_title": "A week in May", "hs_expiration_date": "2026-12-31"},
    "orders": {"hs_order_name": "O-1"},
    "invoices": {"hs_currency": "MXN"},
}
"""What each object is created with."""


@pytest.fixture(name="portal", params=["judged"])
def _portal(portal: Portal) -> Portal:
    """Always judged: there is nothing else to it."""
    return portal


@pytest.fixture(name="call", params=SHAPES)
def _call(request: pytest.FixtureRequest, portal: Portal) -> Iterator[Caller]:
    """A client to one version."""
    headers = {"Authorization": f"Bearer {portal.token}"}
    with plain_client(portal.url, headers=headers) as client:
        yield Caller(client, SHAPES[request.param])


@pytest.mark.parametrize("name", VALUES)
def test_records(call: Caller, name: str) -> None:
    at, values = f"{call.at.objects}/{name}", VALUES[name]
    names = [*values]
    first, last = names[0], names[-1]
    made = call.make(name, values)
    call.get(at, limit="2", properties=",".join(values), associations="contacts,companies")
    call.get(at, archived="true")
    call.get(f"{at}/{made}", properties=first, propertiesWithHistory=first, associations="contacts")
    call.patch(f"{at}/{made}", {"properties": {last: ""}})
    call.patch(f"{at}/{made}", {"properties": {"no_such_property": "1"}}, expect=400)
    call.get(f"{at}/{NOBODY}", expect=404)
    other = call.post(f"{at}/batch/create", {"inputs": [{"properties": _another(values)}]}, expect=201)["results"][0]
    call.post(f"{at}/batch/read", {"inputs": [{"id": made}, {"id": NOBODY}], "properties": [*values]}, expect=207)
    call.post(f"{at}/batch/read", {"inputs": [{"id": made}]})
    call.post(f"{at}/batch/update", {"inputs": [{"id": other["id"], "properties": values}]}, expect=_merged(name))
    wanted = {"propertyName": "hs_object_id", "operator": "IN", "values": [made, other["id"]]}
    search = {"filterGroups": [{"filters": [wanted]}], "sorts": ["-hs_object_id"], "properties": [*values], "limit": 1}
    found = call.post(f"{at}/search", search)
    assert found["total"] == 2
    call.post(f"{at}/search", {**search, "after": found["paging"]["next"]["after"]})
    call.post(f"{at}/search", {"filterGroups": [{"filters": [{**wanted, "operator": "LIKE"}]}]}, expect=400)
    call.delete(f"{at}/{made}")
    call.post(f"{at}/batch/archive", {"inputs": [{"id": other["id"]}]}, expect=204)
    call.get(at, archived="true", limit="1")


def _another(values: dict[str, str]) -> dict[str, str]:
    return {**values, **({"email": "bea@palma.example"} if "email" in values else {})}


def _merged(name: str) -> int:
    """The status of giving a second record the values of the first: contacts have one address each."""
    return 409 if name == "contacts" else 200


def test_partial_success(call: Caller) -> None:
    at = f"{call.at.objects}/contacts/batch"
    good = {"properties": {"email": "cara@palma.example"}, "objectWriteTraceId": "good"}
    bad = {"properties": {"email": "dora@palma.example", "stay_count": "three"}, "objectWriteTraceId": "bad"}
    assert len(call.post(f"{at}/create", {"inputs": [good, bad]}, expect=207)["results"]) == 1
    keyed = [{**item, "id": item["properties"]["email"], "idProperty": "email"} for item in (good, bad)]  # type: ignore[index]
    call.post(f"{at}/upsert", {"inputs": keyed}, expect=207)
    call.post(f"{at}/upsert", {"inputs": keyed[:1]})
    call.post(f"{at}/create", {"inputs": [{"properties": {"email": "cara@palma.example"}}]}, expect=409)
    call.post(f"{at}/create", {"inputs": [{"properties": {"stay_count": "three"}}]}, expect=400)
    call.post(f"{at}/update", {"inputs": [{"id": NOBODY, "properties": {}, "objectWriteTraceId": "1"}]}, expect=207)


def test_merging(call: Caller) -> None:
    one, two = (call.make("contacts", {"email": f"{name}@palma.example"}) for name in ("eva", "fe"))
    call.post(f"{call.at.objects}/contacts/merge", {"primaryObjectId": one, "objectIdToMerge": two})


def test_associations(call: Caller) -> None:
    links = f"{call.at.links}/contacts/companies"
    contact = call.make("contacts", {"email": "gil@palma.example"})
    one, two = (call.make("companies", {"name": name}) for name in ("One", "Two"))
    at = f"{call.at.linked}/contacts/{contact}/associations"
    call.put(f"{call.at.linked}/contacts/{contact}/associations/default/companies/{one}")
    made = call.post(f"{links}/labels", {"name": "agent", "label": "Agent"})["results"][0]
    call.put(f"{links}/labels", {"associationTypeId": made["typeId"], "label": "Travel agent"}, expect=204)
    call.get(f"{links}/labels")
    spec = [{"associationCategory": made["category"], "associationTypeId": made["typeId"]}]
    call.put(f"{at}/companies/{two}", spec, expect=201)
    pair = {"from": {"id": contact}, "to": {"id": one}}
    created = 200 if "/2026-09/" in links else 201
    call.post(f"{links}/batch/create", {"inputs": [{**pair, "types": spec}]}, expect=created)
    call.post(f"{links}/batch/associate/default", {"inputs": [pair]})
    call.post(f"{links}/batch/read", {"inputs": [{"id": contact}]})
    call.post(f"{links}/batch/read", {"inputs": [{"id": contact}, {"id": NOBODY}]}, expect=207)
    call.get(f"{call.at.objects}/contacts/{contact}", associations="companies")
    call.get(f"{at}/companies")
    gone = 204 if "/v4/" in links else 200
    call.post(f"{links}/batch/labels/archive", {"inputs": [{**pair, "types": spec}]}, expect=gone)
    call.post(f"{links}/batch/archive", {"inputs": [{"from": {"id": contact}, "to": [{"id": one}]}]}, expect=gone)
    call.delete(f"{at}/companies/{two}")
    call.delete(f"{links}/labels/{made['typeId']}")


def test_properties(call: Caller) -> None:
    at = f"{call.at.properties}/contacts"
    call.get(at)
    call.post(f"{at}/groups", {"name": "stays", "label": "Stays"}, expect=201)
    call.get(f"{at}/groups")
    call.get(f"{at}/groups/stays")
    call.patch(f"{at}/groups/stays", {"label": "Their stays"})
    text = {"name": "guest_ref", "label": "Guest", "type": "string", "fieldType": "text", "groupName": "stays"}
    call.post(at, {**text, "hasUniqueValue": True}, expect=201)
    call.post(at, text, expect=409)
    call.post(at, {**text, "name": "other", "fieldType": "date"}, expect=400)
    call.get(f"{at}/guest_ref")
    call.get(f"{at}/no_such_property", expect=404)
    call.patch(f"{at}/guest_ref", {"label": "Guest number"})
    kind = {
        "name": "room_kind",
        "label": "Room",
        "type": "enumeration",
        "fieldType": "select",
        "groupName": "stays",
        "options": [{"value": "suite", "label": "Suite", "displayOrder": 0, "hidden": False}],
    }
    call.post(f"{at}/batch/create", {"inputs": [kind]}, expect=200 if "/2026-09/" in at else 201)
    names = {"inputs": [{"name": "guest_ref"}, {"name": "room_kind"}]}
    read = call.post(f"{at}/batch/read", {**names, "archived": False, "dataSensitivity": "non_sensitive"})
    assert len(read["results"]) == 2
    call.delete(f"{at}/guest_ref")
    call.post(f"{at}/batch/archive", {"inputs": [{"name": "room_kind"}]}, expect=204)
    call.delete(f"{at}/groups/stays")


def test_validation_rules(call: Caller) -> None:
    at = f"{call.at.validations}/0-1"
    call.put(f"{at}/lastname/rule-type/MAX_LENGTH", {"ruleArguments": ["5"]}, expect=204)
    call.get(at)
    call.get(f"{at}/lastname")
    call.get(f"{at}/lastname/rule-type/MAX_LENGTH")
    long = {"properties": {"email": "hana@palma.example", "lastname": "Hernández"}}
    call.post(f"{call.at.objects}/contacts", long, expect=400)


def test_pipelines(call: Caller) -> None:
    at = f"{call.at.pipelines}/deals"
    stage = {"label": "Asked", "displayOrder": 0, "metadata": {"probability": "0.2"}}
    made = call.post(at, {"label": "Groups", "displayOrder": 5, "stages": [stage]}, expect=201)["id"]
    call.get(at)
    call.get(f"{at}/{made}")
    call.patch(f"{at}/{made}", {"label": "Group stays"})
    held = call.post(f"{at}/{made}/stages", {**stage, "label": "Held", "displayOrder": 1}, expect=201)["id"]
    call.get(f"{at}/{made}/stages")
    call.get(f"{at}/{made}/stages/{held}")
    call.patch(f"{at}/{made}/stages/{held}", {"label": "Kept", "metadata": {"probability": "0.5"}})
    call.put(f"{at}/{made}/stages/{held}", {**stage, "label": "Kept"})
    call.put(f"{at}/{made}", {"label": "Groups", "displayOrder": 6, "stages": [stage]})
    call.delete(f"{at}/{made}")
    call.get(f"{at}/{made}", expect=404)


def test_custom_objects(call: Caller) -> None:
    at = call.at.schemas
    number = {"name": "number", "label": "Number", "type": "string", "fieldType": "text", "hasUniqueValue": True}
    made = call.post(
        at,
        {
            "name": "room",
            "labels": {"singular": "Room", "plural": "Rooms"},
            "primaryDisplayProperty": "number",
            "requiredProperties": ["number"],
            "searchableProperties": [],
            "secondaryDisplayProperties": [],
            "properties": [number],
            "associatedObjects": ["CONTACT"],
        },
        expect=201,
    )
    kind = made["objectTypeId"]
    call.get(at)
    call.get(f"{at}/{kind}")
    call.patch(f"{at}/{kind}", {"labels": {"singular": "Room", "plural": "All rooms"}})
    upsert = {"id": "101", "idProperty": "number", "properties": {"number": "101"}}
    room = call.post(f"{call.at.objects}/{kind}/batch/upsert", {"inputs": [upsert]})["results"][0]
    contact = call.make("contacts", {"email": "ina@palma.example"})
    call.put(f"{call.at.linked}/{kind}/{room['id']}/associations/default/contacts/{contact}")
    call.get(f"{call.at.properties}/{kind}")
    call.delete(f"{call.at.objects}/{kind}/{room['id']}")
    call.delete(f"{at}/{kind}")


def test_account_and_owners(call: Caller) -> None:
    call.get(f"{call.at.account}/details")
    call.get(f"{call.at.account}/api-usage/daily/private-apps")
    owners = call.get(call.at.owners, limit="2")
    call.get(call.at.owners, email=owners["results"][0]["email"])
    call.get(f"{call.at.owners}/{owners['results'][0]['id']}")
    call.get(call.at.owners, archived="true")


def test_refusals_at_the_door(call: Caller) -> None:
    call.client.headers["Authorization"] = "Bearer another"
    assert call.get(f"{call.at.objects}/contacts", expect=401)["category"] == "INVALID_AUTHENTICATION"
