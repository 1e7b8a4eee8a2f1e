"""The methods on what is sold beside rooms: the hotel's own items, and those that a point of sale makes up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.book import CENT, Account, Entry, tax_on
from mapstudio.sandbox.cloudbeds.custom_values import no_card_number
from mapstudio.sandbox.cloudbeds.envelope import BadParameterError, RefusedError, Reply
from mapstudio.sandbox.cloudbeds.folios import meant_account, named_amounts, pay, payments_of, post, sale_moment, void
from mapstudio.sandbox.cloudbeds.hotel import item_categories
from mapstudio.sandbox.cloudbeds.queries import Call, amount, whole
from mapstudio.sandbox.cloudbeds.seed_money import TAX_NAME, item_entry
from mapstudio.sandbox.cloudbeds.shapes import number
from mapstudio.sandbox.cloudbeds.store import CustomItem, Item, Sale


@dataclass(frozen=True, slots=True)
class _Line:
    """One custom item of a call."""

    app_item: str
    sku: str
    name: str
    category: str
    quantity: int
    price: Decimal
    note: str | None
    taxes: Sequence[tuple[str, Decimal]]


def get_items(call: Call) -> Reply:
    """All items, or those of one category."""
    wanted = call.text("itemCategoryID")
    return Reply([_item(item) for item in call.store.items.values() if wanted in {"", item.category}])


def get_item(call: Call) -> Reply:
    """One item."""
    return Reply(_item(_known(call)))


def get_item_categories(call: Call) -> Reply:  # noqa: ARG001 - the shape of all methods
    """The categories."""
    return Reply([{**category} for category in item_categories()])


def post_item(call: Call) -> Reply:
    """Sell an item of the hotel's own list."""
    account, item = meant_account(call), _known(call)
    quantity = whole("itemQuantity", call.text("itemQuantity") or "1")
    price = amount("itemPrice", call.text("itemPrice")) if call.text("itemPrice") else item.price
    no_card_number("itemNote", call.text("itemNote"))
    payments = payments_of(call)
    if item.stock is not None:
        if item.stock - quantity < item.stop:
            raise RefusedError(f"Item {item.name} is out of stock")
        item.stock -= quantity
    at = sale_moment(call)
    entry = item_entry(item, quantity, at, pos=False, price=price, notes=call.text("itemNote") or None)
    sale = _sell(call, account, [entry], payments, reference="")
    row = sale.rows[0]
    answer: Record = {"soldProductID": sale.id, "transactionID": row.id}
    if at > call.now:
        answer["transactionStatus"] = "Pending"
    if item.stock is not None:
        answer["remainingItemQuantity"] = item.stock
        answer["reorderNeeded"] = item.stock <= item.reorder
        answer["stopSellMet"] = item.stock <= item.stop
    return Reply(answer)


def post_custom_item(call: Call) -> Reply:
    """Sell items that a point of sale made up; a reference that was seen before sells nothing again."""
    account = meant_account(call)
    reference = call.text("referenceID").strip()
    if reference:
        for sale in call.store.sales.values():
            if sale.reference == reference:
                notice = f"Transaction with referenceID {reference} already exists"
                first: Record = {"soldProductID": sale.id, "transactionID": sale.rows[0].id, "notice": notice}
                return Reply(first)
    return Reply(_sold(call, account, reference))


def append_custom_item(call: Call) -> Reply:
    """Sell more under a reference that is there already."""
    account, reference = meant_account(call), call.needed("referenceID")
    if not any(sale.reference == reference for sale in call.store.sales.values()):
        raise RefusedError(f"Transaction with referenceID {reference} was not found")
    return Reply(_sold(call, account, reference))


def post_void_item(call: Call) -> Reply:
    """Take back what was sold in one call, with the payments that came with it."""
    account, identity = meant_account(call), call.needed("soldProductID")
    sale = call.store.sales.get(identity)
    if sale is None or sale.account.id != account.id:
        raise RefusedError("Sold product not found")
    open_rows = [row for row in sale.rows if not call.store.book.is_undone(row)]
    if not open_rows:
        raise RefusedError("Sold product is already voided")
    for row in open_rows:
        void(call, row)
    call.record("transactions", "archive", sale.id, ["voided"], key=account.number)
    return Reply()


