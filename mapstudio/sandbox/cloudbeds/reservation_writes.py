"""``putReservation``: status, departure, custom fields, arrival and rooms; refused as a whole or stored as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import count

from mapstudio.model import JsonValue
from mapstudio.sandbox.cloudbeds.custom_values import custom_values
from mapstudio.sandbox.cloudbeds.envelope import RefusedError, Reply
from mapstudio.sandbox.cloudbeds.queries import RESERVATION_STATUSES, Call, day_of, whole
from mapstudio.sandbox.cloudbeds.reservation_shapes import detail
from mapstudio.sandbox.cloudbeds.reservations import known_reservation
from mapstudio.sandbox.cloudbeds.store import Reservation, RoomStay

_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_OVER = frozenset({"canceled", "no_show"})
_BLOCKS = ("allotmentBlockCode", "eventCode")


def put_reservation(call: Call) -> Reply:
    """Change what is given and answer the whole reservation."""
    item = known_reservation(call)
    for name in _BLOCKS:
        if call.text(name):
            raise RefusedError(f"No such {name} in this property")
    status, rooms = _status(call, item), _rooms(call, item)
    custom = custom_values(call.entries("customFields"), call.hotel, "reservation")
    arrival = arrival_time(call) if "estimatedArrivalTime" in call.parameters else item.arrival
    created = call.moment("dateCreated") or item.created
    changed = [f"customFields.{code}" for code, value in custom.items() if item.custom.get(code, "") != value]
    changed += ["status"] * (status != item.status) + ["estimatedArrivalTime"] * (arrival != item.arrival)
    changed += ["rooms"] * (rooms != item.rooms) + ["dateCreated"] * (created != item.created)
    told = _custom_changes(call, item, custom)
    before = (item.status, item.start, item.end, [room.type_id for room in item.rooms])
    if status != item.status:
        # What is said of the whole is true of each room.
        rooms = [replace(room, status="") for room in rooms]
    item.custom.update(custom)
    item.status, item.arrival, item.created, item.rooms = status, arrival, created, rooms
    item.modified = call.store.stamp(call.now)
    call.record("reservations", "update", item.id, changed, key=item.id)
    _tell(call, item, before)
    if told["createdCustomFields"] or told["updatedCustomFields"]:
        call.tell("reservation/custom_fields_changed", reservation=item.id, **told)
    return Reply(detail(item, call.store, call.hotel))


def arrival_time(call: Call) -> str:
    """Return the estimated arrival time with its seconds.

    Raises:
        RefusedError: It is no time of a day.
    """
    text = call.text("estimatedArrivalTime").strip()
    if text and not _TIME.fullmatch(text):
        raise RefusedError("Parameter estimatedArrivalTime must be a time as HH:MM")
    return f"{text}:00" if text.count(":") == 1 else text


def change_status(call: Call, item: Reservation, status: str) -> None:
    """Give a reservation another status because of what happened to its rooms."""
    before = (item.status, item.start, item.end, [room.type_id for room in item.rooms])
    item.status, item.modified = status, call.store.stamp(call.now)
    _tell(call, item, before)


def _status(call: Call, item: Reservation) -> str:
    statuses = call.words("status", RESERVATION_STATUSES)
    if len(statuses) > 1:
        raise RefusedError("Parameter status must be one status")
    status = next(iter(statuses), item.status)
    if status == "checked_in" != item.status and any(not room.room_id for room in item.rooms):
        raise RefusedError("All rooms must be assigned before check-in")
    return status


def _rooms(call: Call, item: Reservation) -> list[RoomStay]:
    """Return the rooms as they will be; the reservation's own are not touched."""
    rooms, entries, last = [replace(room) for room in item.rooms], call.entries("rooms"), call.day("checkoutDate")
    if (entries or last) and item.status in _OVER:
        raise RefusedError(f"Reservation is {item.status} and its dates cannot be changed")
    if entries:
        rooms = _new_rooms(call, item, entries)
    if last is not None:
        for room in rooms:
            if last <= room.start:
                raise RefusedError("Parameter checkoutDate must be after the check-in date")
            room.end = last
    return rooms


