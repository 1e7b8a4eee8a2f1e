from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.sandbox.cloudbeds.conftest import Client
from tests.sandbox.cloudbeds.happenings import book, free_room


def detail(client: Client, number: str) -> dict[str, object]:
    data: dict[str, object] = client.get("getReservation", reservationID=number)["data"]
    return data


def test_a_booking_is_a_new_guest_and_a_priced_reservation(client: Client) -> None:
    number = book(client, **{"rooms[0][quantity]": "2"})
    told = client.get("getReservation", reservationID=number)["data"]
    assert [room["subReservationID"] for room in told["unassigned"]] == [number, f"{number}-1"]
    assert [room["adults"] for room in told["unassigned"]] == ["2", "2"]
    assert told["total"] == pytest.approx(2 * 2 * 4250 * 1.16)
    assert told["balance"] == told["total"]
    [guest] = told["guestList"].values()
    assert guest["guestEmail"] == "ana.ruiz@example.com"
    modified = {row["roomTypeID"] for row in client.rows("getGuestsModified") if row["reservationID"] == number}
    assert len(modified) == 1


def test_the_same_booking_twice_is_two_bookings(client: Client) -> None:
    first, second = book(client), book(client)
    assert first != second
    assert len(client.rows("getReservations", firstName="Ana", lastName="Ruiz", checkInFrom="2027-01-10")) == 2
    created = [line for line in client.written() if line["object"] == "reservations"]
    assert [(line["op"], line["id"]) for line in created] == [("create", first), ("create", second)]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"endDate": "2027-01-10"}, "endDate"),
        ({"guestZip": ""}, "guestZip"),
        ({"guestEmail": "no tiene"}, "guestEmail"),
        ({"paymentMethod": "shells"}, "paymentMethod"),
        ({"rooms[0][roomTypeID]": "1"}, "Room type 1"),
        ({"adults[0][quantity]": "0"}, "adults"),
        ({"sourceID": "s-99"}, "s-99"),
        ({"customFields[0][fieldName]": "dietary", "customFields[0][fieldValue]": "x"}, "dietary"),
        ({"estimatedArrivalTime": "tarde"}, "estimatedArrivalTime"),
    ],
)
def test_a_wrong_booking_is_refused(client: Client, form: dict[str, str], told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        book(client, **form)
    assert client.written() == []


def test_a_booking_takes_source_time_and_custom_fields_by_shortcode(client: Client) -> None:
    form = {"sourceID": "s-2-1", "thirdPartyIdentifier": "999", "estimatedArrivalTime": "16:30"}
    number = book(client, **form, **{"customFields[0][fieldName]": "motivo", "customFields[0][fieldValue]": "Boda"})
    told = client.get("getReservation", reservationID=number)["data"]
    assert (told["source"], told["thirdPartyIdentifier"]) == ("Booking.com", "999")
    assert told["estimatedArrivalTime"] == "16:30:00"
    assert [(field["customFieldName"], field["customFieldValue"]) for field in told["customFields"]] == [
        ("Motivo del viaje", "Boda")
    ]


def test_dates_and_rooms_change_the_price(client: Client) -> None:
    number = book(client)
    before = client.get("getReservation", reservationID=number)["data"]["total"]
    after = client.send("PUT", "putReservation", reservationID=number, checkoutDate="2027-01-14")["data"]
    assert after["endDate"] == "2027-01-14"
    assert after["total"] == pytest.approx(before * 2)
    room = {"roomTypeID": "455013", "checkinDate": "2027-01-11", "checkoutDate": "2027-01-13", "adults": "1"}
    form = {f"rooms[0][{name}]": value for name, value in {**room, "children": "0"}.items()}
    grown = client.send("PUT", "putReservation", reservationID=number, **form)["data"]
    assert [item["roomTypeID"] for item in grown["unassigned"]] == ["455010", "455013"]
    moved = client.send(
        "PUT", "putReservation", reservationID=number, **{**form, "rooms[0][subReservationID]": f"{number}-1",
                                                          "rooms[0][checkinDate]": "2027-01-09"},
    )["data"]  # fmt: skip
    assert (moved["startDate"], len(moved["unassigned"])) == ("2027-01-09", 2)


@pytest.mark.parametrize(
    "form",
    [
        {"status": "confirmed,canceled"},
        {"checkoutDate": "2027-01-10"},
        {"rooms[0][roomTypeID]": "455013"},
        {"allotmentBlockCode": "X"},
        {"status": "checked_in"},
        {"customFields[0][customFieldName]": "Motivo del viaje", "customFields[0][customFieldValue]": "x"},
    ],
)
def test_a_wrong_change_changes_nothing(client: Client, form: dict[str, str]) -> None:
    number = book(client)
    before = detail(client, number)
    assert client.send("PUT", "putReservation", reservationID=number, **form)["success"] is False
    assert detail(client, number) == before


def test_rooms_are_given_entered_and_left_one_by_one(client: Client) -> None:
    number = book(client, **{"rooms[0][quantity]": "2"})
    assert client.send("POST", "postRoomCheckIn", reservationID=number)["message"] == "Room is not assigned"
    first, second = free_room(client, number), free_room(client, number)
    assert first != second
    taken = book(client)
    answer = client.send("POST", "postRoomAssign", reservationID=taken, newRoomID=first)
    assert "not available" in answer["message"]
    client.send("POST", "postRoomCheckIn", reservationID=number, roomID=first)
    in_house = client.get("getGuestsByFilter", status="in_house", reservationID=number)["data"]
    assert [row["roomID"] for row in in_house] == [first]
    assert detail(client, number)["status"] == "checked_in"
    client.send("POST", "postRoomCheckIn", reservationID=number, roomID=second)
    client.send("POST", "postRoomCheckOut", reservationID=number, roomID=first)
    assert detail(client, number)["status"] == "checked_in"
    client.send("POST", "postRoomCheckOut", reservationID=number, roomID=second)
    assert detail(client, number)["status"] == "checked_out"
    assert client.send("POST", "postRoomAssign", reservationID=number, newRoomID="")["success"] is False


def test_a_guest_joins_a_reservation_and_cannot_be_without_one(client: Client) -> None:
    form = {"guestFirstName": "Luis", "guestLastName": "Ruiz", "guestEmail": "l@example.com", "guestCountry": "MX"}
    assert client.send("POST", "postGuest", **form)["message"] == "Parameter reservationID is required"
    number = book(client)
    custom = {"customFields[0][customFieldName]": "dietary", "customFields[0][customFieldValue]": "Vegana"}
    guest = client.send("POST", "postGuest", reservationID=number, guestNote="VIP", **form, **custom)["guestID"]
    inside = client.get("getReservation", reservationID=number)["data"]["guestList"]
    assert inside[guest]["isMainGuest"] is False
    assert inside[guest]["customFields"][0]["customFieldValue"] == "Vegana"
    assert [note["guestNote"] for note in client.get("getGuestNotes", guestID=guest)["data"]] == ["VIP"]


def test_a_required_custom_field_must_come_with_a_new_record(client: Client) -> None:
    defined = client.send(
        "POST", "postCustomField", name="Placas", shortcode="placas", applyTo="reservation", required="true"
    )
    assert defined["data"]["shortcode"] == "placas"
    assert [field["required"] for field in client.get("getCustomFields", shortcode="placas")["data"]] == [True]
    with pytest.raises(AssertionError, match="placas is required"):
        book(client)
    book(client, **{"customFields[0][fieldName]": "placas", "customFields[0][fieldValue]": "OAX-1"})


@pytest.mark.parametrize(
    "since",
    ["2026-11-18 06:00:00", "2026-11-18T06:00:00", "2026-11-18T12:00:00Z", "2026-11-18T12:00:00.000000+0000"],
)
def test_moments_are_taken_in_both_notations_and_moved_to_the_hotels_zone(client: Client, since: str) -> None:
    expected = client.get("getReservations", modifiedFrom="2026-11-18 06:00:00")["total"]
    assert 0 < expected < 100
    assert client.get("getReservations", modifiedFrom=since)["total"] == expected


def test_times_of_the_sister_are_on_her_own_clock(client: Client) -> None:
    client.http.headers["x-api-key"] = client.access["group_api_key"]
    for house, hours in (("297652", 6), ("297653", 5)):
        row = client.get("getReservationsWithRateDetails", propertyID=house, pageSize=1)["data"][0]
        local, utc = (datetime.fromisoformat(row[name]) for name in ("dateCreated", "dateCreatedUTC"))
        assert utc - local == timedelta(hours=hours)
    currencies = {row["propertyID"]: row["propertyCurrency"]["currencyCode"] for row in client.get("getHotels")["data"]}
    assert currencies == {"297652": "MXN", "297653": "USD"}


def test_the_dialect_can_be_changed_while_it_runs(client: Client) -> None:
    assert isinstance(client.get("getGuestList")["data"], list)
    client.control("PUT", "/options", {"dialect": "spec"})
    assert isinstance(client.get("getGuestList")["data"], dict)
    assert isinstance(client.get("getHotels")["data"][0]["propertyCurrency"], list)
