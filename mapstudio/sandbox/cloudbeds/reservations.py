"""The methods that read reservations, and those on their notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mapstudio.model import Record
from mapstudio.sandbox.cloudbeds.custom_values import no_card_number
from mapstudio.sandbox.cloudbeds.envelope import RefusedError, Reply
from mapstudio.sandbox.cloudbeds.queries import RESERVATION_STATUSES, Call
from mapstudio.sandbox.cloudbeds.reservation_shapes import detail, guest_map, list_row, rates_row, room_rows
from mapstudio.sandbox.cloudbeds.shapes import coded_fields, notes
from mapstudio.sandbox.cloudbeds.store import Note, Reservation, RoomStay

NOT_FOUND = "Reservation not found"


class _Found(NamedTuple):
    """A reservation, and the part of the call in whose property it is."""

    part: Call
    item: Reservation


def get_reservations(call: Call) -> Reply:
    """The flat list, with guests, custom fields and rooms on request."""
    statuses = call.words("status", RESERVATION_STATUSES)
    call.words("datesQueryMode", ("booking", "rooms"))
    found = [
        found
        for found in _selected(call)
        if (not statuses or found.item.status in statuses)
        and _dates_match(found.part, found.item)
        and _place_matches(found.part, found.item)
        and _names_match(found.part, found.item)
    ]
    return call.page(found, lambda row: _with_options(row, list_row(row.item, row.part.store, row.part.hotel)))


def get_reservations_with_rate_details(call: Call) -> Reply:
    """The list with money and UTC dates; the only one that can show deleted reservations."""
    excluded, wanted = call.words("excludeStatuses", RESERVATION_STATUSES), call.list_of("reservationID")
    found = [
        found
        for found in _selected(call, deleted=call.flag("includeDeleted"))
        if found.item.status not in excluded
        and (not wanted or found.item.id in wanted)
        and found.part.within(found.item.end, "reservationCheckOutFrom", "reservationCheckOutTo")
    ]
    return call.page(found, lambda row: _null_dates(call, _rates(row)))


def get_reservation(call: Call) -> Reply:
    """The whole of one reservation."""
    return Reply(detail(known_reservation(call), call.store, call.hotel))


def get_reservation_notes(call: Call) -> Reply:
    """The notes of one reservation."""
    return Reply(notes(known_reservation(call).notes, "reservation"))


def post_reservation_note(call: Call) -> Reply:
    """Add a note to a reservation."""
    item, text = known_reservation(call), call.needed("reservationNote")
    no_card_number("reservationNote", text)
    note = call.store.new_note(text, call.now)
    note.created = call.moment("dateCreated") or note.created
    item.notes.append(note)
    _touch(call, item)
    call.record("reservation_notes", "create", note.id, ["reservationNote"], key=item.id)
    call.tell("reservation/notes_changed", reservation=item.id, notes=text)
    return Reply(extra={"reservationNoteID": note.id})


def put_reservation_note(call: Call) -> Reply:
    """Replace a note's text."""
    item, note = _known_note(call)
    text = call.needed("reservationNote")
    no_card_number("reservationNote", text)
    changed = ["reservationNote"] if note.text != text else []
    _touch(call, item)
    note.text, note.modified = text, item.modified
    call.record("reservation_notes", "update", note.id, changed, key=item.id)
    call.tell("reservation/notes_changed", reservation=item.id, notes=text)
    return Reply()


def delete_reservation_note(call: Call) -> Reply:
    """Archive a note: it no longer shows."""
    item, note = _known_note(call)
    note.archived = True
    _touch(call, item)
    call.record("reservation_notes", "archive", note.id, ["archived"], key=item.id)
    call.tell("reservation/notes_changed", reservation=item.id, notes="")
    return Reply()


def known_reservation(call: Call) -> Reservation:
    """Return the reservation of the parameter ``reservationID``.

    Raises:
        RefusedError: The parameter is missing or names none.
    """
    item = call.store.reservation(call.needed("reservationID"))
    if item is None:
        raise RefusedError(NOT_FOUND)
    return item


def _touch(call: Call, item: Reservation) -> None:
    item.modified = call.store.stamp(call.now)


def _known_note(call: Call) -> tuple[Reservation, Note]:
    item, identity = known_reservation(call), call.needed("reservationNoteID")
    for note in item.notes:
        if note.id == identity and not note.archived:
            return item, note
    raise RefusedError("Note not found")


def _selected(call: Call, *, deleted: bool = False) -> Sequence[_Found]:
    """The filters that both lists have: booking and modification date, one guest; most recent first on request."""
    guest_id = call.text("guestID")
    found = [
        _Found(part, item)
        for part in call.parts()
        for item in part.store.all_reservations.values()
        if (deleted or not item.deleted)
        and (not guest_id or guest_id in item.guests)
        and part.within_time(item.created, "resultsFrom", "resultsTo")
        and part.within_time(item.modified, "modifiedFrom", "modifiedTo")
    ]
    recent = call.flag("sortByRecent")
    return sorted(
        found,
        key=lambda row: (row.item.modified if recent else row.item.created, row.item.id),
        reverse=recent,
    )


def _dates_match(call: Call, item: Reservation) -> bool:
    """Compare the stay's dates, or with ``datesQueryMode=rooms`` those of each room."""
    spans: Sequence[Reservation | RoomStay] = item.rooms if call.text("datesQueryMode") == "rooms" else [item]
    return any(
        call.within(span.start, "checkInFrom", "checkInTo") and call.within(span.end, "checkOutFrom", "checkOutTo")
        for span in spans
    )


def _place_matches(call: Call, item: Reservation) -> bool:
    """Compare rooms, their types and the source."""
    return (
        call.text("sourceId") in {"", call.hotel.sources[item.source].id}
        and call.text("sourceReservationId") in {"", item.third_party}
        and any(
            call.text("roomID") in {"", room.room_id}
            and call.text("roomName") in {"", room.room_name}
            and call.text("roomTypeID") in {"", room.type_id}
            for room in item.rooms
        )
    )


def _names_match(call: Call, item: Reservation) -> bool:
    main = call.store.guests[item.guests[0]]
    first, last = call.text("firstName").casefold(), call.text("lastName").casefold()
    return first in {"", main.get("guestFirstName").casefold()} and last in {"", main.get("guestLastName").casefold()}


def _rates(found: _Found) -> Record:
    return _with_options(found, rates_row(found.item, found.part.store, found.part.hotel))


def _null_dates(call: Call, row: Record) -> Record:
    """Return a row as the specification has it: a birth date that is not there is null in this list only."""
    guests = row.get("guestList")
    for guest in guests.values() if call.spec and isinstance(guests, dict) else ():
        if isinstance(guest, dict):
            guest["guestBirthdate"] = guest["guestBirthdate"] or None
    return row


def _with_options(found: _Found, row: Record) -> Record:
    call, item = found
    if call.flag("includeGuestsDetails"):
        row["guestList"] = guest_map(item, call.store, call.hotel, named=True)
    if call.flag("includeCustomFields"):
        row["customFields"] = coded_fields(call.hotel, "reservation", item.custom)
    if call.flag("includeAllRooms"):
        row["rooms"] = room_rows(item, call.store, call.hotel)
    return row
