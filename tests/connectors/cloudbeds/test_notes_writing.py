"""Notes are written once: a second run, a repeated batch and a lost answer add none."""

from __future__ import annotations

import pytest

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.cloudbeds.note_kinds import Prefix
from mapstudio.connectors.exchange import Origin, Write, Written
from mapstudio.model import Field, JsonValue
from tests.connectors.cloudbeds.conftest import Hotel

GUEST, STAY = "84510005", "6643393704613"
KINDS = pytest.mark.parametrize(
    ("name", "owner", "identity", "text"),
    [
        ("guest_notes", "guestID", GUEST, "guestNote"),
        ("reservation_notes", "reservationID", STAY, "reservationNote"),
    ],
)


def note(source: str = "contact-1", **values: JsonValue) -> Write:
    return Write(Origin("crm", "contacts", source), values)


async def texts(connector: CloudbedsConnector, name: str, owner: str, identity: str, text: str) -> list[JsonValue]:
    found = await connector.lookup(name, [owner], [(identity,)], {text})
    return [record.data[text] for record in found.get((identity,), ())]


@KINDS
async def test_a_note_says_where_it_comes_from_and_is_added_once(
    hotel: Hotel, name: str, owner: str, identity: str, text: str
) -> None:
    write = note(**{owner: identity, text: "Huésped VIP - Aniversario"})
    async with hotel.connector() as connector:
        before = await texts(connector, name, owner, identity, text)
        [first] = await connector.write(name, [write])
        again = await connector.write(name, [write, write])
        after = await texts(connector, name, owner, identity, text)
    assert first.result is Written.CREATED
    assert [outcome.destination_id for outcome in again] == [first.destination_id] * 2
    assert after == [*before, "[crm] Huésped VIP - Aniversario"]


@KINDS
async def test_two_alike_in_one_batch_are_one_note(
    hotel: Hotel, name: str, owner: str, identity: str, text: str
) -> None:
    writes = [note(f"contact-{index}", **{owner: identity, text: "Cuna"}) for index in range(5)]
    async with hotel.connector() as connector:
        before = await texts(connector, name, owner, identity, text)
        outcomes = await connector.write(name, writes)
        after = await texts(connector, name, owner, identity, text)
    assert len({outcome.destination_id for outcome in outcomes}) == 1
    assert len(after) == len(before) + 1


@KINDS
async def test_a_lost_answer_is_read_back(hotel: Hotel, name: str, owner: str, identity: str, text: str) -> None:
    async with hotel.connector() as connector:
        before = await texts(connector, name, owner, identity, text)
        hotel.strike(kind="drop-after", count=1, method="POST")
        [outcome] = await connector.write(name, [note(**{owner: identity, text: "Vegana"})])
        after = await texts(connector, name, owner, identity, text)
    assert outcome.result is Written.CREATED
    assert outcome.destination_id is not None
    assert len(after) == len(before) + 1


@KINDS
async def test_a_changed_note_replaces_its_text_and_keeps_its_mark(
    hotel: Hotel, name: str, owner: str, identity: str, text: str
) -> None:
    async with hotel.connector(note_prefix="[HubSpot]") as connector:
        [made] = await connector.write(name, [note(**{owner: identity, text: "[HubSpot] VIP"})])
        change = Write(Origin("crm", "contacts", "contact-1"), {text: "VIP, aniversario"}, made.destination_id)
        [changed] = await connector.write(name, [change])
        current = await connector.current(name, [str(made.destination_id)], {text})
        elsewhere = Write(Origin("crm", "contacts", "contact-1"), {owner: "1"}, made.destination_id)
        [refused] = await connector.write(name, [elsewhere])
    assert changed.result is Written.UPDATED
    assert current[str(made.destination_id)].data[text] == "[HubSpot] VIP, aniversario"
    assert refused.result is Written.REFUSED
    assert refused.reasons[0].row == owner


@KINDS
async def test_the_mark_makes_no_difference_to_a_plan(
    hotel: Hotel, name: str, owner: str, identity: str, text: str
) -> None:
    async with hotel.connector() as connector:
        await connector.write(name, [note(**{owner: identity, text: "Sin gluten"})])
        found = await connector.lookup(name, [owner, text], [(identity, "Sin gluten")], {text})
        assert len(found[(identity, "Sin gluten")]) == 1
        assert connector.canonical(Field(text), "[crm] Sin gluten") == connector.canonical(Field(text), "Sin gluten")
    assert hotel.recorder.count("getReservations") == 0, "a note of a known owner is found by one call"


async def test_a_note_on_nobody_is_refused(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        outcomes = await connector.write(
            "guest_notes",
            [note(guestID="1", guestNote="x"), note(guestID="", guestNote="x"), note(guestID=GUEST, guestNote=" ")],
        )
    assert [outcome.result for outcome in outcomes] == [Written.REFUSED] * 3
    assert [outcome.reasons[0].row for outcome in outcomes] == ["guestID", "guestID", "guestNote"]


def test_a_prefix_of_ones_own_is_the_only_one_that_is_taken_off() -> None:
    assert Prefix("[HubSpot]").bare("[HubSpot] VIP") == "VIP"
    assert Prefix("[HubSpot]").bare("[urgente] VIP") == "[urgente] VIP"
    assert Prefix().marked("VIP", "crm") == "[crm] VIP"
    assert Prefix().bare("[a note] VIP") == "[a note] VIP"
