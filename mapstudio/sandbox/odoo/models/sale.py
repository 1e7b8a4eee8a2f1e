"""Sale orders: what a line costs, what an order amounts to, and what a confirmed order forbids."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from mapstudio.sandbox.odoo import business_words
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import python_error, user_error, value_error
from mapstudio.sandbox.odoo.models import amounts, invoicing
from mapstudio.sandbox.odoo.models.invoice import set_state
from mapstudio.sandbox.odoo.models.product import company_currency, sales_text
from mapstudio.sandbox.odoo.models.rules import Compute, Method, Rules
from mapstudio.sandbox.odoo.store import Row

_PROTECTED = frozenset({"product_id", "name", "price_unit", "product_uom", "product_uom_id", "product_uom_qty",
                        "tax_id", "tax_ids", "analytic_distribution", "discount"})  # fmt: skip
_MOVES_ORDER = frozenset({"product_uom_qty", "price_unit", "discount", "tax_id", "tax_ids", "product_id"})


_PRICED_BY = frozenset({"product_id", "product_uom_qty", "product_uom", "product_uom_id"})
_BY_HAND = "price_unit@by_hand"


def tax_field(env: Environment) -> str:
    """Return the lines' tax field, which has another name in each version."""
    return "tax_ids" if env.words.new else "tax_id"


def unit_field(env: Environment) -> str:
    """Return the lines' unit field."""
    return "product_uom_id" if env.words.new else "product_uom"


def line_price(env: Environment, record: int) -> amounts.Priced:
    """Return what a line costs."""
    row = env.rows("sale.order.line")[record]
    currency = env.value("sale.order.line", record, "currency_id")
    unit, quantity = amounts.number(row.get("price_unit")), amounts.number(row.get("product_uom_qty"))
    taxes = row.get(tax_field(env)) or []
    return amounts.price(env, currency, unit, quantity, amounts.number(row.get("discount")), taxes)


def _of_line(name: str) -> Compute:
    return lambda env, record: float(getattr(line_price(env, record), name))


def _priced(env: Environment, record: int) -> list[amounts.Priced]:
    return [line_price(env, line) for line in env.inverse(env.models["sale.order"]["order_line"], record)]


def _untaxed(env: Environment, record: int) -> float:
    return float(amounts.untaxed(_priced(env, record)))


def _tax(env: Environment, record: int) -> float:
    return float(sum(amounts.document_taxes(env, _priced(env, record)).values(), Decimal(0)))


def _total(env: Environment, record: int) -> float:
    priced = _priced(env, record)
    return float(amounts.untaxed(priced) + sum(amounts.document_taxes(env, priced).values(), Decimal(0)))


def _currency(env: Environment, record: int) -> Value:
    """The currency follows the pricelist; without one it is the company's."""
    return env.follow("sale.order", record, ["pricelist_id", "currency_id"]) or company_currency(env, record)


