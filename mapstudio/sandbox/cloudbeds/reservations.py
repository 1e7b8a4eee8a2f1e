"""The methods on reservations and their notes."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.model import Record
from mapstudio.sandbox.cloudbeds.custom_values import custom_values, no_card_number
from mapstudio.sandbox.cloudbeds.envelope import RefusedError, Reply
from mapstudio.sandbox.cloudbeds.guest_writes import SANDBOX, sent
from mapstudio.sandbox.cloudbeds.queries import RESERVATION_STATUSES, Call
from mapstudio.sandbox.cloudbeds.reservation_shapes import detail, guest_map, list_row, rates_row, room_rows
from mapstudio.sandbox.cloudbeds.shapes import coded_fields, notes
from mapstudio.sandbox.cloudbeds.store import Reservation

NOT_FOUND = "Reservation not found"
_NOT_HERE = ("checkoutDate", "rooms", "dateCreated", "allotmentBlockCode", "eventCode")


def get_reservations(call: Call) -> Reply:
    """The flat list, with guests, custom fields and rooms on request."""
    statuses = call.words("status", RESERVATION_STATUSES)
    found = [
        item
        for item in _selected(call)
        if (not statuses or item.status in statuses)
        and call.within(item.start, "checkInFrom", "checkInTo")
        and call.within(item.end, "checkOutFrom", "checkOutTo")
        and call.text("sourceId") in {"", call.hotel.sources[item.source].id}
        and _names_match(call, item)
    ]
    return call.page(found, lambda item: _with_options(call, item, list_row(item, call.store, call.hotel)))


def get_reservations_with_rate_details(call: Call) -> Reply:
    """The list with money and UTC dates."""
    excluded = call.words("excludeStatuses", RESERVATION_STATUSES)
    wanted = {word.strip() for word in call.text("reservationID").split(",") if word.strip()}
    found = [
        item
        for item in _selected(call)
        if item.status not in excluded
        and (not wanted or item.id in wanted)
        and call.within(item.end, "reservationCheckOutFrom", "reservationCheckOutTo")
    ]
    return call.page(found, lambda item: _with_options(call, item, rates_row(item, call.store, call.hotel)))


def get_reservation(call: Call) -> Reply:
    """The whole of one reservation."""
    return Reply(detail(_known(call), call.store, call.hotel))


def put_reservation(call: Call) -> Reply:
    """Change status, arrival time and custom fields; dates and rooms are not part of this sandbox yet."""
    item = _known(call)
    for name in _NOT_HERE:
        if name in call.parameters:
            raise RefusedError(f"Parameter {name} is not supported by this local sandbox")
    statuses = call.words("status", RESERVATION_STATUSES)
    if len(statuses) > 1:
        raise RefusedError("Parameter status must be one status")
    custom = custom_values(call.parameters.get("customFields"), call.hotel, "reservation")
    arrival = call.text("estimatedArrivalTime") if "estimatedArrivalTime" in call.parameters else item.arrival
    status = next(iter(statuses), item.status)
    changed = [f"customFields.{code}" for code, value in custom.items() if item.custom.get(code, "") != value]
    changed += ["status"] * (status != item.status) + ["estimatedArrivalTime"] * (arrival != item.arrival)
    item.custom.update(custom)
    item.status, item.arrival = status, arrival
    item.modified = call.store.stamp(call.now)
    values = sent(call, "reservationID")
    call.ledger.record(SANDBOX, "reservations", "update", key=item.id, id=item.id, values=values, changed=changed)
    return Reply(detail(item, call.store, call.hotel))


def get_reservation_notes(call: Call) -> Reply:
    """The notes of one reservation."""
    return Reply(notes(_known(call).notes, "reservation"))


def post_reservation_note(call: Call) -> Reply:
    """Add a note to a reservation."""
    item, text = _known(call), call.needed("reservationNote")
    no_card_number("reservationNote", text)
    note = call.store.new_note(text, call.now)
    item.notes.append(note)
    item.modified = note.modified
    values, changed = sent(call, "reservationID"), ["reservationNote"]
    call.ledger.record(SANDBOX, "reservation_notes", "create", key=item.id, id=note.id, values=values, changed=changed)
    return Reply(extra={"reservationNoteID": note.id})


def _known(call: Call) -> Reservation:
    item = call.store.reservations.get(call.needed("reservationID"))
    if item is None:
        raise RefusedError(NOT_FOUND)
    return item


def _selected(call: Call) -> Sequence[Reservation]:
    """The filters that both lists have: booking and modification date, one guest; most recent first on request."""
    guest_id = call.text("guestID")
    found = [
        item
        for item in call.store.reservations.values()
        if (not guest_id or guest_id in item.guests)
        and call.within_time(item.created, "resultsFrom", "resultsTo")
        and call.within_time(item.modified, "modifiedFrom", "modifiedTo")
    ]
    recent = call.flag("sortByRecent")
    return sorted(found, key=lambda item: (item.modified if recent else item.created, item.id), reverse=recent)


def _names_match(call: Call, item: Reservation) -> bool:
    main = call.store.guests[item.guests[0]]
    first, last = call.text("firstName").casefold(), call.text("lastName").casefold()
    return first in {"", main.get("guestFirstName").casefold()} and last in {"", main.get("guestLastName").casefold()}


def _with_options(call: Call, item: Reservation, row: Record) -> Record:
    if call.flag("includeGuestsDetails"):
        row["guestList"] = guest_map(item, call.store, call.hotel, named=True)
    if call.flag("includeCustomFields"):
        row["customFields"] = coded_fields(call.hotel, "reservation", item.custom)
    if call.flag("includeAllRooms"):
        row["rooms"] = room_rows(item, call.store, call.hotel)
    return row
