"""Payments, and the wizard that registers one for an invoice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from mapstudio.sandbox.odoo import business_words, writing
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import user_error, validation_error
from mapstudio.sandbox.odoo.models.amounts import number
from mapstudio.sandbox.odoo.models.invoice import MATCHED, residual, set_state
from mapstudio.sandbox.odoo.models.journal_item import account_of
from mapstudio.sandbox.odoo.models.rules import Compute, Method, Rules
from mapstudio.sandbox.odoo.store import Row

_DONE = frozenset({"posted", "paid", "in_process"})


def note_field(env: Environment) -> str:
    """Return the field of a payment's text, which has another name in each version."""
    return "memo" if env.words.new else "ref"


def _invoices(env: Environment, record: int) -> list[int]:
    return [move for move, row in env.rows("account.move").items() if record in row.get(MATCHED, {})]


def _is_matched(env: Environment, record: int) -> bool:
    return bool(_invoices(env, record))


class Payment(Rules):
    """``account.payment``."""

    model = "account.payment"
    order = "date desc, name desc"
    searched = ("name",)
    computed: ClassVar[Mapping[str, Compute]] = {
        "invoice_ids": _invoices,
        "reconciled_invoice_ids": _invoices,
        "reconciled_invoices_count": lambda env, record: len(_invoices(env, record)),
        "is_reconciled": _is_matched,
        "amount_signed": lambda env, record: env.value("account.payment", record, "amount"),
        "amount_company_currency_signed": lambda env, record: env.value("account.payment", record, "amount"),
        "commercial_partner_id": lambda env, record: env.follow(
            "account.payment", record, ["partner_id", "commercial_partner_id"]
        ),
        "payment_state": lambda env, record: "not_paid",  # noqa: ARG005 - that of its own entry
        "move_type": lambda env, record: "entry",  # noqa: ARG005
        "type_name": lambda env, record: "Journal Entry",  # noqa: ARG005
    }

    def display_name(self, env: Environment, record: int) -> str:
        """Its number, or that it is a draft."""
        name = env.value(self.model, record, "name")
        return str(name) if name and name != "/" else "Draft Payment"

    def defaults(self, env: Environment) -> Row:
        """Money of a customer to the bank, today."""
        journals = env.rows("account.journal")
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "state": "draft",
            "date": env.database.now[:10],
            "company_id": 1,
            "currency_id": env.value("res.company", 1, "currency_id"),
            "journal_id": next((one for one, row in journals.items() if row.get("type") == "bank"), None),
            "name": None if env.words.new else "/",
            "destination_account_id": account_of(env, "asset_receivable"),
        }

    def check_delete(self, env: Environment, record: int) -> None:
        """16 lets a payment go with its entry; 19 does not while it counts."""
        if env.words.new and env.value(self.model, record, "state") in _DONE:
            raise validation_error(
                "A payment with an outstanding account cannot be confirmed without having a journal entry."
            )
        release(env, record)

    def gone(self, env: Environment, row: Row) -> None:
        """The entry goes with it."""
        if row.get("move_id") is not None and env.exists("account.move", row["move_id"]):
            env.database.update("account.move", row["move_id"], {"state": "draft"})
            with env.database.unnoted():
                writing.unlink(env.sudo(), "account.move", [row["move_id"]])

    def methods(self) -> Mapping[str, Method]:
        """Posting, validating and taking back."""
        return {
            "action_post": _each(post_payment),
            "action_validate": _each(_validate),
            "action_draft": _each(_to_draft),
            "action_cancel": _each(_cancel),
        }


def post_payment(env: Environment, record: int) -> None:
    """Post a draft: it gets its number, and in 16 an entry of its own."""
    row = env.rows("account.payment")[record]
    if row["state"] in _DONE and env.words.new:
        return
    if row["state"] != "draft":
        raise business_words.not_draft(env.words, env.display_name("account.payment", record), record)
    # The number is that of the entry in the bank's journal, with a P before it.
    name = row.get("name")
    if not name or name == "/":
        code = env.value("account.journal", row["journal_id"], "code")
        prefix = f"P{code}/{str(row['date'])[:4]}/"
        number = env.database.sequences.get(prefix, 0) + 1
        env.database.sequences[prefix] = number
        name = f"{prefix}{number:05d}"
    values: Row = {"name": name, "state": "in_process" if env.words.new else "posted"}
    if row.get("move_id") is None:
        values["move_id"] = _entry(env, {**row, **values})
    set_state(env, "account.payment", record, values)


def _entry(env: Environment, row: Mapping[str, Any]) -> int:
    """Make the entry that a payment stands for."""
    amount = float(row["amount"] or 0)
    incoming = row["payment_type"] == "inbound"
    text = row.get(note_field(env)) or row["name"]
    bank = env.value("account.journal", row["journal_id"], "default_account_id")
    sides = [{"account_id": bank, "debit": amount}, {"account_id": row["destination_account_id"], "credit": amount}]
    if not incoming:
        sides = [{"account_id": bank, "credit": amount}, {"account_id": row["destination_account_id"], "debit": amount}]
    values = {
        "move_type": "entry",
        "journal_id": row["journal_id"],
        "date": row["date"],
        "partner_id": row.get("partner_id"),
        "ref": row.get(note_field(env)),
        "name": row["name"],
        "line_ids": [[0, 0, {"name": text, **side}] for side in sides],
    }
    with env.database.unnoted():
        move = writing.create(env.sudo(), "account.move", values)
    env.database.update("account.move", move, {"state": "posted", "posted_before": True, "name": row["name"]})
    return move