class Order(Rules):
    """``sale.order``."""

    model = "sale.order"
    order = "date_order desc, id desc"
    searched = ("name",)
    computed: ClassVar[Mapping[str, Compute]] = {
        "amount_untaxed": _untaxed,
        "amount_tax": _tax,
        "amount_total": _total,
        "currency_id": _currency,
        "invoice_status": invoicing.order_status,
        "invoice_ids": invoicing.invoices_of,
        "invoice_count": lambda env, record: len(invoicing.invoices_of(env, record)),
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

    def methods(self) -> Mapping[str, Method]:
        """Confirming, cancelling, locking."""
        return {
            "action_confirm": _confirm,
            "action_cancel": _cancel,
            "action_draft": _to_draft,
            "action_quotation_sent": _sent,
            "action_lock": _lock,
            "action_done": _lock,
            "action_unlock": _unlock,
        }


def next_number(env: Environment) -> str:
    """Return the next order's name; a number once given is not given again."""
    env.database.sequences["sale.order"] = env.database.sequences.get("sale.order", 0) + 1
    return f"S{env.database.sequences['sale.order']:05d}"


def _confirm(env: Environment, records: list[int]) -> bool:
    for record in records:
        if env.value("sale.order", record, "state") in {"draft", "sent"}:
            _check_products(env, record)
            set_state(env, "sale.order", record, {"state": "sale", "date_order": env.database.now[:19]})
        elif env.words.new:
            raise user_error("Some orders are not in a state requiring confirmation.")
    return True


def _check_products(env: Environment, record: int) -> None:
    """19 takes a line without a product, and minds it now; 16 has minded it before."""
    for line in env.inverse(env.models["sale.order"]["order_line"], record):
        row = env.rows("sale.order.line")[line]
        if not row.get("display_type") and not row.get("is_downpayment") and row.get("product_id") is None:
            raise user_error("Some order lines are missing a product, you need to correct them before going further.")


def _cancel(env: Environment, records: list[int]) -> Value:
    """16 asks in a dialog before it cancels what is more than a draft, unless it is told not to."""
    for record in records:
        row = env.rows("sale.order")[record]
        if row.get("locked"):
            raise user_error("You cannot cancel a locked order. Please unlock it first.")
        if not env.words.new and row["state"] != "draft" and not env.context.get("disable_cancel_warning"):
            return _cancel_dialog(env, record)
    for record in records:
        for move in invoicing.invoices_of(env, record):
            if env.value("account.move", move, "state") == "draft":
                set_state(env, "account.move", move, {"state": "cancel"})
        set_state(env, "sale.order", record, {"state": "cancel"})
    return True


def _cancel_dialog(env: Environment, record: int) -> dict[str, Any]:
    return {
        "name": f"Cancel {env.value('sale.order', record, 'type_name')}",
        "view_mode": "form",
        "res_model": "sale.order.cancel",
        "view_id": 1,
        "type": "ir.actions.act_window",
        "context": {"default_order_id": record},
        "target": "new",
    }


def _to_draft(env: Environment, records: list[int]) -> bool:
    for record in records:
        if env.value("sale.order", record, "state") in {"cancel", "sent"}:
            set_state(env, "sale.order", record, {"state": "draft"})
    return True


def _sent(env: Environment, records: list[int]) -> None:
    if any(env.value("sale.order", record, "state") != "draft" for record in records):
        raise user_error("Only draft orders can be marked as sent directly.")
    for record in records:
        set_state(env, "sale.order", record, {"state": "sent"})


def _lock(env: Environment, records: list[int]) -> None:
    for record in records:
        values = {"locked": True, "state": "sale"} if env.words.new else {"state": "done"}
        set_state(env, "sale.order", record, values)


def _unlock(env: Environment, records: list[int]) -> None:
    for record in records:
        values = {"locked": False, "state": "sale"} if env.words.new else {"state": "sale"}
        set_state(env, "sale.order", record, values)


def _take_over(env: Environment, row: Row, product: Any) -> None:  # noqa: ANN401 - an id, as rows hold it
    """Fill in what a line takes over from its product."""
    row.setdefault("name", sales_text(env, product))
    row.setdefault(unit_field(env), env.value("product.product", product, "uom_id"))
    row.setdefault(tax_field(env), env.value("product.product", product, "taxes_id"))


def _currency_of_line(env: Environment, record: int) -> Value:
    order = env.value("sale.order.line", record, "order_id")
    return env.value("sale.order", order, "currency_id") if order is not None else company_currency(env, record)


def _of_order(name: str) -> Compute:
    return lambda env, record: env.follow("sale.order.line", record, ["order_id", name])


class Line(Rules):
    """``sale.order.line``; price, name, tax and unit come from the product when they are left out."""

    model = "sale.order.line"
    order = "order_id, sequence, id"
    computed: ClassVar[Mapping[str, Compute]] = {
        "price_subtotal": _of_line("subtotal"),
        "price_tax": _of_line("tax"),
        "price_total": _of_line("total"),
        "currency_id": _currency_of_line,
        "qty_invoiced": invoicing.invoiced,
        "qty_to_invoice": invoicing.to_invoice,
        "invoice_status": invoicing.line_status,
        "invoice_lines": invoicing.items_of,
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
        told = f"{order} - {first}" if first else str(order)
        if not env.words.new:
            return told
        customer = env.follow(self.model, record, ["order_id", "partner_id", "name"])
        return f"{told} ({customer})"

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """One piece, after the other lines."""
        return {"sequence": 10, "discount": 0.0, "customer_lead": 0.0, "qty_delivered": 0.0}

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """Fill in from the product."""
        if record is None and row.get("order_id") is None:
            raise value_error("Expected singleton: sale.order()")
        if record is not None:
            self._work_out_anew(env, row, record)
            return
        product = row.get("product_id")
        if row.get("display_type"):
            row.setdefault("product_uom_qty", 0.0)
            row.setdefault("price_unit", 0.0)
            return
        row.setdefault("product_uom_qty", 1.0)
        if product is None:
            row.setdefault("price_unit", 0.0)
            return
        row.setdefault("price_unit", env.value("product.product", product, "list_price"))
        _take_over(env, row, product)

    def _work_out_anew(self, env: Environment, row: Row, record: int) -> None:
        """Set back what was written by hand, as real servers do when what it was worked out from is written.

        On 19 a price that was written after the line was made stays.
        """
        product = row.get("product_id", env.value(self.model, record, "product_id"))
        stays = env.words.new and env.rows(self.model)[record].get(_BY_HAND)
        if "price_unit" in row:
            row[_BY_HAND] = True
        elif product is not None and not stays and not _PRICED_BY.isdisjoint(row):
            row["price_unit"] = env.value("product.product", product, "list_price")
        if row.get("product_id") is None:
            return
        if env.value(self.model, record, "product_id") == product:
            row.setdefault("name", sales_text(env, product))
        else:
            _take_over(env, row, product)

    def written(self, env: Environment, record: int, row: Row, *, new: bool) -> None:
        """What moves the order's total moves its date of change; a text alone does not."""
        order = env.value(self.model, record, "order_id")
        if order is None:
            raise python_error("ValueError", "Expected singleton: sale.order()")
        if new or not _MOVES_ORDER.isdisjoint(row):
            env.database.update("sale.order", order, {"write_date": env.database.now, "write_uid": env.uid})

    def gone(self, env: Environment, row: Row) -> None:
        """The order amounts to less."""
        order = row["order_id"]
        if env.exists("sale.order", order):
            env.database.update("sale.order", order, {"write_date": env.database.now, "write_uid": env.uid})

    def check(self, env: Environment, record: int) -> None:
        """A line sells a product, or is a text without any price."""
        row = env.rows(self.model)[record]
        if row.get("is_downpayment"):
            return
        if not row.get("display_type"):
            if not env.words.new and (row.get("product_id") is None or row.get(unit_field(env)) is None):
                raise business_words.constraint("Missing required fields on accountable sale order line.")
        elif row.get("product_id") is not None or row.get("price_unit") or row.get("product_uom_qty"):
            raise business_words.constraint("Forbidden values on non-accountable sale order line")

    def check_write(self, env: Environment, record: int, values: Mapping[str, Any]) -> None:
        """What kind of line it is, is settled when it is made; a locked order stays as it is."""
        if "display_type" in values and (values["display_type"] or None) != env.rows(self.model)[record].get(
            "display_type"
        ):
            raise user_error(
                "You cannot change the type of a sale order line. Instead you should delete the current line and "
                "create a new line of the proper type."
            )
        order = env.rows("sale.order")[env.rows(self.model)[record]["order_id"]]
        protected = [name for name in values if name in _PROTECTED]
        if protected and (order.get("locked") or order["state"] == "done"):
            labels = "\n".join(env.models[self.model][name].string for name in protected)
            raise user_error(f"It is forbidden to modify the following fields in a locked order:\n{labels}")

    def check_delete(self, env: Environment, record: int) -> None:
        """Lines of a confirmed order stay."""
        if env.value(self.model, record, "state") in {"sale", "done"} and not env.value(
            self.model, record, "display_type"
        ):
            raise env.words.line_of_confirmed_order()
