"""The methods that a client may call on any model; named as on the server, whose error texts hold their names."""

from __future__ import annotations

from typing import Any

from mapstudio.sandbox.odoo import access, copying, writing
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.errors import value_error
from mapstudio.sandbox.odoo.loading import load
from mapstudio.sandbox.odoo.models.mail import post_message
from mapstudio.sandbox.odoo.read_methods import model_method
from mapstudio.sandbox.odoo.webclient import WebMethods


class BaseModel(WebMethods):
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

    def copy(self, default: dict[str, Any] | None = None) -> Value:
        """Copy the records; a copied name says so."""
        made = [copying.duplicate(self.env, self.name, record, default or {}) for record in self.ids]
        return made if self.env.words.new else made[0]

    def action_archive(self) -> None:
        """Hide the records."""
        self._set_active(active=False)

    def action_unarchive(self) -> None:
        """Show the records again."""
        self._set_active(active=True)

    def toggle_active(self) -> None:
        """Hide what is shown and show what is hidden."""
        for record in self.ids:
            writing.write(self.env, self.name, [record], {"active": not self.env.value(self.name, record, "active")})

    def message_post(self, *, body: str = "", **values: Value) -> Value:
        """Put a message on a record."""
        if "message_ids" not in self.env.fields(self.name):
            raise self.env.words.unknown_method(self.name, "message_post")
        access.require(self.env, self.name, "read")
        made = [post_message(self.env, self.name, record, body, values) for record in self.ids]
        return made if self.env.words.new else made[0]

    def _set_active(self, *, active: bool) -> None:
        if "active" not in self.env.fields(self.name):
            raise self.env.words.unknown_method(self.name, "action_archive" if not active else "action_unarchive")
        held = self.env.rows(self.name)
        changed = [record for record in self.ids if record in held and bool(held[record].get("active", True)) != active]
        writing.write(self.env, self.name, changed, {"active": active})


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
