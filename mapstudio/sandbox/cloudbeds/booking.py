"""``postReservation``: each call books again. Nothing tells a repeated call from a new one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.custom_values import BOOKING_NAMES, custom_values, required_values
from mapstudio.sandbox.cloudbeds.envelope import BadParameterError, RefusedError, Reply
from mapstudio.sandbox.cloudbeds.guest_writes import checked_values, new_guest
from mapstudio.sandbox.cloudbeds.hotel import Source
from mapstudio.sandbox.cloudbeds.queries import Call, whole
from mapstudio.sandbox.cloudbeds.reservation_writes import arrival_time
from mapstudio.sandbox.cloudbeds.shapes import moment, number
from mapstudio.sandbox.cloudbeds.store import Guest, Reservation, RoomStay, RoomType

_NEEDED = ("guestFirstName", "guestLastName", "guestCountry", "guestZip", "guestEmail", "paymentMethod")
_PAYMENTS = ("cash", "credit", "ebanking", "pay_pal")
_DIRECT = "Website/Booking Engine"


def post_reservation(call: Call) -> Reply:
    """Book rooms for a new guest record."""
    start, end = call.needed_day("startDate"), call.needed_day("endDate")
    if end <= start:
        raise RefusedError("Parameter endDate must be after startDate")
    for name in _NEEDED:
        call.needed(name)
    if call.text("paymentMethod") not in _PAYMENTS:
        raise RefusedError(f"Parameter paymentMethod must be one of: {', '.join(_PAYMENTS)}")
    source = _source(call)
    values = dict(checked_values(call))
    custom = custom_values(call.entries("customFields"), call.hotel, "reservation", BOOKING_NAMES)
    required_values(custom, call.hotel, "reservation")
    arrival = arrival_time(call)
    identity = _identity(call)
    rooms = _rooms(call, identity, start, end)
    guest = new_guest(call, values, {})
    created = call.moment("dateCreated") or guest.created
    item = Reservation(
        id=identity,
        inner=call.store.new_id(),
        guests=[guest.id],
        status="confirmed",
        source=source.name,
        third_party=call.text("thirdPartyIdentifier"),
        created=created,
        modified=guest.modified,
        rooms=rooms,
        custom=custom,
        arrival=arrival,
    )
    call.store.add_reservation(item, guest)
    call.record("reservations", "create", item.id, sorted(call.parameters))
    _tell(call, item, guest)
    return Reply(extra=_answer(call, item, guest))


def _identity(call: Call) -> str:
    """Return a number of thirteen digits that follows from how many there are."""
    step = 7_919_717
    candidate = 10**12 + (len(call.store.all_reservations) * step * 1009) % (9 * 10**12)
    while str(candidate) in call.store.all_reservations:
        candidate += step
    return str(candidate)


def _source(call: Call) -> Source:
    wanted = call.text("sourceID")
    if not wanted:
        return call.hotel.sources[_DIRECT]
    for source in call.hotel.sources.values():
        if wanted in {source.id, f"s{source.id}"}:
            return source
    raise RefusedError(f"Source {wanted} was not found")


def _rooms(call: Call, identity: str, start: date, end: date) -> list[RoomStay]:
    adults, children = _people(call, "adults"), _people(call, "children")
    rooms: list[RoomStay] = []
    for entry in call.entries("rooms"):
        room_type = _room_type(call, entry)
        for _ in range(whole("rooms.quantity", _word(entry, "quantity") or "1", maximum=20)):
            room_id, room_name = _given_room(room_type, _word(entry, "roomID"))
            rooms.append(
                RoomStay(
                    id=call.store.new_id(),
                    sub_reservation=f"{identity}-{len(rooms)}" if rooms else identity,
                    type_id=room_type.id,
                    room_id=room_id,
                    room_name=room_name,
                    rate=room_type.rate,
                    adults=adults.get(room_type.id, 0),
                    children=children.get(room_type.id, 0),
                    start=start,
                    end=end,
                )
            )
    if not rooms:
        raise RefusedError("Parameter rooms is required")
    if not any(room.adults for room in rooms):
        raise RefusedError("Parameter adults is required")
    return rooms


def _people(call: Call, name: str) -> dict[str, int]:
    return {
        _room_type(call, entry).id: whole(f"{name}.quantity", _word(entry, "quantity") or "0", minimum=0)
        for entry in call.entries(name)
    }


def _room_type(call: Call, entry: Mapping[str, JsonValue]) -> RoomType:
    identity = _word(entry, "roomTypeID")
    room_type = call.store.room_types.get(identity)
    if room_type is None:
        raise RefusedError(f"Room type {identity or '(none)'} was not found")
    return room_type


def _given_room(room_type: RoomType, wanted: str) -> tuple[str, str]:
    if not wanted:
        return "", ""
    for room_id, name in room_type.rooms:
        if room_id == wanted:
            return room_id, name
    raise RefusedError(f"Room {wanted} was not found in {room_type.name}")


def _word(entry: Mapping[str, JsonValue], name: str) -> str:
    value = entry.get(name, "")
    if not isinstance(value, str):
        raise BadParameterError(f"Parameter {name} must be a text")
    return value.strip()


def _tell(call: Call, item: Reservation, guest: Guest) -> None:
    """One booking, several events: they come in any order."""
    dates = {"startDate": item.start.isoformat(), "endDate": item.end.isoformat()}
    call.tell("guest/created", guest=guest.id)
    call.tell("reservation/created", reservation=item.id, **dates)
    call.tell("guest/assigned", guest=guest.id, reservation=item.id, roomID=item.rooms[0].room_id)


def _answer(call: Call, item: Reservation, guest: Guest) -> Record:
    return {
        "reservationID": item.id,
        "status": item.status,
        "guestID": guest.id,
        "guestFirstName": guest.get("guestFirstName"),
        "guestLastName": guest.get("guestLastName"),
        "guestGender": guest.get("guestGender") or "N/A",
        "guestEmail": guest.get("guestEmail"),
        "startDate": item.start.isoformat(),
        "endDate": item.end.isoformat(),
        "dateCreated": moment(item.created),
        "grandTotal": number(call.store.folio(item).total),
        "unassigned": [_unassigned(call, room) for room in item.rooms if not room.room_id],
    }


def _unassigned(call: Call, room: RoomStay) -> Record:
    nights: list[JsonValue] = [
        {"date": date.fromordinal(room.start.toordinal() + index).isoformat(), "rate": number(room.rate)}
        for index in range(room.nights)
    ]
    return {
        "subReservationID": room.sub_reservation,
        "roomTypeName": call.store.room_types[room.type_id].name,
        "roomTypeID": room.type_id,
        "adults": room.adults,
        "children": room.children,
        "dailyRates": nights,
        "roomTotal": number(room.price.quantize(Decimal("0.01"))),
    }
