"""Models and fields that an administrator makes over the API; their names begin with ``x_``."""

from __future__ import annotations

import ast
from collections.abc import MutableMapping
from typing import Any, ClassVar, cast

from mapstudio.sandbox.odoo import business_words
from mapstudio.sandbox.odoo.definitions import FieldDefinition, definition_of
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import user_error, validation_error
from mapstudio.sandbox.odoo.models.rules import Rules, plain
from mapstudio.sandbox.odoo.store import Row

_EVERY = {
    "id": {"type": "integer", "string": "ID", "readonly": True},
    "display_name": {"type": "char", "string": "Display Name", "readonly": True, "store": False, "sortable": False},
    "create_date": {"type": "datetime", "string": "Created on", "readonly": True},
    "create_uid": {"type": "many2one", "string": "Created by", "relation": "res.users", "readonly": True},
    "write_date": {"type": "datetime", "string": "Last Updated on", "readonly": True},
    "write_uid": {"type": "many2one", "string": "Last Updated by", "relation": "res.users", "readonly": True},
    "x_name": {"type": "char", "string": "Name", "manual": True},
}
_RELATIONS = frozenset({"many2one", "one2many", "many2many"})


def add_field(env: Environment, model: str, definition: FieldDefinition) -> None:
    """Give a model a field; it goes again when the call fails."""
    fields = cast("MutableMapping[str, FieldDefinition]", env.models[model])
    fields[definition.name] = definition
    env.database.on_undo(lambda: fields.pop(definition.name, None))


def _drop_field(env: Environment, model: str, name: str) -> None:
    fields = cast("MutableMapping[str, FieldDefinition]", env.models[model])
    held = fields.pop(name, None)
    if held is not None:
        env.database.on_undo(lambda: fields.update({name: held}))


class Model(Rules):
    """``ir.model``."""

    model = "ir.model"
    order = "model"
    searched: ClassVar = ("name", "model")

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """One of the client's own."""
        return {"state": "manual", "order": "id", "transient": False}

    def check(self, env: Environment, record: int) -> None:
        """A model of one's own says so by its name."""
        row = env.rows(self.model)[record]
        if row["state"] == "manual" and not str(row["model"]).startswith("x_"):
            raise business_words.custom_name(env.words, "model")

    def written(self, env: Environment, record: int, row: Row, *, new: bool) -> None:
        """Make the model."""
        name = env.rows(self.model)[record]["model"]
        if not new or row.get("state") != "manual" or name in env.models:
            return
        models = cast("MutableMapping[str, Any]", env.models)
        rules = cast("MutableMapping[str, Rules]", env.rules)
        models[name] = {field: definition_of(field, told) for field, told in _EVERY.items()}
        rules[name] = plain(name, "x_name")
        env.database.on_undo(lambda: (models.pop(name, None), rules.pop(name, None)))

    def check_delete(self, env: Environment, record: int) -> None:
        """What modules brought stays."""
        if env.rows(self.model)[record]["state"] != "manual":
            name = env.display_name(self.model, record)
            raise user_error(f"Model “{name}” contains module data and cannot be removed.")


class CustomField(Rules):
    """``ir.model.fields``."""

    model = "ir.model.fields"
    order = "name, id"
    old_order = "name"
    title = "field_description"
    searched: ClassVar = ("name", "field_description")

    def display_name(self, env: Environment, record: int) -> str:
        """With its model behind it."""
        row = env.rows(self.model)[record]
        name = env.follow(self.model, record, ["model_id", "name"])
        return f"{row.get('field_description')} ({name})" if name else str(row.get("field_description"))

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """A stored text of the client's own."""
        return {"state": "manual", "ttype": "char", "store": True, "copied": True, "field_description": ""}

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """The model by record and by name are the same; who may not see models may make no fields."""
        if record is not None:
            return
        if row.get("model_id") is not None:
            row["model"] = env.value("ir.model", row["model_id"], "model")
        elif row.get("model"):
            models = env.rows("ir.model").items()
            row["model_id"] = next((one for one, held in models if held["model"] == row["model"]), None)

    def check(self, env: Environment, record: int) -> None:
        """The name says whose it is, and is given once; a relation needs a model that there is."""
        row = env.rows(self.model)[record]
        if row["state"] != "manual":
            return
        if not str(row["name"]).startswith("x_"):
            raise business_words.custom_name(env.words, "field")
        same = [
            other
            for other, held in env.rows(self.model).items()
            if other != record and (held["name"], held["model"]) == (row["name"], row["model"])
        ]
        if same:
            raise business_words.constraint("Field names must be unique per model.")
        if row["ttype"] in _RELATIONS and row.get("relation") not in env.models:
            raise validation_error(f"Unknown model name '{row.get('relation') or ''}' in Related Model")

    def written(self, env: Environment, record: int, row: Row, *, new: bool) -> None:  # noqa: ARG002
        """Make the field, or make it anew with another label."""
        held = env.rows(self.model)[record]
        if held.get("state") == "manual" and held.get("model") in env.models and str(held["name"]).startswith("x_"):
            add_field(env, held["model"], _definition(env, record, held))

    def gone(self, env: Environment, row: Row) -> None:
        """The field goes with its row."""
        if row["model"] in env.models:
            _drop_field(env, row["model"], row["name"])

    def check_delete(self, env: Environment, record: int) -> None:
        """What modules brought stays."""
        if env.rows(self.model)[record]["state"] != "manual":
            raise user_error("This column contains module data and cannot be removed!")


def _definition(env: Environment, record: int, row: Row) -> FieldDefinition:
    told: dict[str, Any] = {"type": row["ttype"], "string": row.get("field_description") or row["name"], "manual": True}
    for name in ("relation", "relation_field", "size", "required", "readonly", "translate"):
        if row.get(name):
            told[name] = row[name]
    if row["ttype"] == "selection":
        told["selection"] = _options(env, record, row)
    if row["ttype"] == "monetary":
        told["currency_field"] = "currency_id"
    if row["ttype"] == "one2many":
        told["store"] = False
    return definition_of(row["name"], told)


def _options(env: Environment, record: int, row: Row) -> list[tuple[str, str]]:
    """Options come as records, or as the text of a list, which the server still takes."""
    rows = [env.rows("ir.model.fields.selection")[one] for one in env.value("ir.model.fields", record, "selection_ids")]
    if rows:
        return [(one["value"], one["name"]) for one in rows]
    try:
        return [(str(key), str(label)) for key, label in ast.literal_eval(row.get("selection") or "[]")]
    except (SyntaxError, ValueError) as error:
        raise validation_error(
            "The Selection Options expression is not a valid Pythonic expression. Please provide an expression in the "
            "[('key','Label'), ...] format."
        ) from error
