"""Products: a template holds what its variants share, a variant has code, barcode and cost of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mapstudio.sandbox.odoo import writing
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.models.rules import Compute, Rules
from mapstudio.sandbox.odoo.store import Row

_OF_VARIANT = ("default_code", "barcode", "standard_price", "weight", "volume")
_LENT = "values of the variant to be made"


def _variants(env: Environment, record: int) -> list[int]:
    return sorted(env.database.table("product.product").index["product_tmpl_id"].get(record, ()))


def _of_the_only_variant(name: str) -> Compute:
    def compute(env: Environment, record: int) -> Value:
        found = _variants(env, record)
        if len(found) == 1:
            return env.value("product.product", found[0], name)
        return env.models["product.template"][name].empty

    return compute


def company_currency(env: Environment, record: int) -> Value:  # noqa: ARG001 - every record has the one company's
    """Return the company's currency."""
    return env.value("res.company", 1, "currency_id")


def _called(env: Environment, model: str, record: int) -> str:
    code = env.value(model, record, "default_code")
    name = env.value(model, record, "name") or ""
    return f"[{code}] {name}" if code else str(name)


def sales_text(env: Environment, product: int) -> str:
    """Return what a line says of a product when it says nothing of its own."""
    name = env.display_name("product.product", product)
    more = env.value("product.product", product, "description_sale")
    return f"{name}\n{more}" if more else name


def sales_tax(env: Environment) -> list[int]:
    """Return the tax that a new product gets."""
    return [tax for tax, row in env.rows("account.tax").items() if row.get("type_tax_use") == "sale"][:1]


class Template(Rules):
    """``product.template``."""

    model = "product.template"
    order = "is_favorite desc, name"
    old_order = "priority desc, name"
    searched = ("name",)
    computed: ClassVar[Mapping[str, Compute]] = {
        "product_variant_ids": _variants,
        "product_variant_count": lambda env, record: len(_variants(env, record)),
        "product_variant_id": lambda env, record: next(iter(_variants(env, record)), None),
        "currency_id": company_currency,
        "cost_currency_id": company_currency,
        "uom_name": lambda env, record: env.follow("product.template", record, ["uom_id", "name"]),
        **{name: _of_the_only_variant(name) for name in _OF_VARIANT},
    }

    def display_name(self, env: Environment, record: int) -> str:
        """With its code before it."""
        return _called(env, self.model, record)

    def defaults(self, env: Environment) -> Row:
        """Goods that are sold by the piece with the company's tax."""
        shared: Row = {
            "uom_id": 1,
            "sale_ok": True,
            "purchase_ok": True,
            "list_price": 1.0,
            "type": "consu",
            "tracking": "none",
            "invoice_policy": "order",
            "taxes_id": sales_tax(env),
            "sequence": 1,
        }
        if env.words.new:
            return {**shared, "service_tracking": "no"}
        return {**shared, "detailed_type": "consu", "categ_id": 1, "uom_po_id": 1, "sale_line_warn": "no-message"}

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """Code, barcode and cost belong to the variant."""
        lent = {name: row.pop(name) for name in _OF_VARIANT if name in row}
        if record is None:
            row[_LENT] = lent
            return
        found = _variants(env, record)
        if lent and len(found) == 1:
            env.database.update("product.product", found[0], lent)

    def written(self, env: Environment, record: int, row: Row, *, new: bool) -> None:
        """A new product has one variant, unless it is made for one."""
        if new and not env.context.get("no_variant"):
            writing.create(env.sudo(), "product.product", {"product_tmpl_id": record, **row[_LENT]})


class Variant(Rules):
    """``product.product``."""

    model = "product.product"
    order = "is_favorite desc, default_code, name, id"
    old_order = "priority desc, default_code, name, id"
    searched = ("default_code", "name", "barcode")
    delegates = "product_tmpl_id"
    computed: ClassVar[Mapping[str, Compute]] = {
        "lst_price": lambda env, record: env.value("product.product", record, "list_price"),
        "currency_id": company_currency,
        "cost_currency_id": company_currency,
        "partner_ref": lambda env, record: env.display_name("product.product", record),
    }

    def display_name(self, env: Environment, record: int) -> str:
        """With its code before it."""
        return _called(env, self.model, record)

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """The sales price is the template's."""
        if "lst_price" in row:
            price = row.pop("lst_price")
            held: Value = env.value(self.model, record, "product_tmpl_id") if record is not None else None
            template: Value = row.get("product_tmpl_id") or held
            env.database.update("product.template", template, {"list_price": price})

    def check(self, env: Environment, record: int) -> None:
        """A barcode belongs to one product."""
        barcode = env.value(self.model, record, "barcode")
        if not barcode:
            return
        sharing = [other for other, row in env.rows(self.model).items() if row.get("barcode") == barcode]
        if len(sharing) > 1:
            raise env.words.barcode_taken(barcode, [env.display_name(self.model, other) for other in sorted(sharing)])
