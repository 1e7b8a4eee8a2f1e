"""The API grows without notice: what it sends beyond our own list is kept, and shown as a guess of what it is."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.cloudbeds.fields import Source, specs
from mapstudio.connectors.cloudbeds.kinds import KINDS
from mapstudio.connectors.cloudbeds.unlisted import guessed_fields, unlisted
from mapstudio.connectors.cloudbeds.values import rows_of
from mapstudio.connectors.exchange import ReadRequest
from mapstudio.model import FieldType, Record, Schema, SourceRecord
from tests.connectors.cloudbeds.conftest import Hotel
from tests.sandbox.cloudbeds.specification import specification

MEXICO = ZoneInfo("America/Mexico_City")
LISTS = {
    "guests": ("GET /getGuestList", "data"),
    "guest_profiles": ("GET /profiles", "data"),
    "reservations": ("GET /getReservations", "data"),
    "transactions": ("POST /accounting/v1.0/transactions", "transactions"),
    "house_accounts": ("GET /getHouseAccountList", "data"),
    "rooms": ("GET /getRooms", "data.rooms"),
    "room_types": ("GET /getRoomTypes", "data"),
    "items": ("GET /getItems", "data"),
    "hotels": ("GET /getHotels", "data"),
    "webhooks": ("GET /getWebhooks", "data"),
}
"""What gives the rows of an object's list, and where they are in it."""

BOTH = pytest.mark.parametrize("hotel", ["wire", "spec"], indirect=True)


def grow(hotel: Hotel) -> None:
    assert hotel.control("PUT", "options", {"cloudbeds-additions": "some"})


def guesses(schema: Schema) -> list[tuple[str, str]]:
    return [(item.name, str(item.type)) for item in schema.fields if item.guessed]


async def first(connector: CloudbedsConnector, object_name: str, *paths: str, limit: int = 20) -> list[SourceRecord]:
    request = ReadRequest(object_name, paths=frozenset(paths) if paths else None, limit=limit)
    return [record async for page in connector.read(request) for record in page.records]


@BOTH
async def test_what_no_document_names_is_in_the_schema_as_a_guess(hotel: Hotel) -> None:
    grow(hotel)
    async with hotel.connector() as connector:
        guests, reservations = await connector.schema("guests"), await connector.schema("reservations")
    assert guesses(guests) == [
        ("loyaltyTier", "text"),
        ("loyaltyPoints", "integer"),
        ("loyaltySince", "datetime"),
        ("stayPreferences", "object"),
        ("stayPreferences.pillow", "text"),
        ("stayPreferences.floor", "integer"),
    ]
    assert guesses(reservations) == [
        ("guestList[].loyaltyTier", "text"),
        ("parking", "list"),
        ("parking[].plate", "text"),
        ("parking[].nights", "integer"),
    ]
    tier = guests.get("loyaltyTier")
    assert tier is not None
    assert tier.read_only
    assert 50 < tier.guessed_from <= 100
    assert {item.guessed_from for item in reservations.fields if item.guessed} == {100}


@BOTH
async def test_records_keep_it_in_the_form_of_all_other_fields(hotel: Hotel) -> None:
    grow(hotel)
    async with hotel.connector() as connector:
        records = await first(connector, "guests")
        one = next(record.data for record in records if record.data["stayPreferences"] is not None)
        other = next(record.data for record in records if record.data["stayPreferences"] is None)
        blank = next(record.data for record in records if record.data["loyaltyTier"] is None)
        reservation = (await first(connector, "reservations"))[0]
        again = await connector.current("guests", [records[0].id], {"loyaltyTier"})
    assert one["stayPreferences"]["pillow"] == "soft"  # type: ignore[index, call-overload]
    assert str(other["loyaltySince"]).endswith(("T09:30:00-06:00", "None"))
    assert blank["loyaltySince"] is None
    assert "cardsOnFile" not in one
    assert "loyaltyTier" in reservation.data["guestList"][0]  # type: ignore[index, operator]
    assert again[records[0].id].data["loyaltyTier"] == records[0].data["loyaltyTier"]


@pytest.mark.parametrize("object_name", [name for name, kind in KINDS.items() if kind.readable])
async def test_as_the_documents_have_it_there_is_nothing_to_guess(hotel: Hotel, object_name: str) -> None:
    async with hotel.connector() as connector:
        assert guesses(await connector.schema(object_name)) == []


