"""The methods that a client may call on any model; named as on the server, whose error texts hold their names."""

from __future__ import annotations

from typing import Any

from mapstudio.sandbox.odoo import writing
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.errors import value_error
from mapstudio.sandbox.odoo.loading import load
from mapstudio.sandbox.odoo.read_methods import ReadMethods, model_method


class BaseModel(ReadMethods):
    """What a client may call on any model."""

    @model_method
    def create(self, vals_list: Value) -> Value:
        """Create one record, or a list of them: all or none."""
        if isinstance(vals_list, dict):
            return writing.create(self.env, self.name, vals_list)
        return [writing.create(self.env, self.name, values) for values in vals_list]

    def write(self, vals: dict[str, Any]) -> bool:
        """Change the records."""
        writing.write(self.env, self.name, self.ids, vals)
        return True

    def unlink(self) -> bool:
        """Delete the records."""
        writing.unlink(self.env, self.name, self.ids)
        return True

    @model_method
    def load(self, fields: list[str], data: list[list[Any]]) -> dict[str, Any]:
        """Create or update by external ids."""
        return load(self.env, self.name, fields, data)

    @model_method
    def name_create(self, name: str) -> list[Any]:
        """Create from a name alone."""
        record = writing.create(self.env, self.name, {self.env.rules[self.name].title: name})
        return [record, self.env.display_name(self.name, record)]


class Users(BaseModel):
    """What only ``res.users`` can do."""

    @model_method
    def context_get(self) -> dict[str, Any]:
        """Return the user's own context."""
        return {"lang": self.env.context.get("lang"), "tz": self.env.context.get("tz") or False, "uid": self.env.uid}

    def has_group(self, group_ext_id: str) -> bool:
        """Return whether the user is in the group."""
        return group_ext_id in self.env.groups


class ExternalIds(BaseModel):
    """What only ``ir.model.data`` can do."""

    @model_method
    def check_object_reference(
        self,
        module: str,
        xml_id: str,
        raise_on_access_error: bool = False,  # noqa: ARG002 - the server's own signature
    ) -> list[Any]:
        """Return model and id of an external id; needs no right on this model."""
        known = self.env.database.external.get((module, xml_id))
        if known is None:
            raise value_error(f"External ID not found in the system: {module}.{xml_id}")
        row = self.env.rows("ir.model.data")[known]
        return [row["model"], row["res_id"]]


CLASSES: dict[str, type[BaseModel]] = {"res.users": Users, "ir.model.data": ExternalIds}
