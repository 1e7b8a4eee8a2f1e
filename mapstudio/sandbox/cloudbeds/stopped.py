"""``getTransactions`` and ``getPayments``: two methods of old that stop on the first of December 2026."""

from __future__ import annotations

from datetime import UTC, datetime

from mapstudio.model import Record
from mapstudio.sandbox.cloudbeds.book import Transaction
from mapstudio.sandbox.cloudbeds.envelope import NoSuchMethodError, Reply
from mapstudio.sandbox.cloudbeds.hotel import item_categories
from mapstudio.sandbox.cloudbeds.queries import Call
from mapstudio.sandbox.cloudbeds.shapes import moment, number, utc_moment

STOPS = datetime(2026, 12, 1, tzinfo=UTC)
_KINDS = {
    "1": "rate",
    "2": "product",
    "3": "addon",
    "4": "custom_item",
    "5": "cancellation",
    "8": "tax",
    "9": "payment",
}


def get_transactions(call: Call) -> Reply:
    """The rows of reservations without payments' details, latest last."""
    _refuse_after_the_end(call)
    rows = [row for row in _rows(call) if _chosen(call, row)]
    return call.page(rows, lambda row: _transaction(call, row))


def get_payments(call: Call) -> Reply:
    """The payments of reservations."""
    _refuse_after_the_end(call)
    rows = [row for row in _rows(call) if row.is_payment and _chosen(call, row)]
    return call.page(rows, lambda row: _payment(call, row))


def _refuse_after_the_end(call: Call) -> None:
    if call.estate.setup.now() >= STOPS:
        raise NoSuchMethodError(404, "This method is no longer available; use POST /accounting/v1.0/transactions")


def _rows(call: Call) -> list[Transaction]:
    rows = (row for row in call.store.book.rows.values() if row.account.kind == "RESERVATION")
    return sorted(rows, key=lambda row: (row.posted, row.id))


def _chosen(call: Call, row: Transaction) -> bool:
    return (
        call.text("reservationID") in {"", row.account.number}
        and call.text("guestID") in {"", row.account.customer}
        and call.text("transactionID") in {"", row.id}
        and call.within_time(row.posted, "resultsFrom", "resultsTo")
        and call.within_time(row.posted, "modifiedFrom", "modifiedTo")
    )


def _transaction(call: Call, row: Transaction) -> Record:
    item, hotel = call.store.all_reservations[row.account.number], call.hotel
    room = next((room for room in item.rooms if room.id == row.account.room), item.rooms[0])
    guest = call.store.guests[row.account.customer]
    kind = _KINDS.get(row.family[:1], "product")
    words = {category["categoryID"]: category["categoryName"] for category in item_categories()}
    posted, utc = moment(row.posted), utc_moment(row.posted, hotel)
    return {
        "propertyID": hotel.id,
        "propertyName": hotel.facts["propertyName"],
        "reservationID": item.id,
        "subReservationID": row.account.room_number,
        "guestID": guest.id,
        "guestName": guest.name,
        "guestCheckIn": item.start.isoformat(),
        "guestCheckOut": item.end.isoformat(),
        "roomTypeID": room.type_id,
        "roomTypeName": call.store.room_types[room.type_id].name,
        "roomName": room.room_name,
        "transactionID": row.id,
        "parentTransactionID": row.parent or "",
        "transactionDateTime": posted,
        "transactionDateTimeUTC": utc,
        "transactionModifiedDateTime": posted,
        "transactionModifiedDateTimeUTC": utc,
        "transactionType": "credit" if row.is_payment else "debit",
        "transactionCategory": kind,
        "transactionCode": row.code,
        "category": kind,
        "itemCategoryName": words.get(row.category, row.category),
        "description": row.description,
        "notes": row.notes or "",
        "quantity": str(row.quantity),
        "amount": number(row.amount),
        "currency": hotel.currency,
        "cardType": "visa" if row.family == "9300" else "",
        "userName": "POS" if row.user == "20119" else "Recepción Turno A",
        "isDeleted": call.store.book.is_undone(row),
    }


def _payment(call: Call, row: Transaction) -> Record:
    return {
        "propertyID": call.hotel.id,
        "reservationID": row.account.number,
        "guestID": row.account.customer,
        "paymentID": row.relation,
        "transactionID": row.id,
        "transactionDateTime": moment(row.posted),
        "paymentType": {"9100": "cash", "9200": "ebanking"}.get(row.family, "credit"),
        "amount": number(-row.amount),
        "currency": call.hotel.currency,
        "description": row.description,
        "isVoid": row.undone is not None,
    }
