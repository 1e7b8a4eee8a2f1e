"""Invoices and other entries: what they amount to, how they are named, posted, paid and taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from mapstudio.sandbox.odoo import business_words
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import user_error
from mapstudio.sandbox.odoo.models import amounts
from mapstudio.sandbox.odoo.models.journal_item import SHOWN, entry_lines, item_price, settle_lines
from mapstudio.sandbox.odoo.models.rules import Compute, Method, Rules
from mapstudio.sandbox.odoo.store import Row

INVOICES = frozenset({"out_invoice", "out_refund", "in_invoice", "in_refund", "out_receipt", "in_receipt"})
MATCHED = "payments that were matched"
"""A move's row keeps under this name the ids of the payments that pay it."""

_KINDS = {"out_invoice": "Invoice", "out_refund": "Credit Note", "in_invoice": "Bill", "in_refund": "Refund",
          "out_receipt": "Sales Receipt", "in_receipt": "Purchase Receipt", "entry": "Entry"}  # fmt: skip
_TYPES = {"out_invoice": "Invoice", "out_refund": "Credit Note", "in_invoice": "Vendor Bill",
          "in_refund": "Vendor Credit Note", "out_receipt": "Sales Receipt", "in_receipt": "Purchase Receipt",
          "entry": "Journal Entry"}  # fmt: skip
_FIXED_WHEN_POSTED = ("invoice_line_ids", "line_ids", "invoice_date", "date", "partner_id", "invoice_payment_term_id",
                      "currency_id", "fiscal_position_id", "invoice_cash_rounding_id")  # fmt: skip


def _lines(env: Environment, record: int) -> list[int]:
    held = entry_lines(env, record)
    return [line for line in held if env.value("account.move.line", line, "display_type") in SHOWN]


def _priced(env: Environment, record: int) -> list[amounts.Priced]:
    return [item_price(env, line) for line in _lines(env, record)]


def _untaxed(env: Environment, record: int) -> float:
    return float(amounts.untaxed(_priced(env, record)))


def _tax(env: Environment, record: int) -> float:
    return float(sum(amounts.document_taxes(env, _priced(env, record)).values(), Decimal(0)))


def total(env: Environment, record: int) -> float:
    """Return what a document amounts to, tax included; a plain entry amounts to its debits."""
    if env.value("account.move", record, "move_type") not in INVOICES:
        debits = (amounts.number(env.value("account.move.line", line, "debit")) for line in entry_lines(env, record))
        return float(sum(debits, Decimal(0)))
    priced = _priced(env, record)
    return float(amounts.untaxed(priced) + sum(amounts.document_taxes(env, priced).values(), Decimal(0)))


def residual(env: Environment, record: int) -> float:
    """Return what is still to pay."""
    row = env.rows("account.move")[record]
    if row["move_type"] not in INVOICES:
        return 0.0
    if row["state"] == "cancel" and not env.words.new:
        return 0.0
    paid = sum((amounts.number(amount) for amount in row.get(MATCHED, {}).values()), Decimal(0))
    return float(amounts.number(total(env, record)) - paid)


def _payment_state(env: Environment, record: int) -> str:
    row = env.rows("account.move")[record]
    if row["move_type"] not in INVOICES or row["state"] == "cancel" or not row.get(MATCHED):
        return "not_paid"
    return "paid" if residual(env, record) <= 0 else "partial"


def _due(env: Environment, record: int) -> str | None:
    row = env.rows("account.move")[record]
    if row["move_type"] not in INVOICES:
        return None
    start = date.fromisoformat(row.get("invoice_date") or env.database.now[:10])
    return (start + timedelta(days=_days(env, row.get("invoice_payment_term_id")))).isoformat()


def _days(env: Environment, term: Value) -> int:
    if term is None:
        return 0
    name = "nb_days" if env.words.new else "days"
    lines = env.value("account.payment.term", term, "line_ids")
    return max((env.value("account.payment.term.line", line, name) or 0 for line in lines), default=0)


def _signed(compute: Compute) -> Compute:
    def signed(env: Environment, record: int) -> Value:
        outgoing = env.value("account.move", record, "move_type") in {"out_refund", "in_invoice", "in_receipt"}
        return -compute(env, record) if outgoing else compute(env, record)

    return signed


def _partner(*path: str) -> Compute:
    return lambda env, record: env.follow("account.move", record, ["partner_id", *path])


