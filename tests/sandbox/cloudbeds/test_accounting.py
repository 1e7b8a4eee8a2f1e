from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapstudio.sandbox.clock import Clock
from mapstudio.sandbox.cloudbeds.accounting_filters import read_filters
from mapstudio.sandbox.cloudbeds.book import Transaction
from mapstudio.sandbox.cloudbeds.estate import Estate, make_estate
from mapstudio.sandbox.contract import Setup
from mapstudio.sandbox.ledger import Ledger
from tests.sandbox.cloudbeds.conftest import Client
from tests.sandbox.cloudbeds.happenings import CUSTOM_ITEM, book
from tests.sandbox.running import world

NOVEMBER = {
    "and": [
        {"field": "service_date", "operator": "greater_than_or_equal", "value": "2026-11-01"},
        {"field": "service_date", "operator": "less_than", "value": "2026-12-01"},
    ]
}


def codes(rows: list[dict[str, Any]]) -> list[str]:
    return [row["internalTransactionCode"] for row in rows]


def amount(rows: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(str(row["amount"])) for row in rows), Decimal(0))


def test_pages_follow_the_token_and_hold_each_row_once(client: Client) -> None:
    whole = client.transactions(NOVEMBER, limit=1100)["transactions"]
    assert len(whole) > 200
    found: list[dict[str, Any]] = []
    token = None
    while True:
        page = client.transactions(NOVEMBER, limit=70, pageToken=token)
        found += page["transactions"]
        token = page["nextPageToken"]
        if token is None:
            break
        assert len(page["transactions"]) == 70
    assert [row["id"] for row in found] == [row["id"] for row in whole]
    assert len(client.transactions(NOVEMBER)["transactions"]) == 100


def test_rows_are_sorted_as_asked(client: Client) -> None:
    order = [{"field": "service_date", "direction": "desc"}, {"field": "id", "direction": "asc"}]
    rows = client.transactions(NOVEMBER, limit=1100, sort=order)["transactions"]
    keys = [(row["serviceDate"], row["id"]) for row in rows]
    assert keys == sorted(keys, key=lambda key: (-int(key[0].replace("-", "")), int(key[1])))


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({}, "empty"),
        ({"and": []}, "empty"),
        ({"field": "source_kind", "operator": "equals", "value": "RESERVATION"}, "single filter"),
        ({"field": "id", "operator": "less_than", "value": 9}, "single filter"),
        ({"and": [{"field": "source_id", "operator": "equals", "value": "1"}]}, "source_kind"),
        ({"and": [{"field": "internal_code", "operator": "equals", "value": "4000"}]}, "base filter"),
        ({"and": [{"field": "colour", "operator": "equals", "value": "1"}]}, "colour"),
        ({"and": [{"field": "id", "operator": "like", "value": "1"}]}, "like"),
        ({"and": [{"field": "service_date", "operator": "equals", "value": "soon"}]}, "date"),
        ({"field": "id", "operator": "in", "value": []}, "list"),
        ({"and": [{"field": "external_relation_id", "operator": "equals", "value": "1"}]}, "together"),
        ({"and": NOVEMBER["and"], "or": NOVEMBER["and"]}, "either"),
    ],
)
def test_a_search_that_breaks_the_rules_is_refused_in_accountings_own_form(
    client: Client, filters: object, told: str
) -> None:
    answer = client.transactions(filters)
    assert answer["status"] == 400
    assert answer.keys() == {"status", "id", "timestamp", "errorCode", "errorDetails"}
    assert answer["errorCode"] == "INVALID_REQUEST"
    assert told in answer["errorDetails"]


@pytest.mark.parametrize("wrong", [{"limit": 1101}, {"limit": 0}, {"pageToken": "x"}, {"sort": [{"field": "amount"}]}])
def test_a_page_that_cannot_be_is_refused(client: Client, wrong: dict[str, Any]) -> None:
    assert client.transactions(NOVEMBER, **wrong)["status"] == 400


