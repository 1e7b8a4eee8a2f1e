"""The ledger of a property's money: rows are added and never changed; what was wrong is taken back by a row more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

CENT = Decimal("0.01")
TAX = Decimal("0.16")
ITEM_FAMILIES = ("2000", "3000", "4000", "5000")
PAYMENT_CODES = {"cash": "9100", "ebanking": "9200", "credit": "9300", "cards": "9300"}


@dataclass(frozen=True, slots=True)
class Account:
    """Whose money it is: a reservation's or a house account's.

    Attributes:
        kind: ``RESERVATION`` or ``HOUSE_ACCOUNT``.
        id: The id inside the accounting, which is not the reservation's number.
        number: The reservation's number, or the house account's id.
        room: Of a reservation: the id of the booked room.
        room_number: The number of the reservation's part that the room is.
        customer: The guest.
        created: When the reservation was made, local time of the hotel as all times here.
    """

    kind: str
    id: str
    number: str
    room: str
    room_number: str
    customer: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Transaction:
    """One row.

    Attributes:
        code: Such as ``4000``; suffix ``V`` takes a row back, ``A`` adjusts one.
        root: The row that it belongs to, often itself.
        parent: Of a tax: what is taxed.
        relation: What it is about outside of the accounting; ``relation_kind`` says in which list.
        category: The item's category, which the accounting's own answer does not tell.
        undone: The row that it takes back.
    """

    id: str
    account: Account
    code: str
    amount: Decimal
    description: str
    root: str
    parent: str | None
    relation: str
    relation_kind: str
    quantity: int
    posted: datetime
    service: date
    user: str
    notes: str | None = None
    category: str = ""
    undone: str | None = None

    @property
    def family(self) -> str:
        """The code without its suffix."""
        return self.code.rstrip("VAR")

    @property
    def is_payment(self) -> bool:
        """Whether it is money that came in, or went back."""
        return self.family.startswith("9")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be posted, with its tax beside it."""

    code: str
    amount: Decimal
    description: str
    relation: str
    relation_kind: str
    posted: datetime
    service: date
    quantity: int = 1
    user: str = "20117"
    notes: str | None = None
    category: str = ""
    taxes: Sequence[tuple[str, Decimal]] = ()


@dataclass(frozen=True, slots=True)
class Extras:
    """What a folio holds beside its rooms."""

    items: Decimal
    item_taxes: Decimal
    paid: Decimal


class Book:
    """All rows of one property."""

    def __init__(self, first: int) -> None:
        self._next = first
        self.rows: dict[str, Transaction] = {}
        self._of: dict[tuple[str, str], list[Transaction]] = {}
        self._children: dict[str, list[Transaction]] = {}
        self._undone: set[str] = set()

    def of(self, account: Account) -> Sequence[Transaction]:
        """Return the rows of a reservation or of a house account."""
        return self._of.get((account.kind, account.id), ())

    def post(self, account: Account, entry: Entry) -> Transaction:
        """Add a row, and one below it for each of its taxes."""
        row = self._add(account, entry, root="", parent=None)
        for name, amount in entry.taxes:
            tax = replace(
                entry, code="8000", amount=amount, description=name, relation="990", relation_kind="TAX", quantity=1,
                notes=None,
            )  # fmt: skip
            self._add(account, tax, root=row.id, parent=row.id)
        return row

    def void(self, row: Transaction, now: datetime) -> Transaction:
        """Take back a row with the taxes below it, by rows of the opposite amount."""
        back = self._reverse(row, now, root="", parent=None)
        for child in self._children.get(row.id, ()):
            if child.id not in self._undone:
                self._reverse(child, now, root=back.id, parent=back.id)
        return back

    def void_all(self, account: Account, now: datetime) -> None:
        """Take back each row of a deleted reservation: afterwards there are twice as many."""
        for row in list(self.of(account)):
            if row.id not in self._undone and row.undone is None:
                self._reverse(row, now, root=row.root, parent=row.parent)

    def is_undone(self, row: Transaction) -> bool:
        """Whether a row was taken back, or takes one back."""
        return row.id in self._undone or row.undone is not None

    def extras(self, account: Account) -> Extras:
        """Return the sums of a folio beside its rooms."""
        items, taxes, paid = Decimal(0), Decimal(0), Decimal(0)
        for row in self.of(account):
            if row.is_payment:
                paid -= row.amount
            elif row.family in ITEM_FAMILIES:
                items += row.amount
            elif row.parent is not None and self.rows[row.parent].family in ITEM_FAMILIES:
                taxes += row.amount
        return Extras(items, taxes, paid)

    def _add(self, account: Account, entry: Entry, *, root: str, parent: str | None) -> Transaction:
        self._next += 1
        identity = str(self._next)
        return self._keep(
            Transaction(
                id=identity,
                account=account,
                code=entry.code,
                amount=entry.amount,
                description=entry.description,
                root=root or identity,
                parent=parent,
                relation=entry.relation,
                relation_kind=entry.relation_kind,
                quantity=entry.quantity,
                posted=entry.posted,
                service=entry.service,
                user=entry.user,
                notes=entry.notes,
                category=entry.category,
            )
        )

    def _reverse(self, row: Transaction, now: datetime, *, root: str, parent: str | None) -> Transaction:
        self._next += 1
        identity = str(self._next)
        self._undone.add(row.id)
        return self._keep(
            replace(
                row,
                id=identity,
                code=f"{row.family}V",
                amount=-row.amount,
                description=f"{row.description} - Void",
                root=root or identity,
                parent=parent,
                posted=now,
                service=now.date(),
                notes=None,
                undone=row.id,
            )
        )

    def _keep(self, row: Transaction) -> Transaction:
        self.rows[row.id] = row
        self._of.setdefault((row.account.kind, row.account.id), []).append(row)
        if row.parent is not None:
            self._children.setdefault(row.parent, []).append(row)
        return row


def tax_on(amount: Decimal) -> Decimal:
    """Return the tax on an amount, to the cent."""
    return (amount * TAX).quantize(CENT)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return a sum, 0 of nothing."""
    return sum(amounts, Decimal(0))