@pytest.mark.reference
@pytest.mark.parametrize("object_name", LISTS)
def test_every_field_of_the_documents_is_ours_or_left_out_on_purpose(object_name: str, reference_folder: Path) -> None:
    operation, place = LISTS[object_name]
    rows: list[Record] = [specification(reference_folder / "cloudbeds" / "openapi").answer(operation)]
    for name in place.split("."):
        rows = [inner for row in rows for inner in rows_of(row[name])]
    assert rows
    for row in rows:
        assert unlisted(object_name, row, MEXICO) == {}
        for spec in specs(object_name):
            asked = spec.source in {Source.LIST, Source.GUESTS}
            if asked and spec.field.type is FieldType.LIST and spec.field.name in row:
                below = f"{spec.field.name}[]."
                for item in rows_of(row[spec.field.name]):
                    assert unlisted(object_name, item, MEXICO, below) == {}


async def test_a_schema_costs_one_page_and_nothing_where_records_were_read(hotel: Hotel) -> None:
    grow(hotel)
    async with hotel.connector() as connector:
        await connector.schema("guests")
        assert hotel.recorder.count("getGuestList") == 1
        await connector.schema("guests")
        assert hotel.recorder.count("getGuestList") == 1
        await first(connector, "reservations", "reservationID")
        asked = hotel.recorder.count("getReservations")
        assert guesses(await connector.schema("reservations"))
        assert hotel.recorder.count("getReservations") == asked


async def test_a_few_records_are_too_few_to_guess_by(hotel: Hotel) -> None:
    grow(hotel)
    async with hotel.connector() as connector:
        await first(connector, "reservations", "reservationID", limit=3)
        schema = await connector.schema("reservations")
        assert schema.fields[-1].guessed_from == 100
        assert guesses(await connector.schema("reservations", used=())) == guesses(schema)


async def test_what_is_known_without_a_page_costs_none(hotel: Hotel) -> None:
    grow(hotel)
    async with hotel.connector() as connector:
        known = ["guestEmail", "customFields.dietary", "reservations[].status", "@"]
        assert guesses(await connector.schema("guests", used=known)) == []
        await connector.lookup("guests", ["guestEmail"], {("nobody@example.com",)}, {"guestID"})
        before = len(hotel.recorder.calls)
        await connector.lookup("guests", ["guestEmail"], {("no.one@example.com",)}, {"guestID"})
        assert hotel.recorder.calls[before:] == ["getGuestList"]
    async with hotel.connector() as connector:
        assert guesses(await connector.schema("guests", used=[*known, "loyaltyTier"]))


async def test_several_properties_are_told_by_a_page_of_one(hotel: Hotel) -> None:
    grow(hotel)
    async with hotel.connector(api_key=hotel.access["group_api_key"], property="297652,297653") as connector:
        schema = await connector.schema("guests")
        assert hotel.recorder.count("getGuestList") == 1
    assert schema.fields[-1].name == "stayPreferences.floor"


async def test_whoever_may_not_read_an_object_has_its_schema_without_guesses(hotel: Hotel) -> None:
    key = hotel.control("POST", "keys", {"scopes": ["read:hotel", "read:customFields"]})["api_key"]
    async with hotel.connector(api_key=key) as connector:
        assert (await connector.schema("rooms")).get("roomID") is not None


def test_secrets_are_not_read_however_deep_they_are() -> None:
    wire: Record = {
        "cardsOnFile": [{"number": "4111"}],
        "guestCardLast4": "1111",
        "wifi": {"name": "Casa", "wifiPassword": "x"},
        "discarded": "",
        "accessToken": "x",
    }
    assert unlisted("guests", wire, MEXICO) == {"wifi": {"name": "Casa"}, "discarded": None}


def test_other_spellings_of_our_fields_are_nothing_new() -> None:
    row: Record = {"guestBirthDate": "", "guestBirthdate": "", "birthDate": "", "guestTaxId": "", "email": ""}
    assert unlisted("guests", row, MEXICO) == {}


def test_what_stands_below_our_own_fields_is_ours() -> None:
    records: list[Record] = [{"guestEmail": {"odd": 1}, "customFields": {"x": "y"}, "guestNotes": [{"mood": "glad"}]}]
    assert [item.name for item in guessed_fields("guests", records)] == ["guestNotes[].mood"]