class Move(Rules):
    """``account.move``."""

    model = "account.move"
    order = "date desc, name desc, invoice_date desc, id desc"
    searched = ("name", "ref", "partner_id")
    computed: ClassVar[Mapping[str, Compute]] = {
        "invoice_line_ids": _lines,
        "amount_untaxed": _untaxed,
        "amount_tax": _tax,
        "amount_total": total,
        "amount_residual": residual,
        "amount_untaxed_signed": _signed(_untaxed),
        "amount_tax_signed": _signed(_tax),
        "amount_total_signed": _signed(total),
        "amount_total_in_currency_signed": _signed(total),
        "amount_residual_signed": _signed(residual),
        "payment_state": _payment_state,
        "invoice_date_due": _due,
        "commercial_partner_id": _partner("commercial_partner_id"),
        "invoice_partner_display_name": _partner("name"),
        "partner_shipping_id": _partner("id"),
        "matched_payment_ids": lambda env, record: sorted(env.rows("account.move")[record].get(MATCHED, {})),
        "type_name": lambda env, record: _TYPES[env.value("account.move", record, "move_type")],
        "company_currency_id": lambda env, record: env.value("res.company", 1, "currency_id"),  # noqa: ARG005
        "sequence_prefix": lambda env, record: (
            (env.value("account.move", record, "name") or "").rpartition("/")[0] + "/"
        ),
    }

    def display_name(self, env: Environment, record: int) -> str:
        """The number with the reference behind it; a draft says what it is."""
        row = env.rows(self.model).get(record)
        if row is None:
            return ""
        named = row.get("name") and row["name"] != "/"
        number = "" if env.words.new else f" (* {record})"
        name = row["name"] if named else f"{_KINDS[row['move_type']]}{number}"
        name = (
            name
            if row["state"] != "draft"
            else f"Draft {_KINDS[row['move_type']]} {name}"
            if named
            else f"Draft {name}"
        )
        return f"{name} ({row['ref'][:50]})" if row.get("ref") else str(name)

    def defaults(self, env: Environment) -> Row:
        """A draft of today in the company's currency."""
        kind = env.context.get("default_move_type") or "entry"
        return {
            "move_type": kind,
            "state": "draft",
            "auto_post": "no",
            "date": env.database.now[:10],
            "company_id": 1,
            "currency_id": env.value("res.company", 1, "currency_id"),
            "name": None if env.words.new else "/",
            "posted_before": False,
        }

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """The journal is that of the kind of document."""
        if record is None and row.get("journal_id") is None:
            row["journal_id"] = journal_of(env, row["move_type"])
        if record is None and row["move_type"] in INVOICES:
            row.setdefault("invoice_user_id", env.uid)
        if row.get("invoice_date"):
            row.setdefault("date", row["invoice_date"])

    def written(self, env: Environment, record: int, row: Row, *, new: bool) -> None:  # noqa: ARG002
        """Tax and receivable follow the lines."""
        settle_lines(env, record)

    def check(self, env: Environment, record: int) -> None:
        """Debits and credits of an entry are equal."""
        if env.value(self.model, record, "move_type") in INVOICES:
            return
        debit = sum(
            (amounts.number(env.value("account.move.line", one, "debit")) for one in entry_lines(env, record)),
            Decimal(0),
        )
        credit = sum(
            (amounts.number(env.value("account.move.line", one, "credit")) for one in entry_lines(env, record)),
            Decimal(0),
        )
        if debit != credit:
            raise user_error(self._unbalanced(env, record, debit, credit))

    def check_write(self, env: Environment, record: int, values: Mapping[str, Any]) -> None:
        """19 refuses to change what a posted document says; 16 lets everybody."""
        fixed = [name for name in values if name in _FIXED_WHEN_POSTED]
        if env.words.new and fixed and env.value(self.model, record, "state") == "posted":
            raise user_error(f"You cannot modify the following readonly fields on a posted move: {', '.join(fixed)}")

    def check_delete(self, env: Environment, record: int) -> None:
        """What is posted stays."""
        if env.value(self.model, record, "state") == "posted":
            raise business_words.posted_item(env.words)

    def methods(self) -> Mapping[str, Method]:
        """Posting and taking back."""
        return {"action_post": post, "button_draft": _each(_to_draft), "button_cancel": _each(_cancel)}

    def _unbalanced(self, env: Environment, record: int, debit: Decimal, credit: Decimal) -> str:
        if env.words.new:
            return "The entry is not balanced."
        symbol = env.follow(self.model, record, ["currency_id", "symbol"])
        journal = env.follow(self.model, record, ["journal_id", "name"])
        name = next_name(env, record)
        return (
            f"An error has occurred.\n\nThe move (Draft Entry {name}) is not balanced.\n"
            f"The total of debits equals {symbol}\u00a0{debit:.2f} and the total of credits equals "
            f"{symbol}\u00a0{credit:.2f}.\nYou might want to specify a default account on journal "
            f'"{journal}" to automatically balance each move.'
        )