def test_a_property_must_be_named_and_be_the_keys(client: Client) -> None:
    path = f"{client.root}/accounting/v1.0/transactions"
    assert client.http.post(path, json={"filters": NOVEMBER}).status_code == 400
    answer = client.http.post(path, json={"filters": NOVEMBER}, headers={"X-Property-ID": "297653"})
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "ACCESS_DENIED")


def test_a_dish_has_its_tax_below_it_and_a_void_takes_both_back(client: Client) -> None:
    number = book(client)
    sold = client.send("POST", "postCustomItem", reservationID=number, **CUSTOM_ITEM)["data"]
    dish, tax = client.of_reservation(number)
    assert codes([dish, tax]) == ["4000", "8000"]
    assert (dish["externalRelationKind"], dish["quantity"], dish["amount"]) == ("ITEM_POS", 2, 1650)
    assert (tax["parentId"], tax["rootId"], tax["amount"]) == (dish["id"], dish["id"], 264)
    assert (dish["sourceIdentifier"], dish["id"]) == (number, sold["transactionID"])
    assert dish["sourceId"] != number
    client.send("POST", "postVoidItem", reservationID=number, soldProductID=sold["soldProductID"])
    rows = client.of_reservation(number)
    assert codes(rows) == ["4000", "8000", "4000V", "8000V"]
    assert amount(rows) == 0
    again = client.send("POST", "postVoidItem", reservationID=number, soldProductID=sold["soldProductID"])
    assert again["success"] is False


def test_deleting_a_reservation_doubles_its_rows_and_hides_it(client: Client) -> None:
    number = book(client)
    for _ in range(3):
        client.send("POST", "postCustomItem", reservationID=number, **CUSTOM_ITEM)
    assert len(client.of_reservation(number)) == 6
    assert client.control("DELETE", f"/reservations/{number}") == {"deleted": number, "transactions": 12}
    rows = client.of_reservation(number)
    assert len(rows) == 12
    assert amount(rows) == 0
    assert client.get("getReservation", reservationID=number)["message"] == "Reservation not found"
    shown = client.rows("getReservationsWithRateDetails", includeDeleted="true", reservationID=number)
    assert [row["isDeleted"] for row in shown] == [True]
    assert client.rows("getReservationsWithRateDetails", reservationID=number) == []


def test_the_balance_is_the_reservations_in_cents(client: Client) -> None:
    for row in client.get("getReservations", status="checked_in,checked_out", pageSize=30)["data"]:
        detail = client.get("getReservation", reservationID=row["reservationID"])["data"]
        rows = client.of_reservation(row["reservationID"])
        path = f"{client.root}/accounting/v1.0/source-balances/RESERVATION/{rows[0]['sourceId']}"
        told = client.http.get(path, headers={"X-Property-ID": "297652"}).json()
        assert told["balanceDue"] == round(detail["balance"] * 100)
        assert told["grandTotal"] == round(detail["balanceDetailed"]["grandTotal"] * 100)
        paid = -amount([item for item in rows if item["internalTransactionCode"].startswith("9")])
        assert Decimal(str(detail["balanceDetailed"]["paid"])) == paid
    missing = client.http.get(path[:-3] + "000000", headers={"X-Property-ID": "297652"})
    assert (missing.status_code, missing.json()["errorCode"]) == (404, "ENTITY_NOT_FOUND")


def test_the_night_audit_charges_each_occupied_room_once(client: Client) -> None:
    client.control("PUT", "/clock", {"set": "2026-11-21T12:00:00Z", "freeze": True})
    told = client.control("POST", "/night-audit", {})
    assert told["businessDate"] == "2026-11-20"
    assert told["posted"] > 0
    assert client.control("POST", "/night-audit", {})["posted"] == 0
    night = {"field": "service_date", "operator": "equals", "value": "2026-11-20"}
    rows = client.transactions(night, limit=1100)["transactions"]
    assert codes(rows).count("1000") >= told["posted"]


