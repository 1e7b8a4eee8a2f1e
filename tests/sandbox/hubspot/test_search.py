"""Search: operators, groups, sorts, paging, its limits and its lag."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.sandbox.hubspot.conftest import Start

SEARCH = "/crm/objects/2026-03/contacts/search"
COUNT = "stay_count"


def where(name: str, operator: str, **value: Any) -> dict[str, Any]:
    return {"propertyName": name, "operator": operator, **value}


@pytest.fixture(name="three")
def _three(client: httpx.Client) -> httpx.Client:
    for number, (count, note) in enumerate([("1", "Honeymoon suite"), ("5", "honey allergy"), ("12", "")]):
        record = {
            "email": f"s{number}@search.example",
            COUNT: count,
            "vip_note": note,
            "last_stay": f"2026-0{number + 1}-01",
        }
        assert client.post("/crm/v3/objects/contacts", json={"properties": record}).status_code == 201
    return client


def hits(client: httpx.Client, *groups: list[dict[str, Any]], **more: Any) -> list[str]:
    ours = where("email", "CONTAINS_TOKEN", value="*@search.example")
    body = {"filterGroups": [{"filters": [*group, ours]} for group in groups], "properties": ["email"], **more}
    answer = client.post(SEARCH, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(answer.json()["results"])
    return [item["properties"]["email"][1] for item in answer.json()["results"]]


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (where(COUNT, "EQ", value="5.0"), "1"),
        (where(COUNT, "NEQ", value="5"), "02"),
        (where(COUNT, "LT", value="5"), "0"),
        (where(COUNT, "LTE", value="5"), "01"),
        (where(COUNT, "GT", value="5"), "2"),
        (where(COUNT, "GTE", value="5"), "12"),
        (where(COUNT, "BETWEEN", value="2", highValue="12"), "12"),
        (where(COUNT, "IN", values=["1", "12"]), "02"),
        (where(COUNT, "NOT_IN", values=["1", "12"]), "1"),
        (where("vip_note", "HAS_PROPERTY"), "01"),
        (where("vip_note", "NOT_HAS_PROPERTY"), "2"),
        (where("vip_note", "CONTAINS_TOKEN", value="honey"), "1"),
        (where("vip_note", "CONTAINS_TOKEN", value="honey*"), "01"),
        (where("vip_note", "NOT_CONTAINS_TOKEN", value="honey"), "0"),
        (where("email", "EQ", value="S1@SEARCH.example"), "1"),
        (where("email", "IN", values=["s0@search.example"]), "0"),
        (where("email", "IN", values=["S0@search.example"]), ""),
        (where("last_stay", "GTE", value="2026-02-01"), "12"),
        (where("last_stay", "LT", value="1769904000000"), "0"),
    ],
)
def test_each_operator(three: httpx.Client, item: dict[str, Any], found: str) -> None:
    assert "".join(sorted(hits(three, [item]))) == found


def test_groups_are_alternatives(three: httpx.Client) -> None:
    low, high = [where(COUNT, "LT", value="2")], [where(COUNT, "GT", value="10")]
    assert sorted(hits(three, low, high)) == ["0", "2"]


@pytest.mark.parametrize(
    ("sorts", "order"),
    [
        ([f"-{COUNT}"], ["2", "1", "0"]),
        ([{"propertyName": COUNT, "direction": "ASCENDING"}], ["0", "1", "2"]),
        ([{"propertyName": "email", "direction": "DESCENDING"}], ["2", "1", "0"]),
    ],
)
def test_sorts_by_the_type_of_the_property(three: httpx.Client, sorts: list[Any], order: list[str]) -> None:
    assert hits(three, [], sorts=sorts) == order


def test_pages_of_two_hundred_hold_everything_once(client: httpx.Client) -> None:
    ids: list[str] = []
    after = "0"
    while after:
        page = client.post(SEARCH, json={"limit": 200, "after": after}).json()
        ids += [item["id"] for item in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after")
    assert len(ids) == len(set(ids)) == page["total"]


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": 100, "after": "9901"},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [where(COUNT, "EQ", value="1")] * 11}]},
        {"filterGroups": [{"filters": [where(COUNT, "EQ", value="1")] * 9}] * 3},
        {"filterGroups": [{"filters": [where("nix", "EQ", value="1")]}]},
        {"filterGroups": [{"filters": [where(COUNT, "LIKE", value="1")]}]},
        {"filterGroups": [{"filters": [where(COUNT, "HAS_PROPERTY", value="1")]}]},
        {"filterGroups": [{"filters": [where(COUNT, "IN", value="1")]}]},
        {"query": "x" * 3001},
    ],
)
def test_what_breaks_a_limit_is_a_400(client: httpx.Client, body: dict[str, Any]) -> None:
    assert client.post(SEARCH, json=body).status_code == 400


def test_records_are_found_by_whom_they_belong_to(client: httpx.Client) -> None:
    deal = client.get("/crm/v3/objects/deals", params={"limit": 1, "associations": "companies"}).json()["results"][0]
    company = deal["associations"]["companies"]["results"][0]["id"]
    for item in (
        where("associations.company", "EQ", value=company),
        where("associations.companies", "IN", values=["1", company]),
    ):
        body = {"filterGroups": [{"filters": [item]}], "limit": 200}
        found = client.post("/crm/v3/objects/deals/search", json=body).json()["results"]
        assert deal["id"] in [record["id"] for record in found]
        assert len(found) < 30
    wrong = {"filterGroups": [{"filters": [where("associations.company", "GT", value=company)]}]}
    assert client.post("/crm/v3/objects/deals/search", json=wrong).status_code == 400


def test_the_index_lags_behind_as_long_as_told(start: Start) -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    clock = [moment]
    client = start(options={"hubspot-index-delay": "5"}, now=lambda: clock[0])
    created = client.post("/crm/v3/objects/contacts", json={"properties": {"email": "s0@search.example", COUNT: "1"}})
    assert hits(client, []) == []
    clock[0] = moment + timedelta(seconds=6)
    assert hits(client, []) == ["0"]
    client.patch(f"/crm/v3/objects/contacts/{created.json()['id']}", json={"properties": {COUNT: "2"}})
    assert hits(client, [where(COUNT, "EQ", value="1")]) == ["0"]
    clock[0] = moment + timedelta(seconds=12)
    assert hits(client, [where(COUNT, "EQ", value="2")]) == ["0"]
