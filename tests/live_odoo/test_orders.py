"""Orders with lines, their steps, their invoices and what is paid."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import pytest_asyncio

from mapstudio.connectors.exchange import Child, Write, Written
from mapstudio.model import JsonValue, Record
from tests.live_odoo.workshop import Workshop

_LINE = ("product_id", "product_uom_qty", "price_unit", "discount", "name", "price_subtotal")
LINES = [f"order_line[].{name}" for name in _LINE]


@dataclass
class Shop:
    """A customer and two products."""

    at: Workshop
    customer: int
    chair: int
    table: int

    async def order(self, *lines: Child, name: str = "one") -> str:
        """Make an order."""
        values: Record = {"partner_id": self.customer, "client_order_ref": f"{self.at.mark}-{name}"}
        return await self.at.make("sale.order", values, name, {"order_line": lines})

    async def price(self, product: int) -> JsonValue:
        """Return what a product costs."""
        return (await self.at.now("product.product", str(product), "list_price"))["list_price"]

    async def lines(self, order: str) -> list[Record]:
        """Return an order's lines."""
        found = (await self.at.now("sale.order", order, *LINES))["order_line"]
        assert isinstance(found, list)
        return [one for one in found if isinstance(one, dict)]


@pytest_asyncio.fixture
async def shop(workshop: Workshop) -> Shop:
    """A shop of this test's own."""
    chair, table = await workshop.products(2)
    return Shop(workshop, await workshop.partner(), chair, table)


def _product(line: Record) -> object:
    product = line["product_id"]
    return product["id"] if isinstance(product, dict) else None


async def test_what_a_line_is_not_given_comes_from_its_product(shop: Shop) -> None:
    order = await shop.order(
        Child("a", {"product_id": shop.chair, "product_uom_qty": 2}),
        Child("b", {"product_id": shop.table, "product_uom_qty": 1, "price_unit": 90, "discount": 10, "name": "Less"}),
        Child("c", {"product_id": shop.chair, "product_uom_qty": 3}),
    )
    lines = await shop.lines(order)
    assert [_product(line) for line in lines] == [shop.chair, shop.table, shop.chair]
    price = await shop.price(shop.chair)
    assert [line["price_unit"] for line in lines] == [price, 90, price]
    assert [line["product_uom_qty"] for line in lines] == [2, 1, 3]
    assert (lines[1]["discount"], lines[1]["name"]) == (10, "Less")
    assert lines[0]["name"], "the product's name, and what else Odoo says of it"
    total = (await shop.at.now("sale.order", order, "amount_untaxed"))["amount_untaxed"]
    assert float(str(total)) == pytest.approx(sum(float(str(line["price_subtotal"])) for line in lines), abs=0.05), (
        "19 may round the whole and not each line"
    )


async def test_a_repeated_create_adds_no_line(shop: Shop) -> None:
    lines = [
        Child("a", {"product_id": shop.chair, "product_uom_qty": 2}),
        Child("b", {"product_id": shop.table, "product_uom_qty": 1, "price_unit": 90}),
    ]
    order = await shop.order(*lines)
    assert await shop.order(*lines) == order
    assert len(await shop.lines(order)) == 2


async def test_lines_are_changed_added_and_removed_and_notes_left_alone(shop: Shop) -> None:
    order = await shop.order(
        Child("a", {"product_id": shop.chair, "product_uom_qty": 2}),
        Child("b", {"product_id": shop.table, "product_uom_qty": 1}),
    )
    for kind, name in (("line_section", "A section"), ("line_note", "A note")):
        command = [[0, 0, {"display_type": kind, "name": name}]]
        await shop.at.call("sale.order", "write", [int(order)], {"order_line": command})
    chair, table = await shop.lines(order)
    assert len(await shop.lines(order)) == 2, "a section and a note are no lines of data"
    outcome = await shop.at.change(
        "sale.order",
        order,
        {"client_order_ref": f"{shop.at.mark}-changed"},
        order_line=[
            Child("a", {"product_uom_qty": 5}, id=str(chair["id"])),
            Child("b", {}, id=str(table["id"]), remove=True),
            Child("c", {"product_id": shop.table, "product_uom_qty": 4, "price_unit": 99.5}),
        ],
    )
    assert outcome.result is Written.UPDATED, outcome.reasons
    first, second = await shop.lines(order)
    assert (first["id"], first["product_uom_qty"]) == (chair["id"], 5)
    assert (_product(second), second["product_uom_qty"], second["price_unit"]) == (shop.table, 4, 99.5)
    read, _ = await shop.at.read("sale.order", "client_order_ref", "order_line[].display_type")
    [whole] = [one for one in read if one.id == order]
    assert whole.data["client_order_ref"] == f"{shop.at.mark}-changed"
    kinds = [line["display_type"] for line in whole.data["order_line"]]  # type: ignore[index,union-attr,call-overload]
    assert {kind for kind in kinds if kind} == {"line_note", "line_section"}


async def test_a_line_that_points_nowhere_is_named(shop: Shop) -> None:
    good = Write(
        shop.at.origin("good"),
        {"partner_id": shop.customer},
        children={"order_line": [Child("a", {"product_id": shop.chair})]},
    )
    bad = Write(
        shop.at.origin("bad"),
        {"partner_id": shop.customer},
        children={"order_line": [Child("x", {"product_id": 999999999, "product_uom_qty": 1})]},
    )
    refused, written = await shop.at.write("sale.order", [bad, good])
    assert written.result is Written.CREATED
    assert refused.result is Written.REFUSED
    assert refused.reasons[0].row == "order_line[x].product_id"


