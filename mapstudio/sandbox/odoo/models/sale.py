"""Sale orders: what a line costs, what an order amounts to, and what a confirmed order forbids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import python_error, user_error, value_error
from mapstudio.sandbox.odoo.models.product import company_currency
from mapstudio.sandbox.odoo.models.rules import Compute, Rules
from mapstudio.sandbox.odoo.store import Row

_CENT = Decimal("0.01")
_MOVES_ORDER = frozenset({"product_uom_qty", "price_unit", "discount", "tax_id", "tax_ids", "product_id"})


def tax_field(env: Environment) -> str:
    """Return the lines' tax field, which has another name in each version."""
    return "tax_ids" if env.words.new else "tax_id"


def unit_field(env: Environment) -> str:
    """Return the lines' unit field."""
    return "product_uom_id" if env.words.new else "product_uom"


def _decimal(env: Environment, record: int, name: str) -> Decimal:
    return Decimal(repr(env.value("sale.order.line", record, name) or 0))


def _subtotal(env: Environment, record: int) -> float:
    discount = 1 - _decimal(env, record, "discount") / 100
    amount = _decimal(env, record, "product_uom_qty") * _decimal(env, record, "price_unit") * discount
    return float(amount.quantize(_CENT, ROUND_HALF_UP))


def _tax(env: Environment, record: int) -> float:
    taxes = env.value("sale.order.line", record, tax_field(env))
    rate = sum((Decimal(repr(env.value("account.tax", tax, "amount"))) for tax in taxes), Decimal(0))
    return float((Decimal(repr(_subtotal(env, record))) * rate / 100).quantize(_CENT, ROUND_HALF_UP))


def _total(env: Environment, record: int) -> float:
    return _sum([_subtotal(env, record), _tax(env, record)])


def _sum(amounts: list[float]) -> float:
    return float(sum((Decimal(repr(amount)) for amount in amounts), Decimal(0)))


def _of_lines(compute: Callable[[Environment, int], float]) -> Compute:
    def total(env: Environment, record: int) -> float:
        lines = env.inverse(env.models["sale.order"]["order_line"], record)
        return _sum([compute(env, line) for line in lines])

    return total


def _to_invoice(env: Environment, record: int) -> str:
    return "to invoice" if env.value("sale.order", record, "state") in {"sale", "done"} else "no"


class Order(Rules):
    """``sale.order``."""

    model = "sale.order"
    order = "date_order desc, id desc"
    searched = ("name",)
    computed: ClassVar[Mapping[str, Compute]] = {
        "amount_untaxed": _of_lines(_subtotal),
        "amount_tax": _of_lines(_tax),
        "amount_total": _of_lines(_total),
        "currency_id": company_currency,
        "invoice_status": _to_invoice,
        "currency_rate": lambda env, record: 1.0,  # noqa: ARG005
        "type_name": lambda env, record: (
            "Quotation" if env.value("sale.order", record, "state") in {"draft", "sent"} else "Sales Order"
        ),
        "commercial_partner_id": lambda env, record: env.follow(
            "sale.order", record, ["partner_id", "commercial_partner_id"]
        ),
    }

    def defaults(self, env: Environment) -> Row:
        """A quotation of today."""
        shared: Row = {
            "name": "New",
            "state": "draft",
            "date_order": env.database.now[:19],
            "company_id": 1,
            "team_id": 1,
            "user_id": env.uid,
            "picking_policy": "direct",
            "require_payment": True,
            "require_signature": True,
        }
        return shared if env.words.new else {**shared, "pricelist_id": 1}

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """Addresses follow the customer, the currency follows the pricelist, the name is the next number."""
        row.pop("currency_id", None)
        if record is None:
            for name in ("partner_invoice_id", "partner_shipping_id"):
                row.setdefault(name, row.get("partner_id"))
            if row.get("name") in {None, "New"}:
                row["name"] = next_number(env)
        elif "partner_id" in row:
            for name in ("partner_invoice_id", "partner_shipping_id"):
                row.setdefault(name, row["partner_id"])

    def check(self, env: Environment, record: int) -> None:
        """An order has a customer."""
        if env.value(self.model, record, "partner_id") is None:
            raise env.words.required(self.model, "partner_id", "Customer")

    def check_delete(self, env: Environment, record: int) -> None:
        """Only drafts and cancelled orders."""
        if env.value(self.model, record, "state") not in {"draft", "cancel"}:
            raise user_error(
                "You can not delete a sent quotation or a confirmed sales order. You must first cancel it."
            )

    def methods(self) -> Mapping[str, Callable[[Environment, list[int]], Any]]:
        """Confirm and cancel."""
        return {"action_confirm": _confirm, "action_cancel": _cancel, "action_draft": _to_draft}


