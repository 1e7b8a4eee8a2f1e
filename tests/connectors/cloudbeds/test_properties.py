"""Several properties under one key: read side by side, told apart, each record written where it belongs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.exchange import Origin, ReadRequest, Reference, Write, Written
from mapstudio.model import JsonValue, PreconditionError, Record, SourceRecord, UsageError
from mapstudio.sandbox.cloudbeds import SANDBOX
from tests.connectors.cloudbeds.conftest import Hotel
from tests.connectors.cloudbeds.test_booking import BOOKING
from tests.connectors.cloudbeds.test_conformance import _ALL, _GUESTS
from tests.connectors.conformance import ConnectorConformance
from tests.sandbox.running import build, running

PALMA, MAR = "297652", "297653"
GUEST, SEA_GUEST = "84510005", "86020009"
ITEM = "382900"


def both(hotel: Hotel, **changed: str) -> CloudbedsConnector:
    return hotel.connector(**{"property": f"{MAR}, {PALMA}", "api_key": hotel.access["group_api_key"], **changed})


async def read(connector: CloudbedsConnector, request: ReadRequest) -> tuple[list[SourceRecord], str | None]:
    records: list[SourceRecord] = []
    checkpoint = None
    async for page in connector.read(request):
        records += page.records
        checkpoint = page.checkpoint or checkpoint
    return records, checkpoint


def write(to: str | None = None, /, **values: JsonValue) -> Write:
    return Write(Origin("crm", "contacts", "c-1"), values, to)


class TestConformance(ConnectorConformance):
    """All that a connector has to be, over both properties."""

    case = replace(
        _GUESTS,
        settings=lambda access: {
            "url": str(access["url"]),
            "api_key": str(access["group_api_key"]),
            "property": ",".join(access["properties"]),
        },
        counts={
            **_ALL,
            "guests": 592,
            "reservations": 580,
            "guest_notes": 48,
            "transactions": 5534,
            "house_accounts": 6,
            "rooms": 25,
            "room_types": 6,
            "items": 22,
            "hotels": 2,
        },
        gone=f"{PALMA}-1",
        several=None,
        reference=(Reference("guests"), f"{PALMA}-{GUEST}"),
    )


async def test_it_is_one_account_however_the_properties_are_ordered(hotel: Hotel) -> None:
    async with both(hotel) as connector, both(hotel, property=f"{PALMA},{MAR},{PALMA}") as other:
        account = await connector.whoami()
        assert await other.whoami() == account
    assert account.id == f"{PALMA},{MAR}"
    assert account.name == "Casa Palma Hotel Boutique + Casa Palma Mar"
    # The two lie in different zones.
    assert account.time_zone is None


async def test_one_property_stays_as_it_was(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        records, checkpoint = await read(connector, ReadRequest("items"))
        names = {item.name for item in (await connector.schema("items")).fields}
        assert (await connector.whoami()).id == PALMA
    assert {record.id for record in records} >= {ITEM}
    assert "propertyID" not in names
    assert checkpoint is None


async def test_an_id_that_both_have_is_two_records(hotel: Hotel) -> None:
    async with both(hotel) as connector:
        records, _ = await read(connector, ReadRequest("items"))
        found = await connector.current("items", [f"{PALMA}-{ITEM}", f"{MAR}-{ITEM}", ITEM], {"price"})
        by_item = await connector.lookup("items", ["itemID"], {(ITEM,)}, {"price"})
        exact = await connector.lookup("items", ["propertyID", "itemID"], {(MAR, ITEM)}, {"price"})
        resolved = await connector.resolve(Reference("items"), [f"{MAR}-{ITEM}"])
    assert len({record.id for record in records}) == len(records) == 22
    assert {name: record.data["itemID"] for name, record in found.items()} == {
        f"{PALMA}-{ITEM}": ITEM,
        f"{MAR}-{ITEM}": ITEM,
    }
    assert {record.id for record in by_item[(ITEM,)]} == {f"{PALMA}-{ITEM}", f"{MAR}-{ITEM}"}
    assert [record.id for record in exact[(MAR, ITEM)]] == [f"{MAR}-{ITEM}"]
    assert resolved == {f"{MAR}-{ITEM}": [f"{MAR}-{ITEM}"]}


async def test_each_record_says_its_property_and_has_the_time_of_its_hotel(hotel: Hotel) -> None:
    async with both(hotel) as connector:
        records, _ = await read(
            connector, ReadRequest("reservations", paths=frozenset({"reservationID", "propertyID", "dateCreated"}))
        )
    offsets = {(record.data["propertyID"], str(record.data["dateCreated"])[-6:]) for record in records}
    assert offsets == {(PALMA, "-06:00"), (MAR, "-05:00")}
    assert all(record.id == f"{record.data['propertyID']}-{record.data['reservationID']}" for record in records)


async def test_a_sample_holds_some_of_each_and_is_always_the_same(hotel: Hotel) -> None:
    request = ReadRequest("reservations", paths=frozenset({"reservationID"}), limit=150)
    async with both(hotel) as connector:
        first, checkpoint = await read(connector, request)
        second, _ = await read(connector, request)
    assert [record.id for record in first] == [record.id for record in second]
    assert Counter(record.data["propertyID"] for record in first) == {PALMA: 90, MAR: 60}
    assert [record.data["propertyID"] for record in first[:4]] == [PALMA, MAR] * 2
    assert checkpoint is None


async def test_each_property_has_its_own_checkpoint(hotel: Hotel) -> None:
    async with both(hotel) as connector:
        _, checkpoint = await read(connector, ReadRequest("reservations", paths=frozenset({"reservationID"})))
        told = json.loads(checkpoint or "")
        assert told.keys() == {PALMA, MAR}
        moved = json.dumps({**told, MAR: "2020-01-01T00:00:00+00:00"})
        again, _ = await read(connector, ReadRequest("reservations", frozenset({"reservationID"}), moved))
        new = json.dumps({PALMA: told[PALMA]})
        unread, _ = await read(connector, ReadRequest("reservations", frozenset({"reservationID"}), new))
        given, _ = await read(
            connector, ReadRequest("reservations", frozenset({"reservationID"}), "2020-01-01T00:00:00Z")
        )
        with pytest.raises(UsageError, match="no checkpoint of reservations"):
            await read(connector, ReadRequest("reservations", since='{"297652": 1}'))
    assert {record.data["propertyID"] for record in again} == {record.data["propertyID"] for record in unread} == {MAR}
    assert len(again) == len(unread) == 60
    assert len(given) == 580


async def test_the_schema_is_the_union_of_both(hotel: Hotel) -> None:
    async with hotel.connector(property=MAR, api_key=hotel.access["group_api_key"]) as one:
        alone = {item.name: item for item in (await one.schema("guests")).fields}
    async with both(hotel) as connector:
        fields = {item.name: item for item in (await connector.schema("guests")).fields}
        [booking] = [item for item in (await connector.schema("reservations")).fields if item.name == "propertyID"]
    assert "customFields.room_preference" not in alone
    assert fields.keys() > alone.keys()
    assert (fields["customFields.dietary"].max_length or 0) <= (alone["customFields.dietary"].max_length or 0)
    assert fields["propertyID"].read_only
    assert not booking.read_only


async def test_a_property_that_the_key_does_not_reach_is_refused(hotel: Hotel) -> None:
    async with both(hotel, api_key=hotel.access["api_key"]) as connector:
        with pytest.raises(PreconditionError, match=f"does not reach property {MAR}") as caught:
            await connector.whoami()
        with pytest.raises(PreconditionError, match=f"does not reach property {MAR}"):
            await read(connector, ReadRequest("rooms"))
    assert "Correct the property" in caught.value.remedy


@pytest.mark.parametrize("text", ["297652,", "297652;297653", "all", "297652,x", "²"])
def test_what_is_no_property_is_refused_before_anything_is_sent(text: str) -> None:
    with pytest.raises(UsageError, match="no property id"):
        CloudbedsConnector.open("hotel", {"property": text, "api_key": "cbat_x"})


async def test_a_guest_is_written_in_its_own_property(hotel: Hotel) -> None:
    writes = [write(f"{PALMA}-{GUEST}", guestCity="Mérida"), write(f"{MAR}-{SEA_GUEST}", guestCity="Tulum")]
    async with both(hotel) as connector:
        outcomes = await connector.write("guests", writes)
        ids = [str(item.destination_id) for item in writes]
        found = await connector.current("guests", ids, {"guestCity"})
        [lost] = await connector.write("guests", [write(GUEST, guestCity="Mérida")])
    assert [(outcome.result, outcome.destination_id) for outcome in outcomes] == [
        (Written.UPDATED, name) for name in ids
    ]
    assert [found[name].data["guestCity"] for name in ids] == ["Mérida", "Tulum"]
    assert lost.result is Written.REFUSED
    assert lost.reasons[0].row == "propertyID"


async def test_a_note_goes_where_its_guest_is_and_compares_as_it_was_written(hotel: Hotel) -> None:
    values: dict[str, JsonValue] = {"guestID": f"{MAR}-{SEA_GUEST}", "guestNote": "Bienvenida en la playa"}
    key = (values["guestID"], values["guestNote"])
    async with both(hotel) as connector:
        [made] = await connector.write("guest_notes", [write(**values)])
        [again] = await connector.write("guest_notes", [write(**values)])
        found = await connector.lookup("guest_notes", ["guestID", "guestNote"], {key}, {"guestID"})  # type: ignore[arg-type]
        current = await connector.current("guest_notes", [str(made.destination_id)], {"guestID"})
        [nowhere] = await connector.write("guest_notes", [write(guestID=SEA_GUEST, guestNote="x")])
    assert made.result is Written.CREATED
    assert str(made.destination_id).startswith(f"{MAR}-{SEA_GUEST}-")
    assert again.destination_id == made.destination_id
    assert [record.id for record in found[key]] == [made.destination_id]  # type: ignore[index]
    # References are compared as they are given: otherwise each run would see a change.
    assert current[str(made.destination_id)].data["guestID"] == f"{MAR}-{SEA_GUEST}"
    assert nowhere.result is Written.REFUSED


async def test_an_id_with_its_property_means_the_same_however_many_are_open(hotel: Hotel) -> None:
    full = f"{PALMA}-{GUEST}"
    async with hotel.connector() as one, both(hotel) as several:
        assert one.record_id("guests", full) == one.record_id("guests", GUEST) == GUEST
        assert several.record_id("guests", full) == full
        assert one.record_id("guest_profiles", "550000165") == several.record_id("guest_profiles", "550000165")
        # A note's own id begins with that of its guest.
        assert one.record_id("guest_notes", f"{PALMA}-330114") == f"{PALMA}-330114"
        with pytest.raises(UsageError, match=f"such as {PALMA}-{GUEST}"):
            several.record_id("guests", GUEST)
        asked = len(hotel.recorder.calls)
        assert await one.resolve(Reference("guests"), [full, "x"]) == {full: [GUEST]}
        assert await several.resolve(Reference("guests"), [full, "1-2"]) == {full: [full]}
        assert len(hotel.recorder.calls) == asked


async def test_a_booking_names_its_property_by_itself_or_by_its_rooms(hotel: Hotel) -> None:
    rooms: JsonValue = [{"roomTypeID": f"{MAR}-462010", "adults": 2}]
    plain: Record = {**BOOKING, "customFields": {}}
    async with both(hotel) as connector:
        [by_rooms] = await connector.write("reservations", [write(**{**plain, "rooms": rooms})])
        [told] = await connector.write(
            "reservations", [replace(write(**{**plain, "propertyID": PALMA}), origin=Origin("crm", "deals", "d-2"))]
        )
        [mixed] = await connector.write("reservations", [write(**{**plain, "propertyID": PALMA, "rooms": rooms})])
        [silent] = await connector.write("reservations", [write(**plain)])
        [moved] = await connector.write("reservations", [write(str(told.destination_id), propertyID=MAR)])
        found = await connector.by_origin("reservations", [Origin("crm", "contacts", "c-1")])
    assert (by_rooms.result, told.result) == (Written.CREATED, Written.CREATED)
    assert str(by_rooms.destination_id).startswith(f"{MAR}-")
    assert str(told.destination_id).startswith(f"{PALMA}-")
    assert [outcome.result for outcome in (mixed, silent, moved)] == [Written.REFUSED] * 3
    assert "belongs to property" in mixed.reasons[0].reason
    assert f"{PALMA}, {MAR}" in silent.reasons[0].reason
    assert found == {Origin("crm", "contacts", "c-1"): by_rooms.destination_id}


async def test_what_one_property_took_is_told_when_the_other_fails(hotel: Hotel) -> None:
    writes = [write(f"{PALMA}-{GUEST}", guestCity="Mérida"), write(f"{MAR}-{SEA_GUEST}", guestCity="Tulum")]
    async with both(hotel) as connector:
        # All tries of one, and all but the last of the other.
        hotel.strike(kind="500", count=7, method="PUT")
        results = Counter(outcome.result for outcome in await connector.write("guests", writes))
    assert results == {Written.UPDATED: 1, Written.UNKNOWN: 1}


async def test_profiles_are_the_organisations_and_know_the_custom_fields_of_all(hotel: Hotel) -> None:
    async with both(hotel) as connector:
        records, checkpoint = await read(
            connector, ReadRequest("guest_profiles", paths=frozenset({"customFields"}), limit=1)
        )
        names = {item.name for item in (await connector.schema("guest_profiles")).fields}
    assert "-" not in records[0].id
    assert "propertyID" not in records[0].data
    assert {"customFields.dietary", "customFields.room_preference"} <= names
    assert checkpoint is None


@pytest.mark.usefixtures("paced")
@pytest.mark.parametrize(("key", "limit"), [("group_api_key", ""), ("api_key", "property")])
async def test_no_budget_is_exceeded(caplog: pytest.LogCaptureFixture, key: str, limit: str) -> None:
    """A group has one limit for all; where each property has let the app in, each has its own."""
    caplog.set_level("DEBUG", "mapstudio.connectors.http")
    with running(build(SANDBOX, limits=True, options={"cloudbeds-properties": "2"})) as sandboxes:
        access = sandboxes["cloudbeds"]
        settings = {"url": str(access["url"]), "api_key": str(access[key]), "property": f"{PALMA},{MAR}"}
        async with (
            CloudbedsConnector.open("hotel", {**settings, "limit": limit}) as connector,
            CloudbedsConnector.open("hotel", {**settings, "limit": limit}) as other,
        ):
            for name in ("guests", "guest_profiles", "rooms"):
                for each in (connector, other):
                    await read(each, ReadRequest(name, paths=frozenset({"propertyID", "dateModified"})))
    assert "-> 429" not in caplog.text
