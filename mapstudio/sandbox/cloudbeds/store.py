"""What the hotel's system holds: guests, reservations and their notes, changed in memory only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(slots=True)
class Note:
    """One note on a guest or a reservation."""

    id: str
    user: str
    text: str
    created: datetime
    modified: datetime
    archived: bool = False


@dataclass(slots=True)
class Guest:
    """One guest record; a person may have several.

    Attributes:
        values: By the names of ``putGuest`` (``guestFirstName``, ...); an absent name is blank.
        custom: Custom field values by shortcode.
        created: Local time of the hotel, as ``modified``.
        merged_into: The guest that this one was merged into.
    """

    id: str
    profile: str
    values: dict[str, str]
    custom: dict[str, str]
    created: datetime
    modified: datetime
    opt_in: bool = False
    anonymized: bool = False
    merged_into: str = ""
    requests: str = ""
    notes: list[Note] = field(default_factory=list)

    def get(self, name: str) -> str:
        """Return a value by its ``putGuest`` name, blank when there is none."""
        return self.values.get(name, "")

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.get('guestFirstName')} {self.get('guestLastName')}".strip()


@dataclass(slots=True)
class RoomStay:
    """One room of a reservation, assigned to a room or only to a type."""

    id: str
    sub_reservation: str
    type_id: str
    room_id: str
    room_name: str
    rate: Decimal
    adults: int
    children: int


@dataclass(slots=True)
class Reservation:
    """One reservation; ``guests`` are guest ids, the main guest first."""

    id: str
    guests: list[str]
    status: str
    source: str
    third_party: str
    start: date
    end: date
    created: datetime
    modified: datetime
    rooms: list[RoomStay]
    paid: Decimal
    custom: dict[str, str] = field(default_factory=dict)
    arrival: str = ""
    notes: list[Note] = field(default_factory=list)

    @property
    def nights(self) -> int:
        """Number of nights."""
        return (self.end - self.start).days

    @property
    def sub_total(self) -> Decimal:
        """The rooms' price without tax."""
        return sum((room.rate * self.nights for room in self.rooms), Decimal(0))

    @property
    def taxes(self) -> Decimal:
        """Sixteen percent, to the cent."""
        return (self.sub_total * Decimal("0.16")).quantize(Decimal("0.01"))

    @property
    def total(self) -> Decimal:
        """Price with tax."""
        return self.sub_total + self.taxes


@dataclass(frozen=True, slots=True)
class RoomType:
    """A room type and its rooms, each of which is an id and a name."""

    id: str
    name: str
    short: str
    rate: Decimal
    rooms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One guest on one reservation: a row of the guest list."""

    guest: Guest
    reservation: Reservation

    @property
    def modified(self) -> datetime:
        """When the guest or the reservation was last modified: what lists are filtered and sorted by."""
        return max(self.guest.modified, self.reservation.modified)

    @property
    def main(self) -> bool:
        """Whether the guest is the reservation's main guest."""
        return self.reservation.guests[0] == self.guest.id


class Store:
    """Everything of one property."""

    def __init__(
        self, guests: Sequence[Guest], reservations: Sequence[Reservation], room_types: Sequence[RoomType]
    ) -> None:
        self.guests = {guest.id: guest for guest in guests}
        self.reservations = {item.id: item for item in reservations}
        self.room_types = {item.id: item for item in room_types}
        self._by_guest: dict[str, list[Reservation]] = {}
        for item in reservations:
            for guest_id in item.guests:
                self._by_guest.setdefault(guest_id, []).append(item)
        self._next_note = 940_000
        changes = [guest.modified for guest in guests] + [item.modified for item in reservations]
        self._latest = max(changes, default=datetime.min)  # noqa: DTZ901 - local time of the hotel

    def rows(self) -> list[Row]:
        """Return all rows of the guest list, oldest reservation first, its main guest before the others."""
        return [
            Row(self.guests[guest_id], item)
            for item in sorted(self.reservations.values(), key=lambda item: (item.created, item.id))
            for guest_id in item.guests
        ]

    def reservations_of(self, guest_id: str) -> Sequence[Reservation]:
        """Return the reservations on which the guest is, as main guest or not."""
        return self._by_guest.get(guest_id, ())

    def stamp(self, now: datetime) -> datetime:
        """Return the time of a change: now, but never before an earlier change."""
        self._latest = max(self._latest, now.replace(microsecond=0))
        return self._latest

    def new_note(self, text: str, now: datetime) -> Note:
        """Return a new note; the caller puts it where it belongs."""
        self._next_note += 1
        moment = self.stamp(now)
        return Note(str(self._next_note), "API mapstudio", text, moment, moment)
