"""Every answer of the spec dialect has the keys and JSON types of the vendor's documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.sandbox.cloudbeds import SANDBOX
from mapstudio.sandbox.cloudbeds.methods import METHODS
from tests.judges.recorder import Recorder
from tests.sandbox.cloudbeds.specification import Specification, specification
from tests.sandbox.running import build, plain_client, running

pytestmark = pytest.mark.reference
STOPPED = {"getTransactions", "getPayments"}


@dataclass
class Told:
    """A client of the spec dialect, whose exchanges are written down."""

    http: httpx.Client
    recorder: Recorder
    documents: Specification

    def classic(self, verb: str, method: str, **values: str) -> dict[str, Any]:
        reads = verb in {"GET", "DELETE"}
        answer = self.http.request(
            verb, f"/api/v1.3/{method}", params=values if reads else None, data=None if reads else values
        )
        body: dict[str, Any] = answer.json()
        assert body.get("success", True) in {True, "true"}, (method, body)
        return body

    def json(self, verb: str, path: str, body: object = None, **headers: str) -> Any:
        answer = self.http.request(verb, path, json=body, headers=headers) if body else self.http.request(
            verb, path, headers=headers
        )  # fmt: skip
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def told(reference_folder: Path) -> Iterator[Told]:
    """A fresh organisation that speaks as the documents do."""
    recorder = Recorder()
    services = recorder.listen(build(SANDBOX, options={"dialect": "spec"}))
    with running(services) as sandboxes:
        access = sandboxes["cloudbeds"]
        headers = {"x-api-key": access["api_key"]}
        with plain_client(access["url"], headers=headers) as http:
            yield Told(http, recorder, specification(reference_folder / "cloudbeds" / "openapi"))


def test_reads(told: Told) -> None:
    listed = told.classic("GET", "getReservations", includeGuestsDetails="true", includeCustomFields="true")["data"]
    told.classic("GET", "getReservations", includeAllRooms="true")
    told.classic(
        "GET", "getReservationsWithRateDetails", includeGuestsDetails="true", includeCustomFields="true",
        includeDeleted="true",
    )  # fmt: skip
    for row in listed[:60]:
        told.classic("GET", "getReservation", reservationID=row["reservationID"])
        told.classic("GET", "getReservationNotes", reservationID=row["reservationID"])
        told.classic("GET", "getGuest", guestID=row["guestID"])
        told.classic("GET", "getGuestNotes", guestID=row["guestID"])
    told.classic("GET", "getReservationRoomDetails", subReservationID=listed[0]["reservationID"])
    told.classic("GET", "getReservationAssignments", date="2026-11-20")
    told.classic("GET", "getGuestList", includeGuestInfo="true")
    told.classic("GET", "getGuestsModified", resultsFrom="2026-01-01")
    for status in ("in_house", "checked_out", "not_checked_in"):
        told.classic("GET", "getGuestsByStatus", status=status)
        told.classic("GET", "getGuestsByFilter", status=status)
    told.classic("GET", "getItem", itemID="382920")
    for method in (
        *("getHotels", "getHotelDetails", "getCustomFields", "getSources", "getUsers", "getPaymentMethods", "userinfo"),
        *("getRooms", "getRoomsUnassigned", "getRoomTypes", "getItems", "getItemCategories", "getHouseAccountList"),
        "oauth/metadata",
    ):
        told.classic("GET", method)
    assert "\n".join(told.documents.faults(told.recorder.exchanges)) == ""


def test_writes(told: Told) -> None:
    types = told.classic("GET", "getRoomTypes")["data"]
    room_type = types[0]["roomTypeID"]
    booked = told.classic(
        "POST", "postReservation", startDate="2027-01-10", endDate="2027-01-12", guestFirstName="Ana",
        guestLastName="Ruiz", guestCountry="MX", guestZip="06700", guestEmail="ana@example.com", paymentMethod="cash",
        **{
            "rooms[0][roomTypeID]": room_type, "rooms[0][quantity]": "1",
            "adults[0][roomTypeID]": room_type, "adults[0][quantity]": "2",
            "children[0][roomTypeID]": room_type, "children[0][quantity]": "0",
        },
    )  # fmt: skip
    reservation, guest = booked["reservationID"], booked["guestID"]
    rooms = told.classic("GET", "getRooms", pageSize="100")["data"][0]["rooms"]
    room = next(item["roomID"] for item in rooms if item["roomTypeID"] == room_type)
    told.classic("POST", "postGuest", reservationID=reservation, guestFirstName="Luis", guestLastName="Ruiz",
                 guestEmail="luis@example.com", guestCountry="MX")  # fmt: skip
    told.classic("PUT", "putGuest", guestID=guest, guestCity="Oaxaca")
    note = told.classic("POST", "postGuestNote", guestID=guest, guestNote="x")["guestNoteID"]
    told.classic("PUT", "putGuestNote", guestID=guest, noteID=note, guestNote="y")
    told.classic("DELETE", "deleteGuestNote", guestID=guest, noteID=note)
    where = {"reservationID": reservation}
    note = told.classic("POST", "postReservationNote", **where, reservationNote="x")["reservationNoteID"]
    told.classic("PUT", "putReservationNote", **where, reservationNoteID=note, reservationNote="y")
    told.classic("DELETE", "deleteReservationNote", **where, reservationNoteID=note)
    told.classic("PUT", "putReservation", **where, estimatedArrivalTime="16:00")
    told.classic("POST", "postRoomAssign", **where, newRoomID=room, roomTypeID=room_type)
    told.classic("POST", "postRoomCheckIn", **where)
    told.classic("POST", "postItem", **where, itemID="382920", itemQuantity="1")
    custom = {"items[0][appItemID]": "a", "items[0][itemName]": "Sopa", "items[0][itemQuantity]": "1",
              "items[0][itemPrice]": "90"}  # fmt: skip
    sold = told.classic("POST", "postCustomItem", **where, referenceID="r-1", **custom)["data"]["soldProductID"]
    told.classic("POST", "postCustomItem", **where, referenceID="r-1", **custom)
    told.classic("POST", "appendCustomItem", **where, referenceID="r-1", **custom)
    told.classic("POST", "postVoidItem", **where, soldProductID=sold)
    paid = told.classic("POST", "postPayment", **where, type="cash", amount="50")["paymentID"]
    told.classic("POST", "postVoidPayment", **where, paymentID=paid)
    told.classic("POST", "postCharge", **where, amount="5", currency="MXN", description="x", cardToken="t")
    told.classic("POST", "postRoomCheckOut", **where)
    told.classic("POST", "postCustomField", name="Alergias", shortcode="alergias", applyTo="guest", isPersonal="true")
    account = told.classic("POST", "postNewHouseAccount", accountName="Terraza")["data"]["houseAccountID"]
    told.classic("PUT", "putHouseAccountStatus", houseAccountID=account, status="closed")
    hook = {"object": "reservation", "action": "created", "endpointUrl": "http://127.0.0.1:9/x"}
    subscription = told.classic("POST", "postWebhook", **hook)["data"]["subscriptionID"]
    told.classic("GET", "getWebhooks")
    told.classic("DELETE", "deleteWebhook", subscriptionID=subscription)
    assert "\n".join(told.documents.faults(told.recorder.exchanges)) == ""


def test_accounting_profiles_and_points_of_sale(told: Told) -> None:
    money = {"X-Property-ID": "297652"}
    dated = {"field": "service_date", "operator": "equals", "value": "2026-11-18"}
    found = told.json("POST", "/accounting/v1.0/transactions", {"filters": dated, "limit": 20}, **money)
    assert found["transactions"]
    source = found["transactions"][0]["sourceId"]
    told.json("GET", f"/accounting/v1.0/source-balances/RESERVATION/{source}", **money)
    people = {"X-Organization-Id": "118204"}
    root = "/guest-profiles/v1/profiles"
    page = told.json("GET", f"{root}?limit=250&includeTotal=true", **people)
    told.json("GET", f"{root}/filters", **people)
    for profile in page["data"][:30]:
        for path in ("", "/stats", "/reservations", "/custom-fields", "/sources", "/merged-profiles"):
            told.json("GET", f"{root}/{profile['id']}{path}", **people)
    merged = {"profileIds": [page["data"][0]["id"], page["data"][1]["id"]], "firstName": "Eva", "lastName": "Sanz"}
    told.json("POST", "/guest-profiles/v1/merges", merged, **people)
    told.json("GET", "/guest-profiles/v1/merges", **people)
    made = told.json("POST", root, {"firstName": "Eva", "email": "eva@example.com", "isOptIn": True}, **people)
    told.json("PATCH", f"{root}/{made['id']}", {"city": "Sevilla"}, **people)
    told.json("POST", f"{root}/{made['id']}/anonymize", **people)
    house = {"x-property-id": "297652"}
    account = {"houseAccountId": "60177"}
    told.json("POST", "/item/v1/items", {**account, "items": [{"itemId": "382900", "itemQuantity": 1}]}, **house)
    amount = {"amount": "13000", "currencyCode": "MXN"}
    line = {"itemType": "PRODUCT", "itemName": "Mezcal", "itemQuantity": 1, "itemAmount": amount,
            "details": {"itemSku": "MEZ"}}  # fmt: skip
    key = {"Idempotency-Key": "1"}
    check = told.json("POST", "/folio/v1/checks", {**account, "items": [line]}, **house, **key)["data"]["checkId"]
    told.json("DELETE", f"/folio/v1/checks/{check}", **house)
    told.json("GET", "/item/v1/custom-items", **house)
    assert "\n".join(told.documents.faults(told.recorder.exchanges)) == ""


def test_the_documents_know_each_method_but_the_two_that_stop(told: Told) -> None:
    described = {path.rpartition(" ")[2].lstrip("/") for path in told.documents.names()}
    assert METHODS.keys() - described == STOPPED
