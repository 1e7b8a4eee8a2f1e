"""The judge of requests itself: what it must not let pass, by each kind of request that there is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.judges.cloudbeds.requests import faults
from tests.judges.recorder import Exchange
from tests.judges.requests import FORM, JSON
from tests.sandbox.cloudbeds.specification import Specification

pytestmark = pytest.mark.reference

KEY, BEARER = {"x-api-key": "cbat_1"}, {"authorization": "Bearer cbat_1"}
PEOPLE, LEDGER = {**BEARER, "x-organization-id": "9001"}, {**BEARER, "x-property-id": "297652"}
SORT = {"field": "id", "direction": "asc"}
SINCE = {"field": "created_at", "operator": "greater_than", "value": "2026-01-01T00:00:00Z"}


def classic(method: str, name: str, **values: str) -> Exchange:
    """Return a call of the classic API, its values where the method has them."""
    reads = method in {"GET", "DELETE"}
    query, body = ([*values.items()], b"") if reads else ([], urlencode(values).encode())
    return Exchange(method, f"/api/v1.3/{name}", query, "" if reads else FORM, body, 200, b"{}", KEY)


def rest(method: str, path: str, headers: Mapping[str, str], body: Any = None) -> Exchange:
    """Return a call of one of the newer generations."""
    sent = b"" if body is None else json.dumps(body).encode()
    return Exchange(method, path, [], JSON if sent else "", sent, 200, b"{}", headers)


NOTE = classic("POST", "postGuestNote", propertyID="1", guestID="2", guestNote="Cuna")
CHANGE = classic("PUT", "putReservationNote", reservationID="1", reservationNoteID="2", reservationNote="Cuna")
ARCHIVE = classic("DELETE", "deleteGuestNote", propertyID="1", guestID="2", noteID="3")
CUSTOM = {"customFields[0][customFieldName]": "motivo", "customFields[0][customFieldValue]": "boda"}
STAY = classic("PUT", "putReservation", reservationID="1", status="canceled", **CUSTOM)
ROOM = {"rooms[0][roomTypeID]": "455010", "rooms[0][quantity]": "1"}
BOOKING = classic("POST", "postReservation", startDate="2027-03-01", paymentMethod="cash", **ROOM)
ITEM = {"items[0][itemName]": "Mole", "items[0][itemQuantity]": "2", "items[0][itemPrice]": "345.50"}
TAX = {"items[0][itemTaxes][0][taxName]": "IVA", "items[0][itemTaxes][0][taxValue]": "16.5"}
SALE = classic("POST", "postCustomItem", referenceID="bill-1", reservationID="1", itemPaid="true", **ITEM, **TAX)
HOOK = classic("POST", "postWebhook", object="guest", action="created", endpointUrl="https://palma.example/x")
LIST = classic("GET", "getReservations", propertyID="1", modifiedFrom="2026-01-01 00:00:00", pageNumber="2")
FIELDS = classic("GET", "getCustomFields", propertyID="1")
PROFILE = rest("POST", "/guest-profiles/v1/profiles", PEOPLE, {"firstName": "Ana", "isOptIn": True})
PATCH = rest("PATCH", "/guest-profiles/v1/profiles/77", PEOPLE, {"city": "Oaxaca"})
STATS = rest("GET", "/guest-profiles/v1/profiles/77/stats", PEOPLE)
ROWS = rest(
    "POST", "/accounting/v1.0/transactions", LEDGER, {"filters": {"and": [SINCE]}, "limit": 100, "sort": [SORT]}
)
GOOD = {
    "note": NOTE,
    "change": CHANGE,
    "archive": ARCHIVE,
    "stay": STAY,
    "booking": BOOKING,
    "sale": SALE,
    "hook": HOOK,
    "list": LIST,
    "fields": FIELDS,
    "profile": PROFILE,
    "patch": PATCH,
    "stats": STATS,
    "rows": ROWS,
}


def form(exchange: Exchange, **values: str) -> Exchange:
    """Return the request with these values added to its form."""
    return replace(exchange, body=exchange.body + b"&" + urlencode(values).encode())


def body(exchange: Exchange, **values: object) -> Exchange:
    """Return the request with these members of its body."""
    return replace(exchange, body=json.dumps({**json.loads(exchange.body), **values}).encode())


def asked(exchange: Exchange, **values: str) -> Exchange:
    """Return the request with these parameters as well."""
    return replace(exchange, query=[*exchange.query, *values.items()])


@pytest.mark.parametrize("exchange", GOOD.values(), ids=GOOD.keys())
def test_what_the_documents_describe_passes(documents: Specification, exchange: Exchange) -> None:
    assert faults(documents, [exchange]) == []


WRONG = [
    (replace(NOTE, path="/api/v1.3/addGuestNote"), "no document knows of it"),
    (replace(NOTE, method="PUT"), "no document knows of it"),
    (form(NOTE, guestnote="Cuna"), "body guestnote is not described"),
    (form(NOTE, guestNote="Cuna"), "body guestNote is given more than once"),
    (replace(NOTE, content_type=JSON), "has a body of application/json, not of application/x-www-form-urlencoded"),
    (replace(NOTE, headers={}), "is let in by none of authorization: bearer, x-api-key"),
    (replace(NOTE, headers={"authorization": "Basic cbat_1"}), "is let in by none of"),
    (replace(NOTE, headers={**KEY, "x-property-id": "1"}), "header x-property-id is not described"),
    (form(CHANGE, noteID="2"), "body noteID is not described"),
    (replace(ARCHIVE, query=ARCHIVE.query[:-1]), "parameter noteID is missing"),
    (asked(ARCHIVE, reservationNoteID="2"), "parameter reservationNoteID is not described"),
    (form(STAY, status="cancelled"), "body status is none of its options: cancelled"),
    (form(STAY, checkoutDay="2027-01-01"), "body checkoutDay is not described"),
    (form(STAY, **{"customFields[1][fieldName]": "motivo"}), "body customFields[][fieldName] is not described"),
    (form(STAY, **{"customFields[2][customFieldName]": "motivo"}), "body customFields is counted 0, 2"),
    (form(STAY, **{"customFields[a][customFieldName]": "motivo"}), "body customFields[a][customFieldName] is not"),
    (form(BOOKING, **{"rooms[1][quantity]": "one"}), "body rooms[][quantity] is no integer: one"),
    (form(BOOKING, adults="2"), "body adults is a list or an object, and has no brackets"),
    (form(BOOKING, adults='[{"quantity": 2}]'), "body adults is JSON text"),
    (form(BOOKING, paymentMethod="gold"), "body paymentMethod is none of its options: gold"),
    (form(SALE, **{"items[1][itemPrice]": "345,50"}), "body items[][itemPrice] is no number: 345,50"),
    (form(SALE, **{"items[0][itemTaxes][1][rate]": "16"}), "body items[][itemTaxes][][rate] is not described"),
    (form(SALE, **{"payments[0][amount]": "many"}), "body payments[][amount] is no number: many"),
    (form(SALE, referenceId="bill-2"), "body referenceId is not described"),
    (form(HOOK, event="guest/created"), "body event is not described"),
    (asked(LIST, modifiedSince="2026-01-01"), "parameter modifiedSince is not described"),
    (asked(LIST, propertyIDs="1"), "parameter propertyIDs is not described"),
    (asked(LIST, pageSize="all"), "parameter pageSize is no integer: all"),
    (asked(LIST, status="cancelled"), "parameter status is none of its options: cancelled"),
    (asked(LIST, propertyID="2"), "parameter propertyID is given more than once"),
    (asked(FIELDS, applyTo="guest"), "parameter applyTo is not described"),
    (replace(PROFILE, headers=BEARER), "header x-organization-id is missing"),
    (replace(PROFILE, headers={**KEY, "x-organization-id": "9001"}), "is let in by none of authorization: bearer"),
    (replace(PROFILE, body=b"", content_type=""), "has no body"),
    (body(PROFILE, isOptIn="true"), "body isOptIn: string"),
    (body(PROFILE, first_name="Ana"), "body first_name: not described"),
    (body(PATCH, guestCity="Oaxaca"), "body guestCity: not described"),
    (replace(PATCH, method="PUT"), "no document knows of it"),
    (replace(STATS, path="/guest-profiles/v1/profiles/ana/stats"), "path profileId is no number: ana"),
    (replace(ROWS, headers={**BEARER, "x-property-id": "palma"}), "header x-property-id is no integer: palma"),
    (replace(ROWS, headers={**BEARER, "x-organization-id": "1"}), "header x-property-id is missing"),
    (body(ROWS, filters={"and": [{**SINCE, "op": "in"}]}), "body filters.and[].op: not described"),
    (body(ROWS, filters={"and": [{**SINCE, "operator": "since"}]}), "body filters.and[].operator: since is none"),
    (body(ROWS, filters={"and": [{"field": "id", "value": "1"}]}), "body filters.and[].operator: missing"),
    (body(ROWS, filters={"all": [SINCE]}), "body filters"),
    (body(ROWS, filters=[SINCE]), "body filters: list"),
    (body(ROWS, limit="100"), "body limit: string"),
    (body(ROWS, sort=[{"field": "id"}]), "body sort[].direction: missing"),
    (body(ROWS, page="2"), "body page: not described"),
]


@pytest.mark.parametrize(("exchange", "told"), WRONG, ids=[told for _, told in WRONG])
def test_what_they_do_not_describe_is_a_fault(documents: Specification, exchange: Exchange, told: str) -> None:
    found = faults(documents, [exchange])
    assert any(told in fault for fault in found), found