def _sold(call: Call, account: Account, reference: str) -> Record:
    lines = _lines(call)
    payments, at = payments_of(call), sale_moment(call)
    entries = []
    for line in lines:
        made = _custom_item(call, line)
        entries.append(
            Entry(
                code="4000",
                amount=(line.price * line.quantity).quantize(CENT),
                description=made.name,
                relation=made.id,
                relation_kind="ITEM_POS",
                posted=at,
                service=at.date(),
                quantity=line.quantity,
                user="20119",
                notes=line.note,
                category=made.category,
                taxes=line.taxes,
            )
        )
    sale = _sell(call, account, entries, payments, reference=reference)
    return {"soldProductID": sale.id, "transactionID": sale.rows[0].id}


def _sell(
    call: Call,
    account: Account,
    entries: Sequence[Entry],
    payments: Sequence[tuple[str, Decimal, str | None]],
    *,
    reference: str,
) -> Sale:
    rows = [post(call, account, entry) for entry in entries]
    owed = sum((entry.amount + sum(tax for _, tax in entry.taxes) for entry in entries), Decimal(0))
    if not payments and call.flag("itemPaid"):
        payments = [("cash", owed, None)]
    rows += [pay(call, account, kind, paid, notes) for kind, paid, notes in payments]
    sale = Sale(call.store.new_id(), account, rows, reference)
    call.store.sales[sale.id] = sale
    call.record("transactions", "create", sale.id, ["items"], key=reference or account.number)
    return sale


def _lines(call: Call) -> list[_Line]:
    lines = []
    for entry in call.entries("items"):
        values = {name: value for name, value in entry.items() if isinstance(value, str)}
        for name in ("appItemID", "itemName", "itemQuantity", "itemPrice"):
            if not values.get(name, "").strip():
                raise RefusedError(f"Parameter items.{name} is required")
        for name, value in values.items():
            if not name.endswith("ID"):
                no_card_number(f"items.{name}", value)
        taxes = named_amounts(_list(entry, "itemTaxes"), "taxName", "taxValue")
        fees = named_amounts(_list(entry, "itemFees"), "feeName", "feeValue")
        lines.append(
            _Line(
                app_item=values["appItemID"],
                sku=values.get("itemSKU", ""),
                name=values["itemName"],
                category=values.get("itemCategoryName", ""),
                quantity=whole("items.itemQuantity", values["itemQuantity"]),
                price=amount("items.itemPrice", values["itemPrice"]),
                note=values.get("itemNote") or None,
                taxes=[*taxes, *fees],
            )
        )
    if not lines:
        raise RefusedError("Parameter items is required")
    return lines


def _list(entry: Mapping[str, JsonValue], name: str) -> Sequence[JsonValue]:
    value = entry.get(name) or []
    if isinstance(value, dict):
        return list(value.values())
    if not isinstance(value, list):
        raise BadParameterError(f"Parameter items.{name} must be an array")
    return value


def _custom_item(call: Call, line: _Line) -> CustomItem:
    """Return the item of this id: what it is called was settled when it was sold first."""
    made = call.store.custom_items.get(line.app_item)
    if made is None:
        made = CustomItem(call.store.new_id(), line.app_item, line.sku, line.name, line.category)
        call.store.custom_items[line.app_item] = made
    return made


def _known(call: Call) -> Item:
    item = call.store.items.get(call.needed("itemID"))
    if item is None:
        raise RefusedError("Item not found")
    return item


def _item(item: Item) -> Record:
    category = next(one for one in item_categories() if one["categoryID"] == item.category)
    answer: Record = {
        "itemID": item.id,
        "itemType": item.type,
        "sku": item.sku,
        "itemCode": item.code,
        "name": item.name,
        "categoryID": item.category,
        "categoryName": category["categoryName"],
        "description": "",
        "price": number(item.price),
        "stockInventory": item.stock is not None,
    }
    if item.stock is not None:
        answer.update(
            itemQuantity=item.stock,
            reorderThreshold=item.reorder,
            reorderNeeded=item.stock <= item.reorder,
            stopSell=item.stop,
            stopSellMet=item.stock <= item.stop,
        )
    if item.taxed:
        tax = tax_on(item.price)
        answer.update(
            taxes=[{"taxName": TAX_NAME.split()[0], "taxValue": number(tax)}],
            totalTaxes=number(tax),
            fees=[],
            totalFees=0,
            priceWithoutFeesAndTaxes=number(item.price),
            grandTotal=number(item.price + tax),
        )
    return answer
