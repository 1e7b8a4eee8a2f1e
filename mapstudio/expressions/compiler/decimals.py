"""The context in which generated code reads, adds and multiplies decimals."""

from __future__ import annotations

from decimal import Clamped, Context, Inexact, InvalidOperation, Overflow, Underflow

EXACT_OR_ERROR = Context(prec=60, Emin=-60, Emax=60, traps=[Clamped, Inexact, InvalidOperation, Overflow, Underflow])
"""Enough for any sum of money; whatever it cannot hold is computed elsewhere."""

exact_decimal = EXACT_OR_ERROR.create_decimal
"""Makes a decimal of a text, a quarter sooner than the class does; raises ``DecimalException`` where it would round."""
