"""What is said in another language than English: labels, options, and the texts of records.

A row holds the English text of a translated field under its name, and another language's under ``name@language``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mapstudio.sandbox.odoo.definitions import FieldDefinition, table
from mapstudio.sandbox.odoo.environment import Environment, translated_name


def seed_texts(env: Environment) -> None:
    """Give the records of an empty database their French texts."""
    for model, fields in table("fr_FR")["texts"].items():
        for record, row in list(env.rows(model).items()):
            for name, texts in fields.items():
                text = texts.get(row.get(name))
                if text is not None and env.models[model][name].translate:
                    env.database.update(model, record, {translated_name(name, "fr_FR"): text})


def labelled(env: Environment, model: str, definition: FieldDefinition, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``fields_get`` says of a field, in the caller's language."""
    if env.context.get("lang") != "fr_FR":
        return dict(told)
    french = table("fr_FR")
    name = f"{model}.{definition.name}"
    label = french["labels"].get(name) or french["words"].get(definition.string)
    options = french["options"].get(name) or french["options"].get(f"{name}@{env.words.version}")
    said = dict(told)
    if label and "string" in said:
        said["string"] = label
    if options and "selection" in said:
        said["selection"] = [[key, options.get(key, text)] for key, text in said["selection"]]
    return said