def match(env: Environment, payment: int, move: int, amount: float) -> None:
    """Let a payment pay so much of an invoice."""
    held = env.rows("account.move")[move].get(MATCHED, {})
    env.database.update("account.move", move, {MATCHED: {**held, payment: amount}, "write_date": env.database.now})
    if env.words.new and residual(env, move) <= 0:
        for one in (*held, payment):
            env.database.update("account.payment", one, {"state": "paid"})


def release(env: Environment, record: int) -> None:
    """Let a payment pay nothing any more."""
    for move in _invoices(env, record):
        held = env.rows("account.move")[move][MATCHED]
        left = {payment: amount for payment, amount in held.items() if payment != record}
        env.database.update("account.move", move, {MATCHED: left, "write_date": env.database.now})


def _validate(env: Environment, record: int) -> None:
    if env.value("account.payment", record, "state") in _DONE:
        set_state(env, "account.payment", record, {"state": "paid"})


def _to_draft(env: Environment, record: int) -> None:
    release(env, record)
    set_state(env, "account.payment", record, {"state": "draft"})


def _cancel(env: Environment, record: int) -> None:
    release(env, record)
    set_state(env, "account.payment", record, {"state": "canceled" if env.words.new else "cancel"})


def _difference(env: Environment, record: int) -> float:
    row = env.rows("account.payment.register")[record]
    return float(number(row.get("source_amount")) - number(row.get("amount")))


class Register(Rules):
    """``account.payment.register``: the wizard that pays posted invoices."""

    model = "account.payment.register"
    computed: ClassVar[Mapping[str, Compute]] = {"payment_difference": _difference}

    def defaults(self, env: Environment) -> Row:
        """What the invoices of the context say.

        Raises:
            ServerError: They are not posted, or nothing is left to pay.
        """
        moves = _chosen(env)
        first = env.rows("account.move")[moves[0]]
        incoming = first["move_type"] in {"out_invoice", "in_refund", "out_receipt"}
        journals = env.rows("account.journal")
        return {
            "payment_date": env.database.now[:10],
            "amount": sum(residual(env, move) for move in moves),
            "source_amount": sum(residual(env, move) for move in moves),
            "group_payment": len(moves) == 1,
            "communication": " ".join(str(env.value("account.move", move, "name") or "") for move in moves),
            "company_id": 1,
            "currency_id": first["currency_id"],
            "journal_id": next((one for one, row in journals.items() if row.get("type") == "bank"), None),
            "partner_id": env.value("account.move", moves[0], "commercial_partner_id"),
            "payment_type": "inbound" if incoming else "outbound",
            "partner_type": "customer" if str(first["move_type"]).startswith("out_") else "supplier",
            "payment_difference_handling": "open",
            "line_ids": [line for move in moves for line in _terms(env, move)],
        }

    def methods(self) -> Mapping[str, Method]:
        """Paying."""
        return {"action_create_payments": _pay}


def _chosen(env: Environment) -> list[int]:
    ids = [one for one in env.context.get("active_ids") or [] if isinstance(one, int)]
    if env.context.get("active_model") == "account.move.line":
        ids = list(dict.fromkeys(env.value("account.move.line", one, "move_id") for one in ids))
    moves = [move for move in ids if env.exists("account.move", move)]
    if not env.words.new and any(env.value("account.move", move, "state") != "posted" for move in moves):
        raise user_error("You can only register payment for posted journal entries.")
    open_moves = [move for move in moves if residual(env, move) > 0]
    if not open_moves:
        raise business_words.nothing_to_pay(env.words)
    return open_moves


def _terms(env: Environment, move: int) -> list[int]:
    lines = env.value("account.move", move, "line_ids")
    return [line for line in lines if env.value("account.move.line", line, "display_type") == "payment_term"]


def _pay(env: Environment, records: list[int]) -> dict[str, Any]:
    payments = []
    for record in records:
        row = env.rows(Register.model)[record]
        moves = list(dict.fromkeys(env.value("account.move.line", line, "move_id") for line in row["line_ids"]))
        left = float(row["amount"])
        for move in moves:
            amount = left if len(moves) == 1 else min(left, residual(env, move))
            payments.append(_pay_one(env, row, move, amount))
            left -= amount
    return _shown(env, payments)


def _pay_one(env: Environment, row: Row, move: int, amount: float) -> int:
    values = {
        "amount": amount,
        "date": row["payment_date"],
        "journal_id": row["journal_id"],
        "partner_id": row["partner_id"],
        "payment_type": row["payment_type"],
        "partner_type": row["partner_type"],
        "currency_id": row["currency_id"],
        note_field(env): row["communication"],
    }
    payment = writing.create(env.sudo(), "account.payment", values)
    with env.database.unnoted():
        post_payment(env, payment)
    paid = (
        residual(env, move) if row["payment_difference_handling"] == "reconcile" else min(amount, residual(env, move))
    )
    match(env, payment, move, paid)
    return payment


def _shown(env: Environment, payments: Sequence[int]) -> dict[str, Any]:
    shown: dict[str, Value] = {
        "name": "Payments",
        "type": "ir.actions.act_window",
        "res_model": "account.payment",
        "context": {"create": False},
    }
    if len(payments) == 1:
        return {**shown, "view_mode": "form", "res_id": payments[0]}
    mode = "list,form" if env.words.new else "tree,form"
    return {**shown, "view_mode": mode, "domain": [["id", "in", list(payments)]]}


def _each(one: Callable[[Environment, int], None]) -> Method:
    def method(env: Environment, records: list[int]) -> None:
        for record in records:
            one(env, record)

    return method
