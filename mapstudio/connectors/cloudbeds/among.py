"""Reading a few records again, named as webhooks name them, with few calls however large the hotel is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from mapstudio.connectors.cloudbeds.api import RefusedCallError
from mapstudio.connectors.cloudbeds.guests import Guests
from mapstudio.connectors.cloudbeds.kinds import KINDS
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.note_kinds import NOTES
from mapstudio.connectors.cloudbeds.notes import Notes
from mapstudio.connectors.cloudbeds.reservations import Reservations
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.transactions import Transactions
from mapstudio.connectors.cloudbeds.values import rows_of
from mapstudio.connectors.exchange import Among, Page, ReadRequest
from mapstudio.connectors.together import together
from mapstudio.model import SourceRecord, UsageError


async def read_among(session: Session, request: ReadRequest, among: Among) -> AsyncIterator[Page]:
    """Yield the records that are still there, as one page."""
    records = await _found(session, request, among)
    yield Page(records, len(records))


async def _found(session: Session, request: ReadRequest, among: Among) -> Sequence[SourceRecord]:
    name, values, needs = request.object, sorted(among.values), Needs.of(request.paths)
    by = among.field or KINDS[name].id
    if name == "guests":
        ids = values if among.field is None else await _guests_on(session, values)
        return await Guests(session).again(ids, needs, archived=request.archived)
    if name in NOTES:
        notes = Notes(session, NOTES[name])
        return [*(await notes.by_ids(values)).values()] if among.field is None else await notes.find(by, values, needs)
    if name == "reservations":
        reservations = Reservations(session)
        return await (
            reservations.again(values, needs) if by == "reservationID" else reservations.find(by, values, needs)
        )
    if name == "transactions":
        return await Transactions(session).find(by, values, needs)
    raise UsageError(f"Records of {name} cannot be read by {by}.", remedy="Read all of them.")


async def _guests_on(session: Session, reservation_ids: Sequence[str]) -> list[str]:
    """Return the ids of all guests on reservations; one that is gone has none."""

    async def ask(identity: str) -> list[str]:
        try:
            answer = await session.api.get("getReservation", {"reservationID": identity})
        except RefusedCallError as error:
            if error.not_found:
                return []
            raise
        guests = answer.data.get("guestList") if isinstance(answer.data, dict) else None
        return [str(guest.get("guestID")) for guest in rows_of(guests) if guest.get("guestID")]

    groups = await together(ask(identity) for identity in reservation_ids)
    return sorted({guest for group in groups for guest in group})
