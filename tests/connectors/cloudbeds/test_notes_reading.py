"""Reading notes costs a call for each reservation, so that a few notes ask no more of them than it takes."""

from __future__ import annotations

from mapstudio.connectors.cloudbeds.notes import FEW
from mapstudio.connectors.exchange import ReadRequest
from tests.connectors.cloudbeds.conftest import Hotel


async def test_a_few_notes_are_found_in_a_few_calls(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        every = [page async for page in connector.read(ReadRequest("reservation_notes"))]
        whole = [note.id for page in every for note in page.records]
        hotel.recorder.calls.clear()
        limited = ReadRequest("reservation_notes", limit=3)
        few = [page async for page in connector.read(limited)]
    assert [note.id for page in few for note in page.records] == whole[:3]
    assert all(page.checkpoint is None for page in few)
    assert every[-1].checkpoint is not None
    asked = hotel.recorder.count("getReservationNotes")
    assert asked < 100
    assert asked % FEW == 0
