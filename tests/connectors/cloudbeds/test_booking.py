"""Bookings, sales and profiles: what the API would do twice is done once, and what nobody knows is told."""

from __future__ import annotations

import pytest

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.cloudbeds.values import rows_of
from mapstudio.connectors.exchange import Origin, ReadRequest, Write, Written
from mapstudio.model import ConnectionFailedError, JsonValue, Record
from tests.connectors.cloudbeds.conftest import Hotel

STAY = "6643393704613"
BOOKING: Record = {
    "startDate": "2027-03-01",
    "endDate": "2027-03-04",
    "guestFirstName": "Nadia",
    "guestLastName": "Nueva",
    "guestEmail": "nadia@example.org",
    "guestCountry": "ES",
    "guestZip": "28001",
    "paymentMethod": "cash",
    "rooms": [{"roomTypeID": "455010", "adults": 2, "children": 1}],
    "customFields": {"motivo": "Aniversario"},
}
SALE: Record = {
    "reservationID": STAY,
    "items": [{"appItemID": "t-1", "itemName": "Mole negro", "itemQuantity": 2, "itemPrice": 345.5}],
}


def write(source: str = "deal-1", to: str | None = None, /, **values: JsonValue) -> Write:
    return Write(Origin("crm", "deals", source), values, to)


async def count(connector: CloudbedsConnector, name: str, path: str) -> int:
    request = ReadRequest(name, paths=frozenset({path}))
    return sum([len(page.records) async for page in connector.read(request)])


