"""The hotel: Casa Palma's rooms and the stays of its guests around the world's today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from mapstudio.sandbox.world.people import Person, pick


@dataclass(frozen=True, slots=True)
class Room:
    """A room type with its rooms and its nightly rate in MXN."""

    type_name: str
    rooms: tuple[str, ...]
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Stay:
    """One reservation.

    Attributes:
        person: Index of the main guest in ``World.people``.
        companions: Indexes of those who come along.
        status: ``not_confirmed``, ``confirmed``, ``canceled``, ``checked_in``, ``checked_out`` or ``no_show``.
        source: Where it was booked; an online agency hides the guest's address behind an alias.
        booked: When, local time of the hotel.
    """

    index: int
    person: int
    companions: tuple[int, ...]
    start: date
    end: date
    status: str
    source: str
    alias: bool
    room_type: str
    room: str
    rate: Decimal
    adults: int
    children: int
    booked: datetime
    modified: datetime
    paid: Decimal

    @property
    def nights(self) -> int:
        """Number of nights."""
        return (self.end - self.start).days

    @property
    def total(self) -> Decimal:
        """The stay's price with 16 % tax, to the cent."""
        return (self.rate * self.nights * Decimal("1.16")).quantize(Decimal("0.01"))


ROOMS: tuple[Room, ...] = (
    Room("Suite Mar", ("101", "102", "201"), Decimal("4250.00")),
    Room("Doble Jardín", ("103", "104", "105", "106", "202", "203"), Decimal("2180.50")),
    Room("King Terraza", ("204", "205", "206", "301", "302"), Decimal("2890.90")),
    Room("Sencilla", ("107", "108", "303", "304"), Decimal("1499.99")),
)

_SOURCES = (
    ("Website/Booking Engine", 35),
    ("Booking.com", 30),
    ("Expedia", 15),
    ("Walk-In", 8),
    ("Phone", 8),
    ("Airbnb", 4),
)
_AGENCIES = frozenset({"Booking.com", "Expedia", "Airbnb"})


def make_stays(
    rng: Random, guests: Sequence[Person], count: int, today: date, rooms: Sequence[Room] = ROOMS
) -> list[Stay]:
    """Return so many stays; every guest is the main guest of at least one."""
    mains = [person.index for person in guests]
    mains += rng.choices(mains, k=count - len(mains))
    rng.shuffle(mains)
    return [_stay(rng, index, main, guests, today, rooms) for index, main in enumerate(mains)]


def _stay(rng: Random, index: int, main: int, guests: Sequence[Person], today: date, rooms: Sequence[Room]) -> Stay:
    room = rng.choice(rooms)
    start = today + timedelta(days=rng.randint(-420, 90))
    end = start + timedelta(days=rng.randint(1, 7))
    booked = datetime.combine(
        start - timedelta(days=rng.randint(1, 60)),
        time(rng.randint(6, 23), rng.randint(0, 59), rng.randint(0, 59)),
    )
    booked = min(booked, datetime.combine(today - timedelta(days=1), booked.time()))
    source = pick(rng, _SOURCES)
    status = _status(rng, start, end, today)
    rate = (room.rate * Decimal(rng.choice(("0.90", "1", "1", "1.15")))).quantize(Decimal("0.01"))
    children = rng.choice((0, 0, 0, 1, 2))
    stay = Stay(
        index=index,
        person=main,
        companions=tuple(rng.sample([p.index for p in guests if p.index != main], rng.choice((0, 0, 0, 1)))),
        start=start,
        end=end,
        status=status,
        source=source,
        alias=source in _AGENCIES and rng.random() < 0.6,
        room_type=room.type_name,
        room=rng.choice(room.rooms),
        rate=rate,
        adults=rng.choice((1, 2, 2, 2, 3)),
        children=children,
        booked=booked,
        modified=booked + timedelta(hours=rng.randint(0, 20), minutes=rng.randint(1, 59)),
        paid=Decimal(0),
    )
    return _with_payment(rng, stay)


def _with_payment(rng: Random, stay: Stay) -> Stay:
    if stay.status in {"checked_out", "checked_in"}:
        return replace(stay, paid=stay.total)
    share = Decimal(rng.choice(("0", "0", "0.5", "1")))
    return replace(
        stay,
        paid=(stay.total * share).quantize(Decimal("0.01")) if stay.status == "confirmed" else Decimal(0),
    )


def _status(rng: Random, start: date, end: date, today: date) -> str:
    if rng.random() < 0.09:
        return "canceled"
    if end <= today:
        return "no_show" if rng.random() < 0.04 else "checked_out"
    if start <= today:
        return "checked_in"
    return "not_confirmed" if rng.random() < 0.1 else "confirmed"
