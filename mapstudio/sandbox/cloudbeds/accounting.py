"""Accounting v1.0: the search of transactions and the balances of their sources."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from decimal import Decimal
from uuid import uuid4

from starlette.routing import Route

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.accounting_filters import Test, chart_of, read_filters, sorted_rows
from mapstudio.sandbox.cloudbeds.book import Transaction, total
from mapstudio.sandbox.cloudbeds.estate import Estate, House
from mapstudio.sandbox.cloudbeds.hotel import Hotel
from mapstudio.sandbox.cloudbeds.json_calls import Generation, JsonApiError, JsonCall
from mapstudio.sandbox.cloudbeds.shapes import number, utc_text
from mapstudio.sandbox.cloudbeds.store import Folio

MOST_ROWS = 1100
_CODES = {401: "ACCESS_DENIED", 403: "ACCESS_DENIED", 404: "ENTITY_NOT_FOUND"}
_KINDS = ("RESERVATION", "HOUSE_ACCOUNT", "GROUP_PROFILE", "ACCOUNTS_RECEIVABLE_LEDGER")


def accounting_routes(estate: Estate) -> list[Route]:
    """Return the routes of this generation."""
    generation = Generation(estate, lambda error: _refused(estate, error))
    root = "/accounting/v1.0"
    return [
        generation.route("POST", f"{root}/transactions", _list_transactions, "read:payment"),
        generation.route("GET", f"{root}/source-balances/{{kind}}/{{source}}", _balance, "read:payment"),
    ]


def _refused(estate: Estate, error: JsonApiError) -> Record:
    return {
        "id": str(uuid4()),
        "timestamp": estate.setup.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "errorCode": error.code or _CODES.get(error.status, "INVALID_REQUEST"),
        "errorDetails": error.message,
    }


def house_of(call: JsonCall, header: str) -> House:
    """Return the property that a header names.

    Raises:
        JsonApiError: It is not there, or names none that the key reaches.
    """
    wanted = call.request.headers.get(header, "").strip()
    if not wanted:
        raise JsonApiError(400, f"Required request header '{header}' is not present")
    if wanted not in call.key.properties:
        raise JsonApiError(403, "Access denied to this property", "ACCESS_DENIED")
    return call.estate.houses[wanted]


async def _list_transactions(call: JsonCall) -> JsonValue:
    house, body = house_of(call, "X-Property-ID"), await call.body()
    test = read_filters(body.get("filters"))
    limit = _limit(body.get("limit"))
    found = sorted_rows(_matching(house, test), body.get("sort"), house.hotel)
    start = _after(found, body.get("pageToken"))
    shown = found[start : start + limit]
    more = start + limit < len(found)
    return {
        "transactions": [transaction_record(row, house.hotel) for row in shown],
        "nextPageToken": _token(shown[-1]) if more else None,
    }


def _matching(house: House, test: Test) -> Iterable[Transaction]:
    return (row for row in house.store.book.rows.values() if test(row, house.hotel))


def _limit(value: JsonValue) -> int:
    if value is None:
        return 100
    number = int(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else 0
    if not 1 <= number <= MOST_ROWS:
        raise JsonApiError(400, f"limit must be between 1 and {MOST_ROWS}")
    return number


def _token(last: Transaction) -> str:
    return base64.b64encode(json.dumps({"id": int(last.id)}, separators=(",", ":")).encode()).decode()


def _after(found: list[Transaction], token: JsonValue) -> int:
    """Return where the page after a token begins: behind the row that was the last one shown."""
    if token is None or token == "":
        return 0
    try:
        last = str(json.loads(base64.b64decode(str(token), validate=True))["id"])
    except (ValueError, KeyError, TypeError):
        last = ""
    for index, row in enumerate(found):
        if row.id == last:
            return index + 1
    raise JsonApiError(400, "pageToken is invalid")


def transaction_record(row: Transaction, hotel: Hotel) -> Record:
    """Return a transaction as the API answers it; it does not tell the item's category."""
    posted = utc_text(row.posted, hotel)
    return {
        "id": row.id,
        "propertyId": hotel.id,
        "internalTransactionCode": row.code,
        "customTransactionCode": None,
        "generalLedgerCustomCode": None,
        "amount": number(row.amount),
        "currencyScale": 2,
        "currency": hotel.currency,
        "customerId": row.account.customer or None,
        "rootId": row.root,
        "parentId": row.parent,
        "sourceId": row.account.id,
        "subSourceId": row.account.room or None,
        "sourceKind": row.account.kind,
        "account": {
            "id": "17",
            "description": row.description,
            "name": row.description,
            "chartOfAccountType": chart_of(row),
        },
        "externalRelationId": row.relation,
        "externalRelationKind": row.relation_kind,
        "originId": None,
        "routedFrom": None,
        "quantity": row.quantity,
        "description": row.description,
        "userId": row.user,
        "sourceDatetime": utc_text(row.account.created, hotel),
        "transactionDatetime": posted,
        "transactionDatetimePropertyTime": row.posted.strftime("%Y-%m-%dT%H:%M:%S"),
        "serviceDate": row.service.isoformat(),
        "businessDate": row.service.isoformat(),
        "createdAt": posted,
        "sourceIdentifier": row.account.number,
        "subSourceIdentifier": row.account.room_number or None,
        "notes": row.notes,
    }


async def _balance(call: JsonCall) -> JsonValue:
    house, kind, source = house_of(call, "X-Property-ID"), call.path("kind"), call.path("source")
    if kind not in _KINDS:
        raise JsonApiError(400, f"sourceKind must be one of: {', '.join(_KINDS)}")
    store = house.store
    if kind == "RESERVATION":
        for item in store.reservations.values():
            if item.inner == source:
                return _balance_record(store.folio(item), store.book.of(item.account), house, call)
    if kind == "HOUSE_ACCOUNT" and source in store.house_accounts:
        account = store.house_accounts[source].account
        extras = store.book.extras(account)
        folio = Folio(Decimal(0), extras.items, extras.item_taxes, extras.paid)
        return _balance_record(folio, store.book.of(account), house, call)
    raise JsonApiError(404, f"Source {kind} {source} was not found", "ENTITY_NOT_FOUND")


def _balance_record(folio: Folio, rows: Iterable[Transaction], house: House, call: JsonCall) -> Record:
    """Return a balance in the smallest unit of the currency."""
    zero: Mapping[str, JsonValue] = dict.fromkeys(
        (
            *("arTransfer", "upcomingPayments", "upcomingRefund", "channelCommission", "gratuity"),
            *("refundIssued", "noShowFee"),
        ),
        0,
    )
    fees = total(row.amount for row in rows if row.family == "5000")
    return {
        **zero,
        "currency": house.hotel.currency,
        "currencyScale": 2,
        "grandTotal": _cents(folio.total),
        "subtotal": _cents(folio.sub_total),
        "additionalItems": _cents(folio.items),
        "amountPaid": _cents(folio.paid),
        "cancellationFee": _cents(fees),
        "taxBreakdown": [{"name": "IVA 16%", "amount": _cents(folio.taxes)}] if folio.taxes else [],
        "feeBreakdown": [],
        "balanceDue": _cents(folio.balance),
        "updatedAt": call.estate.setup.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _cents(value: Decimal) -> int:
    return int(value * 100)
