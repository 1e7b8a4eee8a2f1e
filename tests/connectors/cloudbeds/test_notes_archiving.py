"""Notes are archived for an undo: those that mapstudio wrote, once, and nobody else's."""

from __future__ import annotations

import pytest

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.exchange import Origin, Write
from mapstudio.model import JsonValue, UsageError
from tests.connectors.cloudbeds.conftest import Hotel

GUEST, STAY = "84510005", "6643393704613"
KINDS = pytest.mark.parametrize(
    ("name", "owner", "identity", "text", "called"),
    [
        ("guest_notes", "guestID", GUEST, "guestNote", "deleteGuestNote"),
        ("reservation_notes", "reservationID", STAY, "reservationNote", "deleteReservationNote"),
    ],
)


async def written(connector: CloudbedsConnector, name: str, **values: JsonValue) -> str:
    [outcome] = await connector.write(name, [Write(Origin("crm", "deals", "7101"), values)])
    return str(outcome.destination_id)


async def ids(connector: CloudbedsConnector, name: str, owner: str, identity: str) -> set[str]:
    found = await connector.lookup(name, [owner], [(identity,)], {owner})
    return {record.id for record in found.get((identity,), ())}


@KINDS
async def test_our_notes_are_archived_and_no_others(
    hotel: Hotel, name: str, owner: str, identity: str, text: str, called: str
) -> None:
    async with hotel.connector() as connector:
        before = await ids(connector, name, owner, identity)
        made = [await written(connector, name, **{owner: identity, text: word}) for word in ("Cuna", "Vegana")]
        assert connector.capabilities(name).archive
        assert await connector.archive(name, [*made, f"{identity}-1", "1-1", "none", made[0]]) == [None] * 6
        assert await ids(connector, name, owner, identity) == before
        # The second time nothing is left to be asked for.
        assert await connector.archive(name, made) == [None, None]
        assert await connector.archive(name, []) == []
    assert hotel.recorder.count(called) == len(made)


@KINDS
async def test_what_a_person_has_written_anew_stays(
    hotel: Hotel, name: str, owner: str, identity: str, text: str, called: str
) -> None:
    async with hotel.connector() as ours, hotel.connector(note_prefix="Recepción:") as desk:
        made = await written(ours, name, **{owner: identity, text: "Cuna"})
        change = Write(Origin("desk", "words", "1"), {text: "cuna y bañera"}, made)
        await desk.write(name, [change])
        [reason] = await ours.archive(name, [made])
        assert made in await ids(ours, name, owner, identity)
        assert await desk.archive(name, [made]) == [None]
    assert reason is not None
    assert (reason.row, reason.value) == (text, "Recepción: cuna y bañera")
    assert "a person has written it" in reason.reason
    assert hotel.recorder.count(called) == 1


@KINDS
async def test_a_lost_answer_is_asked_for_again(
    hotel: Hotel, name: str, owner: str, identity: str, text: str, called: str
) -> None:
    async with hotel.connector() as connector:
        made = await written(connector, name, **{owner: identity, text: "Cuna"})
        hotel.strike(kind="drop-after", count=1, method="DELETE")
        assert await connector.archive(name, [made]) == [None]
        assert made not in await ids(connector, name, owner, identity)
    assert hotel.recorder.count(called) == 2


async def test_nothing_but_notes_is_archived(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        with pytest.raises(UsageError, match="cannot archive guests"):
            await connector.archive("guests", [GUEST])
