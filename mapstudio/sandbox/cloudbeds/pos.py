"""What of the second PMS generation a point of sale speaks: items, custom items and checks; money in cents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from starlette.routing import Route

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.accounting import house_of
from mapstudio.sandbox.cloudbeds.book import PAYMENT_CODES, Account, Entry
from mapstudio.sandbox.cloudbeds.envelope import RefusedError
from mapstudio.sandbox.cloudbeds.estate import Estate
from mapstudio.sandbox.cloudbeds.folios import meant_account, pay, post, void
from mapstudio.sandbox.cloudbeds.json_calls import Generation, JsonApiError, JsonCall
from mapstudio.sandbox.cloudbeds.queries import Call
from mapstudio.sandbox.cloudbeds.seed_money import TAX_NAME, item_entry
from mapstudio.sandbox.cloudbeds.store import Sale

_TARGETS = {"reservationId": "reservationID", "houseAccountId": "houseAccountID", "groupCode": "groupCode"}
_NOT_HERE = ("serviceCharge", "discounts", "payments")
_APP = ("77001", "Casa Palma POS")


def pos_routes(estate: Estate) -> list[Route]:
    """Return the routes of this generation."""
    generation = Generation(estate, _refused, nulls=True)
    return [
        generation.route("GET", "/item/v1/custom-items", _custom_items, "read:item"),
        generation.route("POST", "/item/v1/items", _post_items, "write:item", status=201),
        generation.route("POST", "/folio/v1/checks", _post_check, "write:item", status=201),
        generation.route("DELETE", "/folio/v1/checks/{id}", _void_check, "write:item", status=204),
    ]


def _refused(error: JsonApiError) -> Record:
    if error.status == 403:
        return {"type": "forbidden", "title": "Forbidden", "status": 403, "detail": "403 FORBIDDEN"}
    return {"message": error.message, "code": error.code or "INVALID_REQUEST"}


async def _custom_items(call: JsonCall) -> JsonValue:
    house = house_of(call, "x-property-id")
    offset = call.whole("offset", 0, minimum=0, maximum=999_999_999)
    limit = call.whole("limit", 100, minimum=1, maximum=1000)
    found = list(house.store.custom_items.values())
    data: list[JsonValue] = [
        {
            "id": item.id,
            "name": item.name,
            "propertyId": house.hotel.id,
            "sourceId": _APP[0],
            "sourceName": _APP[1],
            "appItemId": item.app_item,
            "sku": item.sku or None,
            "categoryName": item.category or None,
            "description": None,
        }
        for item in found[offset : offset + limit]
    ]
    return {"data": data, "total": len(found)}


async def _post_items(call: JsonCall) -> JsonValue:
    body = await call.body()
    inner, account = _target(call, body)
    entries = _objects(body, "items")
    if not entries:
        raise JsonApiError(400, "items must not be empty")
    at = _moment(body.get("saleDate"), inner)
    planned = []
    for entry in entries:
        item = inner.store.items.get(str(entry.get("itemId")))
        quantity = _quantity(entry)
        if item is None:
            raise JsonApiError(404, f"Item {entry.get('itemId')} was not found", "ITEM_NOT_FOUND")
        price = item.price if entry.get("itemPrice") is None else _cents(entry.get("itemPrice"), "itemPrice")
        note = entry.get("itemNote")
        payments = _payments(entry)
        planned.append(
            (
                item_entry(item, quantity, at, pos=False, price=price, notes=note if isinstance(note, str) else None),
                payments,
                entry.get("itemPaid") is True,
            )
        )
    results: list[JsonValue] = []
    for entry_to_post, payments, paid in planned:
        sale = _sell(inner, account, [entry_to_post], payments, paid=paid, reference="")
        results.append(
            {
                "soldProductId": sale.id,
                "externalRelationId": sale.rows[0].relation,
                "transactionStatus": "pending" if at > inner.now else "completed",
            }
        )
    return {"data": results}


async def _post_check(call: JsonCall) -> JsonValue:
    """Post a check; the same idempotency key posts nothing again."""
    body = await call.body()
    inner, account = _target(call, body)
    key = call.request.headers.get("Idempotency-Key", "").strip()
    if not key:
        raise JsonApiError(400, "Header Idempotency-Key is required", "IDEMPOTENCY_KEY_REQUIRED")
    seen = next((sale for sale in inner.store.sales.values() if sale.reference == f"key {key}"), None)
    if seen is not None:
        return {"data": {"checkNumber": seen.number, "checkId": seen.check, "notice": "Duplicate request"}}
    for name in _NOT_HERE:
        if body.get(name):
            raise JsonApiError(400, f"{name} is not served by this local sandbox", "NOT_SUPPORTED")
    at = _moment(body.get("saleDate"), inner)
    entries = [_check_entry(line, at) for line in _objects(body, "items")]
    entries += [_tip_entry(tip, at) for tip in _objects(body, "gratuities")]
    if not entries:
        raise JsonApiError(400, "items or gratuities must be given", "EMPTY_CHECK")
    check, number = body.get("checkId"), body.get("checkNumber")
    sale = _sell(inner, account, entries, [], paid=False, reference=f"key {key}")
    sale.check = check if isinstance(check, str) and check else str(uuid4())
    sale.number = number if isinstance(number, str) and number else f"cb-{sale.id}"
    return {"data": {"checkNumber": sale.number, "checkId": sale.check}}


async def _void_check(call: JsonCall) -> JsonValue:
    house = house_of(call, "x-property-id")
    for sale in house.store.sales.values():
        if sale.check == call.path("id"):
            inner = Call({}, call.estate, (house,), call.estate.spec, "")
            for row in sale.rows:
                if not house.store.book.is_undone(row):
                    void(inner, row)
            inner.record("transactions", "archive", sale.id, ["voided"], key=sale.check)
            return None
    raise JsonApiError(404, "Check not found", "CHECK_NOT_FOUND")


def _target(call: JsonCall, body: Record) -> tuple[Call, Account]:
    """Return the classic call that means the same folio: both generations post to one ledger."""
    house = house_of(call, "x-property-id")
    given = {classic: body[name] for name, classic in _TARGETS.items() if body.get(name)}
    if len(given) != 1:
        raise JsonApiError(400, "Exactly one of reservationId, houseAccountId and groupCode must be given")
    inner = Call({**body, **given}, call.estate, (house,), call.estate.spec, "")
    try:
        return inner, meant_account(inner)
    except RefusedError as error:
        raise JsonApiError(404, error.message, "NOT_FOUND") from error


def _sell(
    call: Call,
    account: Account,
    entries: Sequence[Entry],
    payments: Sequence[tuple[str, Decimal]],
    *,
    paid: bool,
    reference: str,
) -> Sale:
    rows = [post(call, account, entry) for entry in entries]
    owed = sum((entry.amount + sum(tax for _, tax in entry.taxes) for entry in entries), Decimal(0))
    if not payments and paid:
        payments = [("cash", owed)]
    rows += [pay(call, account, kind, part) for kind, part in payments]
    sale = Sale(call.store.new_id(), account, rows, reference)
    call.store.sales[sale.id] = sale
    call.record("transactions", "create", sale.id, ["items"], key=account.number)
    return sale


def _check_entry(line: Mapping[str, JsonValue], at: datetime) -> Entry:
    details = line.get("details")
    if not isinstance(line.get("itemName"), str) or not isinstance(details, dict) or not details.get("itemSku"):
        raise JsonApiError(400, "items need itemName and details.itemSku")
    category = details.get("itemCategoryName")
    return Entry(
        code="4000",
        amount=_money(line.get("itemAmount"), "itemAmount"),
        description=str(line["itemName"]),
        relation=str(details["itemSku"]),
        relation_kind="CHECK_ITEM",
        posted=at,
        service=at.date(),
        quantity=_quantity(line),
        user="20119",
        notes=str(line["itemNote"]) if line.get("itemNote") else None,
        category=category if isinstance(category, str) else "",
        taxes=[(TAX_NAME, _money(tax.get("taxValue"), "taxValue")) for tax in _objects(line, "itemTaxes")],
    )


def _tip_entry(tip: Mapping[str, JsonValue], at: datetime) -> Entry:
    amount = _money(tip.get("amount"), "amount")
    if amount <= 0:
        raise JsonApiError(400, "gratuities.amount must be greater than 0")
    words = str(tip.get("note") or "Gratuity")
    relation = str(tip.get("gratuityId") or uuid4())
    return Entry("4000", amount, words, relation, "GRATUITY", at, at.date(), user="20119")


def _payments(entry: Mapping[str, JsonValue]) -> list[tuple[str, Decimal]]:
    found = []
    for payment in _objects(entry, "payments"):
        kind = str(payment.get("paymentType"))
        if kind not in PAYMENT_CODES:
            raise JsonApiError(400, f"Payment type {kind} is not enabled for this property")
        found.append((kind, _cents(payment.get("amount"), "payments.amount")))
    return found


def _objects(body: Mapping[str, JsonValue], name: str) -> list[Mapping[str, JsonValue]]:
    given = body.get(name) or []
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise JsonApiError(400, f"{name} must be a list of objects")
    return [item for item in given if isinstance(item, dict)]


def _quantity(entry: Mapping[str, JsonValue]) -> int:
    value = entry.get("itemQuantity")
    if not isinstance(value, (int, Decimal)) or isinstance(value, bool) or value < 1 or value != int(value):
        raise JsonApiError(400, "itemQuantity must be a whole number from 1")
    return int(value)


def _money(value: JsonValue, name: str) -> Decimal:
    return _cents(value.get("amount") if isinstance(value, dict) else None, name)


def _cents(value: JsonValue, name: str) -> Decimal:
    text = str(value)
    if not text.lstrip("-").isdecimal() or len(text) > 12:
        raise JsonApiError(400, f"{name} must be an amount in the smallest unit of the currency")
    return Decimal(text) / 100


def _moment(value: JsonValue, call: Call) -> datetime:
    if value is None:
        return call.now.replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise JsonApiError(400, "saleDate must be a date-time as RFC 3339 has it") from None
    return moment.astimezone(call.hotel.zone).replace(tzinfo=None, microsecond=0)
