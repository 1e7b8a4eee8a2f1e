"""Finding records of any object: the part that knows it asks for as little as it can, what is left is compared."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing

from mapstudio.connectors.cloudbeds.among import read_among
from mapstudio.connectors.cloudbeds.custom_items import CustomItems
from mapstudio.connectors.cloudbeds.guests import Guests
from mapstudio.connectors.cloudbeds.kinds import KINDS
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.note_kinds import NOTES
from mapstudio.connectors.cloudbeds.notes import Notes
from mapstudio.connectors.cloudbeds.profiles import Profiles
from mapstudio.connectors.cloudbeds.reservations import Reservations
from mapstudio.connectors.cloudbeds.session import REMEMBERED, Session
from mapstudio.connectors.cloudbeds.shaping import shaped
from mapstudio.connectors.cloudbeds.tables import Table
from mapstudio.connectors.cloudbeds.transactions import Transactions
from mapstudio.connectors.exchange import Page, ReadRequest
from mapstudio.model import Record, SourceRecord, UsageError

_ENOUGH = 20
"""How many records a limited read must be about to tell something of an object's fields."""

_TOLD_BY_LISTS = {"reservations": frozenset({"guestList"})}
"""What a list tells besides, in the same call."""


def part_of(session: Session, object_name: str) -> Notes | Profiles | Reservations | Table | Transactions:
    """Return the part that reads an object other than guests.

    Raises:
        UsageError: Its records cannot be read.
    """
    if object_name in NOTES:
        return Notes(session, NOTES[object_name])
    match object_name:
        case "guest_profiles":
            return Profiles(session)
        case "reservations":
            return Reservations(session)
        case "transactions":
            return Transactions(session)
        case "custom_items":
            raise UsageError("custom_items can only be written: what was sold is read as transactions.")
        case _:
            return Table(session, object_name)


async def read(session: Session, request: ReadRequest) -> AsyncGenerator[Page, None]:
    """Yield an object's records, each once; the last of them are remembered, unless they are just a few."""
    tells = request.since is None and request.among is None and (request.limit is None or request.limit >= _ENOUGH)
    pages = _pages(session, request)
    try:
        async for page in pages:
            if tells and page.records:
                session.remember(request.object, page.records)
            yield page
    finally:
        if isinstance(pages, AsyncGenerator):
            await pages.aclose()


async def look(session: Session, object_name: str) -> Sequence[Record]:
    """Return some records of an object: those that were read last, else one page of its list.

    Notes have no list of their own, and what can only be written has none at all: there is nothing to look at.
    """
    known = session.remembered(object_name)
    if known is not None:
        return known
    if object_name in NOTES or not KINDS[object_name].readable:
        return ()
    session.remember(object_name, await _one_page(session, object_name))
    return session.remembered(object_name) or ()


async def _one_page(session: Session, object_name: str) -> Sequence[SourceRecord]:
    if object_name == "guests":
        return await Guests(session).one_page()
    if object_name == "hotels":
        # It is known already: without it no time of the hotel can be read.
        hotel = await session.hotel()
        return [SourceRecord(session.api.property_id, shaped(object_name, hotel, await session.zone()))]
    request = ReadRequest(object_name, paths=_TOLD_BY_LISTS.get(object_name, frozenset()), limit=REMEMBERED)
    async with aclosing(read(session, request)) as pages:
        async for page in pages:
            return page.records
    return ()


def _pages(session: Session, request: ReadRequest) -> AsyncIterator[Page]:
    if request.among is not None:
        return read_among(session, request, request.among)
    if request.object == "guests":
        return Guests(session).read(request)
    return part_of(session, request.object).read(request)


async def candidates(
    session: Session,
    object_name: str,
    key: Sequence[str],
    values: Sequence[str],
    keep: Callable[[SourceRecord], bool],
    needs: Needs,
) -> Sequence[SourceRecord]:
    """Return at least all records that are to be kept.

    Args:
        session: Where.
        object_name: Of which object.
        key: The fields that ``keep`` looks at.
        values: What the first of them may be.
        keep: Whether a record is one of those that are looked for.
        needs: What is used of them.
    """
    if object_name == "custom_items":
        return ()
    if object_name != "guests":
        return await part_of(session, object_name).find(key[0], values, needs)
    if key[0] == "guestID":
        return [*(await Guests(session).by_ids(values, needs)).values()]
    return await Guests(session).find(key, values, keep, needs)


async def by_ids(session: Session, object_name: str, ids: Collection[str], needs: Needs) -> Mapping[str, SourceRecord]:
    """Return the records with these ids; one that is gone is absent."""
    ordered = sorted(ids)
    if object_name == "guests":
        return await Guests(session).by_ids(ordered, needs)
    if object_name == "custom_items":
        return await CustomItems(session).by_ids(ordered)
    part = part_of(session, object_name)
    if isinstance(part, Notes):
        return await part.by_ids(ordered)
    found = await part.find(KINDS[object_name].id, ordered, needs)
    return {record.id: record for record in found if record.id in set(ordered)}
