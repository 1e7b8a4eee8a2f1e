"""Short lists that are read whole: rooms, room types, items, house accounts, the hotel and its webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass

from mapstudio.connectors.cloudbeds.api import PAGE_SIZE
from mapstudio.connectors.cloudbeds.fields import Source
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.shaping import shaped
from mapstudio.connectors.cloudbeds.values import rows_of
from mapstudio.connectors.exchange import Page, ReadRequest
from mapstudio.model import Record, SourceRecord


@dataclass(frozen=True, slots=True)
class _List:
    """One list of the API.

    Attributes:
        method: What gives it.
        id: The field that identifies a row.
        paged: Whether it comes in pages.
        inside: The list within each row that holds the records, where rows are groups of them.
        detail: What gives the rest of a record.
    """

    method: str
    id: str
    paged: bool = False
    inside: str = ""
    detail: str = ""


_LISTS: Mapping[str, _List] = {
    "house_accounts": _List("getHouseAccountList", "accountID"),
    "rooms": _List("getRooms", "roomID", paged=True, inside="rooms"),
    "room_types": _List("getRoomTypes", "roomTypeID", paged=True),
    "items": _List("getItems", "itemID"),
    "hotels": _List("getHotels", "propertyID", detail="getHotelDetails"),
    "webhooks": _List("getWebhooks", "id"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """One such list of one session."""

    session: Session
    object: str

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield all rows at once; nothing tells which of them have changed."""
        records = await self._records(Needs.of(request.paths), request.limit)
        yield Page(records, len(records) if request.limit is None else None)

    async def find(self, name: str, values: Collection[str], needs: Needs) -> list[SourceRecord]:  # noqa: ARG002
        """Return all records; the caller compares."""
        return await self._records(needs, None)

    async def _records(self, needs: Needs, limit: int | None) -> list[SourceRecord]:
        zone, known = await self.session.zone(), _LISTS[self.object]
        records = []
        for row in await self._rows(known, limit):
            if self.object == "hotels" and str(row.get(known.id)) != self.session.api.property_id:
                continue
            data = shaped(self.object, row, zone)
            if known.detail and needs.source(self.object, Source.DETAIL):
                answer = await self.session.api.get(known.detail)
                wire = answer.data if isinstance(answer.data, dict) else {}
                data |= shaped(self.object, wire, zone, Source.DETAIL)
            records.append(SourceRecord(str(row.get(known.id)), data))
            if len(records) == limit:
                break
        return records

    async def _rows(self, known: _List, limit: int | None) -> list[Record]:
        """Return the rows, of a limited read at least as many.

        Groups of rows count as one in the API's totals, so that those do not say when it ends.
        """
        found: dict[str, Record] = {}
        number = 1
        while True:
            query = {"pageNumber": str(number), "pageSize": str(PAGE_SIZE)} if known.paged else {}
            rows = (await self.session.api.get(known.method, query)).rows
            if known.inside:
                rows = [
                    {"propertyID": row.get("propertyID"), **item}
                    for row in rows
                    for item in rows_of(row.get(known.inside))
                ]
            before = len(found)
            found.update((str(row.get(known.id)), row) for row in rows)
            # A list that does not know pages gives the same rows again.
            ended = not known.paged or len(rows) < PAGE_SIZE or len(found) == before
            if ended or (limit is not None and len(found) >= limit):
                return [*found.values()]
            number += 1