async def test_an_order_is_confirmed_once_and_then_keeps_its_lines(shop: Shop) -> None:
    order = await shop.order(Child("a", {"product_id": shop.chair, "product_uom_qty": 1}))
    assert not shop.at.erp.done("sale.order", "confirm", await shop.at.now("sale.order", order, "state"))
    assert await shop.at.erp.act("sale.order", "confirm", [order]) == [None]
    assert await shop.at.erp.act("sale.order", "confirm", [order]) == [None], "again it is done already"
    assert shop.at.erp.done("sale.order", "confirm", await shop.at.now("sale.order", order, "state"))
    [line] = await shop.lines(order)
    removed = await shop.at.change(
        "sale.order", order, {}, order_line=[Child("a", {}, id=str(line["id"]), remove=True)]
    )
    assert removed.result is Written.REFUSED
    assert removed.reasons[0].row == "order_line[a]"
    assert len(await shop.lines(order)) == 1
    more = await shop.at.change(
        "sale.order", order, {}, order_line=[Child("a", {"product_uom_qty": 2}, id=str(line["id"]))]
    )
    assert more.result is Written.UPDATED


async def test_an_order_is_cancelled_and_made_a_quotation_again(shop: Shop) -> None:
    order = await shop.order(Child("a", {"product_id": shop.chair, "product_uom_qty": 1}))
    for step, state in (("cancel", "cancel"), ("draft", "draft"), ("confirm", "sale")):
        assert await shop.at.erp.act("sale.order", step, [order]) == [None]
        assert (await shop.at.now("sale.order", order, "state"))["state"] == state


async def test_an_order_becomes_one_invoice_that_is_posted_paid_and_left_alone(shop: Shop) -> None:
    erp = shop.at.erp
    order = await shop.order(Child("a", {"product_id": shop.chair, "product_uom_qty": 3}))
    assert await erp.act("sale.order", "confirm", [order]) == [None]
    assert await erp.act("sale.order", "invoice", [order]) == [None]
    assert await erp.act("sale.order", "invoice", [order]) == [None]
    invoices = (await shop.at.now("sale.order", order, "invoice_ids"))["invoice_ids"]
    assert isinstance(invoices, list)
    [invoice] = [str(one["id"]) for one in invoices if isinstance(one, dict)]
    shop.at.keep("account.move", invoice)
    written = await shop.at.change("account.move", invoice, {"ref": f"{shop.at.mark}-draft"})
    assert written.result is Written.UPDATED, written.reasons
    assert await erp.act("account.move", "post", [invoice, invoice]) == [None, None]
    refused = await shop.at.change("account.move", invoice, {"ref": "changed"})
    assert refused.result is Written.REFUSED
    assert "draft" in refused.reasons[0].reason
    posted = await shop.at.now("account.move", invoice, "state", "payment_state", "amount_total", "ref", "name")
    assert (posted["state"], posted["payment_state"], posted["ref"]) == ("posted", "not_paid", f"{shop.at.mark}-draft")
    assert await erp.act("account.move", "pay", [invoice]) == [None]
    paid = await shop.at.now("account.move", invoice, "payment_state", "amount_total")
    payments = await shop.at.call("account.payment", "search", [["partner_id", "=", shop.customer]])
    shop.at.keep("account.payment", *(str(one) for one in payments))
    assert len(payments) == 1
    assert paid["payment_state"] in {"paid", "in_payment"}
    assert paid["amount_total"] == posted["amount_total"]


async def test_an_invoice_is_made_with_lines_of_its_own(shop: Shop) -> None:
    lines = [
        Child("1", {"name": "Consulting", "quantity": 3, "price_unit": 33.5}),
        Child("2", {"product_id": shop.chair, "quantity": 2}),
    ]
    values: Record = {"move_type": "out_invoice", "partner_id": shop.customer, "ref": shop.at.mark}
    invoice = await shop.at.make("account.move", values, "invoice", {"invoice_line_ids": lines})
    assert await shop.at.make("account.move", values, "invoice", {"invoice_line_ids": lines}) == invoice
    fields = ("state", "invoice_line_ids[].price_unit", "invoice_line_ids[].quantity", "invoice_line_ids[].name")
    now = await shop.at.now("account.move", invoice, *fields)
    assert now["state"] == "draft"
    assert isinstance(now["invoice_line_ids"], list)
    made = {(one["quantity"], one["price_unit"]) for one in now["invoice_line_ids"] if isinstance(one, dict)}
    assert made == {(3, 33.5), (2, await shop.price(shop.chair))}


async def test_a_lead_is_won_and_another_lost(workshop: Workshop) -> None:
    won, lost = [
        await workshop.make("crm.lead", {"name": f"{name} {workshop.mark}", "type": "opportunity"}, name)
        for name in ("won", "lost")
    ]
    for identifier, step in ((won, "won"), (lost, "lost")):
        assert await workshop.erp.act("crm.lead", step, [identifier]) == [None]
        assert await workshop.erp.act("crm.lead", step, [identifier]) == [None]
        now = await workshop.now("crm.lead", identifier, "active", "probability")
        assert now["active"] is (step == "won"), "Odoo archives what is lost"
        assert workshop.erp.done("crm.lead", step, now)
