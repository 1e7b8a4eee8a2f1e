"""The lines of invoices and entries: what people write, and the tax and receivable lines that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from mapstudio.sandbox.odoo import business_words
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.models import amounts
from mapstudio.sandbox.odoo.models.product import sales_text
from mapstudio.sandbox.odoo.models.rules import Compute, Rules
from mapstudio.sandbox.odoo.store import Row

SHOWN = frozenset({"product", "line_section", "line_subsection", "line_note"})
"""The kinds of lines that a document's reader sees."""
_TEXTS = SHOWN - {"product"}
_MODEL = "account.move.line"


def entry_lines(env: Environment, move: int) -> list[int]:
    """Return all lines of a document."""
    return env.inverse(env.models["account.move"]["line_ids"], move)


def item_price(env: Environment, line: int) -> amounts.Priced:
    """Return what a line costs."""
    row = env.rows(_MODEL)[line]
    unit, quantity = amounts.number(row.get("price_unit")), amounts.number(row.get("quantity"))
    taxes = row.get("tax_ids") or []
    return amounts.price(env, _currency(env, line), unit, quantity, amounts.number(row.get("discount")), taxes)


def settle_lines(env: Environment, move: int) -> None:
    """Make the tax lines and the receivable line of an invoice what its other lines say."""
    kind = env.value("account.move", move, "move_type")
    if kind == "entry":
        return
    held = entry_lines(env, move)
    shown = [line for line in held if env.value(_MODEL, line, "display_type") in SHOWN]
    priced = [item_price(env, line) for line in shown]
    taxes = amounts.document_taxes(env, priced)
    total = amounts.untaxed(priced) + sum(taxes.values(), Decimal(0))
    sign = -1 if kind in {"out_invoice", "out_receipt", "in_refund"} else 1
    wanted: dict[tuple[str, Value], Decimal] = {("tax", tax): sign * amount for tax, amount in taxes.items() if amount}
    if shown:
        wanted["payment_term", None] = -sign * total
    for line in held:
        row = env.rows(_MODEL)[line]
        if row["display_type"] in SHOWN:
            continue
        amount = wanted.pop((row["display_type"], row.get("tax_line_id")), None)
        if amount is None:
            env.database.delete(_MODEL, line)
        else:
            env.database.update(_MODEL, line, _sides(amount))
    for (role, tax), amount in wanted.items():
        env.database.insert(_MODEL, {**_generated(env, move, role, tax), **_sides(amount)})


def _generated(env: Environment, move: int, role: str, tax: Value) -> Row:
    kind = str(env.value("account.move", move, "move_type"))
    wanted = (
        "liability_current" if role == "tax" else "asset_receivable" if kind.startswith("out_") else "liability_payable"
    )
    now = env.database.now
    return {
        "move_id": move,
        "display_type": role,
        "tax_line_id": tax,
        "name": env.value("account.tax", tax, "name") if role == "tax" else "",
        "quantity": 0.0,
        "sequence": 10000,
        "account_id": account_of(env, wanted),
        "create_uid": env.uid,
        "create_date": now,
        "write_uid": env.uid,
        "write_date": now,
    }


def account_of(env: Environment, kind: str) -> int | None:
    """Return the account that the company uses for a purpose."""
    return next((one for one, row in env.rows("account.account").items() if row.get("account_type") == kind), None)


def _sides(balance: Decimal) -> Row:
    debit, credit = max(balance, Decimal(0)), max(-balance, Decimal(0))
    return {
        "balance": float(balance),
        "debit": float(debit),
        "credit": float(credit),
        "amount_currency": float(balance),
    }


def _currency(env: Environment, line: int) -> Value:
    return env.follow(_MODEL, line, ["move_id", "currency_id"])


def _left_over(env: Environment, line: int) -> Decimal:
    """Return what the sum of a document differs from its lines, on its first line: debit and credit must agree."""
    shown = [
        one
        for one in entry_lines(env, int(str(env.value(_MODEL, line, "move_id"))))
        if env.value(_MODEL, one, "display_type") == "product"
    ]
    if not shown or line != shown[0]:
        return Decimal(0)
    priced = [item_price(env, one) for one in shown]
    return amounts.untaxed(priced) - sum((one.subtotal for one in priced), Decimal(0))


def _balance(env: Environment, line: int) -> float:
    row = env.rows(_MODEL)[line]
    if row.get("debit") or row.get("credit"):
        return float(amounts.number(row.get("debit")) - amounts.number(row.get("credit")))
    kind = env.follow(_MODEL, line, ["move_id", "move_type"])
    if kind == "entry" or row.get("display_type") != "product":
        return 0.0
    subtotal = float(item_price(env, line).subtotal + _left_over(env, line))
    return -subtotal if kind in {"out_invoice", "out_receipt", "in_refund"} else subtotal


