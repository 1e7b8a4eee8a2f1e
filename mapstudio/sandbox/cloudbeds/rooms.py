"""The methods on rooms: which there are, who is in them, who comes and who goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.envelope import RefusedError, Reply
from mapstudio.sandbox.cloudbeds.queries import Call
from mapstudio.sandbox.cloudbeds.reservation_writes import change_status
from mapstudio.sandbox.cloudbeds.reservations import known_reservation
from mapstudio.sandbox.cloudbeds.shapes import room_status
from mapstudio.sandbox.cloudbeds.store import Reservation, RoomStay, RoomType

LIST_SIZE = 20
"""Rooms come twenty to a page unless asked otherwise."""
_CLOSED = frozenset({"canceled", "checked_out", "no_show"})


def get_rooms(call: Call) -> Reply:
    """All rooms, grouped by property; ``count`` and ``total`` count properties."""
    return _grouped(call, lambda part: _room_records(part, frozenset()))


def get_rooms_unassigned(call: Call) -> Reply:
    """The rooms that nobody is in today."""
    return _grouped(call, lambda part: _room_records(part, _taken_today(part)))


def get_room_types(call: Call) -> Reply:
    """The room types."""
    wanted, name = call.list_of("roomTypeIDs"), call.text("roomTypeName").casefold()
    found = [
        (part, item)
        for part in call.parts()
        for item in part.store.room_types.values()
        if (not wanted or item.id in wanted) and name in item.name.casefold()
    ]
    return call.page(found, lambda pair: _room_type(pair[1], pair[0]), default_size=LIST_SIZE)


def get_reservation_assignments(call: Call) -> Reply:
    """Who is in which room on one day."""
    day = call.day("date") or call.now.date()
    here = [
        item
        for item in call.store.reservations.values()
        if item.start <= day < item.end and item.status not in _CLOSED - {"checked_out"}
    ]
    return Reply([_assignment(call, item) for item in here])


def get_reservation_room_details(call: Call) -> Reply:
    """One room of a reservation with the guests in it."""
    wanted = call.needed("subReservationID")
    for item in call.store.reservations.values():
        for room in item.rooms:
            if room.sub_reservation == wanted:
                return Reply(_room_details(call, item, room))
    raise RefusedError("Reservation not found")


def post_room_assign(call: Call) -> Reply:
    """Give a room, change it, or take it away with an empty ``newRoomID``."""
    item = _open(call)
    if "newRoomID" not in call.parameters:
        raise RefusedError("Parameter newRoomID is required")
    new = call.text("newRoomID").strip()
    room = _meant(call, item, old=call.text("oldRoomID"))
    before = room.room_id
    if not new:
        room.room_id = room.room_name = ""
    else:
        room_type, name = _free_room(call, room, new)
        if room_type.id != room.type_id and call.flag("adjustPrice"):
            room.rate = room_type.rate
        room.type_id, room.room_id, room.room_name = room_type.id, new, name
    item.modified = call.store.stamp(call.now)
    changed = ["roomID"] if before != room.room_id else []
    call.record("reservations", "update", item.id, changed, key=item.id)
    if changed:
        told = {"subReservationId": room.sub_reservation, "roomId": room.room_id, "roomIdPrev": before}
        call.tell("reservation/accommodation_changed", reservation=item.id, **told)
    return Reply()


def post_room_check_in(call: Call) -> Reply:
    """Let guests into one room, or into all; the reservation is checked in with the first of them."""
    item = _open(call)
    for room in _rooms(call, item):
        if not room.room_id:
            raise RefusedError("Room is not assigned")
        if room.status in {"in_house", "checked_out"}:
            raise RefusedError("Room is already checked in")
        room.status = "in_house"
    for room in item.rooms:
        room.status = room.status or "not_checked_in"
    change_status(call, item, "checked_in")
    call.record("reservations", "update", item.id, ["status"], key=item.id)
    return Reply()


def post_room_check_out(call: Call) -> Reply:
    """Let guests out; when the last room is empty the reservation is checked out."""
    item = _open(call)
    if item.status != "checked_in":
        raise RefusedError("Reservation is not checked in")
    for room in _rooms(call, item):
        room.status = "checked_out"
    over = all(room.status == "checked_out" for room in item.rooms)
    change_status(call, item, "checked_out" if over else "checked_in")
    call.record("reservations", "update", item.id, ["status"], key=item.id)
    return Reply()


def _grouped(call: Call, rooms_of: Callable[[Call], list[Record]]) -> Reply:
    """Return a page of rooms below the properties that they belong to."""
    rooms = [(part.hotel.id, room) for part in call.parts() for room in rooms_of(part)]
    shown = call.page(rooms, lambda pair: {"propertyID": pair[0], "room": pair[1]}, default_size=LIST_SIZE)
    groups: dict[str, list[JsonValue]] = {part.hotel.id: [] for part in call.parts()}
    for row in shown.data if isinstance(shown.data, list) else ():
        if isinstance(row, dict):
            groups[str(row["propertyID"])].append(row["room"])
    data: list[JsonValue] = [{"propertyID": identity, "rooms": inside} for identity, inside in groups.items()]
    return Reply(data, len(data), len(data))


def _room_records(call: Call, taken: Iterable[str]) -> list[Record]:
    wanted, skip = call.list_of("roomTypeID"), frozenset(taken)
    return [
        {
            "roomID": room_id,
            "roomName": name,
            "dormRoomName": "",
            "roomDescription": "",
            "maxGuests": 3,
            "isPrivate": True,
            "isVirtual": False,
            "roomBlocked": False,
            "roomTypeID": item.id,
            "roomTypeName": item.name,
            "roomTypeNameShort": item.short,
            "doorlockID": "",
        }
        for item in call.store.room_types.values()
        if not wanted or item.id in wanted
        for room_id, name in item.rooms
        if room_id not in skip
    ]


def _taken_today(call: Call) -> frozenset[str]:
    today = call.now.date()
    return frozenset(
        room.room_id
        for item in call.store.reservations.values()
        if item.status not in _CLOSED
        for room in item.rooms
        if room.room_id and room.start <= today < room.end
    )


def _room_type(item: RoomType, call: Call) -> Record:
    return {
        "roomTypeID": item.id,
        "propertyID": call.hotel.id,
        "roomTypeName": item.name,
        "roomTypeNameShort": item.short,
        "roomTypeDescription": "",
        "isPrivate": True,
        "maxGuests": 3,
        "adultsIncluded": 2,
        "childrenIncluded": 0,
    }


def _assignment(call: Call, item: Reservation) -> Record:
    assigned: list[JsonValue] = [
        {
            "roomTypeID": room.type_id,
            "roomTypeName": call.store.room_types[room.type_id].name,
            "roomTypeNameShort": call.store.room_types[room.type_id].short,
            "dormRoomName": "",
            "roomName": room.room_name,
            "roomID": room.room_id,
            "subReservationID": room.sub_reservation,
            "isRoomLocked": False,
        }
        for room in item.rooms
        if room.room_id
    ]
    return {
        "guestName": call.store.guests[item.guests[0]].name,
        "reservationID": item.id,
        "unassigned": sum(not room.room_id for room in item.rooms),
        "assigned": assigned,
    }


def _room_details(call: Call, item: Reservation, room: RoomStay) -> Record:
    main = call.store.guests[item.guests[0]]
    inside = item.guests if room is item.rooms[0] else item.guests[:1]
    guests: list[JsonValue] = [
        {
            "guestID": guest.id,
            "guestFirstName": guest.get("guestFirstName"),
            "guestLastName": guest.get("guestLastName"),
            "isMainGuest": guest.id == main.id,
        }
        for guest in (call.store.guests[identity] for identity in inside)
    ]
    return {
        "reservationID": item.id,
        "subReservationID": room.sub_reservation,
        "isRoomLocked": False,
        "roomID": room.room_id,
        "roomName": room.room_name,
        "dormRoomName": "",
        "guestID": main.id,
        "guestName": main.name,
        "roomStatus": room_status(item.status, room),
        "roomTypeID": room.type_id,
        "roomTypeName": call.store.room_types[room.type_id].name,
        "roomTypeIsVirtual": False,
        "maxGuests": 3,
        "adults": room.adults,
        "children": room.children,
        "guests": guests,
    }


def _open(call: Call) -> Reservation:
    item = known_reservation(call)
    if item.status in _CLOSED:
        raise RefusedError(f"Reservation is {item.status}")
    return item


def _meant(call: Call, item: Reservation, *, old: str) -> RoomStay:
    """Return the room of the reservation that a call means: of those that fit, one that has no room yet comes first."""
    sub, room_number = call.text("subReservationID"), call.text("reservationRoomID")
    for room in sorted(item.rooms, key=lambda room: bool(room.room_id)):
        if sub in {"", room.sub_reservation} and room_number in {"", room.id} and old in {"", room.room_id}:
            return room
    raise RefusedError("Room was not found in this reservation")


def _rooms(call: Call, item: Reservation) -> list[RoomStay]:
    sub, room_id = call.text("subReservationID"), call.text("roomID")
    found = [room for room in item.rooms if sub in {"", room.sub_reservation} and room_id in {"", room.room_id}]
    if not found:
        raise RefusedError("Room was not found in this reservation")
    return found


def _free_room(call: Call, room: RoomStay, wanted: str) -> tuple[RoomType, str]:
    for room_type in call.store.room_types.values():
        for room_id, name in room_type.rooms:
            if room_id == wanted:
                _refuse_taken(call, room, wanted)
                return room_type, name
    raise RefusedError(f"Room {wanted} was not found")


def _refuse_taken(call: Call, room: RoomStay, wanted: str) -> None:
    for other in call.store.reservations.values():
        if other.status in _CLOSED:
            continue
        for taken in other.rooms:
            if taken is not room and taken.room_id == wanted and taken.start < room.end and room.start < taken.end:
                raise RefusedError(f"Room {wanted} is not available for the selected dates")
