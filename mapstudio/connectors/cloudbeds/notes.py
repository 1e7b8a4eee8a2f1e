"""Reading notes. The guest list holds the texts of guests' notes; all else costs a call for each guest or booking."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mapstudio.connectors.cloudbeds.api import RefusedCallError
from mapstudio.connectors.cloudbeds.fields import Source, top_level
from mapstudio.connectors.cloudbeds.guests import Guests
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.note_kinds import NoteKind
from mapstudio.connectors.cloudbeds.reservations import Reservations
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.values import rows_of, typed, utc_text
from mapstudio.connectors.exchange import Page, ReadRequest
from mapstudio.connectors.together import together
from mapstudio.model import Record, SourceRecord

FEW = 10
"""Owners asked at once for a limited read: two seconds of the budget."""
_GUEST_PATHS = frozenset({"guestID", "guestNotes"})


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one kind in one session."""

    session: Session
    kind: NoteKind

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the notes, guest by guest or reservation by reservation."""
        needs = Needs.of(request.paths)
        left = request.limit
        async for page in self._owners(request):
            # Most reservations have no note: for a few notes only as many are asked as it takes.
            size = FEW if request.limit is not None else max(1, len(page.records))
            for start in range(0, max(1, len(page.records)), size):
                groups = await together(self._of(owner, needs) for owner in page.records[start : start + size])
                records = [note for group in groups for note in group][:left]
                left = None if left is None else left - len(records)
                yield Page(records, None, page.checkpoint if request.limit is None else None)
                if left == 0:
                    return

    async def find(self, name: str, values: Collection[str], needs: Needs) -> list[SourceRecord]:
        """Return at least all notes with one of the values in a field; those of known owners without the others."""
        if name == self.kind.owner:
            groups = await together(self.on(owner) for owner in sorted(values))
            return [note for group in groups for note in group]
        paths = None if needs.heads is None else frozenset(needs.heads) or frozenset({self.kind.id})
        request = ReadRequest(self.kind.object, paths=frozenset({"@"}) if needs.everything else paths)
        return [record async for page in self.read(request) for record in page.records]

    async def by_ids(self, ids: Collection[str]) -> Mapping[str, SourceRecord]:
        """Return the notes with these ids."""
        owners = {owner for owner, _ in map(self.kind.parts, ids) if owner}
        wanted = set(ids)
        return {note.id: note for note in await self.find(self.kind.owner, owners, Needs.of(())) if note.id in wanted}

    async def on(self, owner: str) -> list[SourceRecord]:
        """Return all notes on one guest or reservation with everything that is known of them."""
        zone = await self.session.zone()
        return [self._record(owner, wire, zone, whole=True) for wire in await self._wire(owner)]

    async def _owners(self, request: ReadRequest) -> AsyncIterator[Page]:
        if self.kind.owner_object == "guests":
            inner = ReadRequest("guests", paths=_GUEST_PATHS, since=request.since, archived=True)
            async for page in Guests(self.session).read(inner):
                yield page
        else:
            inner = ReadRequest("reservations", paths=frozenset({self.kind.owner}), since=request.since)
            async for page in Reservations(self.session).read(inner):
                yield page

    async def _of(self, owner: SourceRecord, needs: Needs) -> list[SourceRecord]:
        if "guestNotes" not in owner.data:
            return await self.on(owner.id)
        listed = rows_of(owner.data["guestNotes"])
        if not listed:
            return []
        if needs.source(self.kind.object, Source.DETAIL):
            return await self.on(owner.id)
        zone = await self.session.zone()
        rows: list[Record] = [{self.kind.id: row["ID"], self.kind.text: row["note"]} for row in listed]
        return [self._record(owner.id, row, zone, whole=False) for row in rows]

    async def _wire(self, owner: str) -> list[Record]:
        try:
            return (await self.session.api.get(self.kind.reads, {self.kind.owner: owner})).rows
        except RefusedCallError as error:
            if error.not_found:
                return []
            raise

    def _record(self, owner: str, wire: Record, zone: ZoneInfo, *, whole: bool) -> SourceRecord:
        data: Record = {
            name: typed(spec, {**wire, self.kind.owner: owner}.get(spec.listed), zone)
            for name, spec in top_level(self.kind.object).items()
            if whole or spec.source is Source.LIST
        }
        identity = self.kind.record_id(owner, str(wire.get(self.kind.id)))
        return SourceRecord(identity, data, utc_text(wire.get("dateModified"), zone))
