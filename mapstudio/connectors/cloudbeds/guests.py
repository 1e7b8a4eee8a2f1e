"""Reading guests with as few calls as there can be: five a second are all there are.

The guest list gives everything but custom fields, the stay's dates and special requests. ``getReservations`` with its
guests gives the first two for a hundred reservations at once, or for one guest; whichever takes fewer calls is used.
Special requests need ``getGuest`` for each guest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from mapstudio.connectors.cloudbeds.api import RefusedCallError, page_count
from mapstudio.connectors.cloudbeds.checkpoints import bound
from mapstudio.connectors.cloudbeds.fields import Source, top_level
from mapstudio.connectors.cloudbeds.guest_rows import ROW_FIELDS, Rows, collect, detail_record, guest_record
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.values import rows_of
from mapstudio.connectors.exchange import Page, ReadRequest
from mapstudio.connectors.together import together
from mapstudio.model import Record, SourceRecord

PAGE = 100
FEW = 5
FILTERS = frozenset({"guestEmail", "guestFirstName", "guestLastName", "guestPhone", "guestCellPhone"})
"""Fields by which the guest list can be asked for."""

_LIST = {"includeGuestInfo": "true", "sortBy": "creation"}
_STAYS = {"includeGuestsDetails": "true"}


@dataclass(frozen=True, slots=True)
class Guests:
    """The guests of one session."""

    session: Session

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the guests, oldest booking first.

        One that was merged into another or anonymised has nothing left that is worth more than what a destination has,
        so that it comes only where it is asked for.
        """
        needs = Needs.of(request.paths)
        parameters = dict(_LIST)
        if request.since is not None:
            parameters["resultsFrom"] = bound(request.since, request.object, await self.session.zone())
        known: dict[str, Rows] = {}
        begun: datetime | None = None
        ended = True
        async with aclosing(self.session.api.pages("getGuestList", parameters)) as pages:
            async for page in pages:
                begun = begun or page.at
                listed = page.rows if request.archived else [row for row in page.rows if is_alive(row)]
                collect(listed, known, complete=request.since is None and not page.folded)
                if request.limit is not None and len(known) >= request.limit and not page.last:
                    ended = False
                    break
        chosen = dict(islice(known.items(), request.limit))
        if not ended:
            for rows in chosen.values():
                rows.complete = False
        await self._add_stays(chosen, needs)
        total = len(known) if ended and request.limit is None else None
        checkpoint = begun.isoformat() if begun is not None and ended and len(chosen) == len(known) else None
        for start in range(0, max(1, len(chosen)), PAGE):
            part = dict(islice(chosen.items(), start, start + PAGE))
            last = start + PAGE >= len(chosen)
            yield Page(await self._records(part, needs), total, checkpoint if last else None)

    async def one_page(self) -> list[SourceRecord]:
        """Return the guests on the list's first page, with nothing but what it tells."""
        query = {**_LIST, "pageNumber": "1", "pageSize": str(PAGE)}
        known: dict[str, Rows] = {}
        collect((await self.session.api.get("getGuestList", query)).rows, known, complete=False)
        return await self._records(known, Needs.of(()))

    async def find(
        self, key: Sequence[str], values: Collection[str], keep: Callable[[SourceRecord], bool], needs: Needs
    ) -> list[SourceRecord]:
        """Return the guests that are to be kept.

        Args:
            key: The fields that ``keep`` looks at.
            values: What the first of them may be. With one of :data:`FILTERS` the list is asked for each value, unless
                reading it all takes fewer calls.
            keep: Whether a guest, known by its key fields alone, is one of those that are looked for.
            needs: What is used of those.
        """
        known = await self._with_value(key[0], values)
        by_key = Needs.of(key)
        await self._add_stays(known, by_key)
        found = {record.id: known[record.id] for record in await self._records(known, by_key) if keep(record)}
        await self._add_stays(found, needs)
        return await self._records(found, needs)

    async def by_ids(self, ids: Collection[str], needs: Needs) -> Mapping[str, SourceRecord]:
        """Return the guests with these ids; one that is gone is absent."""
        if not ids:
            return {}
        if _detail_will_do(needs) and await self._few(len(ids)):
            return await self._details(ids, needs)
        wanted = set(ids)
        known: dict[str, Rows] = {}
        async for page in self.session.api.pages("getGuestList", _LIST):
            collect(page.rows, known, complete=not page.folded)
        found = {guest_id: rows for guest_id, rows in known.items() if guest_id in wanted}
        await self._add_stays(found, needs)
        return {record.id: record for record in await self._records(found, needs)}

    async def again(self, ids: Collection[str], needs: Needs, *, archived: bool) -> list[SourceRecord]:
        """Return these guests; those that are gone are left out, and unless ``archived`` those that :meth:`read` skips.

        Where ``getGuest`` does not know all that is used, what has changed last is looked through first: there stands
        what is read again for an event that has just come.
        """
        needs = needs.and_also("isMerged", "isAnonymized")
        wanted = set(ids)
        known: dict[str, Rows] = {}
        if wanted and not _detail_will_do(needs):
            recent = bound(datetime.now(UTC).isoformat(), "guests", await self.session.zone())
            async for page in self.session.api.pages("getGuestList", {**_LIST, "resultsFrom": recent}):
                collect([row for row in page.rows if str(row.get("guestID")) in wanted], known, complete=False)
            await self._add_stays(known, needs)
        records = await self._records(known, needs)
        records += (await self.by_ids(sorted(wanted - known.keys()), needs)).values()
        return [record for record in records if archived or is_alive(record.data)]

    async def _few(self, count: int) -> bool:
        """Return whether a call for each takes fewer calls than reading the whole list."""
        if count <= FEW:
            return True
        first = await self.session.api.get("getGuestList", {"pageNumber": "1", "pageSize": "1"})
        return count < page_count(first.total)

    async def _with_value(self, name: str, values: Collection[str]) -> dict[str, Rows]:
        known: dict[str, Rows] = {}
        can_filter = name in FILTERS
        if not can_filter or len(values) > FEW:
            async with aclosing(self.session.api.pages("getGuestList", _LIST)) as pages:
                async for page in pages:
                    if can_filter and page_count(page.total) - 1 > len(values):
                        break
                    collect(page.rows, known, complete=not page.folded)
                else:
                    return known

        async def ask(value: str) -> None:
            async for page in self.session.api.pages("getGuestList", {**_LIST, name: value}):
                collect(page.rows, known, complete=not page.folded)

        await together(ask(value) for value in values)
        return known

    async def _add_stays(self, known: Mapping[str, Rows], needs: Needs) -> None:
        """Add what reservations tell of their guests, where it is used."""
        if needs.uses("customFields") or needs.source("guests", Source.STAYS) or _lacks_rows(known, needs):
            await self._complete({guest_id: rows for guest_id, rows in known.items() if not rows.stayed})

    async def _records(self, known: Mapping[str, Rows], needs: Needs) -> list[SourceRecord]:
        zone = await self.session.zone()
        wants_custom = needs.uses("customFields")
        if needs.source("guests", Source.DETAIL):
            await self._add_details(known)
        elif wants_custom:
            await self._add_details({guest_id: rows for guest_id, rows in known.items() if rows.custom is None})
        records = []
        for guest_id, rows in known.items():
            custom = await self._custom(rows) if wants_custom else None
            records.append(guest_record(guest_id, rows, custom, zone))
        return records

    async def _custom(self, rows: Rows) -> Record:
        wire = rows.custom if rows.custom is not None else rows_of((rows.detail or {}).get("customFields"))
        return await self.session.custom_record("guest", wire)

    async def _complete(self, known: Mapping[str, Rows]) -> None:
        """Add reservations and custom fields, by reading all reservations or those of each guest."""
        if not known:
            return
        async with aclosing(self.session.api.pages("getReservations", _STAYS)) as pages:
            async for page in pages:
                if page_count(page.total) - 1 > len(known):
                    await together(self._complete_one(guest_id, rows) for guest_id, rows in known.items())
                    break
                for row in page.rows:
                    for guest_id in {str(guest.get("guestID")) for guest in rows_of(row.get("guestList"))}:
                        if guest_id in known:
                            known[guest_id].add_stay(guest_id, row)
        for rows in known.values():
            rows.complete = rows.stayed = True

    async def _complete_one(self, guest_id: str, rows: Rows) -> None:
        async for page in self.session.api.pages("getReservations", {**_STAYS, "guestID": guest_id}):
            for row in page.rows:
                rows.add_stay(guest_id, row)

    async def _add_details(self, known: Mapping[str, Rows]) -> None:
        async def add(guest_id: str, rows: Rows) -> None:
            rows.detail = await self._detail(guest_id)

        await together(add(guest_id, rows) for guest_id, rows in known.items())

    async def _details(self, ids: Collection[str], needs: Needs) -> dict[str, SourceRecord]:
        zone = await self.session.zone()
        details = await together(self._detail(guest_id) for guest_id in ids)
        found: dict[str, SourceRecord] = {}
        for guest_id, detail in zip(ids, details, strict=True):
            if detail is not None:
                wire = rows_of(detail.get("customFields"))
                custom = await self.session.custom_record("guest", wire) if needs.uses("customFields") else None
                found[guest_id] = detail_record(guest_id, detail, custom, zone)
        return found

    async def _detail(self, guest_id: str) -> Record | None:
        """Return the answer of ``getGuest``, ``None`` when there is no such guest."""
        try:
            answer = await self.session.api.get("getGuest", {"guestID": guest_id})
        except RefusedCallError as error:
            if error.not_found:
                return None
            raise
        return answer.data if isinstance(answer.data, dict) else None


def is_alive(row: Record) -> bool:
    """Return whether a guest is still a person of its own that Cloudbeds knows."""
    return row.get("isMerged") is not True and row.get("isAnonymized") is not True


def _detail_will_do(needs: Needs) -> bool:
    return needs.heads is not None and not needs.everything and all(_in_detail(name) for name in needs.heads)


def _in_detail(name: str) -> bool:
    spec = top_level("guests").get(name)
    return name in {"customFields", "guestID"} or (spec is not None and spec.detailed is not None)


def _lacks_rows(known: Mapping[str, Rows], needs: Needs) -> bool:
    return needs.uses("reservations", *ROW_FIELDS) and not all(rows.complete for rows in known.values())
