"""Accounts, journals and payment terms, and the invoices of the client in their states of payment."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.models.invoice import post
from mapstudio.sandbox.odoo.seed.naming import named
from mapstudio.sandbox.odoo.writing import create
from mapstudio.sandbox.world import TODAY, World

_ACCOUNTS = (
    ("121000", "Account Receivable", "asset_receivable"),
    ("211000", "Account Payable", "liability_payable"),
    ("251000", "Tax Received", "liability_current"),
    ("131000", "Tax Paid", "asset_current"),
    ("400000", "Product Sales", "income"),
    ("600000", "Expenses", "expense"),
    ("101401", "Bank", "asset_cash"),
)
_JOURNALS = (
    ("INV", "Customer Invoices", "sale", "400000"),
    ("BILL", "Vendor Bills", "purchase", "600000"),
    ("MISC", "Miscellaneous Operations", "general", ""),
    ("BNK1", "Bank", "bank", "101401"),
)
_TERMS = (("Immediate Payment", 0), ("15 Days", 15), ("30 Days", 30), ("45 Days", 45))
_ENDS = ("paid", "paid", "partial", "open", "open", "draft", "refund", "cancel")
"""What became of the invoices, in turn."""
_COUNT = 40


def seed_accounting(env: Environment) -> None:
    """Store what invoices and payments point to."""
    new = env.words.new
    accounts = {}
    for code, name, kind in _ACCOUNTS:
        values = {"code": code, "name": name, "account_type": kind}
        accounts[code] = named(env, f"account.1_account_{code}", "account.account", values)
    for number, (code, name, kind, account) in enumerate(_JOURNALS):
        told = name if not new or kind != "sale" else "Sales"
        journal: dict[str, Any] = {"code": code, "name": told, "type": kind, "sequence": 5 + number}
        journal |= {"show_on_dashboard": True, "default_account_id": accounts.get(account, False)}
        named(env, f"account.1_{kind}", "account.journal", journal)
    for name, days in _TERMS:
        term = named(env, f"account.payment_term_{days}", "account.payment.term", {"name": name})
        line = {
            "value": "percent" if new else "balance",
            "nb_days" if new else "days": days,
            "value_amount": 100.0 if new else 0.0,
        }
        create(env, "account.payment.term.line", {"payment_id": term, **line})


def seed_invoices(env: Environment, world: World, partners: list[int], products: list[int]) -> None:
    """Store invoices of the last months: drafts, open, partly and wholly paid, taken back, cancelled."""
    rng = world.random("odoo/invoices")
    days = sorted(rng.sample(range(5, 300), _COUNT), reverse=True)
    for number, back in enumerate(days):
        day = TODAY - timedelta(days=back)
        env.database.now = (
            datetime.combine(day, datetime.min.time()).strftime("%Y-%m-%d 09:%M:%S.") + f"{rng.randrange(10**6):06d}"
        )
        _one(env, rng, _ENDS[number % len(_ENDS)], rng.choice(partners), products)


def _one(env: Environment, rng: Random, end: str, partner: int, products: list[int]) -> None:
    lines: list[Any] = [
        [0, 0, {"product_id": product, "quantity": float(rng.randint(1, 12)), "discount": rng.choice((0.0, 0.0, 10.0))}]
        for product in rng.sample(products, rng.randint(1, 3))
    ]
    if rng.random() < 0.2:
        lines.append([0, 0, {"display_type": "line_note", "name": "Gracias por su compra"}])
    kind = "out_refund" if end == "refund" else "out_invoice"
    values = {
        "move_type": kind,
        "partner_id": partner,
        "invoice_line_ids": lines,
        "invoice_payment_term_id": rng.randint(1, 3),
    }
    move = create(env, "account.move", values)
    if end == "draft":
        return
    if end == "cancel":
        env.rules["account.move"].methods()["button_cancel"](env, [move])
        return
    post(env, [move])
    if end in {"paid", "partial"}:
        _pay(env, move, 1.0 if end == "paid" else 0.4)


def _pay(env: Environment, move: int, share: float) -> None:
    wizard = env.with_context(active_model="account.move", active_ids=[move])
    amount = round(env.value("account.move", move, "amount_total") * share, 2)
    record = create(wizard, "account.payment.register", {"amount": amount})
    env.rules["account.payment.register"].methods()["action_create_payments"](wizard, [record])
