"""Who points to a record: what must be gone before it, what goes with it, and what is emptied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from mapstudio.sandbox.odoo import business_words
from mapstudio.sandbox.odoo.definitions import FieldDefinition, definitions
from mapstudio.sandbox.odoo.environment import Environment

_PARTS = {
    ("sale.order.line", "order_id"),
    ("account.move.line", "move_id"),
    ("account.payment.term.line", "payment_id"),
    ("product.product", "product_tmpl_id"),
    ("ir.model.fields", "model_id"),
    ("ir.model.fields.selection", "field_id"),
    ("res.country.state", "country_id"),
    ("ir.actions.server", "base_automation_id"),
}
"""Lines and the like: they go when what they belong to goes."""
_RECORDS_TALK = {"mail.message": "model", "mail.activity": "res_model", "ir.attachment": "res_model"}
_KEEPS_AWAY = {
    ("sale.order", "partner_invoice_id"),
    ("account.move", "partner_id"),
    ("account.move.line", "product_id"),
    ("sale.order.line", "product_id"),
    ("account.payment", "partner_id"),
}
"""References that are not required, and still keep a record from being deleted."""


def check_unused(env: Environment, model: str, records: Sequence[int]) -> None:
    """Check that nobody needs any of the records.

    Raises:
        ServerError: A record that stays cannot be without one of them.
    """
    gone = set(records)
    for other, field in _pointing(env, model):
        if (other, field.name) in _PARTS or not (field.required or (other, field.name) in _KEEPS_AWAY):
            continue
        if any(
            row.get(field.name) in gone
            for record, row in env.rows(other).items()
            if other != model or record not in gone
        ):
            raise business_words.still_used(env.words, other, field.name, field.string)


def parts(env: Environment, model: str, record: int) -> list[tuple[str, int]]:
    """Return the records that go with a record."""
    found = [
        (other, one)
        for other, field in _pointing(env, model)
        if (other, field.name) in _PARTS
        for one, row in env.rows(other).items()
        if row.get(field.name) == record
    ]
    for other, field_name in _RECORDS_TALK.items():
        if other in env.models:
            rows = env.rows(other).items()
            found += [(other, one) for one, row in rows if row.get("res_id") == record and row.get(field_name) == model]
    return found


def let_go(env: Environment, model: str, record: int) -> None:
    """Empty the references to a record that is gone."""
    for other, field in _pointing(env, model):
        for one in [one for one, row in env.rows(other).items() if row.get(field.name) == record]:
            env.database.update(other, one, {field.name: None})
    for other, name in _lists(env.words.version, model):
        for one in [one for one, row in env.rows(other).items() if record in (row.get(name) or ())]:
            left = [held for held in env.rows(other)[one][name] if held != record]
            env.database.update(other, one, {name: left})


def _pointing(env: Environment, model: str) -> Iterator[tuple[str, FieldDefinition]]:
    for other, name in _pointing_names(env, model):
        if other in env.models and env.rows(other) and name in env.models[other]:
            yield other, env.models[other][name]


def _pointing_names(env: Environment, model: str) -> Sequence[tuple[str, str]]:
    known = _shipped(env.words.version, model)
    custom = [
        (row["model"], row["name"])
        for row in env.rows("ir.model.fields").values()
        if row.get("state") == "manual" and row.get("relation") == model and row.get("ttype") == "many2one"
    ]
    return [*known, *custom]


@lru_cache(maxsize=200)
def _shipped(version: int, model: str) -> Sequence[tuple[str, str]]:
    return [
        (other, name)
        for other, fields in definitions(version).items()
        for name, field in fields.items()
        if field.type == "many2one" and field.relation == model and field.store and not field.related
    ]


@lru_cache(maxsize=200)
def _lists(version: int, model: str) -> Sequence[tuple[str, str]]:
    return [
        (other, name)
        for other, fields in definitions(version).items()
        for name, field in fields.items()
        if field.type == "many2many" and field.relation == model and field.store
    ]
