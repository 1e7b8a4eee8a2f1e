"""Journals, accounts, taxes and payment terms."""

from __future__ import annotations

from typing import ClassVar

from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.models.rules import Rules
from mapstudio.sandbox.odoo.store import Row


class Tax(Rules):
    """``account.tax``."""

    model = "account.tax"
    order = "sequence, id"

    def defaults(self, env: Environment) -> Row:
        """A percentage on what is sold."""
        return {
            "amount_type": "percent",
            "type_tax_use": "sale",
            "company_id": 1,
            "sequence": 1,
            "country_id": env.follow("res.company", 1, ["partner_id", "country_id"]),
        }


class Journal(Rules):
    """``account.journal``."""

    model = "account.journal"
    order = "sequence, type, code"
    searched: ClassVar = ("name", "code")

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """Of the only company."""
        return {"company_id": 1, "invoice_reference_type": "invoice", "invoice_reference_model": "odoo", "sequence": 10}


class Account(Rules):
    """``account.account``."""

    model = "account.account"
    order = "code, id"
    searched: ClassVar = ("name", "code")

    def display_name(self, env: Environment, record: int) -> str:
        """16 puts the code before the name."""
        code, name = env.value(self.model, record, "code"), env.value(self.model, record, "name")
        return str(name) if env.words.new or not code else f"{code} {name}"

    def defaults(self, env: Environment) -> Row:
        """Of the only company."""
        return {"company_ids": [1]} if env.words.new else {"company_id": 1}


class Term(Rules):
    """``account.payment.term``."""

    model = "account.payment.term"
    order = "sequence, id"

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """For every company."""
        return {"sequence": 10}
