"""Reading reservations: the flat list, with guests, money and details only where they are used."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mapstudio.connectors.cloudbeds.aliases import is_alias
from mapstudio.connectors.cloudbeds.api import Envelope
from mapstudio.connectors.cloudbeds.checkpoints import bound
from mapstudio.connectors.cloudbeds.fields import FieldSpec, Source, below, specs
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.unlisted import unlisted
from mapstudio.connectors.cloudbeds.values import rows_of, typed, typed_object, utc_text
from mapstudio.connectors.exchange import Page, ReadRequest
from mapstudio.connectors.together import together
from mapstudio.model import FieldType, JsonValue, Record, SourceRecord

FILTERS = {"guestID": "guestID", "status": "status", "thirdPartyIdentifier": "sourceReservationId"}
"""What the list can be asked for, by field."""

_AT_ONCE = 100
_OBJECT = "reservations"
_GUESTS = "guestList[]."
_MAIN_GUEST = ("guestEmail", "guestFirstName", "guestLastName", "guestPhone", "guestCountry", "guestZip")


@dataclass(frozen=True, slots=True)
class Reservations:
    """The reservations of one session."""

    session: Session

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the reservations as the list gives them."""
        needs = Needs.of(request.paths)
        parameters = {}
        if request.since is not None:
            parameters["modifiedFrom"] = bound(request.since, request.object, await self.session.zone())
        seen: set[str] = set()
        begun: datetime | None = None
        async with aclosing(self.session.api.pages("getReservations", {**parameters, **_options(needs)})) as pages:
            async for page in pages:
                begun = begun or page.at
                room = None if request.limit is None else request.limit - len(seen)
                rows = _new_rows(page, seen)
                taken = rows[:room]
                whole = page.last and len(taken) == len(rows)
                total = page.total if request.limit is None else None
                yield Page(await self._records(taken, needs), total, begun.isoformat() if whole else None)
                if room is not None and len(rows) >= room:
                    return

    async def find(self, name: str, values: Collection[str], needs: Needs) -> list[SourceRecord]:
        """Return at least all reservations with one of the values in a field; the caller compares."""
        return await self._found([{FILTERS[name]: value} for value in values] if name in FILTERS else [{}], needs)

    async def starting(self, day: str, needs: Needs) -> list[SourceRecord]:
        """Return the reservations whose stay begins on a day."""
        return await self._found([{"checkInFrom": day, "checkInTo": day}], needs)

    async def _found(self, queries: Sequence[Mapping[str, str]], needs: Needs) -> list[SourceRecord]:
        seen: set[str] = set()
        rows: list[Record] = []
        for query in queries:
            async for page in self.session.api.pages("getReservations", {**_options(needs), **query}):
                rows += _new_rows(page, seen)
        return [
            record
            for start in range(0, len(rows), _AT_ONCE)
            for record in await self._records(rows[start : start + _AT_ONCE], needs)
        ]

    async def again(self, ids: Collection[str], needs: Needs) -> list[SourceRecord]:
        """Return these reservations; those that are gone are left out.

        The list cannot be asked for ids, but for what has changed last: what is read again for an event that has just
        come stands on the first page.
        """
        wanted, seen, rows = set(ids), set[str](), list[Record]()
        query = {**_options(needs), "sortByRecent": "true"}
        async with aclosing(self.session.api.pages("getReservations", query)) as pages:
            async for page in pages:
                rows += [row for row in _new_rows(page, seen) if str(row.get("reservationID")) in wanted]
                if len(rows) == len(wanted):
                    break
        return await self._records(rows, needs)

    async def _records(self, rows: list[Record], needs: Needs) -> list[SourceRecord]:
        zone = await self.session.zone()
        rates = await self._rates(rows) if needs.source(_OBJECT, Source.RATES) else None
        details = await self._details(rows) if needs.source(_OBJECT, Source.DETAIL) else None
        records = []
        for row in rows:
            identity = str(row.get("reservationID"))
            known = {Source.LIST: row}
            if needs.source(_OBJECT, Source.GUESTS):
                known[Source.GUESTS] = {**row, **_main_guest(row)}
            if rates is not None:
                known[Source.RATES] = rates.get(identity, {})
            if details is not None:
                known[Source.DETAIL] = details.get(identity, {})
            data = _typed_record(known, zone)
            if "guestList" in data:
                data["guestList"] = [await self._guest(guest, zone) for guest in rows_of(row.get("guestList"))]
            if needs.uses("customFields"):
                wire = rows_of(row.get("customFields"))
                data["customFields"] = await self.session.custom_record("reservation", wire)
            data |= unlisted(_OBJECT, row, zone)
            records.append(SourceRecord(identity, data, utc_text(row.get("dateModified"), zone)))
        return records

    async def _guest(self, wire: Record, zone: ZoneInfo) -> JsonValue:
        guest = typed_object(below(_OBJECT, _GUESTS), wire, zone) | unlisted(_OBJECT, wire, zone, _GUESTS)
        guest["customFields"] = await self.session.custom_record("guest", rows_of(wire.get("customFields")))
        return guest

    async def _rates(self, rows: list[Record]) -> dict[str, Record]:
        """Ask for the money of up to a hundred reservations at once."""
        if not rows:
            return {}
        wanted = {"reservationID": ",".join(str(row.get("reservationID")) for row in rows)}
        found: dict[str, Record] = {}
        async for page in self.session.api.pages("getReservationsWithRateDetails", wanted):
            for row in page.rows:
                row["detailedRates"] = _by_night(row.get("detailedRates"))
                found[str(row.get("reservationID"))] = row
        return found

    async def _details(self, rows: list[Record]) -> dict[str, Record]:
        ids = [str(row.get("reservationID")) for row in rows]
        answers = await together(
            self.session.api.get("getReservation", {"reservationID": identity}) for identity in ids
        )
        return {
            identity: answer.data
            for identity, answer in zip(ids, answers, strict=True)
            if isinstance(answer.data, dict)
        }


