"""A hotel as its system holds it: guest records, reservations, rooms, notes, items and money, from the seeded world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from mapstudio.sandbox.cloudbeds.book import Book
from mapstudio.sandbox.cloudbeds.hotel import Hotel, shop_data
from mapstudio.sandbox.cloudbeds.seed_guests import AGENCIES, GuestSeeder, retire_some
from mapstudio.sandbox.cloudbeds.seed_money import seed_money
from mapstudio.sandbox.cloudbeds.store import HouseAccount, Item, Note, Reservation, RoomStay, RoomType, Store
from mapstudio.sandbox.world import TODAY, Stay, World
from mapstudio.sandbox.world.hotel import ROOMS, make_stays

_REASONS = ("Aniversario", "Negocios", "Vacaciones", "Luna de miel", "Boda", "Cumpleaños", "Congreso", "Retiro de yoga")
_NOTES = (
    "Llega en el vuelo de la noche",
    "Pide factura a nombre de la empresa",
    "Solicita salida tardía",
    "Trae bicicleta",
    "Requiere cuna en la habitación",
)
LAST_MOMENT = datetime.combine(TODAY, time(18, 0))
_SISTER_GUESTS = 45
_SISTER_STAYS = 60
_DELETED = 4


@dataclass(frozen=True, slots=True)
class _Plan:
    """What tells one property's seed from the other's: names of draws, and where ids begin.

    Attributes:
        draws: In the names of its random numbers.
        offset: Added to all ids that count from the stays.
        pesos: What one unit of its currency is in pesos.
    """

    draws: str
    first_guest: int
    first_row: int
    offset: int
    pesos: Decimal


_MAIN = _Plan("cloudbeds", 84_510_000, 54_741_224_000_000, 0, Decimal(1))
_SISTER = _Plan("cloudbeds sister", 86_020_000, 54_741_910_000_000, 5_000_000, Decimal("17.50"))


def seed_store(world: World, hotel: Hotel) -> Store:
    """Return the store of the seeded world's hotel; the same world gives the same store."""
    return _store(world, hotel, world.stays, _MAIN)


def seed_sister(world: World, hotel: Hotel) -> Store:
    """Return the store of the sister hotel, where some guests of the first have been too."""
    stays = make_stays(
        world.random("sister stays"), world.guests[:_SISTER_GUESTS], _SISTER_STAYS, TODAY, hotel.rooms or ROOMS
    )
    return _store(world, hotel, stays, _SISTER)


def _store(world: World, hotel: Hotel, stays: Sequence[Stay], plan: _Plan) -> Store:
    room_types = _room_types(hotel)
    seeder = GuestSeeder(world, f"{plan.draws} guests", plan.first_guest)
    rng = world.random(f"{plan.draws} reservations")
    taken: set[str] = set()
    in_order = sorted(stays, key=lambda stay: (stay.booked, stay.index))
    booked = [(stay, _reservation(rng, stay, seeder, room_types, taken, plan)) for stay in in_order]
    reservations = [item for _, item in booked]
    _second_rooms(world.random(f"{plan.draws} second rooms"), reservations, room_types)
    dropped = _deleted(world.random(f"{plan.draws} deleted"), reservations, taken)
    store = Store(list(seeder.guests.values()), [*reservations, *dropped], room_types, Book(plan.first_row))
    _stock(store, plan)
    paid = {item.id: stay.paid for stay, item in booked}
    seed_money(world.random(f"{plan.draws} money"), store, paid, LAST_MOMENT)
    retire_some(world.random(f"{plan.draws} merges"), seeder)
    _check_sources(reservations, hotel)
    return store


def _stock(store: Store, plan: _Plan) -> None:
    """Fill the shop and open the house accounts."""
    for facts in shop_data()["items"]:
        price = (Decimal(facts["price"]) / plan.pesos).quantize(Decimal("0.01"))
        store.items[facts["id"]] = Item(**{**facts, "price": price})
    opened = LAST_MOMENT - timedelta(days=400)
    for facts in shop_data()["houseAccounts"]:
        identity = str(int(facts["id"]) + plan.offset)
        store.house_accounts[identity] = HouseAccount(created=opened, **{**facts, "id": identity})


