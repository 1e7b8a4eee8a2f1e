"""From orders to invoices: what is left to invoice, and the wizard that makes the invoice."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mapstudio.sandbox.odoo import business_words, writing
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import user_error
from mapstudio.sandbox.odoo.models.amounts import number, rounded
from mapstudio.sandbox.odoo.models.rules import Method, Rules
from mapstudio.sandbox.odoo.store import Row

INVOICED = "lines that invoice it"
"""An order line's row keeps under this name the ids of the invoices' lines."""
CONFIRMED = frozenset({"sale", "done"})
_LINE = "sale.order.line"


def items_of(env: Environment, line: int) -> list[int]:
    """Return the invoice lines of an order line."""
    return [one for one in env.rows(_LINE)[line].get(INVOICED, ()) if env.exists("account.move.line", one)]


def invoices_of(env: Environment, order: int) -> list[int]:
    """Return an order's invoices, in the order of its lines."""
    lines = env.inverse(env.models["sale.order"]["order_line"], order)
    return list(
        dict.fromkeys(env.value("account.move.line", item, "move_id") for line in lines for item in items_of(env, line))
    )


def invoiced(env: Environment, line: int) -> float:
    """Return how many pieces of a line are on invoices that count."""
    done = Decimal(0)
    for item in items_of(env, line):
        if env.value("account.move.line", item, "parent_state") == "cancel":
            continue
        kind = env.value("account.move.line", item, "move_type")
        quantity = number(env.value("account.move.line", item, "quantity"))
        done += -quantity if kind == "out_refund" else quantity
    return float(done)


def to_invoice(env: Environment, line: int) -> float:
    """Return how many pieces of a line can be invoiced now."""
    row = env.rows(_LINE)[line]
    if env.value(_LINE, line, "state") not in CONFIRMED or row.get("display_type") or row.get("is_downpayment"):
        return 0.0
    delivered = env.follow(_LINE, line, ["product_id", "invoice_policy"]) == "delivery"
    ready = number(row.get("qty_delivered" if delivered else "product_uom_qty"))
    return float(ready - number(invoiced(env, line)))


def line_status(env: Environment, line: int) -> str:
    """Return where a line is on its way to an invoice."""
    if env.value(_LINE, line, "state") not in CONFIRMED:
        return "no"
    if env.rows(_LINE)[line].get("is_downpayment"):
        return "invoiced"
    if to_invoice(env, line):
        return "to invoice"
    wanted = number(env.value(_LINE, line, "product_uom_qty"))
    return "invoiced" if wanted and number(invoiced(env, line)) >= wanted else "no"


def order_status(env: Environment, order: int) -> str:
    """Return where an order is on its way to an invoice."""
    if env.value("sale.order", order, "state") not in CONFIRMED:
        return "no"
    lines = env.inverse(env.models["sale.order"]["order_line"], order)
    states = [line_status(env, line) for line in lines if not env.value(_LINE, line, "display_type")]
    if "to invoice" in states:
        return "to invoice"
    return "invoiced" if states and all(state == "invoiced" for state in states) else "no"


class Wizard(Rules):
    """``sale.advance.payment.inv``."""

    model = "sale.advance.payment.inv"

    def defaults(self, env: Environment) -> Row:
        """A regular invoice of the context's orders."""
        chosen = (
            env.context.get("active_ids") if env.context.get("active_model", "sale.order") == "sale.order" else None
        )
        return {
            "advance_payment_method": "delivered",
            "sale_order_ids": [one for one in chosen or [] if env.exists("sale.order", one)],
            "company_id": 1,
            "currency_id": env.value("res.company", 1, "currency_id"),
        }

    def methods(self) -> Mapping[str, Method]:
        """Making the invoices."""
        return {"create_invoices": _create_invoices}


def _create_invoices(env: Environment, records: list[int]) -> dict[str, Any]:
    made = []
    for record in records:
        row = env.rows(Wizard.model)[record]
        orders = row.get("sale_order_ids") or []
        if row["advance_payment_method"] == "delivered":
            made += _regular(env, orders)
        else:
            made += [_down_payment(env, order, row) for order in orders]
    return _shown(env, made)


def _regular(env: Environment, orders: list[int]) -> list[int]:
    lines = {order: env.inverse(env.models["sale.order"]["order_line"], order) for order in orders}
    ready = {order: held for order, held in lines.items() if any(to_invoice(env, line) for line in held)}
    if not ready:
        raise business_words.nothing_to_invoice(env.words)
    # Orders of one customer go to one invoice.
    piles: dict[int, list[int]] = {}
    for order in ready:
        piles.setdefault(env.value("sale.order", order, "partner_invoice_id"), []).append(order)
    return [_invoice(env, pile, [line for order in pile for line in ready[order]]) for pile in piles.values()]


def _invoice(env: Environment, orders: list[int], lines: list[int]) -> int:
    chosen = [one for one in lines if to_invoice(env, one) or env.rows(_LINE)[one].get("display_type")]
    chosen += [one for one in lines if env.rows(_LINE)[one].get("is_downpayment") and invoiced(env, one) > 0]
    move = writing.create(env.sudo(), "account.move", _head(env, orders))
    for line in chosen:
        _item(env, move, line)
    return move


