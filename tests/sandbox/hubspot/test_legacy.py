"""Old paths: what public sources still read by them agrees with what the present paths tell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.sandbox.hubspot.conftest import Start

DEALS, COMPANIES, NOTES = "/crm/v3/objects/deals", "/crm/v3/objects/companies", "/crm/v3/objects/notes"
DEAL_PAGES, COMPANY_PAGES = "/deals/v1/deal/paged", "/companies/v2/companies/paged"
MODIFIED = "/engagements/v1/engagements/modified/after"


def milliseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def everything(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = client.get(path, params={"limit": "100", **after}).raise_for_status().json()
        found += page["results"]
        if "paging" not in page:
            return found
        after = {"after": page["paging"]["next"]["after"]}


@pytest.mark.parametrize(
    ("old", "name", "key", "more", "path"),
    [
        (DEAL_PAGES, "deals", "dealId", "hasMore", DEALS),
        (COMPANY_PAGES, "companies", "companyId", "has-more", COMPANIES),
    ],
)
def test_pages_hold_every_record_once(
    client: httpx.Client, old: str, name: str, key: str, more: str, path: str
) -> None:
    gone = everything(client, path)[0]["id"]
    client.delete(f"{path}/{gone}")
    seen: list[str] = []
    offset, pages = 0, 0
    while True:
        page = client.get(old, params={"limit": "60", "offset": str(offset)}).raise_for_status().json()
        seen += [str(record[key]) for record in page[name]]
        offset, pages = page["offset"], pages + 1
        if not page[more]:
            break
    assert seen == [record["id"] for record in everything(client, path)]
    assert gone not in seen
    assert pages == -(-len(seen) // 60) > 1


def test_a_deal_as_the_old_version_writes_it(client: httpx.Client) -> None:
    sent = {"dealname": "Wedding", "amount": "1200.50", "closedate": "2026-05-04T10:00:00.000Z"}
    made = client.post(DEALS, json={"properties": sent}).json()
    company = everything(client, COMPANIES)[0]["id"]
    client.put(f"/crm/v4/objects/deals/{made['id']}/associations/default/companies/{company}").raise_for_status()
    deal = client.get(f"/deals/v1/deal/{made['id']}").json()
    assert (deal["dealId"], deal["isDeleted"]) == (int(made["id"]), False)
    assert deal["associations"]["associatedCompanyIds"] == [int(company)]
    assert deal["associations"]["associatedVids"] == []
    values = {name: item["value"] for name, item in deal["properties"].items()}
    assert (values["dealname"], values["amount"]) == ("Wedding", "1200.50")
    assert values["closedate"] == str(milliseconds(sent["closedate"]))
    assert deal["properties"]["hs_lastmodifieddate"]["timestamp"] == milliseconds(made["updatedAt"])
    assert {"value", "timestamp", "source", "sourceId", "versions"} <= {*deal["properties"]["dealname"]}
    client.delete(f"{DEALS}/{made['id']}")
    assert client.get(f"/deals/v1/deal/{made['id']}").status_code == 404


def test_a_page_holds_what_was_asked_for(client: httpx.Client) -> None:
    def first(**params: Any) -> dict[str, Any]:
        found: dict[str, Any] = client.get(DEAL_PAGES, params={"limit": "1", **params}).json()["deals"][0]
        return found

    assert (first()["properties"], first()["associations"]) == ({}, None)
    some = first(properties=["dealname", "amount"], includeAssociations="true")
    assert {*some["properties"]} <= {"dealname", "amount"}
    assert some["associations"].keys() >= {"associatedVids", "associatedCompanyIds", "associatedDealIds"}
    whole = first(includeAllProperties="true", allPropertiesFetchMode="latest_version")
    assert {"dealname", "pipeline", "createdate", "hs_lastmodifieddate"} <= {*whole["properties"]}


def test_versions_of_a_value_that_was_emptied(client: httpx.Client) -> None:
    made = client.post(COMPANIES, json={"properties": {"name": "Casa", "city": "León"}}).json()
    client.patch(f"{COMPANIES}/{made['id']}", json={"properties": {"city": ""}}).raise_for_status()
    path = f"/companies/v2/companies/{made['id']}"
    assert client.get(path).json()["properties"]["city"]["versions"][0]["value"] == ""
    told = client.get(path, params={"includePropertyVersions": "true"}).json()["properties"]
    assert [version["value"] for version in told["city"]["versions"]] == ["", "León"]
    assert told["city"]["value"] == ""
    assert "website" not in told


def test_what_was_changed_last_comes_first(client: httpx.Client) -> None:
    touched = everything(client, COMPANIES)[3]["id"]
    moment = client.patch(f"{COMPANIES}/{touched}", json={"properties": {"city": "Puebla"}}).json()["updatedAt"]
    made = client.post(DEALS, json={"properties": {"dealname": "Latest"}}).json()
    params = {"since": str(milliseconds(moment))}
    found = client.get("/companies/v2/companies/recent/modified", params=params).json()
    assert [record["companyId"] for record in found["results"]] == [int(touched)]
    assert (found["total"], found["hasMore"]) == (1, False)
    assert client.get("/companies/v2/companies/recent/created", params=params).json()["results"] == []
    page = client.get("/deals/v1/deal/recent/created", params={"count": "2"}).json()
    assert page["results"][0]["dealId"] == int(made["id"])
    assert (page["hasMore"], page["offset"]) == (True, 2)
    rest = client.get("/deals/v1/deal/recent/created", params={"count": "100", "offset": "2"}).json()
    assert {record["dealId"] for record in page["results"]}.isdisjoint(record["dealId"] for record in rest["results"])


def test_the_contacts_of_a_company(client: httpx.Client) -> None:
    company = client.post(COMPANIES, json={"properties": {"name": "Casa"}}).json()["id"]
    vids = sorted(int(record["id"]) for record in client.get("/crm/v3/objects/contacts").json()["results"][:3])
    for vid in vids:
        client.put(f"/crm/v4/objects/contacts/{vid}/associations/default/companies/{company}").raise_for_status()
    path = f"/companies/v2/companies/{company}/vids"
    first = client.get(path, params={"count": "2"}).json()
    assert first == {"vids": vids[:2], "hasMore": True, "vidOffset": vids[1]}
    rest = client.get(path, params={"count": "2", "vidOffset": str(first["vidOffset"])}).json()
    assert (rest["vids"], rest["hasMore"]) == (vids[2:], False)


def test_the_contacts_of_a_company_and_whom_they_were_merged_from(client: httpx.Client) -> None:
    company = client.post(COMPANIES, json={"properties": {"name": "Casa"}}).json()["id"]
    vids: list[int] = []
    for name in ("ana", "eva", "ines"):
        sent = {"email": f"{name}@casa.example", "firstname": name}
        vids.append(int(client.post("/crm/v3/objects/contacts", json={"properties": sent}).json()["id"]))
    for vid in vids:
        client.put(f"/crm/v4/objects/contacts/{vid}/associations/default/companies/{company}").raise_for_status()
    path = f"/companies/v2/companies/{company}/contacts"
    first = client.get(path, params={"count": "2"}).raise_for_status().json()
    assert [contact["vid"] for contact in first["contacts"]] == vids[:2]
    assert (first["vidOffset"], first["hasMore"]) == (vids[1], True)
    rest = client.get(path, params={"vidOffset": str(first["vidOffset"])}).json()
    assert ([contact["vid"] for contact in rest["contacts"]], rest["hasMore"]) == (vids[2:], False)
    ana = first["contacts"][0]
    assert {item["name"]: item["value"] for item in ana["properties"]}["firstname"] == "ana"
    [identity] = ana["identities"]
    assert [found["value"] for found in identity["identity"] if found["type"] == "EMAIL"] == ["ana@casa.example"]
    merge = {"primaryObjectId": str(vids[0]), "objectIdToMerge": str(vids[2])}
    client.post("/crm/v3/objects/contacts/merge", json=merge).raise_for_status()
    merged = client.get(path).json()["contacts"]
    assert [contact["vid"] for contact in merged] == vids[:2]
    assert merged[0]["mergedVids"] == [vids[0], vids[2]]
    assert [who["identity"][0]["value"] for who in merged[0]["identities"]] == ["ana@casa.example", "ines@casa.example"]
    assert [audit["vidToMerge"] for audit in merged[0]["mergeAudit"]] == [vids[2]]
    assert client.get(path, params={"count": "101"}).status_code == 400
    assert client.get("/companies/v2/companies/1/contacts").status_code == 404


def test_pipelines_in_their_old_shapes(client: httpx.Client) -> None:
    [now] = client.get("/crm/v3/pipelines/deals").json()["results"]
    [old] = client.get("/deals/v1/pipelines").json()
    assert (old["pipelineId"], old["staticDefault"]) == (now["id"], True)
    assert [stage["stageId"] for stage in old["stages"]] == [stage["id"] for stage in now["stages"]]
    assert {stage["stageId"]: stage["probability"] for stage in old["stages"] if stage["closedWon"]} == {
        "closedwon": 1.0
    }
    for name, word in (("deals", "DEAL"), ("tickets", "TICKET")):
        [later] = client.get(f"/crm-pipelines/v1/pipelines/{name}").json()["results"]
        assert (later["objectType"], later["default"]) == (word, True)
        assert isinstance(later["stages"][0]["updatedAt"], int)
    assert client.get("/crm-pipelines/v1/pipelines/contacts").status_code == 400


def test_notes_are_engagements(client: httpx.Client) -> None:
    notes = everything(client, NOTES)
    listed = client.get("/engagements/v1/engagements/paged", params={"limit": "250"}).json()["results"]
    assert [str(entry["engagement"]["id"]) for entry in listed] == [note["id"] for note in notes]
    seen: list[int] = []
    after = "0"
    while True:
        page = client.get(MODIFIED, params={"limit": "25", "after": after}).json()
        seen += [entry["engagement"]["id"] for entry in page["results"]]
        after = page["after"]
        if not page["hasMore"]:
            break
    assert sorted(seen) == [int(note["id"]) for note in notes]
    assert client.get(MODIFIED, params={"after": after}).json() == {"results": [], "hasMore": False, "after": after}
    changed = client.patch(f"{NOTES}/{seen[0]}", json={"properties": {"hs_note_body": "Call back"}}).json()
    [entry] = client.get(MODIFIED, params={"after": after}).json()["results"]
    assert (entry["engagement"]["id"], entry["engagement"]["type"]) == (seen[0], "NOTE")
    assert entry["metadata"] == {"body": "Call back"}
    assert len(entry["associations"]["contactIds"]) == 1
    moment = {"after": str(milliseconds(changed["updatedAt"]))}
    assert client.get(MODIFIED, params=moment).json()["results"] == []


def test_engagements_that_were_changed_lately(client: httpx.Client) -> None:
    path = "/engagements/v1/engagements/recent/modified"
    made = [
        client.post(NOTES, json={"properties": {"hs_timestamp": "2026-05-04T10:00:00Z", "hs_note_body": text}}).json()
        for text in ("one", "two", "three")
    ]
    since = {"since": str(milliseconds(made[0]["updatedAt"]))}
    first = client.get(path, params={**since, "count": "2"}).raise_for_status().json()
    assert [entry["metadata"]["body"] for entry in first["results"]] == ["three", "two"]
    assert (first["hasMore"], first["offset"], first["total"]) == (True, 2, 3)
    rest = client.get(path, params={**since, "count": "250", "offset": "2"}).json()
    assert [entry["metadata"]["body"] for entry in rest["results"]] == ["one"]
    assert rest["hasMore"] is False
    client.put("/__sandbox__/clock", json={"advance": 31 * 86400}).raise_for_status()
    assert client.get(path, params=since).json()["results"] == []


@pytest.mark.parametrize(
    ("path", "params"),
    [
        (DEAL_PAGES, {"limit": "251"}),
        (DEAL_PAGES, {"offset": "x"}),
        ("/deals/v1/deal/recent/modified", {"count": "101"}),
        ("/companies/v2/companies/recent/created", {"since": "yesterday"}),
        (MODIFIED, {"after": "1-x"}),
    ],
)
def test_parameters_that_are_none(client: httpx.Client, path: str, params: dict[str, str]) -> None:
    assert client.get(path, params=params).status_code == 400


def test_an_old_path_needs_the_scope_of_its_object(start: Start) -> None:
    client = start()
    body = {"scopes": ["crm.objects.deals.read"]}
    token = client.post("/__sandbox__/private-apps", json=body).raise_for_status().json()["token"]
    lent = {"Authorization": f"Bearer {token}"}
    assert client.get(DEAL_PAGES, headers=lent).status_code == 200
    assert client.get("/deals/v1/pipelines", headers=lent).status_code == 200
    assert client.get(COMPANY_PAGES, headers=lent).status_code == 403
    assert client.get("/automation/v3/workflows", headers=lent).status_code == 403
    assert client.post("/crm/v3/lists/search", headers=lent, json={}).status_code == 403
    assert client.get("/email/public/v1/subscriptions", headers=lent).status_code == 403
    assert client.get("/engagements/v1/engagements/paged", headers=lent).status_code == 403