def _new_rooms(call: Call, item: Reservation, entries: Sequence[Mapping[str, JsonValue]]) -> list[RoomStay]:
    """Return the rooms that a call lists: known ones by their sub-reservation, others are added."""
    rooms = {room.sub_reservation: replace(room) for room in item.rooms}
    for entry in entries:
        values = {name: value for name, value in entry.items() if isinstance(value, str)}
        for name in ("roomTypeID", "checkinDate", "checkoutDate", "adults", "children"):
            if not values.get(name):
                raise RefusedError(f"Parameter rooms.{name} is required")
        start, end = (day_of(f"rooms.{name}", values[name]) for name in ("checkinDate", "checkoutDate"))
        if end <= start:
            raise RefusedError("Parameter rooms.checkoutDate must be after rooms.checkinDate")
        sub = values.get("subReservationID", "")
        if sub and sub not in rooms:
            raise RefusedError(f"Sub reservation {sub} was not found")
        known = rooms[sub] if sub else None
        room = _room(call, values, known, _free_number(item.id, rooms))
        room.start, room.end = start, end
        rooms[room.sub_reservation] = room
    return list(rooms.values())


def _room(call: Call, values: Mapping[str, str], known: RoomStay | None, number: str) -> RoomStay:
    room_type = call.store.room_types.get(values["roomTypeID"])
    if room_type is None:
        raise RefusedError(f"Room type {values['roomTypeID']} was not found")
    adults, children = (whole(f"rooms.{name}", values[name], minimum=0) for name in ("adults", "children"))
    if known is None:
        today = date.min
        return RoomStay(
            call.store.new_id(), number, room_type.id, "", "", room_type.rate, adults, children, today, today
        )
    if room_type.id != known.type_id:
        # Another type is another room; the price follows only when it is said.
        known.room_id = known.room_name = ""
        if values.get("adjustPrice", "").lower() in {"true", "1"}:
            known.rate = room_type.rate
    known.type_id, known.adults, known.children = room_type.id, adults, children
    return known


def _free_number(identity: str, taken: Mapping[str, RoomStay]) -> str:
    return next(number for number in (f"{identity}-{index}" for index in count(1)) if number not in taken)


def _custom_changes(call: Call, item: Reservation, custom: Mapping[str, str]) -> dict[str, JsonValue]:
    created: list[JsonValue] = []
    updated: list[JsonValue] = []
    for code, value in custom.items():
        definition, old = call.hotel.custom_field("reservation", code), item.custom.get(code)
        if definition is not None and old != value:
            change: JsonValue = {"id": definition.id, "name": code, "old_value": old or "", "new_value": value}
            (created if old is None else updated).append(change)
    return {"createdCustomFields": created, "updatedCustomFields": updated, "deletedCustomFields": []}


def _tell(call: Call, item: Reservation, before: tuple[str, date, date, list[str]]) -> None:
    status, start, end, types = before
    if item.status != status:
        actor: JsonValue = {"type": "user", "id": "20117"}
        call.tell("reservation/status_changed", reservation=item.id, status=item.status, actor=actor)
        call.tell("reservation/accommodation_status_changed", reservation=item.id, status=item.status)
    if (item.start, item.end) != (start, end):
        parts: JsonValue = [
            {
                "subReservationId": room.sub_reservation,
                "startDate": room.start.isoformat(),
                "endDate": room.end.isoformat(),
            }
            for room in item.rooms
        ]
        dates = {"startDate": item.start.isoformat(), "endDate": item.end.isoformat()}
        call.tell("reservation/dates_changed", reservation=item.id, **dates, subReservations=parts)
    if [room.type_id for room in item.rooms] != types:
        call.tell("reservation/accommodation_type_changed", reservation=item.id)