def _main_guest(row: Record) -> Record:
    """Return what a reservation tells of its main guest, by the names of a reservation's own fields."""
    guests = rows_of(row.get("guestList"))
    guest = next((guest for guest in guests if guest.get("isMainGuest") is True), {})
    told = {name: guest.get(name) for name in _MAIN_GUEST}
    return {**told, "guestEmailIsAlias": is_alias(guest.get("guestEmail"))}


def _options(needs: Needs) -> dict[str, str]:
    options = {}
    if needs.source(_OBJECT, Source.GUESTS):
        options["includeGuestsDetails"] = "true"
    if needs.uses("customFields"):
        options["includeCustomFields"] = "true"
    return options


def _new_rows(page: Envelope, seen: set[str]) -> list[Record]:
    rows = [row for row in page.rows if str(row.get("reservationID")) not in seen]
    seen.update(str(row.get("reservationID")) for row in rows)
    return rows


def _typed_record(known: dict[Source, Record], zone: ZoneInfo) -> Record:
    """Return all fields that what was fetched holds, in the order of the schema."""
    data: Record = {}
    for spec in specs(_OBJECT):
        wire = known.get(spec.source)
        if wire is None or "[]" in spec.field.name:
            continue
        parent, _, leaf = spec.field.name.rpartition(".")
        if parent:
            inner = wire.get(parent)
            group = data.setdefault(parent, {})
            if isinstance(group, dict):
                group[leaf] = typed(spec, inner.get(leaf) if isinstance(inner, dict) else None, zone)
        elif spec.field.type is FieldType.LIST:
            data[leaf] = _typed_list(spec, wire, zone)
        else:
            data[leaf] = typed(spec, wire.get(spec.listed), zone)
    return data


def _typed_list(spec: FieldSpec, wire: Record, zone: ZoneInfo, prefix: str = "") -> JsonValue:
    name = f"{prefix}{spec.leaf}[]."
    items = []
    for row in rows_of(wire.get(spec.listed)):
        item: Record = {}
        for child in below(_OBJECT, name):
            nested = child.field.type is FieldType.LIST
            item[child.leaf] = (
                _typed_list(child, row, zone, name) if nested else typed(child, row.get(child.listed), zone)
            )
        items.append(item)
    return [*items]


def _by_night(rates: JsonValue) -> JsonValue:
    return [{"date": night, "rate": rate} for night, rate in rates.items()] if isinstance(rates, dict) else []
