"""Copies of records."""

from __future__ import annotations

from typing import Any

from mapstudio.sandbox.odoo import writing
from mapstudio.sandbox.odoo.definitions import LOGGED, X2MANY
from mapstudio.sandbox.odoo.environment import Environment

_LINES = {"sale.order": "order_line", "account.move": "invoice_line_ids"}
_NOT_COPIED = frozenset({"name", "state", "barcode", "login", "payment_reference", "posted_before", "date_order"})
_NAMED = frozenset({"res.partner", "product.template", "crm.lead", "res.partner.category", "product.pricelist"})


def duplicate(env: Environment, model: str, record: int, default: dict[str, Any]) -> int:
    """Copy one record with its lines and return the new id; what was given as default wins."""
    values = {**_values(env, model, record), **default}
    if model in _NAMED and "name" not in default:
        values["name"] = f"{env.value(model, record, 'name')} (copy)"
    lines = _LINES.get(model)
    if lines is not None and lines not in default:
        held = env.value(model, record, lines)
        back = env.models[model][lines].relation_field
        comodel = env.models[model][lines].relation
        copies = [_values(env, comodel, line, keep="name") for line in held]
        values[lines] = [[0, 0, {name: one[name] for name in one if name != back}] for one in copies]
    return writing.create(env, model, values)


def _values(env: Environment, model: str, record: int, keep: str = "") -> dict[str, Any]:
    """Return the stored values of a record as a client would write them."""
    fields = env.models[model]
    values: dict[str, Any] = {}
    for name, value in env.rows(model)[record].items():
        definition = fields.get(name)
        if definition is None or name in LOGGED or (name in _NOT_COPIED and name != keep):
            continue
        if definition.type in X2MANY:
            if definition.type == "many2many":
                values[name] = [[6, 0, list(value or [])]]
        elif value is not None:
            values[name] = value
    return values
