"""Properties: fields that users define on a parent, such as those that a sales team's leads have.

A record keeps what was last written, name by name; what is read is the parent's definitions with those values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mapstudio.sandbox.odoo.definitions import FieldDefinition, Value

if TYPE_CHECKING:
    from mapstudio.sandbox.odoo.environment import Environment

_TOLD = ("name", "type", "string", "default", "selection", "tags", "comodel", "domain", "view_in_cards")
_KINDS: Mapping[str, type] = {"boolean": bool, "integer": int, "float": float, "char": str, "text": str, "html": str}


def read(env: Environment, model: str, record: int, definition: FieldDefinition) -> list[dict[str, Any]]:
    """Return the properties of a record as a client reads them.

    16 tells a value of each once any was written; 19 only of those that were.
    """
    held = env.rows(model)[record].get(definition.name)
    told = []
    for one in _definitions(env, model, record, definition):
        shown = {name: one[name] for name in _TOLD if name in one}
        if held is not None and (one["name"] in held or not env.words.new):
            shown["value"] = _shown(env, one, held.get(one["name"]))
        told.append(shown)
    return told


def value_of(env: Environment, model: str, record: int, definition: FieldDefinition, name: str) -> Value:
    """Return the value of one property."""
    found = next((one for one in read(env, model, record, definition) if one["name"] == name), {})
    value = found.get("value")
    return value[0] if found.get("type") == "many2one" and value else value


def to_row(value: Value) -> dict[str, Any] | None:
    """Return what a record keeps of a write: all that was there before is forgotten."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (list, tuple)):
        return {one["name"]: one["value"] for one in value if isinstance(one, Mapping) and "value" in one}
    return None


def defaults(
    env: Environment, model: str, row: Mapping[str, Any], definition: FieldDefinition
) -> dict[str, Any] | None:
    """Return the values that a new record has from its parent's definitions, or ``None`` for none."""
    target, parent = _parent(env, model, row.get(_link(definition)), definition)
    given = [one for one in _stored(env, target, parent, definition) if one.get("default") not in (None, False)]
    return {one["name"]: one["default"] for one in given} or None


def _definitions(env: Environment, model: str, record: int, definition: FieldDefinition) -> Sequence[Mapping[str, Any]]:
    link = _link(definition)
    value = env.value(model, record, link) if link in env.models[model] else None
    target, parent = _parent(env, model, value, definition)
    return _stored(env, target, parent, definition)


def _link(definition: FieldDefinition) -> str:
    return str(definition.extra.get("definition_record") or "")


def _parent(env: Environment, model: str, value: Value, definition: FieldDefinition) -> tuple[str, Value]:
    link = env.models[model].get(_link(definition))
    return (link.relation, value) if link is not None else ("", None)


def _stored(env: Environment, target: str, parent: Value, definition: FieldDefinition) -> Sequence[Mapping[str, Any]]:
    name = str(definition.extra.get("definition_record_field") or "")
    if target not in env.models or not isinstance(parent, int) or name not in env.models[target]:
        return []
    return env.value(target, parent, name) or []


def _shown(env: Environment, one: Mapping[str, Any], value: Value) -> Value:
    """Return a value in its type's form; what does not fit is nothing, and nobody is told."""
    kind = one.get("type")
    if value is None or value is False:
        return False
    if kind == "selection":
        return value if value in [option[0] for option in one.get("selection") or ()] else False
    if kind == "many2one":
        target = value[0] if isinstance(value, (list, tuple)) and value else value
        comodel = str(one.get("comodel"))
        known = comodel in env.models and isinstance(target, int) and env.exists(comodel, target)
        return [target, env.display_name(comodel, target)] if known else False
    convert = _KINDS.get(str(kind))
    try:
        return value if convert is None else convert(value)
    except (TypeError, ValueError):
        return False
