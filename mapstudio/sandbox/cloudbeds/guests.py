"""The methods that read guests."""

from __future__ import annotations

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.envelope import RefusedError, Reply
from mapstudio.sandbox.cloudbeds.queries import RESERVATION_STATUSES, Call
from mapstudio.sandbox.cloudbeds.shapes import guest_detail, guest_row, modified_row, notes
from mapstudio.sandbox.cloudbeds.store import Guest, Row

_TEXT_FILTERS = ("guestFirstName", "guestLastName", "guestEmail", "guestPhone", "guestCellPhone")
NOT_FOUND = "Guest not found"


def get_guest_list(call: Call) -> Reply:
    """One row per guest and reservation, by modification date unless ``sortBy=creation``.

    The observed answer is a list. The specification's is an object by guest id, in which a guest of several
    reservations stands once only; ``count`` and ``total`` count rows in both.
    """
    info, main_only = call.flag("includeGuestInfo"), call.flag("excludeSecondaryGuests")
    statuses = call.words("status", ("in_progress", *RESERVATION_STATUSES))
    call.words("sortBy", ("creation", "modification"))
    rows = [
        row
        for row in call.store.rows()
        if (row.main or not main_only)
        and (not statuses or row.reservation.status in statuses)
        and _in_range(call, row)
        and _matches(call, row.guest)
    ]
    if call.text("sortBy") != "creation":
        rows.sort(key=lambda row: row.modified)
    reply = call.page(rows, lambda row: guest_row(row, call.hotel, info=info))
    return Reply(_by_guest(reply.data), reply.count, reply.total) if call.spec else reply


def get_guest(call: Call) -> Reply:
    """One guest by ``guestID``, or the main guest of a ``reservationID``."""
    if not call.text("guestID") and not call.text("reservationID"):
        raise RefusedError("Parameter guestID is required")
    return Reply(guest_detail(_one_guest(call), call.hotel))


def get_guests_modified(call: Call) -> Reply:
    """Rows modified in a range; without any range, today's."""
    ranged = any(call.text(name) for name in _RANGES)
    rows = [
        row
        for row in call.store.rows()
        if (_in_range(call, row) if ranged else row.modified.date() == call.now.date())
        and (not call.flag("inHouse") or row.reservation.status == "checked_in")
    ]
    rows.sort(key=lambda row: row.modified)
    return call.page(rows, lambda row: modified_row(row, call.hotel))


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


_RANGES = ("resultsFrom", "resultsTo", "checkInFrom", "checkInTo", "checkOutFrom", "checkOutTo")


def _one_guest(call: Call) -> Guest:
    if call.text("guestID"):
        return known_guest(call)
    reservation = call.store.reservations.get(call.text("reservationID"))
    if reservation is None:
        raise RefusedError(NOT_FOUND)
    return call.store.guests[reservation.guests[0]]


def _in_range(call: Call, row: Row) -> bool:
    return (
        call.within_time(row.modified, "resultsFrom", "resultsTo")
        and call.within(row.reservation.start, "checkInFrom", "checkInTo")
        and call.within(row.reservation.end, "checkOutFrom", "checkOutTo")
    )


def _matches(call: Call, guest: Guest) -> bool:
    """Text filters compare as the hotel's database does: whole value, no case, no blanks around it."""
    return all(not call.text(name) or _folded(guest.get(name)) == _folded(call.text(name)) for name in _TEXT_FILTERS)


def _folded(text: str) -> str:
    return text.strip().casefold()


def _by_guest(rows: JsonValue) -> JsonValue:
    result: Record = {}
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            result[str(row["guestID"])] = row
    return result or []
