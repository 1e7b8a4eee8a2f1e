from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.exchange import ReadRequest
from mapstudio.model import Record, SourceRecord, UsageError
from tests.connectors.cloudbeds.conftest import Hotel

BOTH = pytest.mark.parametrize("hotel", ["wire", "spec"], indirect=True)


async def read(connector: CloudbedsConnector, object_name: str, *paths: str, **request: object) -> list[SourceRecord]:
    wanted = frozenset(paths) if paths else None
    asked = ReadRequest(object_name, paths=wanted, **request)  # type: ignore[arg-type]
    return [record async for page in connector.read(asked) for record in page.records]


async def wire_rows(connector: CloudbedsConnector, method: str, **parameters: str) -> list[Record]:
    pages = connector._properties.shared.api.pages(method, parameters)
    return [row async for page in pages for row in page.rows]


@BOTH
async def test_a_guest_of_several_reservations_is_one_record_of_the_one_modified_last(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        stays: dict[str, list[Record]] = {}
        for row in await wire_rows(connector, "getReservations", includeGuestsDetails="true"):
            guests = row["guestList"]
            assert isinstance(guests, dict)
            for guest_id in guests:
                stays.setdefault(guest_id, []).append(row)
        assert any(len(rows) > 1 for rows in stays.values())
        paths = ["status", "reservationID", "reservations[].startDate"]
        records = await read(connector, "guests", *paths, archived=True)
    assert {record.id for record in records} == set(stays)
    for record in records:
        rows = stays[record.id]
        newest = max(rows, key=lambda row: (str(row["dateModified"]), str(row["dateCreated"])))
        assert record.data["reservationID"] == newest["reservationID"]
        assert record.data["status"] == newest["status"]
        listed = record.data["reservations"]
        assert isinstance(listed, list)
        assert {item["startDate"] for item in listed if isinstance(item, dict)} == {row["startDate"] for row in rows}


async def test_values_are_typed(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        records = {record.id: record for record in await read(connector, "guests", archived=True)}
        for row in (await wire_rows(connector, "getGuestList", includeGuestInfo="true"))[:50]:
            data = records[str(row["guestID"])].data
            assert data["guestEmail"] == (row["guestEmail"] or None)
            assert data["guestGender"] == (None if row["guestGender"] in {"", "N/A"} else row["guestGender"])
            assert data["guestBirthdate"] == row["guestBirthDate"]
            assert data["isAnonymized"] is False or data["guestFirstName"] is None
            assert isinstance(data["guestOptIn"], bool)
        some = records["84510005"].data
        assert str(some["dateCreated"]).endswith("-06:00")
        assert records["84510005"].modified == "2025-10-02T17:57:24Z"
        assert some["reservations"] == [
            {
                "reservationID": "6643393704613",
                "status": "checked_out",
                "isMainGuest": True,
                "dateCreated": "2025-07-31T19:33:43-06:00",
                "dateModified": "2025-10-02T11:57:24-06:00",
                "startDate": "2025-09-27",
                "endDate": "2025-10-02",
                "adults": 2,
                "children": 0,
                "balance": 0,
                "sourceName": "Website/Booking Engine",
                "sourceID": "s-1",
                "thirdPartyIdentifier": None,
            }
        ]


async def test_custom_fields_are_by_shortcode_wherever_they_were_read(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        records = await read(connector, "guests", "customFields.dietary")
        chosen = [record for record in records if record.data["customFields"]["dietary"] is not None][:3]  # type: ignore[index, call-overload]
        assert len(chosen) == 3
        assert hotel.recorder.count("getGuest") == 0
        current = await connector.current("guests", [record.id for record in chosen], {"customFields.dietary"})
        assert hotel.recorder.count("getGuest") == 3
        assert [current[record.id].data["customFields"] for record in chosen] == [
            record.data["customFields"] for record in chosen
        ]
        assert set(chosen[0].data["customFields"]) == {"dietary", "vip_note", "room_preference", "language"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("paths", "asked", "not_asked"),
    [
        (["guestEmail", "status"], ["getGuestList"], ["getGuest", "getReservations", "getCustomFields"]),
        (["reservations[].status"], ["getGuestList"], ["getGuest", "getReservations"]),
        (["reservations[].startDate"], ["getGuestList", "getReservations"], ["getGuest", "getReservation"]),
        (["customFields.vip_note"], ["getReservations", "getCustomFields"], ["getGuest", "getReservation"]),
    ],
)
async def test_what_is_used_decides_what_is_fetched(
    hotel: Hotel, paths: list[str], asked: list[str], not_asked: list[str]
) -> None:
    async with hotel.connector() as connector:
        assert len(await read(connector, "guests", *paths)) == 532
    assert all(hotel.recorder.count(method) for method in asked)
    assert not any(hotel.recorder.count(method) for method in not_asked)
    assert len(hotel.recorder.calls) < 20


async def test_special_requests_cost_a_call_for_each_guest(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        records = await read(connector, "guests", "specialRequests", limit=12)
    assert hotel.recorder.count("getGuest") == 12
    assert all("specialRequests" in record.data for record in records)


@BOTH
async def test_a_sample_shows_what_the_run_will_read(hotel: Hotel) -> None:
    paths = ["guestEmail", "status", "reservations[].startDate", "customFields.dietary", "profileID"]
    async with hotel.connector() as connector:
        everything = {record.id: record for record in await read(connector, "guests", *paths)}
        for limit in (3, 40):
            for record in await read(connector, "guests", *paths, limit=limit):
                assert record == everything[record.id]


async def test_a_small_sample_is_cheap(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        await read(connector, "guests", "guestEmail", "customFields.dietary", limit=2)
    assert hotel.recorder.count("getGuestList") == 1
    assert hotel.recorder.count("getReservations") <= 3


async def test_a_read_since_a_checkpoint_goes_back_behind_it(hotel: Hotel) -> None:
    moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
    async with hotel.connector() as connector:
        everything = await read(connector, "guests", "guestEmail", "reservations")
        recent = await read(connector, "guests", "guestEmail", "reservations", since=moment.isoformat())
        behind = {
            record.id
            for record in everything
            if record.modified and datetime.fromisoformat(record.modified) >= moment - timedelta(hours=14)
        }
        assert behind
        assert behind <= {record.id for record in recent}
        assert len(recent) < len(everything) / 2
        whole = {record.id: record for record in everything}
        assert all(record == whole[record.id] for record in recent), "an incremental read gives whole guests"


async def test_a_checkpoint_is_given_by_a_whole_read_only(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        for name in ("guests", "reservations", "guest_notes"):
            pages = [page async for page in connector.read(ReadRequest(name, paths=frozenset({"guestID"})))]
            assert [page.checkpoint is not None for page in pages] == [False] * (len(pages) - 1) + [True]
            limited = ReadRequest(name, paths=frozenset({"guestID"}), limit=3)
            assert {page.checkpoint async for page in connector.read(limited)} == {None}


async def test_a_foreign_checkpoint_is_a_usage_error(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        for since in ("yesterday", "2026-01-01T00:00:00"):
            with pytest.raises(UsageError, match="checkpoint"):
                await read(connector, "guests", since=since)


async def test_reservations_bring_money_and_rooms_without_a_call_for_each(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        paths = ["total", "balanceDetailed.grandTotal", "guestEmail", "rooms[].roomName", "customFields.motivo"]
        records = await read(connector, "reservations", *paths, limit=150)
        assert hotel.recorder.count("getReservation") == 0
        assert len(hotel.recorder.calls) < 10
        for record in records:
            balance = record.data["balanceDetailed"]
            assert isinstance(balance, dict)
            assert record.data["total"] == balance["grandTotal"]
        detailed = await read(connector, "reservations", "assigned[].dailyRates[].rate", limit=5)
        assert hotel.recorder.count("getReservation") == 5
        assert all(isinstance(record.data["assigned"], list) for record in detailed)


async def test_no_card_ever_leaves_the_connector(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        schema = await connector.schema("reservations")
        assert not any("card" in item.name.lower() for item in schema.fields)
        [record] = await read(connector, "reservations", "@", limit=1)
        assert "cardsOnFile" not in record.data


async def test_guest_notes_say_who_wrote_them_only_when_that_is_used(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        notes = await read(connector, "guest_notes", "guestNote")
        assert len(notes) == 46
        assert hotel.recorder.count("getGuestNotes") == 0
        [note] = await read(connector, "guest_notes", "guestNote", "userName", limit=1)
        assert note.data["userName"]


async def test_a_lookup_asks_for_few_addresses_and_reads_the_list_for_many(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        records = await read(connector, "guests", "guestEmail")
        emails = sorted({str(record.data["guestEmail"]).strip().lower() for record in records} - {"none"})
        hotel.recorder.calls.clear()
        assert await connector.lookup("guests", ["guestEmail"], [(emails[0],)], {"guestFirstName"})
        assert hotel.recorder.count("getGuestList") == 1
        hotel.recorder.calls.clear()
        found = await connector.lookup("guests", ["guestEmail"], [(email,) for email in emails], {"guestFirstName"})
        assert set(found) == {(email,) for email in emails}
        assert hotel.recorder.count("getGuestList") < 10


async def test_a_lookup_fetches_details_only_of_what_it_found(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        names = [(name,) for name in ("Ximena", "Nobody", "None", "Nil", "Null", "Void", "Zilch")]
        found = await connector.lookup("guests", ["guestFirstName"], names, {"specialRequests", "guestCity"})
        assert set(found) == {("Ximena",)}
        assert hotel.recorder.count("getGuest") == len(found[("Ximena",)])
        assert all("specialRequests" in record.data for record in found[("Ximena",)])


async def test_a_lookup_by_several_fields_needs_all_of_them(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        [record] = await read(connector, "guests", "guestFirstName", "guestLastName", limit=1)
        key = (str(record.data["guestFirstName"]), str(record.data["guestLastName"]))
        fields = ["guestFirstName", "guestLastName"]
        found = await connector.lookup("guests", fields, [key, (key[0], "Nobody")], set(fields))
        assert list(found) == [key]
        assert record.id in {item.id for item in found[key]}
        with pytest.raises(UsageError, match="guestEmial"):
            await connector.lookup("guests", ["guestEmial"], [("x",)], set())