def journal_of(env: Environment, kind: str) -> int | None:
    """Return the journal for a kind of document."""
    wanted = "sale" if kind.startswith("out_") else "purchase" if kind.startswith("in_") else "general"
    return next((one for one, row in env.rows("account.journal").items() if row.get("type") == wanted), None)


def next_name(env: Environment, record: int) -> str:
    """Return the next number of the record's journal: by year for what is sold and for payments, else by month."""
    row = env.rows("account.move")[record]
    code = env.value("account.journal", row["journal_id"], "code")
    refund = "R" if str(row["move_type"]).endswith("_refund") else ""
    day = str(row.get("invoice_date") or row["date"])
    yearly = str(row["move_type"]).startswith("out_") or code.startswith("P") or code == "BNK1"
    prefix = f"{refund}{code}/{day[:4]}/" if yearly else f"{refund}{code}/{day[:4]}/{day[5:7]}/"
    taken = env.database.sequences.setdefault(f"account.move {prefix}", 0) + 1
    return f"{prefix}{taken:05d}" if yearly else f"{prefix}{taken:04d}"


def take_name(env: Environment, record: int) -> str:
    """Give a record the next number, unless it has had one."""
    held = env.rows("account.move")[record].get("name")
    if held and held != "/":
        return str(held)
    name = next_name(env, record)
    prefix = name[: name.rindex("/") + 1]
    env.database.sequences[f"account.move {prefix}"] = int(name.rpartition("/")[2])
    return name


def post(env: Environment, records: list[int], soft: bool = True) -> bool:  # noqa: ARG001 - the server's signature
    """Post drafts: they get their number and date."""
    for record in records:
        row = env.rows("account.move")[record]
        if row["state"] == "posted" or (env.words.new and row["state"] != "draft"):
            raise business_words.not_draft(env.words, env.value("account.move", record, "name"), record)
        if not _lines(env, record) and not entry_lines(env, record):
            raise business_words.no_lines(env.words)
        if row["move_type"] in INVOICES and row.get("partner_id") is None:
            raise business_words.no_partner(env.words, sells=str(row["move_type"]).startswith("out_"))
        _post_one(env, record, row)
    return False


def _post_one(env: Environment, record: int, row: Row) -> None:
    values: Row = {"state": "posted", "posted_before": True}
    if row["move_type"] in INVOICES:
        values["invoice_date"] = row.get("invoice_date") or env.database.now[:10]
        values["date"] = values["invoice_date"]
        env.database.update("account.move", record, values)
    values["name"] = take_name(env, record)
    if str(row["move_type"]).startswith("out_") and not row.get("payment_reference"):
        values["payment_reference"] = values["name"]
    set_state(env, "account.move", record, values)


def _to_draft(env: Environment, record: int) -> None:
    if env.value("account.move", record, "state") == "draft":
        if env.words.new:
            raise user_error("Only posted/cancelled journal entries can be reset to draft.")
        return
    set_state(env, "account.move", record, {"state": "draft", MATCHED: {}})


def _cancel(env: Environment, record: int) -> None:
    if env.value("account.move", record, "state") == "posted":
        _to_draft(env, record)
    if env.value("account.move", record, "state") != "draft":
        raise user_error("Only draft journal entries can be cancelled.")
    set_state(env, "account.move", record, {"state": "cancel"})


def set_state(env: Environment, model: str, record: int, values: Row) -> None:
    """Store a new state, with a line in the ledger where it is another one."""
    old = env.value(model, record, "state")
    env.database.update(model, record, {**values, "write_date": env.database.now, "write_uid": env.uid})
    if old != values["state"]:
        env.database.wrote(model, "update", record, {"state": values["state"]}, ["state"])


def _each(one: Callable[[Environment, int], None]) -> Method:
    def method(env: Environment, records: list[int]) -> None:
        for record in records:
            one(env, record)

    return method
