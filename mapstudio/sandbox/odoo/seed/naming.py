"""Records of the seed by the external ids that modules give them."""

from __future__ import annotations

from typing import Any

from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.loading import name_record
from mapstudio.sandbox.odoo.writing import create


def named(env: Environment, xmlid: str, model: str, values: dict[str, Any]) -> int:
    """Create a record with an external id, and return its id."""
    record = create(env, model, values)
    module, _, name = xmlid.partition(".")
    name_record(env, (module, name), model, record, noupdate=True)
    return record


def known(env: Environment, xmlid: str) -> int:
    """Return the id of the record with that external id."""
    module, _, name = xmlid.partition(".")
    return int(env.rows("ir.model.data")[env.database.external[module, name]]["res_id"])
