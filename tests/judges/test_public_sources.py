"""What public ETL sources ask for, in their words: old aliases, singular names, long queries, forms.

The sources themselves were tried by hand, with nothing but their base address redirected.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.judges.conftest import Portal


@pytest.fixture(name="portal", params=["alone"])
def _portal(portal: Portal) -> Portal:
    """Not judged: the old paths are in no document any more."""
    return portal


@pytest.fixture(name="client")
def _client(portal: Portal) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {portal.token}"}
    with httpx.Client(base_url=portal.url, headers=headers, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/properties/v1/deals/properties", "dealname"),
        ("/companies/v2/properties", "domain"),
        ("/properties/v2/contact/properties", "email"),
        ("/properties/v2/line_item/properties", "price"),
        ("/properties/v2/deal_split/properties", "hs_object_id"),
        ("/properties/v2/form/properties", "hs_object_id"),
    ],
)
def test_definitions_under_their_old_paths(client: httpx.Client, path: str, name: str) -> None:
    found = {item["name"]: item for item in client.get(path).json()}
    assert {"name", "label", "type", "fieldType", "options"} <= {*found[name]}


def test_a_whole_object_with_all_its_properties_and_associations(client: httpx.Client) -> None:
    names = [item["name"] for item in client.get("/properties/v2/contact/properties").json()]
    params = {
        "limit": "100",
        "properties": ",".join(names),
        "associations": "tickets,companies,deals",
        "archived": "false",
    }
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = client.get("/crm/v3/objects/contact", params=params | after).json()
        seen += [record["id"] for record in page["results"]]
        assert {*page["results"][0]["properties"]} >= {*names} - {"hs_object_id"}
        if "paging" not in page:
            break
        after = {"after": page["paging"]["next"]["after"]}
    assert len(seen) == len({*seen}) > 300


def test_an_incremental_read_and_whom_its_records_belong_to(client: httpx.Client) -> None:
    search = {
        "limit": 200,
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "filters": [
            {"propertyName": "lastmodifieddate", "operator": "GTE", "value": "1704067200000"},
            {"propertyName": "lastmodifieddate", "operator": "LTE", "value": "4102444800000"},
            {"propertyName": "hs_object_id", "operator": "GTE", "value": "0"},
        ],
        "properties": ["email", "lastmodifieddate"],
    }
    found = client.post("/crm/v3/objects/contact/search", json=search).json()["results"]
    ids = [int(record["id"]) for record in found]
    assert len(ids) == 200
    assert ids == sorted(ids)
    inputs = {"inputs": [{"id": str(identifier)} for identifier in ids]}
    links = client.post("/crm/v4/associations/contact/companies/batch/read", json=inputs)
    assert links.status_code in {200, 207}
    assert any(entry["to"] for entry in links.json()["results"])


@pytest.mark.parametrize(
    "path", ["/crm/v3/owners/", "/crm/v4/objects/tickets", "/crm/v3/schemas", "/crm/v3/objects/0-3"]
)
def test_other_ways_to_the_same(client: httpx.Client, path: str) -> None:
    assert isinstance(client.get(path).raise_for_status().json()["results"], list)


def test_every_deal_and_company_as_a_source_pages_them(client: httpx.Client) -> None:
    """What it merges, follows and bookmarks: ids that newer paths know, and moments that are numbers."""
    params: dict[str, str] = {"limit": "100", "includeAllProperties": "True", "includeAssociations": "True"}
    deals: list[dict[str, Any]] = []
    while True:
        page = client.get("/deals/v1/deal/paged", params=params).json()
        inputs = {"inputs": [{"id": str(deal["dealId"])} for deal in page["deals"]], "properties": ["dealname"]}
        again = client.post("/crm/v3/objects/deals/batch/read", json=inputs).json()["results"]
        assert [record["id"] for record in again] == [str(deal["dealId"]) for deal in page["deals"]]
        deals += page["deals"]
        if not page["hasMore"]:
            break
        params["offset"] = str(page["offset"])
    assert len(deals) > 200
    assert any(deal["associations"]["associatedVids"] for deal in deals)
    assert all(deal["properties"]["hs_lastmodifieddate"]["timestamp"] > 1_600_000_000_000 for deal in deals)
    asked = {"limit": "250", "properties": ["createdate", "hs_lastmodifieddate"]}
    [company, *_] = client.get("/companies/v2/companies/paged", params=asked).json()["companies"]
    whole = client.get(f"/companies/v2/companies/{company['companyId']}").json()
    assert {*company["properties"]} == {"createdate", "hs_lastmodifieddate"} < {*whole["properties"]}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/email/public/v1/campaigns/by-id", "campaigns"),
        ("/email/public/v1/events", "events"),
        ("/email/public/v1/subscriptions/timeline", "timeline"),
        ("/automation/v3/workflows", "workflows"),
    ],
)
def test_what_no_local_portal_keeps_is_an_empty_list(client: httpx.Client, path: str, name: str) -> None:
    answer = client.get(path).raise_for_status().json()
    assert (answer[name], answer.get("hasMore", False)) == ([], False)


def test_lists_and_forms_are_empty_too(client: httpx.Client) -> None:
    lists = client.post("/crm/v3/lists/search", json={"count": 250, "sort": "HS_UPDATED_AT"}).json()
    assert lists == {"lists": [], "hasMore": False, "offset": 0, "total": 0}
    assert client.get("/forms/v2/forms").json() == []


def test_tokens_as_a_source_renews_and_examines_them(client: httpx.Client, portal: Portal) -> None:
    app = {name: portal.access["oauth"][name] for name in ("client_id", "client_secret")}
    asked = {
        "client_id": app["client_id"],
        "redirect_uri": "http://localhost/callback",
        "scope": "oauth crm.objects.contacts.read",
        "state": "here",
        "response_type": "code",
    }
    agreed = client.post("/oauth/authorize", data={**asked, "agreed": "yes"})
    code = parse_qs(urlsplit(agreed.headers["Location"]).query)["code"][0]
    form = {**app, "redirect_uri": asked["redirect_uri"]}
    first = client.post("/oauth/v1/token", data={**form, "grant_type": "authorization_code", "code": code}).json()
    renewal = {**form, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    again = client.post("/oauth/2026-03/token", data=renewal).json()
    assert (again["expires_in"], again["token_type"]) == (1800, "bearer")
    examined = client.get(f"/oauth/v1/access-tokens/{again['access_token']}").json()
    assert {*asked["scope"].split()} <= {*examined["scopes"]}
    lent = {"Authorization": f"Bearer {again['access_token']}"}
    assert client.get("/crm/v3/objects/contacts", headers=lent).status_code == 200
    assert client.get("/crm/v3/objects/deals", headers=lent).status_code == 403
