"""The methods that read guests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.envelope import RefusedError, Reply
from mapstudio.sandbox.cloudbeds.queries import RESERVATION_STATUSES, Call
from mapstudio.sandbox.cloudbeds.shapes import (
    filter_row,
    guest_detail,
    guest_row,
    guest_status,
    modified_row,
    notes,
    room_status,
    status_row,
)
from mapstudio.sandbox.cloudbeds.store import Guest, RoomStay, Row

_TEXT_FILTERS = ("guestFirstName", "guestLastName", "guestEmail", "guestPhone", "guestCellPhone")
_STAYS = ("checkInFrom", "checkInTo", "checkOutFrom", "checkOutTo")
_RANGES = ("resultsFrom", "resultsTo", *_STAYS)
NOT_FOUND = "Guest not found"
LIST_SIZE = 20
FILTER_STATUSES = ("cancelled", "checked_out", "in_house", "not_checked_in")
LIST_STATUSES = ("canceled", "checked_out", "in_house", "not_checked_in")


class _Found(NamedTuple):
    """A row, and the part of the call in whose property it is."""

    part: Call
    row: Row


class _FoundRoom(NamedTuple):
    part: Call
    row: Row
    room: RoomStay


def get_guest_list(call: Call) -> Reply:
    """One row per guest and reservation, by modification date unless ``sortBy=creation``.

    The observed answer is a list. The specification's is an object by guest id, in which a guest of several
    reservations stands once only; ``count`` and ``total`` count rows in both.
    """
    info, main_only = call.flag("includeGuestInfo"), call.flag("excludeSecondaryGuests")
    statuses = call.words("status", ("in_progress", *RESERVATION_STATUSES))
    call.words("sortBy", ("creation", "modification"))
    found = [
        _Found(part, row)
        for part in call.parts()
        for row in part.store.rows()
        if (row.main or not main_only)
        and (not statuses or row.reservation.status in statuses)
        and _in_range(part, row)
        and _matches(part, row.guest)
    ]
    if call.text("sortBy") != "creation":
        found.sort(key=lambda item: item.row.modified)
    reply = call.page(found, lambda item: guest_row(item.row, item.part.hotel, info=info))
    return Reply(_by_guest(reply.data), reply.count, reply.total) if call.spec else reply


def get_guest(call: Call) -> Reply:
    """One guest by ``guestID``, or the main guest of a ``reservationID``."""
    if not call.text("guestID") and not call.text("reservationID"):
        raise RefusedError("Parameter guestID is required")
    return Reply(guest_detail(_one_guest(call), call.hotel))


def get_guests_modified(call: Call) -> Reply:
    """Rows modified in a range; without any range, today's. A guest of two rooms has two."""
    ranged = any(call.text(name) for name in _RANGES)
    found = [
        item
        for item in _by_room(call)
        if (_in_range(item.part, item.row) if ranged else item.row.modified.date() == item.part.now.date())
        and (not call.flag("inHouse") or item.row.reservation.status == "checked_in")
    ]
    found.sort(key=lambda item: item.row.modified)
    return call.page(found, lambda item: _dated(call, modified_row(item.row, item.room, item.part.hotel)))


def get_guests_by_status(call: Call) -> Reply:
    """The guests that are in one status now, by modification."""
    call.needed("status")
    statuses = call.words("status", LIST_STATUSES)
    found = [
        item
        for item in _by_room(call)
        if guest_status(item.row.reservation.status) in statuses
        and item.part.within_time(item.row.modified, "resultsFrom", "resultsTo")
    ]
    found.sort(key=lambda item: item.row.modified)
    return call.page(
        found, lambda item: _dated(call, status_row(item.row, item.room, item.part.hotel)), default_size=LIST_SIZE
    )


def get_guests_by_filter(call: Call) -> Reply:
    """The guests that are in one status now, whose word for cancelled has two l here; all of them in one page."""
    call.needed("status")
    statuses = call.words("status", FILTER_STATUSES)
    name = _folded(call.text("guestName"))
    found = [
        item
        for item in _by_room(call)
        if room_status(item.row.reservation.status, item.room) in statuses
        and call.text("reservationID") in {"", item.row.reservation.id}
        and call.text("roomID") in {"", item.room.room_id}
        and name in _folded(item.row.guest.name)
        and _stay_in_range(item.part, item.row)
    ]
    rows: list[JsonValue] = [filter_row(item.row, item.room) for item in found]
    return Reply(rows, len(rows), len(rows))


def get_guest_notes(call: Call) -> Reply:
    """The notes of one guest."""
    return Reply(notes(known_guest(call).notes, "guest"))


def known_guest(call: Call) -> Guest:
    """Return the guest of the parameter ``guestID``.

    Raises:
        RefusedError: The parameter is missing or names none.
    """
    guest = call.store.guests.get(call.needed("guestID"))
    if guest is None:
        raise RefusedError(NOT_FOUND)
    return guest


def _by_room(call: Call) -> Iterator[_FoundRoom]:
    for part in call.parts():
        for row in part.store.rows():
            # Only the main guest is known to be in each of the rooms; the others are in the first.
            for room in row.reservation.rooms if row.main else row.reservation.rooms[:1]:
                yield _FoundRoom(part, row, room)


def _one_guest(call: Call) -> Guest:
    if call.text("guestID"):
        return known_guest(call)
    reservation = call.store.reservation(call.text("reservationID"))
    if reservation is None:
        raise RefusedError(NOT_FOUND)
    return call.store.guests[reservation.guests[0]]


def _in_range(call: Call, row: Row) -> bool:
    return call.within_time(row.modified, "resultsFrom", "resultsTo") and _stay_in_range(call, row)


def _stay_in_range(call: Call, row: Row) -> bool:
    start, end = row.reservation.start, row.reservation.end
    return call.within(start, "checkInFrom", "checkInTo") and call.within(end, "checkOutFrom", "checkOutTo")


def _matches(call: Call, guest: Guest) -> bool:
    """Text filters compare as the hotel's database does: whole value, no case, no blanks around it."""
    return all(not call.text(name) or _folded(guest.get(name)) == _folded(call.text(name)) for name in _TEXT_FILTERS)


def _dated(call: Call, row: Record) -> Record:
    """Return a row whose dates are dates: in the specification's dialect a date that is not there is left out."""
    if not call.spec:
        return row
    return {name: value for name, value in row.items() if value != "" or not name.endswith("Date")}


def _folded(text: str) -> str:
    return text.strip().casefold()


def _by_guest(rows: JsonValue) -> JsonValue:
    result: Record = {}
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            result[str(row["guestID"])] = row
    return result or []