async def test_a_booking_holds_its_guest_rooms_and_custom_fields_and_is_made_once(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        before = await count(connector, "reservations", "reservationID")
        [made] = await connector.write("reservations", [write(**BOOKING)])
        [again] = await connector.write("reservations", [write(**BOOKING)])
        [other] = await connector.write("reservations", [write("deal-2", **BOOKING)])
        assert await count(connector, "reservations", "reservationID") == before + 2
        fields = {"guestEmail", "startDate", "endDate", "customFields.motivo", "unassigned[].adults"}
        booked = (await connector.current("reservations", [str(made.destination_id)], fields))[str(made.destination_id)]
    assert made.result is Written.CREATED
    assert other.result is Written.CREATED
    assert again.destination_id == made.destination_id
    assert booked.data["guestEmail"] == "nadia@example.org"
    assert (booked.data["startDate"], booked.data["endDate"]) == ("2027-03-01", "2027-03-04")
    assert booked.data["customFields"] == {"motivo": "Aniversario"}
    assert [room["adults"] for room in rows_of(booked.data["unassigned"])] == [2]


async def test_a_booking_whose_answer_is_lost_is_found_by_its_reference(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        hotel.strike(kind="drop-after", count=1, method="POST")
        [made] = await connector.write("reservations", [write(**BOOKING)])
        assert made.result is Written.CREATED
        assert await connector.by_origin("reservations", [Origin("crm", "deals", "deal-1")]) == {
            Origin("crm", "deals", "deal-1"): made.destination_id
        }
    assert hotel.recorder.count("postReservation") == 1


@pytest.mark.parametrize("kind", ["drop-before", "502", "500"])
async def test_a_booking_that_nobody_knows_of_goes_to_a_person_and_is_not_sent_again(hotel: Hotel, kind: str) -> None:
    async with hotel.connector() as connector:
        hotel.strike(kind=kind, count=1, method="POST")
        [lost] = await connector.write("reservations", [write(thirdPartyIdentifier="HS-77", **BOOKING)])
        assert connector.capabilities("reservations").repeatable is False
    assert hotel.recorder.count("postReservation") <= 1
    assert lost.result is Written.REVIEW, "unknown would be looked for, refused would be a dead letter"
    assert "HS-77" in lost.reasons[0].reason
    assert "lost" in lost.reasons[0].reason
    assert lost.found == ()


async def test_a_person_is_shown_the_bookings_that_look_like_the_lost_one(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        [by_hand] = await connector.write("reservations", [write("by-hand", **BOOKING)])
        await connector.write("reservations", [write("elsewhere", **{**BOOKING, "endDate": "2027-03-09"})])
        stranger = {"guestEmail": "s@example.org", "guestLastName": "Otra"}
        await connector.write("reservations", [write("stranger", **{**BOOKING, **stranger})])
        hotel.strike(kind="drop-before", count=1, method="POST")
        [lost] = await connector.write("reservations", [write(**BOOKING)])
        hotel.strike(kind="drop-before", count=1, method="POST")
        known = Write(Origin("crm", "deals", "deal-1"), BOOKING, others=frozenset({str(by_hand.destination_id)}))
        [again] = await connector.write("reservations", [known])
    assert [item.id for item in lost.found] == [by_hand.destination_id]
    assert "2027-03-01 to 2027-03-04" in lost.found[0].evidence
    assert "e-mail address and last name" in lost.found[0].evidence
    assert again.result is Written.REVIEW
    assert again.found == (), "a person has said that it is not this one"


async def test_a_number_that_several_bookings_have_goes_to_a_person(hotel: Hotel) -> None:
    numbered = {**BOOKING, "thirdPartyIdentifier": "HS-78"}
    async with hotel.connector() as connector:
        [first] = await connector.write("reservations", [write(**numbered)])
        declined = Write(Origin("crm", "deals", "deal-2"), numbered, others=frozenset({str(first.destination_id)}))
        [second] = await connector.write("reservations", [declined])
        [third] = await connector.write("reservations", [write("deal-3", **numbered)])
    assert second.result is Written.CREATED, "a person has said that the first is not this one"
    assert third.result is Written.REVIEW
    assert {item.id for item in third.found} == {first.destination_id, second.destination_id}


async def test_a_booking_before_which_the_hotel_cannot_be_asked_was_not_sent(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        hotel.strike(kind="drop-before", count=4, method="GET", path="*getReservations")
        with pytest.raises(ConnectionFailedError):
            await connector.write("reservations", [write(**BOOKING)])
        hotel.control("DELETE", "faults", {})
        hotel.strike(kind="drop-before", count=4, method="GET", path="*getReservations")
        ended = await connector.write("reservations", [write(**BOOKING), write("deal-2", **BOOKING)])
    assert {item.result for item in ended} <= {Written.UNSENT, Written.CREATED}
    assert hotel.recorder.count("postReservation") == sum(item.result is Written.CREATED for item in ended)


async def test_a_reservation_takes_status_departure_and_custom_fields(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        [made] = await connector.write("reservations", [write(**BOOKING)])
        identity = str(made.destination_id)
        change = write("deal-1", identity, status="canceled", customFields={"motivo": "Boda"})
        [changed] = await connector.write("reservations", [change])
        [refused] = await connector.write("reservations", [write("deal-1", identity, guestEmail="x@example.org")])
        current = await connector.current("reservations", [identity], {"status", "customFields.motivo"})
    assert changed.result is Written.UPDATED
    assert current[identity].data["status"] == "canceled"
    assert current[identity].data["customFields"] == {"motivo": "Boda"}
    assert refused.reasons[0].row == "guestEmail"


@pytest.mark.parametrize(("name", "value"), [("rooms", [{"roomTypeID": "1"}]), ("endDate", "2027-02-01")])
async def test_a_refused_booking_names_its_row(hotel: Hotel, name: str, value: JsonValue) -> None:
    async with hotel.connector() as connector:
        [refused] = await connector.write("reservations", [write(**{**BOOKING, name: value})])
    assert refused.result is Written.REFUSED
    assert refused.reasons[0].reason


async def test_a_sale_is_made_once_whoever_asks_and_shows_in_the_ledger(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        before = await count(connector, "transactions", "id")
        hotel.strike(kind="drop-after", count=1, method="POST", path="*postCustomItem")
        [made] = await connector.write("custom_items", [write("bill-1", **SALE)])
        [again] = await connector.write("custom_items", [write("bill-1", **SALE)])
        rows = await connector.lookup(
            "transactions", ["id"], [(str(made.destination_id),)], {"amount", "reservationID"}
        )
        shown = await connector.current("custom_items", [str(made.destination_id)], set())
        assert await count(connector, "transactions", "id") == before + 1
    [[row]] = rows.values()
    assert made.destination_id == again.destination_id
    assert row.data["amount"] == 691
    assert row.data["reservationID"] == STAY
    assert list(shown) == [made.destination_id]


async def test_a_profile_is_created_once_and_found_again_when_the_answer_is_lost(hotel: Hotel) -> None:
    person: Record = {"firstName": "Nadia", "lastName": "Nueva", "email": "nadia@example.org"}
    async with hotel.connector() as connector:
        before = await count(connector, "guest_profiles", "id")
        hotel.strike(kind="drop-after", count=1, method="POST", path="*/profiles")
        [made] = await connector.write("guest_profiles", [write(**person)])
        [again] = await connector.write("guest_profiles", [write(**person)])
        [changed] = await connector.write("guest_profiles", [write("deal-1", made.destination_id, city="Oaxaca")])
        current = await connector.current("guest_profiles", [str(made.destination_id)], {"city", "email"})
        assert await count(connector, "guest_profiles", "id") == before + 1
    assert made.result is Written.CREATED
    assert again.destination_id == made.destination_id == changed.destination_id
    assert current[str(made.destination_id)].data["city"] == "Oaxaca"
    assert current[str(made.destination_id)].data["email"] == "nadia@example.org"


async def test_what_is_written_to_a_merged_guest_goes_to_the_one_it_became(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        ids = [
            record.id
            async for page in connector.read(ReadRequest("guests", paths=frozenset({"guestID"}), limit=2))
            for record in page.records
        ]
        hotel.control("POST", "guests/merge", {"guest": ids[0], "into": ids[1]})
        [outcome] = await connector.write("guests", [write("contact-1", ids[0], guestCity="Mitla")])
        current = await connector.current("guests", ids, {"guestCity", "newGuestID"})
        read = [
            record.id
            async for page in connector.read(ReadRequest("guests", paths=frozenset({"guestID"})))
            for record in page.records
        ]
    assert outcome.result is Written.UPDATED
    assert outcome.destination_id == ids[1]
    assert current[ids[1]].data["guestCity"] == "Mitla"
    assert current[ids[0]].data["newGuestID"] == ids[1]
    assert ids[0] not in read


async def test_an_anonymised_guest_is_read_only_where_it_is_asked_for(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        request = ReadRequest("guests", paths=frozenset({"guestEmail"}))
        [first, *_] = [record.id async for page in connector.read(request) for record in page.records]
        hotel.control("POST", f"guests/{first}/anonymize", {})
        left = {record.id async for page in connector.read(request) for record in page.records}
        every = ReadRequest("guests", paths=frozenset({"guestEmail"}), archived=True)
        found = {record.id: record async for page in connector.read(every) for record in page.records}
    assert first not in left
    assert found[first].data["guestEmail"] is None
    assert found[first].data["isAnonymized"] is True
