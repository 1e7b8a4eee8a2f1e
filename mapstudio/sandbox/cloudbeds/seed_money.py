"""What guests were charged and what they paid: nights, dinners, massages, mistakes that were taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from mapstudio.sandbox.cloudbeds.book import CENT, Entry, tax_on
from mapstudio.sandbox.cloudbeds.store import HouseAccount, Item, Reservation, Store

TAX_NAME = "IVA 16%"
POS_USER = "20119"
_DINERS = 0.45
_TABLE_NOTES = ("Mesa 7; vino tinto", "Mesa 2", "Terraza", "Sin gluten, por favor", "Cumpleaños: pastel", None, None)


def seed_money(rng: Random, store: Store, paid: Mapping[str, Decimal], until: datetime) -> None:
    """Post all that has happened until a moment.

    Args:
        rng: Draws.
        store: Its book is written.
        paid: What was paid for the room of each reservation, by number.
        until: Local time of the hotel.
    """
    seeder = _Money(rng, store, until)
    for item in store.all_reservations.values():
        if item.deleted:
            seeder.deleted(item)
        else:
            seeder.reservation(item, paid.get(item.id, Decimal(0)))
    for house_account in store.house_accounts.values():
        seeder.house_account(house_account)


def night_entry(item: Reservation, index: int, night: datetime) -> Entry:
    """Return the entry of one night in one room; it is posted in the night after."""
    room = item.rooms[index]
    text = f"Room Rate - {room.room_name}" if room.room_name else "Room Rate"
    return Entry(
        code="1000",
        amount=room.rate,
        description=text,
        relation=room.id,
        relation_kind="ROOM",
        posted=night,
        service=night.date() - timedelta(days=1),
        taxes=((TAX_NAME, tax_on(room.rate)),),
    )


def item_entry(item: Item, quantity: int, posted: datetime, *, pos: bool, price: Decimal, notes: str | None) -> Entry:
    """Return the entry of an item that was sold."""
    amount = (price * quantity).quantize(CENT)
    return Entry(
        code="4000" if pos else "2000",
        amount=amount,
        description=item.name,
        relation=item.id,
        relation_kind="ITEM_POS" if pos else "ITEM",
        posted=posted,
        service=posted.date(),
        quantity=quantity,
        user=POS_USER if pos else "20117",
        notes=notes,
        category=item.category,
        taxes=((TAX_NAME, tax_on(amount)),) if item.taxed else (),
    )


def payment_entry(code: str, amount: Decimal, posted: datetime, relation: str, notes: str | None = None) -> Entry:
    """Return the entry of a payment, which is below zero."""
    words = {"9100": "Payment (Cash)", "9200": "Payment (Bank Transfer)"}
    text = words.get(code, "Payment (Credit Card)")
    return Entry(code, -amount, text, relation, "PAYMENT", posted, posted.date(), notes=notes)


class _Money:
    def __init__(self, rng: Random, store: Store, until: datetime) -> None:
        self._rng = rng
        self._store = store
        self._book = store.book
        self._until = until
        self._payments = 77_120_000
        dishes = [item for item in store.items.values() if item.category == "4410" and item.type != "mealplan"]
        self._dishes = dishes
        self._treats = [item for item in store.items.values() if item.category != "4410"]

    def reservation(self, item: Reservation, paid: Decimal) -> None:
        if paid:
            at = min(item.created + timedelta(hours=2), self._until)
            self._pay(item, paid, at)
        if item.status == "no_show":
            self._no_show(item)
        if item.status in {"checked_in", "checked_out"}:
            self._nights(item)
            self._extras(item)
        if item.status == "checked_out":
            owed = self._store.folio(item).balance
            # Somebody always leaves without paying for the last mezcal.
            if owed > 0 and self._rng.random() < 0.96:
                self._pay(item, owed, datetime.combine(item.end, time(11, 30)))

    def deleted(self, item: Reservation) -> None:
        """Six rows, and six that take them back."""
        at = item.created + timedelta(minutes=5)
        for _ in range(2):
            self._book.post(item.account, night_entry(item, 0, at))
        for amount in (item.rooms[0].rate, item.rooms[0].rate / 2):
            self._pay(item, amount.quantize(CENT), at)
        self._book.void_all(item.account, item.modified)

    def house_account(self, account: HouseAccount) -> None:
        for day in range(40, 0, -4):
            posted = datetime.combine(self._until.date() - timedelta(days=day), time(20, self._rng.randint(0, 59)))
            dish = self._rng.choice(self._dishes)
            entry = item_entry(dish, self._rng.randint(1, 5), posted, pos=True, price=dish.price, notes=None)
            self._book.post(account.account, entry)

    def _nights(self, item: Reservation) -> None:
        for index, room in enumerate(item.rooms):
            for night in range(room.nights):
                posted = datetime.combine(room.start + timedelta(days=night + 1), time(3, 15))
                if posted <= self._until:
                    self._book.post(item.account, night_entry(item, index, posted))

    def _no_show(self, item: Reservation) -> None:
        room = item.rooms[0]
        posted = datetime.combine(room.start + timedelta(days=1), time(3, 0))
        self._book.post(
            item.account,
            Entry("1200", room.rate, "No-show fee", room.id, "ROOM", posted, room.start,
                  taxes=((TAX_NAME, tax_on(room.rate)),)),
        )  # fmt: skip

    def _extras(self, item: Reservation) -> None:
        rng = self._rng
        if rng.random() >= _DINERS:
            return
        for _ in range(rng.randint(1, 4)):
            self._sell(item, rng.choice(self._dishes), pos=True)
        if rng.random() < 0.35:
            self._sell(item, rng.choice(self._treats), pos=False)

    def _sell(self, item: Reservation, sold: Item, *, pos: bool) -> None:
        rng = self._rng
        day = item.start + timedelta(days=rng.randrange(max(1, (item.end - item.start).days)))
        posted = datetime.combine(day, time(rng.randint(13, 22), rng.randint(0, 59)))
        notes = rng.choice(_TABLE_NOTES) if pos else None
        quantity = rng.choice((1, 1, 2, 2, 3))
        mistaken, adjusted = rng.random() < 0.06, rng.random() < 0.08
        if posted > self._until:
            return
        row = self._book.post(item.account, item_entry(sold, quantity, posted, pos=pos, price=sold.price, notes=notes))
        if mistaken:
            self._book.void(row, min(posted + timedelta(minutes=20), self._until))
        elif adjusted:
            less = -(row.amount / 10).quantize(CENT)
            text = f"{sold.name} - Adjustment"
            entry = Entry(f"{row.code}A", less, text, row.relation, "ADJUSTMENT", posted, day, category=sold.category)
            self._book.post(item.account, entry)

    def _pay(self, item: Reservation, amount: Decimal, at: datetime) -> None:
        self._payments += 1
        code = self._rng.choice(("9300", "9300", "9300", "9100", "9200"))
        self._book.post(item.account, payment_entry(code, amount, at, str(self._payments)))
