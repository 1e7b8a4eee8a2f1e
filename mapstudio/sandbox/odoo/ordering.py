"""The order of records: by an ``order`` text of a client, or by a model's own."""

from __future__ import annotations

import re
from typing import Any

from mapstudio.sandbox.odoo.definitions import X2MANY, FieldDefinition
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import user_error

_ORDER = re.compile(
    r"^(\s*([a-z0-9_]+|\"[a-z0-9_]+\")(\.[a-z0-9_]+)?(\s+(desc|asc))?(\s+nulls\s+(first|last))?\s*(,|$))+(?<!,)$",
    re.IGNORECASE,
)
_OLDER = re.compile(r"^(\s*([a-z0-9_]+|\"[a-z0-9_]+\")(\s+(desc|asc))?\s*(,|$))+(?<!,)$", re.IGNORECASE)


def sort(env: Environment, model: str, records: list[int], order: str | None) -> None:
    """Sort records in place.

    Raises:
        ServerError: No order at all, an unknown field, or one that the database does not have (19).
    """
    _sort(env, model, records, order, frozenset({model}))


def _sort(env: Environment, model: str, records: list[int], order: str | None, seen: frozenset[str]) -> None:
    rules = env.rules[model]
    own = rules.order if env.words.new else rules.old_order or rules.order
    if order and not (_ORDER if env.words.new else _OLDER).match(order):
        raise user_error(
            f'Invalid "order" specified ({order}). A valid "order" specification is a comma-separated list of valid '
            "field names (optionally followed by asc/desc for the direction)"
        )
    for part in reversed((order or own).split(",")):
        name, *rest = part.replace('"', "").lower().split() if order else part.split()
        first, _, inner = name.partition(".")
        definition = env.fields(model).get(first)
        if definition is None:
            raise env.words.unknown_field_order(model, first)
        if inner not in {"", "id"}:
            raise env.words.no_path(model, first, definition.type, inner)
        if env.words.new and definition.type in X2MANY:
            raise env.words.not_stored(model, first)
        if not definition.store and not definition.sortable:
            if env.words.new:
                raise env.words.not_stored(model, name)
            continue  # 16 leaves it out without a word
        _by_field(env, model, records, definition, rest, seen)


def _by_field(
    env: Environment,
    model: str,
    records: list[int],
    definition: FieldDefinition,
    words: list[str],
    seen: frozenset[str],
) -> None:
    """Nulls come last going up and first going down, as the database sorts them, or as the order says."""
    descending = "desc" in words
    first = words[-1] == "first" if "nulls" in words else descending
    values = {record: env.value(model, record, definition.name) for record in records}
    keys = _keys(env, definition, values, seen)
    full = [record for record in records if keys[record] is not None]
    empty = [record for record in records if keys[record] is None]
    full.sort(key=lambda record: keys[record], reverse=descending)
    records[:] = [*empty, *full] if first else [*full, *empty]


def _keys(
    env: Environment, definition: FieldDefinition, values: dict[int, Any], seen: frozenset[str]
) -> dict[int, Any]:
    comodel = definition.relation
    if definition.type == "many2one" and comodel in env.models and comodel not in seen:
        targets = sorted({value for value in values.values() if value is not None})
        _sort(env, comodel, targets, None, seen | {comodel})
        place = {target: number for number, target in enumerate(targets)}
        return {record: None if value is None else place[value] for record, value in values.items()}
    if definition.type in {"char", "text", "html"}:
        return {record: value.casefold() if isinstance(value, str) else value for record, value in values.items()}
    return values
