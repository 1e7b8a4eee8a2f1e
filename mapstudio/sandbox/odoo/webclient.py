"""What the web client calls: records by a specification of what it shows, and what a form would fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mapstudio.sandbox.odoo import access, reading, writing
from mapstudio.sandbox.odoo.definitions import X2MANY, FieldDefinition, Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import ServerError
from mapstudio.sandbox.odoo.read_methods import ReadMethods, model_method
from mapstudio.sandbox.odoo.values import to_wire

Specification = Mapping[str, Mapping[str, Any]]


def by_specification(
    env: Environment, model: str, records: Sequence[int], specification: Specification
) -> list[dict[str, Any]]:
    """Return the records with what the specification asks for, referenced records inside of them.

    Raises:
        ServerError: As :func:`reading.read`.
    """
    told = reading.read(env, model, records, list(specification), load=None)
    fields = env.fields(model)
    for values in told:
        for name, wanted in specification.items():
            if fields[name].relation and "fields" in wanted:
                values[name] = _inside(env, fields[name], values[name], wanted)
    return told


def _inside(env: Environment, definition: FieldDefinition, value: Value, wanted: Mapping[str, Any]) -> Value:
    if definition.type in X2MANY:
        shown = value[: wanted["limit"]] if wanted.get("limit") else value
        return by_specification(env, definition.relation, shown, wanted["fields"])
    if not value:
        return False
    [told] = by_specification(env, definition.relation, [value], wanted["fields"]) or [{"id": value}]
    return told


def filled_in(
    env: Environment, model: str, records: Sequence[int], values: Mapping[str, Any], names: Sequence[str]
) -> dict[str, Any]:
    """Return what the server would put into the fields of a form with these values; nothing is kept.

    Args:
        env: Who calls.
        model: The form's model.
        records: The record that is open, none for a new one.
        values: What stands in the form.
        names: The fields of the form.
    """
    mark, numbers = env.database.savepoint(), dict(env.database.sequences)
    try:
        if records:
            writing.write(env, model, records[:1], values)
            record = records[0]
        else:
            record = writing.create(env, model, values)
        found = {name: env.value(model, record, name) for name in names if name in env.fields(model)}
    except ServerError:
        return {}  # a form may be half filled
    finally:
        env.database.roll_back(mark)
        env.database.sequences.clear()
        env.database.sequences.update(numbers)
    return {
        name: _shown(env, env.models[model][name], value)
        for name, value in found.items()
        if value not in (None, [], values.get(name))
    }


def _shown(env: Environment, definition: FieldDefinition, value: Value) -> Value:
    if definition.type == "many2one" and env.words.new:
        return {"id": value, "display_name": env.display_name(definition.relation, value)}
    return to_wire(env, definition, value, names=True)


class WebMethods(ReadMethods):
    """The web client's methods."""

    @model_method
    def web_search_read(
        self,
        domain: Value = None,
        specification: Any = None,  # noqa: ANN401 - a dict of dicts (19)
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        count_limit: int | None = None,
        fields: list[str] | None = None,
    ) -> dict[str, Any]:
        """Return one page of records and how many there are; 16 is given fields, 19 a specification."""
        found = reading.search(self.env, self.name, domain or [], order=order or None)
        page = found[offset or 0 : (offset or 0) + limit if limit else None]
        length = min(len(found), count_limit) if count_limit else len(found)
        if self.env.words.new:
            records = by_specification(self.env, self.name, page, specification or {})
        else:
            records = reading.read(self.env, self.name, page, fields or specification, load="_classic_read")
        return {"length": length, "records": records}

    def web_read(self, specification: Specification) -> list[dict[str, Any]]:
        """Return the records by a specification (19)."""
        return by_specification(self.env, self.name, self.ids, specification)

    def web_save(
        self,
        vals: dict[str, Any],
        specification: Specification,
        next_id: int | None = None,
    ) -> list[dict[str, Any]]:
        """Write the records, or a new one, and return them (19)."""
        if self.ids:
            writing.write(self.env, self.name, self.ids, vals)
        records = self.ids or [writing.create(self.env, self.name, vals)]
        return by_specification(self.env, self.name, [next_id] if next_id else records, specification)

    def onchange(self, values: dict[str, Any], field_names: Value, fields_spec: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Return what the server would fill into a form."""
        access.require(self.env, self.name, "read")
        return {"value": filled_in(self.env, self.name, self.ids, values, list(fields_spec))}