def test_the_methods_of_old_stop_on_the_first_of_december(client: Client) -> None:
    client.control("PUT", "/clock", {"set": "2026-11-30T23:59:00Z", "freeze": True})
    before = client.get("getTransactions", pageSize=5)
    assert before["count"] == 5
    assert before["total"] > 3000
    assert client.get("getPayments", pageSize=1)["total"] > 300
    client.control("PUT", "/clock", {"advance": 120})
    for method in ("getTransactions", "getPayments"):
        answer = client.http.get(method)
        assert (answer.status_code, answer.json()["success"]) == (404, False)


@pytest.fixture(scope="module")
def estate() -> Estate:
    """An organisation without a server."""
    return make_estate(Setup(world(), Ledger(), False, {}, Clock(lambda: datetime(2026, 11, 28, tzinfo=UTC))))


_BASE = {"field": "service_date", "operator": "greater_than", "value": "2026-01-01"}
_LEAVES = st.one_of(
    st.builds(
        lambda operator, value: {"field": "internal_code", "operator": operator, "value": value},
        st.sampled_from(["equals", "not_equals", "contains", "not_contains"]),
        st.sampled_from(["4000", "V", "8000", "9300"]),
    ),
    st.builds(lambda operator: {"field": "parent_id", "operator": operator}, st.sampled_from(["is_null", "not_null"])),
    st.builds(
        lambda value: {"field": "external_relation_kind", "operator": "in", "value": value},
        st.lists(st.sampled_from(["ITEM", "ITEM_POS", "ROOM", "TAX"]), min_size=1),
    ),
    st.just({"field": "service_date", "operator": "less_than_or_equal", "value": "2026-10-15"}),
)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.builds(
        lambda name, children: {name: children},
        st.sampled_from(["and", "or"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
_TESTS: dict[str, Callable[[str | None, Any], bool]] = {
    "equals": lambda found, value: found == value,
    "not_equals": lambda found, value: found != value,
    "contains": lambda found, value: found is not None and value in found,
    "not_contains": lambda found, value: found is None or value not in found,
    "is_null": lambda found, _: found is None,
    "not_null": lambda found, _: found is not None,
    "in": lambda found, value: found in value,
    "less_than_or_equal": lambda found, value: found is not None and found <= value,
    "greater_than": lambda found, value: found is not None and found > value,
}


def naive(node: dict[str, Any], row: Transaction) -> bool:
    for name, together in (("and", all), ("or", any)):
        if name in node:
            return together(naive(child, row) for child in node[name])
    values = {
        "internal_code": row.code,
        "parent_id": row.parent,
        "external_relation_kind": row.relation_kind,
        "service_date": row.service.isoformat(),
    }
    return _TESTS[node["operator"]](values[node["field"]], node.get("value"))


@settings(deadline=None, max_examples=60)
@given(tree=_TREES)
def test_filter_trees_mean_what_they_say(estate: Estate, tree: dict[str, Any]) -> None:
    # A relation's kind must come with its id; a search that has both is never wrong.
    whole: dict[str, Any] = {
        "and": [_BASE, {"field": "external_relation_id", "operator": "not_null"},
                {"field": "external_relation_kind", "operator": "not_null"}, tree],
    }  # fmt: skip
    house = estate.houses["297652"]
    rows = list(house.store.book.rows.values())[::7]
    test = read_filters(whole)
    expected = [row.id for row in rows if naive(_BASE, row) and naive(tree, row)]
    assert [row.id for row in rows if test(row, house.hotel)] == expected


def test_the_seeded_book_holds_together(estate: Estate) -> None:
    for house in estate.houses.values():
        book = house.store.book
        for row in book.rows.values():
            assert row.root in book.rows
            if row.parent is not None:
                assert book.rows[row.parent].account.id == row.account.id
            if row.undone is not None:
                assert (row.amount, row.code[-1]) == (-book.rows[row.undone].amount, "V")
        for item in house.store.all_reservations.values():
            if item.deleted:
                assert len(book.of(item.account)) == 12
                assert sum(row.amount for row in book.of(item.account)) == 0
