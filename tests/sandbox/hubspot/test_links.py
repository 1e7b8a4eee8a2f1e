"""Whom records belong to: labels, directions, limits, batches, and the shapes of each version."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

V4, DATED = "/crm/v4/associations", "/crm/associations/2026-03"


@pytest.fixture(name="ids")
def _ids(client: httpx.Client) -> dict[str, list[str]]:
    """New records of each object, so that nothing is associated yet."""
    made = {
        "contacts": [{"email": f"l{number}@example.org"} for number in range(3)],
        "companies": [{"name": f"Company {number}"} for number in range(3)],
        "deals": [{"dealname": f"Deal {number}"} for number in range(2)],
        "line_items": [{"name": "Night", "price": "100"}],
    }
    return {
        name: [client.post(f"/crm/v3/objects/{name}", json={"properties": each}).json()["id"] for each in values]
        for name, values in made.items()
    }


def types_of(client: httpx.Client, source: str, source_id: str, target: str) -> dict[str, list[tuple[int, str | None]]]:
    found = client.get(f"/crm/v4/objects/{source}/{source_id}/associations/{target}").json()["results"]
    return {
        str(item["toObjectId"]): [(kind["typeId"], kind["label"]) for kind in item["associationTypes"]]
        for item in found
    }


def pair(one: str, other: str, *types: tuple[str, int]) -> dict[str, Any]:
    kinds = [{"associationCategory": category, "associationTypeId": number} for category, number in types]
    return {"from": {"id": one}, "to": {"id": other}, "types": kinds}


def label(client: httpx.Client, text: str, inverse: str = "") -> dict[str, Any]:
    body = {"label": text, "name": text.lower(), **({"inverseLabel": inverse} if inverse else {})}
    answer = client.post(f"{DATED}/contacts/companies/labels", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["results"][0]
    return found


def test_a_label_stands_beside_the_plain_association_and_reads_otherwise_from_there(
    client: httpx.Client, ids: dict[str, list[str]]
) -> None:
    kind = label(client, "Employee", "Employer")
    assert kind["category"] == "USER_DEFINED"
    contact, (first, second, _) = ids["contacts"][0], ids["companies"]
    inputs = [pair(contact, company, ("USER_DEFINED", kind["typeId"])) for company in (first, second)]
    made = client.post(f"{DATED}/contacts/companies/batch/create", json={"inputs": inputs})
    assert made.status_code == 201
    assert [item["labels"] for item in made.json()["results"]] == [["Employee"], ["Employee"]]
    found = types_of(client, "contacts", contact, "companies")
    assert found[first] == [(1, "Primary"), (279, None), (kind["typeId"], "Employee")]
    assert found[second] == [(279, None), (kind["typeId"], "Employee")]
    assert [text for _, text in types_of(client, "companies", second, "contacts")[contact]] == [None, "Employer"]


def test_labels_are_listed_renamed_and_taken_away(client: httpx.Client, ids: dict[str, list[str]]) -> None:
    kind, (contact, company) = label(client, "Guest of"), (ids["contacts"][0], ids["companies"][0])
    at = f"{V4}/contacts/companies/labels"
    assert client.post(at, json={"label": "Guest of", "name": "again"}).status_code == 409
    assert client.post(at, json={"name": "x"}).status_code == 400
    both = pair(contact, company, ("USER_DEFINED", kind["typeId"]))
    client.post(f"{V4}/contacts/companies/batch/create", json={"inputs": [both]})
    renamed = {"associationTypeId": kind["typeId"], "label": "Host of"}
    assert client.put(at, json=renamed).status_code == 204
    assert "Host of" in [item["label"] for item in client.get(at).json()["results"]]
    assert "Host of" in [text for _, text in types_of(client, "contacts", contact, "companies")[company]]
    assert client.put(at, json={**renamed, "associationTypeId": 279}).status_code == 400
    assert client.delete(f"{at}/279").status_code == 400
    assert client.delete(f"{at}/{kind['typeId']}").status_code == 204
    assert types_of(client, "contacts", contact, "companies")[company] == [(1, "Primary"), (279, None)]
    assert len(client.get(f"{V4}/companies/contacts/labels").json()["results"]) == 2


def test_a_record_has_one_primary_company(client: httpx.Client, ids: dict[str, list[str]]) -> None:
    contact, (first, second, _) = ids["contacts"][0], ids["companies"]
    for company in (first, second):
        client.put(f"/crm/v4/objects/contacts/{contact}/associations/default/companies/{company}")
    body = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    client.put(f"/crm/v4/objects/contacts/{contact}/associations/companies/{second}", json=body)
    assert types_of(client, "contacts", contact, "companies") == {
        first: [(279, None)],
        second: [(1, "Primary"), (279, None)],
    }
    assert types_of(client, "companies", first, "contacts")[contact] == [(280, None)]
    # From the company's side it is the same: the contact's primary company moves.
    back = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 2}]
    client.put(f"/crm/v4/objects/companies/{first}/associations/contacts/{contact}", json=back)
    assert types_of(client, "contacts", contact, "companies")[second] == [(279, None)]


def test_one_bad_pair_does_not_keep_the_others_back(client: httpx.Client, ids: dict[str, list[str]]) -> None:
    contact, company = ids["contacts"][0], ids["companies"][0]
    good, plain = pair(contact, company, ("HUBSPOT_DEFINED", 279)), ("HUBSPOT_DEFINED", 279)
    bad = [pair(contact, "999", plain), pair("999", company, plain), pair(contact, company, ("HUBSPOT_DEFINED", 3))]
    answer = client.post(f"{DATED}/contacts/companies/batch/create", json={"inputs": [*bad, good]})
    assert answer.status_code == 207
    assert [item["toObjectId"] for item in answer.json()["results"]] == [company]
    ends = [(error["context"]["fromObjectId"], error["context"]["toObjectId"]) for error in answer.json()["errors"]]
    assert ends == [([contact], ["999"]), (["999"], [company]), ([contact], [company])]
    alone = client.post(f"{DATED}/contacts/companies/batch/create", json={"inputs": [{**good, "types": []}]})
    assert (alone.status_code, alone.json()["results"]) == (207, [])


def test_default_associations_come_in_batches_too(client: httpx.Client, ids: dict[str, list[str]]) -> None:
    inputs = [{"from": {"id": deal}, "to": {"id": ids["contacts"][0]}} for deal in ids["deals"]]
    answer = client.post(f"{V4}/deals/contacts/batch/associate/default", json={"inputs": inputs})
    assert answer.status_code == 200
    assert answer.json()["results"][0]["associationSpec"] == {
        "associationCategory": "HUBSPOT_DEFINED",
        "associationTypeId": 3,
    }
    assert set(types_of(client, "contacts", ids["contacts"][0], "deals")) == set(ids["deals"])


def test_associations_and_single_labels_are_taken_away(client: httpx.Client, ids: dict[str, list[str]]) -> None:
    kind, contact, companies = label(client, "Agent"), ids["contacts"][0], ids["companies"][:2]
    inputs = [pair(contact, company, ("USER_DEFINED", kind["typeId"])) for company in companies]
    client.post(f"{V4}/contacts/companies/batch/create", json={"inputs": inputs})
    gone = client.post(f"{V4}/contacts/companies/batch/labels/archive", json={"inputs": inputs[1:]})
    assert gone.status_code == 204
    assert types_of(client, "contacts", contact, "companies")[companies[1]] == [(279, None)]
    body = {"inputs": [{"from": {"id": contact}, "to": [{"id": companies[0]}, {"id": "999"}]}]}
    assert client.post(f"{DATED}/contacts/companies/batch/archive", json=body).status_code == 200
    assert set(types_of(client, "contacts", contact, "companies")) == {companies[1]}
    assert client.delete(f"/crm/v4/objects/contacts/{contact}/associations/companies/{companies[1]}").status_code == 204
    assert types_of(client, "companies", companies[1], "contacts") == {}


def test_ids_are_texts_in_dated_versions_and_numbers_in_the_fourth(
    client: httpx.Client, ids: dict[str, list[str]]
) -> None:
    contact, company = ids["contacts"][0], ids["companies"][0]
    both = {"inputs": [pair(contact, company, ("HUBSPOT_DEFINED", 279))]}
    for root, written in ((DATED, str), (V4, int)):
        made = client.post(f"{root}/contacts/companies/batch/create", json=both).json()["results"][0]
        read = client.post(f"{root}/contacts/companies/batch/read", json={"inputs": [{"id": contact}]}).json()
        for value in (made["toObjectId"], made["fromObjectId"], read["results"][0]["to"][0]["toObjectId"]):
            assert isinstance(value, written)
    assert client.post("/crm/associations/2026-09/contacts/companies/batch/create", json=both).status_code == 200


def test_five_hundred_associations_are_a_page(client: httpx.Client, ids: dict[str, list[str]]) -> None:
    company = ids["companies"][0]
    link = {"to": {"id": company}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]}
    for start in range(0, 510, 100):
        inputs = [
            {"properties": {"email": f"many{number}@example.org"}, "associations": [link]}
            for number in range(start, min(start + 100, 510))
        ]
        assert client.post("/crm/v3/objects/contacts/batch/create", json={"inputs": inputs}).status_code == 201
    at = f"/crm/objects/2026-03/companies/{company}/associations/contacts"
    first = client.get(at).json()
    rest = client.get(at, params={"after": first["paging"]["next"]["after"]}).json()
    assert (len(first["results"]), len(rest["results"]), "paging" in rest) == (500, 10, False)
    batch = f"{DATED}/companies/contacts/batch/read"
    read = client.post(batch, json={"inputs": [{"id": company}]}).json()["results"][0]
    assert len(read["to"]) == 500
    after = read["paging"]["next"]["after"]
    more = client.post(batch, json={"inputs": [{"id": company, "after": after}]}).json()["results"][0]
    assert len({item["toObjectId"] for item in (*read["to"], *more["to"])}) == 510


def test_a_line_item_belongs_to_one_deal(client: httpx.Client, ids: dict[str, list[str]]) -> None:
    item, (first, second) = ids["line_items"][0], ids["deals"]
    assert client.put(f"/crm/v4/objects/deals/{first}/associations/default/line_items/{item}").status_code == 200
    assert client.put(f"/crm/v4/objects/deals/{first}/associations/default/line_items/{item}").status_code == 200
    for path in (
        f"deals/{second}/associations/default/line_items/{item}",
        f"line_items/{item}/associations/default/deals/{second}",
    ):
        refused = client.put(f"/crm/v4/objects/{path}")
        assert refused.status_code == 400
        assert first in refused.json()["message"]
    assert types_of(client, "line_items", item, "deals") == {first: [(20, None)]}


def test_a_limit_of_a_label_is_kept(client: httpx.Client, ids: dict[str, list[str]]) -> None:
    kind, contact, (first, second, _) = label(client, "Owner"), ids["contacts"][0], ids["companies"]
    at = f"{DATED}/definitions/configurations/contacts/companies"
    limit = {"category": "USER_DEFINED", "typeId": kind["typeId"], "maxToObjectIds": 1}
    assert client.post(f"{at}/batch/create", json={"inputs": [limit]}).status_code == 201
    assert client.get(at).json()["results"][0]["userEnforcedMaxToObjectIds"] == 1
    body = [{"associationCategory": "USER_DEFINED", "associationTypeId": kind["typeId"]}]
    path = f"/crm/objects/2026-03/contacts/{contact}/associations/companies"
    statuses = [client.put(f"{path}/{company}", json=body).status_code for company in (first, first, second)]
    assert statuses == [201, 201, 400]
    client.post(f"{at}/batch/purge", json={"inputs": [{"category": "USER_DEFINED", "typeId": kind["typeId"]}]})
    assert client.put(f"{path}/{second}", json=body).status_code == 201


def test_what_version_three_calls_them(client: httpx.Client, ids: dict[str, list[str]]) -> None:
    contact, company, deal = ids["contacts"][0], ids["companies"][0], ids["deals"][0]
    path = f"/crm/v3/objects/contacts/{contact}/associations"
    assert client.put(f"{path}/companies/{company}/contact_to_company").status_code == 200
    assert client.put(f"{path}/deals/{deal}/4").status_code == 200
    assert client.get(f"{path}/companies").json()["results"] == [
        {"id": company, "type": "contact_to_company"},
        {"id": company, "type": "contact_to_company_unlabeled"},
    ]
    listed = client.get(f"/crm/v3/objects/contacts/{contact}", params={"associations": "deals"}).json()
    assert listed["associations"]["deals"]["results"] == [{"id": deal, "type": "contact_to_deal"}]
    read = client.post("/crm/v3/associations/contacts/deals/batch/read", json={"inputs": [{"id": contact}]}).json()
    assert read["results"] == [{"from": {"id": contact}, "to": [{"id": deal, "type": "contact_to_deal"}]}]
    names = client.get("/crm/v3/associations/deals/contacts/types").json()["results"]
    assert names == [{"id": "3", "name": "deal_to_contact"}]
    inputs = [{"from": {"id": deal}, "to": {"id": contact}, "type": "deal_to_contact"}]
    gone = client.post("/crm/v3/associations/deals/contacts/batch/archive", json={"inputs": inputs})
    assert gone.status_code == 204
    assert client.get(f"{path}/deals").json()["results"] == []
    assert client.post("/crm/v3/associations/deals/contacts/batch/create", json={"inputs": inputs}).status_code == 201