def _deleted(rng: Random, reservations: Sequence[Reservation], taken: set[str]) -> list[Reservation]:
    """Return some that somebody made by mistake and deleted: copies of others under numbers of their own."""
    dropped = []
    for index, model in enumerate(rng.sample(list(reservations), _DELETED)):
        identity = _identity(rng, taken)
        room = model.rooms[0]
        twin = RoomStay(
            id=str(int(room.id) + 900_000 + index),
            sub_reservation=identity,
            type_id=room.type_id,
            room_id="",
            room_name="",
            rate=room.rate,
            adults=room.adults,
            children=room.children,
            start=room.start,
            end=room.end,
        )
        dropped.append(
            Reservation(
                id=identity,
                inner=str(int(model.inner) + 900_000 + index),
                guests=model.guests[:1],
                status="confirmed",
                source=model.source,
                third_party="",
                created=model.created,
                modified=min(model.created + timedelta(minutes=25), LAST_MOMENT),
                rooms=[twin],
                deleted=True,
            )
        )
    return dropped


def _second_rooms(rng: Random, reservations: Sequence[Reservation], room_types: Sequence[RoomType]) -> None:
    """Give a few reservations another room beside their first."""
    for item in reservations:
        if rng.random() >= 0.04:
            continue
        first, room_type = item.rooms[0], rng.choice(list(room_types))
        room_id, room_name = rng.choice(room_type.rooms)
        assigned = bool(first.room_id)
        item.rooms.append(
            RoomStay(
                id=str(int(first.id) + 700_000),
                sub_reservation=f"{item.id}-1",
                type_id=room_type.id,
                room_id=room_id if assigned and room_id != first.room_id else "",
                room_name=room_name if assigned and room_id != first.room_id else "",
                rate=room_type.rate,
                adults=2,
                children=0,
                start=first.start,
                end=first.end,
            )
        )


def _check_sources(reservations: Sequence[Reservation], hotel: Hotel) -> None:
    unknown = {item.source for item in reservations} - set(hotel.sources)
    if unknown:
        raise LookupError(f"the property's data file lacks the sources {sorted(unknown)}")


def _room_types(hotel: Hotel) -> list[RoomType]:
    result = []
    for index, room in enumerate(hotel.rooms or ROOMS):
        type_id = str(hotel.first_room_type + index)
        short = "".join(word[0] for word in room.type_name.split()).upper() + room.type_name[1].upper()
        numbered = tuple((f"{type_id}-{position}", name) for position, name in enumerate(room.rooms))
        result.append(RoomType(type_id, room.type_name, short, room.rate, numbered))
    return result


def _reservation(
    rng: Random, stay: Stay, seeder: GuestSeeder, room_types: Sequence[RoomType], taken: set[str], plan: _Plan
) -> Reservation:
    identity = _identity(rng, taken)
    agency = stay.source in AGENCIES
    modified = _modified(rng, stay)
    guests = [seeder.main(stay, modified), *(seeder.companion(stay, index, modified) for index in stay.companions)]
    return Reservation(
        id=identity,
        inner=str(38_500_000 + plan.offset + stay.index),
        guests=[guest.id for guest in guests],
        status=stay.status,
        source=stay.source,
        third_party=str(rng.randint(2_000_000_000, 4_999_999_999)) if agency else "",
        created=stay.booked,
        modified=modified,
        rooms=[_room(rng, stay, identity, room_types, plan)],
        custom={"motivo": rng.choice(_REASONS)} if rng.random() < 0.35 else {},
        arrival=f"{rng.randint(12, 22)}:{rng.choice(('00', '30'))}:00" if rng.random() < 0.3 else "",
        notes=_notes(rng, stay, plan),
    )


def _identity(rng: Random, taken: set[str]) -> str:
    while (identity := str(rng.randint(10**12, 10**13 - 1))) in taken:
        pass
    taken.add(identity)
    return identity


def _room(rng: Random, stay: Stay, identity: str, room_types: Sequence[RoomType], plan: _Plan) -> RoomStay:
    room_type = next(item for item in room_types if item.name == stay.room_type)
    room_id, room_name = next(item for item in room_type.rooms if item[1] == stay.room)
    # A room is given out shortly before arrival; until then, and forever after a cancellation, there is only the type.
    assigned = stay.status in {"checked_in", "checked_out"} or (stay.status == "confirmed" and rng.random() < 0.5)
    return RoomStay(
        id=str(213_000_000 + plan.offset + stay.index),
        sub_reservation=identity,
        type_id=room_type.id,
        room_id=room_id if assigned else "",
        room_name=room_name if assigned else "",
        rate=stay.rate,
        adults=stay.adults,
        children=stay.children,
        start=stay.start,
        end=stay.end,
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


def _notes(rng: Random, stay: Stay, plan: _Plan) -> list[Note]:
    if rng.random() >= 0.12:
        return []
    written = min(stay.booked + timedelta(hours=rng.randint(1, 30)), LAST_MOMENT)
    return [Note(str(880_000 + plan.offset + stay.index), "Recepción Turno B", rng.choice(_NOTES), written, written)]
