"""The methods that take money, and give it back."""

from __future__ import annotations

from mapstudio.model import Record
from mapstudio.sandbox.cloudbeds.envelope import RefusedError, Reply
from mapstudio.sandbox.cloudbeds.folios import meant_account, pay, void
from mapstudio.sandbox.cloudbeds.property_methods import CARDS
from mapstudio.sandbox.cloudbeds.queries import Call, amount


def post_payment(call: Call) -> Reply:
    """Add a payment that was made somewhere else."""
    account, kind = meant_account(call), call.needed("type")
    paid = amount("amount", call.needed("amount"))
    if paid <= 0:
        raise RefusedError("Parameter amount must be greater than 0")
    if kind == "credit" and call.needed("cardType") not in CARDS:
        raise RefusedError(f"Parameter cardType must be one of: {', '.join(CARDS)}")
    row = pay(call, account, kind, paid, call.text("description") or None)
    call.record("transactions", "create", row.id, ["amount"], key=account.number)
    return Reply(extra={"paymentID": row.relation, "transactionID": row.id})


def post_void_payment(call: Call) -> Reply:
    """Take a payment back."""
    account, identity = meant_account(call), call.needed("paymentID")
    for row in call.store.book.of(account):
        if row.relation_kind == "PAYMENT" and row.relation == identity and row.undone is None:
            if call.store.book.is_undone(row):
                raise RefusedError("Payment is already voided")
            void(call, row)
            call.record("transactions", "archive", row.id, ["voided"], key=account.number)
            return Reply()
    raise RefusedError("Payment not found")


def post_charge(call: Call) -> Reply:
    """Charge a card that is on file; every card is good here."""
    account, paid = meant_account(call), amount("amount", call.needed("amount"))
    if paid <= 0:
        raise RefusedError("Parameter amount must be greater than 0")
    if call.needed("currency") != call.hotel.currency:
        raise RefusedError(f"Parameter currency must be {call.hotel.currency}")
    if not call.text("cardToken") and not call.text("paymentMethodId"):
        raise RefusedError("Parameter cardToken or paymentMethodId is required")
    row = pay(call, account, "cards", paid, call.text("description") or None)
    call.record("transactions", "create", row.id, ["amount"], key=account.number)
    told: Record = {"paymentID": row.relation, "transactionID": row.id, "paymentStatus": "paid", "paymentType": "cards"}
    return Reply(told)
