"""What lines cost: subtotals, taxes, and their sums, rounded as each version does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment

_CENT = Decimal("0.01")
_WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Priced:
    """One line's cost.

    Attributes:
        subtotal: Without tax, rounded.
        counted: What the line adds to its document; 19 does not round it yet.
        taxes: Tax -> its amount, not rounded.
        step: The currency's smallest unit.
    """

    subtotal: Decimal
    counted: Decimal
    taxes: Mapping[int, Decimal]
    step: Decimal

    @property
    def tax(self) -> Decimal:
        """All taxes, each rounded."""
        return sum((_rounded(amount, self.step) for amount in self.taxes.values()), Decimal(0))

    @property
    def total(self) -> Decimal:
        """With tax."""
        return self.subtotal + self.tax


def number(value: Value) -> Decimal:
    """Return a stored number as the decimal that it stands for."""
    return Decimal(repr(value or 0))


def rounded(env: Environment, currency: Value, amount: Decimal) -> Decimal:
    """Round to the currency's smallest unit, halves away from zero."""
    return _rounded(amount, smallest(env, currency))


def smallest(env: Environment, currency: Value) -> Decimal:
    """Return the smallest amount of a currency."""
    step = env.value("res.currency", currency, "rounding") if isinstance(currency, int) else 0.01
    return _WHOLE if step and step >= 1 else _CENT


def price(
    env: Environment, currency: Value, unit: Decimal, quantity: Decimal, discount: Decimal, taxes: Sequence[int]
) -> Priced:
    """Return what so many pieces cost."""
    step = smallest(env, currency)
    base = unit * quantity * (1 - discount / 100)
    rates = {tax: env.rows("account.tax")[tax] for tax in taxes if env.exists("account.tax", tax)}
    included = sum((number(row["amount"]) for row in rates.values() if _is_included(row)), Decimal(0))
    if included:
        base = base / (1 + included / 100)
    subtotal = _rounded(base, step)
    # 19 works with what is not rounded yet, 16 with the line's subtotal.
    taxed = base if env.words.new else subtotal
    amounts = {
        tax: number(row["amount"]) * quantity
        if row.get("amount_type") == "fixed"
        else taxed * number(row["amount"]) / 100
        for tax, row in rates.items()
    }
    return Priced(subtotal, taxed, amounts, step)


def document_taxes(env: Environment, lines: Sequence[Priced]) -> dict[int, Decimal]:
    """Return each tax of a document: 16 adds what it rounded line by line, 19 rounds the sum once."""
    found: dict[int, Decimal] = {}
    for line in lines:
        for tax, amount in line.taxes.items():
            found[tax] = found.get(tax, Decimal(0)) + (amount if env.words.new else _rounded(amount, line.step))
    step = lines[0].step if lines else _CENT
    return {tax: _rounded(amount, step) for tax, amount in found.items()}


def untaxed(lines: Sequence[Priced]) -> Decimal:
    """Return what a document comes to without tax: 16 adds the subtotals, 19 rounds the sum once."""
    step = lines[0].step if lines else _CENT
    return _rounded(sum((line.counted for line in lines), Decimal(0)), step)


def _is_included(row: Mapping[str, Value]) -> bool:
    return bool(row.get("price_include")) or row.get("price_include_override") == "tax_included"


def _rounded(amount: Decimal, step: Decimal) -> Decimal:
    return amount.quantize(step, ROUND_HALF_UP)
