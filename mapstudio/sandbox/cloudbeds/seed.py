"""The hotel of the seeded world as its system holds it: guest records, reservations, rooms and notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random

from mapstudio.sandbox.cloudbeds.hotel import Hotel
from mapstudio.sandbox.cloudbeds.seed_guests import GuestSeeder, retire_some
from mapstudio.sandbox.cloudbeds.store import Note, Reservation, RoomStay, RoomType, Store
from mapstudio.sandbox.world import TODAY, Stay, World
from mapstudio.sandbox.world.hotel import ROOMS

_REASONS = ("Aniversario", "Negocios", "Vacaciones", "Luna de miel", "Boda", "Cumpleaños", "Congreso", "Retiro de yoga")
_NOTES = (
    "Llega en el vuelo de la noche",
    "Pide factura a nombre de la empresa",
    "Solicita salida tardía",
    "Trae bicicleta",
    "Requiere cuna en la habitación",
)
LAST_MOMENT = datetime.combine(TODAY, time(18, 0))


def seed_store(world: World, hotel: Hotel) -> Store:
    """Return the hotel's store; the same world gives the same store."""
    room_types = _room_types()
    seeder = GuestSeeder(world)
    rng = world.random("cloudbeds reservations")
    stays = sorted(world.stays, key=lambda stay: (stay.booked, stay.index))
    taken: set[str] = set()
    reservations = [_reservation(rng, stay, seeder, room_types, taken) for stay in stays]
    store = Store(list(seeder.guests.values()), reservations, room_types)
    retire_some(world.random("cloudbeds merges"), seeder)
    _check_sources(reservations, hotel)
    return store


def _check_sources(reservations: Sequence[Reservation], hotel: Hotel) -> None:
    unknown = {item.source for item in reservations} - set(hotel.sources)
    if unknown:
        raise LookupError(f"the property's data file lacks the sources {sorted(unknown)}")


def _room_types() -> list[RoomType]:
    result = []
    for index, room in enumerate(ROOMS):
        type_id = str(455_010 + index)
        short = "".join(word[0] for word in room.type_name.split()).upper() + room.type_name[1].upper()
        numbered = tuple((f"{type_id}-{position}", name) for position, name in enumerate(room.rooms))
        result.append(RoomType(type_id, room.type_name, short, room.rate, numbered))
    return result


def _reservation(
    rng: Random, stay: Stay, seeder: GuestSeeder, room_types: Sequence[RoomType], taken: set[str]
) -> Reservation:
    identity = _identity(rng, taken)
    agency = stay.source in {"Booking.com", "Expedia", "Airbnb"}
    modified = _modified(rng, stay)
    guests = [seeder.main(stay, modified), *(seeder.companion(stay, index, modified) for index in stay.companions)]
    return Reservation(
        id=identity,
        guests=[guest.id for guest in guests],
        status=stay.status,
        source=stay.source,
        third_party=str(rng.randint(2_000_000_000, 4_999_999_999)) if agency else "",
        start=stay.start,
        end=stay.end,
        created=stay.booked,
        modified=modified,
        rooms=[_room(rng, stay, identity, room_types)],
        paid=stay.paid,
        custom={"motivo": rng.choice(_REASONS)} if rng.random() < 0.35 else {},
        arrival=f"{rng.randint(12, 22)}:{rng.choice(('00', '30'))}:00" if rng.random() < 0.3 else "",
        notes=_notes(rng, stay),
    )


def _identity(rng: Random, taken: set[str]) -> str:
    while (identity := str(rng.randint(10**12, 10**13 - 1))) in taken:
        pass
    taken.add(identity)
    return identity


def _room(rng: Random, stay: Stay, identity: str, room_types: Sequence[RoomType]) -> RoomStay:
    room_type = next(item for item in room_types if item.name == stay.room_type)
    room_id, room_name = next(item for item in room_type.rooms if item[1] == stay.room)
    # A room is given out shortly before arrival; until then, and forever after a cancellation, there is only the type.
    assigned = stay.status in {"checked_in", "checked_out"} or (stay.status == "confirmed" and rng.random() < 0.5)
    return RoomStay(
        id=str(213_000_000 + stay.index),
        sub_reservation=identity,
        type_id=room_type.id,
        room_id=room_id if assigned else "",
        room_name=room_name if assigned else "",
        rate=stay.rate,
        adults=stay.adults,
        children=stay.children,
    )


def _modified(rng: Random, stay: Stay) -> datetime:
    """Return the last event of the reservation's life: departure, arrival, cancellation or the booking itself."""
    minute = rng.randint(0, 59)
    match stay.status:
        case "checked_out":
            moment = datetime.combine(stay.end, time(rng.randint(9, 12), minute))
        case "checked_in":
            moment = datetime.combine(stay.start, time(rng.randint(15, 20), minute))
        case "no_show":
            moment = datetime.combine(stay.start + timedelta(days=1), time(3, minute))
        case "canceled":
            moment = stay.booked + (datetime.combine(stay.start, time(0)) - stay.booked) * rng.random()
        case _:
            moment = stay.modified
    moment = moment.replace(second=rng.randint(0, 59), microsecond=0)
    return max(stay.booked, min(moment, LAST_MOMENT))


def _notes(rng: Random, stay: Stay) -> list[Note]:
    if rng.random() >= 0.12:
        return []
    written = min(stay.booked + timedelta(hours=rng.randint(1, 30)), LAST_MOMENT)
    return [Note(str(880_000 + stay.index), "Recepción Turno B", rng.choice(_NOTES), written, written)]