def next_number(env: Environment) -> str:
    """Return the next order's name; a number once given is not given again."""
    env.database.sequences["sale.order"] = env.database.sequences.get("sale.order", 0) + 1
    return f"S{env.database.sequences['sale.order']:05d}"


def _confirm(env: Environment, records: list[int]) -> bool:
    for record in records:
        state = env.value("sale.order", record, "state")
        if state not in {"draft", "sent"}:
            if env.words.new:
                raise user_error("Some orders are not in a state requiring confirmation.")
            continue
        _set_state(env, record, {"state": "sale", "date_order": env.database.now[:19]})
    return True


def _cancel(env: Environment, records: list[int]) -> bool:
    for record in records:
        _set_state(env, record, {"state": "cancel"})
    return True


def _to_draft(env: Environment, records: list[int]) -> bool:
    for record in records:
        _set_state(env, record, {"state": "draft"})
    return True


def _set_state(env: Environment, record: int, values: Row) -> None:
    old = env.value("sale.order", record, "state")
    env.database.update("sale.order", record, {**values, "write_date": env.database.now, "write_uid": env.uid})
    if old != values["state"]:
        env.database.wrote("sale.order", "update", record, {"state": values["state"]}, ["state"])


def _of_order(name: str) -> Compute:
    return lambda env, record: env.follow("sale.order.line", record, ["order_id", name])


class Line(Rules):
    """``sale.order.line``; price, name, tax and unit come from the product when they are left out."""

    model = "sale.order.line"
    order = "order_id, sequence, id"
    computed: ClassVar[Mapping[str, Compute]] = {
        "price_subtotal": _subtotal,
        "price_tax": _tax,
        "price_total": _total,
        "currency_id": company_currency,
        "state": _of_order("state"),
        "order_partner_id": _of_order("partner_id"),
        "salesman_id": _of_order("user_id"),
        "company_id": _of_order("company_id"),
        "product_template_id": lambda env, record: env.follow(
            "sale.order.line", record, ["product_id", "product_tmpl_id"]
        ),
    }

    def display_name(self, env: Environment, record: int) -> str:
        """The order's name and the line's first line of text."""
        order = env.follow(self.model, record, ["order_id", "name"]) or ""
        first, *_ = (env.value(self.model, record, "name") or "").splitlines() or [""]
        return f"{order} - {first}" if first else str(order)

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """One piece, after the other lines."""
        return {"sequence": 10, "discount": 0.0, "customer_lead": 0.0, "qty_delivered": 0.0, "qty_invoiced": 0.0}

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """Fill in from the product."""
        if record is None and row.get("order_id") is None:
            raise value_error("Expected singleton: sale.order()")
        product = row.get("product_id")
        if record is None and row.get("display_type"):
            row.update({"product_uom_qty": 0.0, "price_unit": 0.0})
            return
        if product is None or (record is not None and env.value(self.model, record, "product_id") == product):
            if record is None:
                row.setdefault("product_uom_qty", 1.0)
                row.setdefault("price_unit", 0.0)
            return
        row.setdefault("product_uom_qty", 1.0 if record is None else env.value(self.model, record, "product_uom_qty"))
        row.setdefault("name", env.display_name("product.product", product))
        row.setdefault("price_unit", env.value("product.product", product, "list_price"))
        row.setdefault(unit_field(env), env.value("product.product", product, "uom_id"))
        row.setdefault(tax_field(env), env.value("product.product", product, "taxes_id"))

    def written(self, env: Environment, record: int, row: Row, *, new: bool) -> None:
        """What moves the order's total moves its date of change; a text alone does not."""
        order = env.value(self.model, record, "order_id")
        if order is None:
            raise python_error("ValueError", "Expected singleton: sale.order()")
        if new or not _MOVES_ORDER.isdisjoint(row):
            env.database.update("sale.order", order, {"write_date": env.database.now, "write_uid": env.uid})

    def check_delete(self, env: Environment, record: int) -> None:
        """Lines of a confirmed order stay."""
        if env.value(self.model, record, "state") in {"sale", "done"} and not env.value(
            self.model, record, "display_type"
        ):
            raise env.words.line_of_confirmed_order()
