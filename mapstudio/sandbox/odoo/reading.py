"""Finding and reading records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mapstudio.sandbox.odoo import access
from mapstudio.sandbox.odoo.candidates import candidates
from mapstudio.sandbox.odoo.definitions import FieldDefinition, Value
from mapstudio.sandbox.odoo.domain import compile_domain, names_field
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import database_error
from mapstudio.sandbox.odoo.ordering import sort
from mapstudio.sandbox.odoo.values import to_wire


def search(
    env: Environment,
    model: str,
    domain: Sequence[Any],
    *,
    offset: int = 0,
    limit: int | None = None,
    order: str | None = None,
) -> list[int]:
    """Return the ids of the records that the domain describes, in order.

    Archived records are left out unless the domain names ``active`` or the context says ``active_test`` false.

    Raises:
        ServerError: No right to read, an unknown field or operator.
    """
    access.require(env, model, "read")
    _check_page(offset, limit)
    matches = compile_domain(env, model, domain)
    rule = access.record_rule(env, model)
    hidden = (
        "active" in env.fields(model) and env.context.get("active_test", True) and not names_field(domain, "active")
    )
    found = [record for record in candidates(env, model, domain) if matches(record) and (rule is None or rule(record))]
    if hidden:
        found = [record for record in found if env.value(model, record, "active")]
    sort(env, model, found, order)
    end = None if not limit else offset + limit
    return found[offset or 0 : end]


def _check_page(offset: int, limit: int | None) -> None:
    for kind, word, number in (("Limit", "LIMIT", limit), ("ResultOffset", "OFFSET", offset)):
        if isinstance(number, int) and number < 0:
            raise database_error(f"errors.InvalidRowCountIn{kind}Clause", f"{word} must not be negative\n")


def read(
    env: Environment, model: str, records: Sequence[int], names: Sequence[str] | None, *, load: str | None
) -> list[dict[str, Any]]:
    """Return the records' values; ids that do not exist are left out, without names all fields come.

    Raises:
        ServerError: No right to read the model or a field, or an unknown field.
    """
    access.require(env, model, "read")
    fields = env.fields(model)
    if names:
        for name in names:
            if name not in fields:
                raise env.words.unknown_field_read(model, name)
            if not env.may_see(fields[name]):
                raise env.words.field_not_allowed("read", model, name, fields[name].groups, env.uid)
        chosen = [fields[name] for name in dict.fromkeys(["id", *names])]
    else:
        chosen = [definition for definition in fields.values() if env.may_see(definition)]
    access.require_records(env, model, "read", records)
    names_too = load == "_classic_read"
    return [
        {one.name: to_wire(env, one, _seen(env, model, record, one), names=names_too) for one in chosen}
        for record in records
        if env.exists(model, record)
    ]


def _seen(env: Environment, model: str, record: int, definition: FieldDefinition) -> Value:
    """Return a value as it is read: of many2many records the archived ones only where the context asks for them."""
    value = env.value(model, record, definition.name)
    if definition.type != "many2many" or not value or not env.context.get("active_test", True):
        return value
    rows = env.rows(definition.relation)
    return [one for one in value if rows.get(one, {}).get("active", True)]


def name_search(
    env: Environment, model: str, name: str, domain: Sequence[Any], operator: str, limit: int | None
) -> list[list[Any]]:
    """Return ``[id, display name]`` of records by what people call them; exact codes first for countries."""
    if not name:
        found = search(env, model, domain, limit=limit)
        return [[record, env.display_name(model, record)] for record in found]
    searched = [field for field in env.rules[model].searched if field in env.fields(model)]
    condition = ["|"] * (len(searched) - 1) + [[field, operator, name] for field in searched]
    found = search(env, model, [*condition, *domain])
    if model in {"res.country", "res.currency"} and operator in {"ilike", "="}:
        exact = "code" if model == "res.country" else "name"
        first = search(env, model, [[exact, "=ilike", name], *domain])
        found = list(dict.fromkeys([*first, *search(env, model, [["name", operator, name], *domain])]))
    return [[record, env.display_name(model, record)] for record in found[: limit or None]]