def _head(env: Environment, orders: list[int]) -> dict[str, Any]:
    first = orders[0]
    return {
        "move_type": "out_invoice",
        "partner_id": env.value("sale.order", first, "partner_invoice_id"),
        "currency_id": env.value("sale.order", first, "currency_id"),
        "invoice_user_id": env.value("sale.order", first, "user_id"),
        "invoice_payment_term_id": env.value("sale.order", first, "payment_term_id"),
        "team_id": env.value("sale.order", first, "team_id"),
        "ref": env.value("sale.order", first, "client_order_ref") or "",
        "invoice_origin": ", ".join(str(env.value("sale.order", order, "name")) for order in orders),
    }


def _item(env: Environment, move: int, line: int) -> None:
    row = env.rows(_LINE)[line]
    text = {"move_id": move, "name": row.get("name"), "sequence": row.get("sequence", 10)}
    if row.get("display_type"):
        values = {**text, "display_type": row["display_type"]}
    else:
        taxes = row.get("tax_ids" if env.words.new else "tax_id") or []
        deducted = row.get("is_downpayment")
        values = {
            **text,
            "product_id": row.get("product_id"),
            "quantity": -1.0 if deducted else to_invoice(env, line),
            "price_unit": row.get("price_unit"),
            "discount": row.get("discount"),
            "tax_ids": [[6, 0, taxes]],
        }
    _link(env, line, values)


def _link(env: Environment, line: int, values: dict[str, Any]) -> None:
    with env.database.unnoted():
        item = writing.create(env.sudo(), "account.move.line", values)
    env.database.update("account.move.line", item, {"sale_line_ids": [line]})
    held = env.rows(_LINE)[line].get(INVOICED, [])
    env.database.update(_LINE, line, {INVOICED: [*held, item]})


def _down_payment(env: Environment, order: int, row: Row) -> int:
    share = row["advance_payment_method"] == "percentage"
    if (row.get("amount" if share else "fixed_amount") or 0) <= 0:
        raise user_error("The value of the down payment amount must be positive.")
    whole = number(env.value("sale.order", order, "amount_total"))
    currency = env.value("sale.order", order, "currency_id")
    amount = float(rounded(env, currency, whole * number(row["amount"]) / 100)) if share else float(row["fixed_amount"])
    name = f"Down payment of {float(row['amount'])}%" if share else "Down Payment"
    line = _advance_line(env, order, {"name": name, "price_unit": amount})
    move = writing.create(env.sudo(), "account.move", _head(env, [order]))
    values = {"move_id": move, "name": name, "quantity": 1.0, "price_unit": amount, "tax_ids": [[5]]}
    _link(env, line, {**values, "sequence": env.rows(_LINE)[line]["sequence"]})
    return move


def _advance_line(env: Environment, order: int, values: Row) -> int:
    """Add a line for what is paid ahead to an order, under a heading of its own."""
    held = [env.rows(_LINE)[line] for line in env.inverse(env.models["sale.order"]["order_line"], order)]
    last = max((line.get("sequence") or 10 for line in held), default=10)
    now = env.database.now
    shared = {"order_id": order, "product_uom_qty": 0.0, "is_downpayment": True, "create_uid": env.uid,
              "create_date": now, "write_uid": env.uid, "write_date": now}  # fmt: skip
    if not any(line.get("is_downpayment") for line in held):
        last += 1
        heading = {"name": "Down Payments", "display_type": "line_section", "price_unit": 0.0}
        env.database.insert(_LINE, {**shared, **heading, "sequence": last})
    return env.database.insert(_LINE, {**shared, **values, "sequence": last + 1})


def _shown(env: Environment, moves: list[int]) -> dict[str, Any]:
    """16 closes its dialog, 19 opens what it made."""
    if not env.words.new:
        return {"type": "ir.actions.act_window_close"}
    partner = env.value("account.move", moves[-1], "partner_id")
    named = {"id": 268, "display_name": "Invoices", "name": "Invoices", "type": "ir.actions.act_window"}
    told = {
        **named,
        "xml_id": "account.action_move_out_invoice_type",
        "path": "invoicing",
        "help": "",
        "binding_model_id": False,
        "binding_type": "action",
        "binding_view_types": "list,form",
        "view_id": [759, "account.out.invoice.list"],
        "domain": "[('move_type', 'in', ['out_invoice', 'out_refund', 'out_receipt'])]",
        "context": {
            "default_move_type": "out_invoice",
            "default_partner_id": partner,
            "default_partner_shipping_id": partner,
            "default_invoice_payment_term_id": env.value("account.move", moves[-1], "invoice_payment_term_id"),
        },
        "res_model": "account.move",
        "target": "current",
        "view_mode": "list,kanban,form,activity",
        "mobile_view_mode": "kanban",
        "views": [[765, "form"], [759, "list"], [False, "kanban"], [False, "activity"]],
        "limit": 80,
        "group_ids": [],
        "search_view_id": [768, "account.invoice.select"],
        "embedded_action_ids": [],
        "filter": False,
        "cache": True,
    }
    return {**told, "res_id": moves[0]} if len(moves) == 1 else {**told, "domain": [["id", "in", moves]]}
