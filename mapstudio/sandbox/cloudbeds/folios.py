"""Whose folio a call means, and how something is posted on it: the ledger's line, the event, the balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from mapstudio.model import JsonValue
from mapstudio.sandbox.cloudbeds.book import PAYMENT_CODES, Account, Entry, Transaction
from mapstudio.sandbox.cloudbeds.envelope import RefusedError
from mapstudio.sandbox.cloudbeds.events import transaction_told
from mapstudio.sandbox.cloudbeds.queries import Call, amount
from mapstudio.sandbox.cloudbeds.reservations import NOT_FOUND
from mapstudio.sandbox.cloudbeds.seed_money import payment_entry


def meant_account(call: Call) -> Account:
    """Return the folio of ``reservationID``, else of ``houseAccountID``.

    Raises:
        RefusedError: Neither is there, or it is none or closed.
    """
    if number := call.text("reservationID").strip():
        return reservation_account(call, number, call.text("subReservationID"))
    if number := call.text("houseAccountID").strip():
        account = call.store.house_accounts.get(number)
        if account is None:
            raise RefusedError("House account not found")
        if account.status == "closed":
            raise RefusedError("House account is closed")
        return account.account
    if call.text("groupCode"):
        raise RefusedError("Group not found")
    raise RefusedError("Parameter reservationID is required")


def reservation_account(call: Call, number: str, sub_reservation: str) -> Account:
    """Return the folio of a reservation, or of one of its rooms.

    Raises:
        RefusedError: There is no such reservation or room.
    """
    item = call.store.reservation(number)
    if item is None:
        raise RefusedError(NOT_FOUND)
    rooms = [room for room in item.rooms if sub_reservation in {"", room.sub_reservation}]
    if not rooms:
        raise RefusedError(f"Sub reservation {sub_reservation} was not found")
    account = item.account
    return Account(
        account.kind, account.id, account.number, rooms[0].id, rooms[0].sub_reservation, account.customer,
        account.created,
    )  # fmt: skip


def post(call: Call, account: Account, entry: Entry) -> Transaction:
    """Post an entry and tell of it; a reservation counts as modified then."""
    row = call.store.book.post(account, entry)
    _changed(call, account)
    tell_transaction(call, row)
    return row


def void(call: Call, row: Transaction) -> Transaction:
    """Take a row back and tell of it."""
    back = call.store.book.void(row, call.now.replace(microsecond=0))
    _changed(call, row.account)
    tell_transaction(call, back)
    return back


def pay(call: Call, account: Account, kind: str, paid: Decimal, notes: str | None = None) -> Transaction:
    """Post a payment.

    Raises:
        RefusedError: There is no such way to pay.
    """
    code = PAYMENT_CODES.get(kind)
    if code is None:
        raise RefusedError(f"Payment type {kind or '(none)'} is not enabled for this property")
    entry = payment_entry(code, paid, call.now.replace(microsecond=0), call.store.new_id(), notes)
    return post(call, account, entry)


def payments_of(call: Call) -> list[tuple[str, Decimal, str | None]]:
    """Return what a call says was paid already: kind, amount, notes.

    Raises:
        RefusedError: A payment has no type.
    """
    found = []
    for entry in call.entries("payments"):
        kind, paid, notes = (_text(entry, name) for name in ("paymentType", "amount", "notes"))
        if kind not in PAYMENT_CODES:
            raise RefusedError(f"Payment type {kind or '(none)'} is not enabled for this property")
        found.append((kind, amount("payments.amount", paid), notes or None))
    return found


def sale_moment(call: Call) -> datetime:
    """Return when something was sold: now unless the call says.

    Raises:
        RefusedError: More than a year away.
    """
    given = call.moment("saleDate") or call.now
    if abs(given - call.now) > timedelta(days=366):
        raise RefusedError("Parameter saleDate is too far away")
    return given.replace(microsecond=0)


def tell_transaction(call: Call, row: Transaction) -> None:
    """Tell of a posted row; those of its taxes are told of too."""
    book = call.store.book
    for one in [row, *(child for child in book.of(row.account) if child.parent == row.id)]:
        call.tell("accounting/transaction", **transaction_told(one, call.hotel))


def _changed(call: Call, account: Account) -> None:
    item = call.store.reservation(account.number)
    if account.kind == "RESERVATION" and item is not None:
        item.modified = call.store.stamp(call.now)


def _text(entry: Mapping[str, JsonValue], name: str) -> str:
    value = entry.get(name, "")
    return value if isinstance(value, str) else ""


def named_amounts(entries: Sequence[JsonValue], name: str, value: str) -> list[tuple[str, Decimal]]:
    """Return names with their amounts, such as the taxes of an item."""
    return [(_text(entry, name), amount(value, _text(entry, value))) for entry in entries if isinstance(entry, Mapping)]
