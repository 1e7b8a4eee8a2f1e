"""Reading guest notes: the guest list holds their texts, ``getGuestNotes`` who wrote them and when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from mapstudio.connectors.cloudbeds.fields import Source, top_level
from mapstudio.connectors.cloudbeds.guests import Guests
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.values import rows_of, typed, utc_text
from mapstudio.connectors.exchange import Page, ReadRequest
from mapstudio.model import Record, SourceRecord

_OBJECT = "guest_notes"
_GUEST_PATHS = frozenset({"guestID", "guestNotes"})


@dataclass(frozen=True, slots=True)
class GuestNotes:
    """The guest notes of one session."""

    session: Session

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the notes, guest by guest."""
        needs = Needs.of(request.paths)
        left = request.limit
        guests = ReadRequest("guests", paths=_GUEST_PATHS, since=request.since)
        async for page in Guests(self.session).read(guests):
            notes = [await self._records(record, needs) for record in page.records if record.data["guestNotes"]]
            records = [note for group in notes for note in group][:left]
            left = None if left is None else left - len(records)
            yield Page(records, None, page.checkpoint if request.limit is None else None)
            if left == 0:
                return

    async def find(self, needs: Needs) -> list[SourceRecord]:
        """Return all notes."""
        request = ReadRequest(_OBJECT, paths=None if needs.heads is None else frozenset(needs.heads))
        return [record async for page in self.read(request) for record in page.records]

    async def _records(self, guest: SourceRecord, needs: Needs) -> list[SourceRecord]:
        zone = await self.session.zone()
        listed = {str(note["ID"]): note for note in rows_of(guest.data["guestNotes"])}
        details: dict[str, Record] = {}
        if needs.source(_OBJECT, Source.DETAIL):
            answer = await self.session.api.get("getGuestNotes", {"guestID": guest.id})
            details = {str(row.get("guestNoteID")): row for row in answer.rows}
        records = []
        for identity, note in listed.items():
            wire = {
                "guestNoteID": identity,
                "guestID": guest.id,
                "guestNote": note["note"],
                **details.get(identity, {}),
            }
            data: Record = {
                name: typed(spec, wire.get(spec.listed), zone)
                for name, spec in top_level(_OBJECT).items()
                if spec.source is Source.LIST or details
            }
            records.append(SourceRecord(identity, data, utc_text(wire.get("dateModified"), zone)))
        return records