def _of_move(name: str) -> Compute:
    return lambda env, line: env.follow(_MODEL, line, ["move_id", name])


def _amount(name: str) -> Compute:
    def compute(env: Environment, line: int) -> float:
        shown = env.value(_MODEL, line, "display_type") == "product"
        return float(getattr(item_price(env, line), name)) if shown else 0.0

    return compute


class Item(Rules):
    """``account.move.line``."""

    model = _MODEL
    order = "date desc, move_name desc, id"
    computed: ClassVar[Mapping[str, Compute]] = {
        "price_subtotal": _amount("subtotal"),
        "price_total": _amount("total"),
        "balance": _balance,
        "amount_currency": _balance,
        "debit": lambda env, line: max(_balance(env, line), 0.0),
        "credit": lambda env, line: max(-_balance(env, line), 0.0),
        "currency_id": _currency,
        "company_currency_id": lambda env, line: env.value("res.company", 1, "currency_id"),  # noqa: ARG005
        "partner_id": _of_move("commercial_partner_id"),
        "parent_state": _of_move("state"),
        "move_name": _of_move("name"),
        "move_type": _of_move("move_type"),
        "journal_id": _of_move("journal_id"),
        "company_id": _of_move("company_id"),
        "date": _of_move("date"),
        "invoice_date": _of_move("invoice_date"),
        "ref": _of_move("ref"),
    }

    def display_name(self, env: Environment, record: int) -> str:
        """The document's number and the line's text."""
        move = env.value(self.model, record, "move_id")
        number = env.value("account.move", move, "name") if move is not None else ""
        if not number or number == "/":
            number = env.display_name("account.move", move) if move is not None else ""
        return f"{number} {env.value(self.model, record, 'name') or ''}".strip()

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """One piece of something."""
        return {"display_type": "product", "sequence": 100, "discount": 0.0}

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """Fill in from the product; a free line of 16 gets the company's own tax."""
        if record is not None and "product_id" not in row:
            return
        if record is None and (row.get("display_type") in _TEXTS or not self._of_invoice(env, row)):
            row.setdefault("quantity", 0.0 if row.get("display_type") in _TEXTS else 1.0)
            return
        product = row.get("product_id")
        if product is not None:
            self._fill_in(env, row, product)
        if record is None:
            row.setdefault("quantity", 1.0)
            row.setdefault("price_unit", 0.0)
            row.setdefault("account_id", account_of(env, "income" if self._sells(env, row) else "expense"))

    def written(self, env: Environment, record: int, row: Row, *, new: bool) -> None:  # noqa: ARG002
        """Tax and receivable follow."""
        held = env.rows(self.model)[record]
        free = new and held.get("display_type") == "product" and self._of_invoice(env, held)
        if free and held.get("product_id") is None and "tax_ids" not in held and not env.words.new:
            kind = "sale" if self._sells(env, held) else "purchase"
            taxes = [one for one, tax in env.rows("account.tax").items() if tax.get("type_tax_use") == kind][:1]
            env.database.update(self.model, record, {"tax_ids": taxes})
        if held.get("move_id") is not None and env.context.get("inside") != "account.move":
            settle_lines(env, held["move_id"])

    def check_delete(self, env: Environment, record: int) -> None:
        """What is posted stays."""
        if env.value(self.model, record, "parent_state") == "posted":
            raise business_words.posted_item(env.words)

    def gone(self, env: Environment, row: Row) -> None:
        """Tax and receivable follow."""
        if env.context.get("inside") != "account.move" and env.exists("account.move", row["move_id"]):
            settle_lines(env, row["move_id"])

    def _of_invoice(self, env: Environment, row: Row) -> bool:
        move = row.get("move_id")
        return move is not None and env.value("account.move", move, "move_type") != "entry"

    def _sells(self, env: Environment, row: Row) -> bool:
        return str(env.value("account.move", row["move_id"], "move_type")).startswith("out_")

    def _fill_in(self, env: Environment, row: Row, product: int) -> None:
        sells = row.get("move_id") is None or self._sells(env, row)
        row.setdefault("name", sales_text(env, product) if sells else env.display_name("product.product", product))
        row.setdefault("price_unit", env.value("product.product", product, "list_price" if sells else "standard_price"))
        row.setdefault("product_uom_id", env.value("product.product", product, "uom_id"))
        row.setdefault("tax_ids", env.value("product.product", product, "taxes_id" if sells else "supplier_taxes_id"))
