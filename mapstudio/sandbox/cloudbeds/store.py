"""What the hotel's system holds: guests, reservations and their notes, items and accounts, changed in memory only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from mapstudio.sandbox.cloudbeds.book import TAX, Account, Book, Transaction


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
        profile: The person, known to the whole organisation.
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

    def anonymize(self, moment: datetime) -> None:
        """Forget who it was."""
        self.values, self.custom, self.notes, self.requests, self.opt_in = {}, {}, [], "", False
        self.anonymized, self.modified = True, moment

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.get('guestFirstName')} {self.get('guestLastName')}".strip()


@dataclass(slots=True)
class RoomStay:
    """One room of a reservation, assigned to a room or only to a type.

    Attributes:
        status: Its own, where somebody has arrived or left before the others.
    """

    id: str
    sub_reservation: str
    type_id: str
    room_id: str
    room_name: str
    rate: Decimal
    adults: int
    children: int
    start: date
    end: date
    status: str = ""

    @property
    def nights(self) -> int:
        """Number of nights."""
        return (self.end - self.start).days

    @property
    def price(self) -> Decimal:
        """Of all nights, without tax."""
        return self.rate * self.nights


@dataclass(slots=True)
class Reservation:
    """One reservation; ``guests`` are guest ids, the main guest first.

    Attributes:
        inner: The id by which the accounting knows it.
    """

    id: str
    inner: str
    guests: list[str]
    status: str
    source: str
    third_party: str
    created: datetime
    modified: datetime
    rooms: list[RoomStay]
    custom: dict[str, str] = field(default_factory=dict)
    arrival: str = ""
    notes: list[Note] = field(default_factory=list)
    deleted: bool = False

    @property
    def start(self) -> date:
        """The first arrival."""
        return min(room.start for room in self.rooms)

    @property
    def end(self) -> date:
        """The last departure."""
        return max(room.end for room in self.rooms)

    @property
    def sub_total(self) -> Decimal:
        """The rooms' price without tax."""
        return sum((room.price for room in self.rooms), Decimal(0))

    @property
    def taxes(self) -> Decimal:
        """Sixteen percent, to the cent."""
        return (self.sub_total * TAX).quantize(Decimal("0.01"))

    @property
    def account(self) -> Account:
        """Its folio, as the accounting names it."""
        first = self.rooms[0]
        return Account(
            "RESERVATION", self.inner, self.id, first.id, first.sub_reservation, self.guests[0], self.created
        )


@dataclass(frozen=True, slots=True)
class Folio:
    """A reservation's money: what it costs and what was paid."""

    sub_total: Decimal
    items: Decimal
    taxes: Decimal
    paid: Decimal

    @property
    def total(self) -> Decimal:
        """Price with tax."""
        return self.sub_total + self.items + self.taxes

    @property
    def balance(self) -> Decimal:
        """What is still owed."""
        return self.total - self.paid


@dataclass(frozen=True, slots=True)
class RoomType:
    """A room type and its rooms, each of which is an id and a name."""

    id: str
    name: str
    short: str
    rate: Decimal
    rooms: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Item:
    """What the hotel sells beside its rooms; ``stock`` is ``None`` where nobody counts it."""

    id: str
    type: str
    sku: str
    code: str
    name: str
    category: str
    price: Decimal
    taxed: bool
    stock: int | None = None
    reorder: int = 0
    stop: int = 0


@dataclass(slots=True)
class HouseAccount:
    """An account of nobody's stay, such as the bar's."""

    id: str
    name: str
    status: str
    private: bool
    user: str
    created: datetime

    @property
    def account(self) -> Account:
        """As the accounting names it."""
        return Account("HOUSE_ACCOUNT", self.id, self.id, "", "", "", self.created)


@dataclass(slots=True)
class Sale:
    """One or more items that were sold in one call: what a ``soldProductID`` stands for.

    Attributes:
        reference: By which the seller would know the call again.
        check: Of a point of sale's check: the id by which it is voided; ``number`` stands on the receipt.
    """

    id: str
    account: Account
    rows: list[Transaction]
    reference: str = ""
    check: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class CustomItem:
    """An item that a point of sale has made up: the first sale under an id settles its name."""

    id: str
    app_item: str
    sku: str
    name: str
    category: str


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
        self,
        guests: Sequence[Guest],
        reservations: Sequence[Reservation],
        room_types: Sequence[RoomType],
        book: Book,
    ) -> None:
        self.guests = {guest.id: guest for guest in guests}
        self.all_reservations = {item.id: item for item in reservations}
        self.room_types = {item.id: item for item in room_types}
        self.book = book
        self.items: dict[str, Item] = {}
        self.house_accounts: dict[str, HouseAccount] = {}
        self.sales: dict[str, Sale] = {}
        self.custom_items: dict[str, CustomItem] = {}
        self._by_guest: dict[str, list[Reservation]] = {}
        for item in reservations:
            self._index(item)
        self._next = 940_000
        changes = [guest.modified for guest in guests] + [item.modified for item in reservations]
        self._latest = max(changes, default=datetime.min)  # noqa: DTZ901 - local time of the hotel

    @property
    def reservations(self) -> dict[str, Reservation]:
        """The reservations that are there, by id; deleted ones are kept elsewhere."""
        return {item.id: item for item in self.all_reservations.values() if not item.deleted}

    def reservation(self, identity: str) -> Reservation | None:
        """Return one that is there."""
        item = self.all_reservations.get(identity)
        return None if item is None or item.deleted else item

    def rows(self) -> list[Row]:
        """Return all rows of the guest list, oldest reservation first, its main guest before the others."""
        return [
            Row(self.guests[guest_id], item)
            for item in sorted(self.reservations.values(), key=lambda item: (item.created, item.id))
            for guest_id in item.guests
        ]

    def reservations_of(self, guest_id: str) -> Sequence[Reservation]:
        """Return the reservations on which the guest is, as main guest or not."""
        return [item for item in self._by_guest.get(guest_id, ()) if not item.deleted]

    def folio(self, item: Reservation) -> Folio:
        """Return what a reservation costs, and what was paid."""
        extras = self.book.extras(item.account)
        return Folio(item.sub_total, extras.items, item.taxes + extras.item_taxes, extras.paid)

    def add_guest(self, guest: Guest, item: Reservation) -> None:
        """Put a new guest on a reservation."""
        self.guests[guest.id] = guest
        item.guests.append(guest.id)
        self._by_guest.setdefault(guest.id, []).append(item)

    def add_reservation(self, item: Reservation, main: Guest) -> None:
        """Keep a new reservation with its main guest."""
        self.guests[main.id] = main
        self.all_reservations[item.id] = item
        self._index(item)

    def stamp(self, now: datetime) -> datetime:
        """Return the time of a change: now, but never before an earlier change."""
        self._latest = max(self._latest, now.replace(microsecond=0))
        return self._latest

    def new_id(self) -> str:
        """Return an id that nothing here has."""
        self._next += 1
        return str(self._next)

    def new_note(self, text: str, now: datetime) -> Note:
        """Return a new note; the caller puts it where it belongs."""
        moment = self.stamp(now)
        return Note(self.new_id(), "API mapstudio", text, moment, moment)

    def _index(self, item: Reservation) -> None:
        for guest_id in item.guests:
            self._by_guest.setdefault(guest_id, []).append(item)
