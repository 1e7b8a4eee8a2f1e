"""The methods that read, named as on the server, whose error texts hold their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mapstudio.sandbox.odoo import access, exporting, grouping, groups, languages, reading
from mapstudio.sandbox.odoo.definitions import FieldDefinition, Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import python_error

F = TypeVar("F", bound=Callable[..., Any])
MODEL_METHODS: set[str] = set()
"""Methods that are called without ids."""


def model_method(method: F) -> F:
    """Let a method be called on the model itself: without ids."""
    MODEL_METHODS.add(method.__name__)
    return method


class ReadMethods:
    """Some records of a model, or the model itself."""

    def __init__(self, env: Environment, name: str, ids: list[int]) -> None:
        self.env = env
        self.name = name
        self.ids = ids

    @model_method
    def search(
        self, domain: Value, offset: int = 0, limit: int | None = None, order: str | None = None, count: bool = False
    ) -> Value:
        """Return ids, or how many there are (16)."""
        if count and self.env.words.new:
            raise python_error("TypeError", "BaseModel.search() got an unexpected keyword argument 'count'")
        found = reading.search(self.env, self.name, domain, offset=offset or 0, limit=limit, order=order or None)
        return len(found) if count else found

    @model_method
    def search_count(self, domain: Value, limit: int | None = None) -> int:
        """Return how many there are."""
        return len(reading.search(self.env, self.name, domain, limit=limit))

    @model_method
    def search_read(
        self,
        domain: Value = None,
        fields: list[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        **read_kwargs: Value,
    ) -> list[dict[str, Any]]:
        """Search and read at once."""
        load_as = read_kwargs.pop("load", "_classic_read")
        for name in read_kwargs:
            inner = "_read_format" if self.env.words.new else "read"
            raise python_error("TypeError", f"BaseModel.{inner}() got an unexpected keyword argument '{name}'")
        found = reading.search(self.env, self.name, domain or [], offset=offset or 0, limit=limit, order=order or None)
        return reading.read(self.env, self.name, found, fields, load=load_as)

    def read(self, fields: list[str] | None = None, load: str | None = "_classic_read") -> list[dict[str, Any]]:
        """Return the records' values."""
        return reading.read(self.env, self.name, self.ids, fields, load=load)

    @model_method
    def fields_get(
        self, allfields: list[str] | None = None, attributes: list[str] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Describe the fields that the user may see."""
        access.require(self.env, self.name, "read")
        told = {}
        for name, definition in self.env.fields(self.name).items():
            if (allfields and name not in allfields) or not self.env.may_see(definition):
                continue
            described = definition.describe(self.env.words.version)
            all_of_it = languages.labelled(self.env, self.name, definition, described)
            told[name] = {key: all_of_it[key] for key in all_of_it if not attributes or key in attributes}
        return told

    @model_method
    def name_search(
        self,
        name: str = "",
        args: list[Any] | None = None,
        operator: str = "ilike",
        limit: int | None = 100,
        domain: list[Any] | None = None,
    ) -> list[list[Any]]:
        """Find by name; only 19 calls the condition a domain."""
        if domain is not None and not self.env.words.new:
            raise python_error("TypeError", "BaseModel.name_search() got an unexpected keyword argument 'domain'")
        return reading.name_search(self.env, self.name, name, domain or args or [], operator, limit)

    @model_method
    def default_get(self, fields_list: list[str]) -> dict[str, Any]:
        """Return what a new record would get without being asked."""
        access.require(self.env, self.name, "create")
        known = self.env.fields(self.name)
        rules = self.env.rules[self.name]
        found = rules.defaults(self.env)
        if rules.delegates:
            lender = known[rules.delegates].relation
            found = {**self.env.rules[lender].defaults(self.env), **found}
        if "active" in known:
            found.setdefault("active", True)
        # What is worked out from other fields (the salesperson from the customer) is no default.
        plain = [name for name in fields_list if name in known and _has_plain_default(known[name])]
        return {name: found[name] for name in plain if found.get(name) is not None}

    def name_get(self) -> list[list[Any]]:
        """Return what the records are called (16)."""
        access.require(self.env, self.name, "read")
        access.require_records(self.env, self.name, "read", self.ids)
        return [[record, self.env.display_name(self.name, record)] for record in self.ids]

    @model_method
    def read_group(
        self,
        domain: Value,
        fields: list[str],
        groupby: Value,
        offset: int = 0,
        limit: int | None = None,
        orderby: str | None = None,
        lazy: bool = True,
    ) -> list[dict[str, Any]]:
        """Group, count and sum up."""
        page = grouping.Page(offset or 0, limit or None, orderby or None)
        return grouping.read_group(self.env, self.name, domain, fields or [], groupby, page, lazy=lazy)

    @model_method
    def formatted_read_group(
        self,
        domain: Value,
        groupby: list[str] | None = None,
        aggregates: list[str] | None = None,
        having: Value = (),  # noqa: ARG002 - the server's own signature
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> list[dict[str, Any]]:
        """Group, count and sum up (19)."""
        page = grouping.Page(offset or 0, limit or None, order or None)
        return grouping.formatted_read_group(self.env, self.name, domain, groupby or [], aggregates or [], page)

    def export_data(self, fields_to_export: list[str]) -> dict[str, Any]:
        """Return the records as rows that ``load`` takes."""
        return {"datas": exporting.export_data(self.env, self.name, self.ids, fields_to_export)}

    @model_method
    def check_access_rights(self, operation: str, raise_exception: bool = True) -> bool:
        """Return whether the user may."""
        if operation not in {"read", "create", "write", "unlink"}:
            raise python_error("AssertionError", "Invalid access mode")
        if raise_exception and not access.allowed(self.env, self.name, operation):
            raise self.env.words.not_allowed(operation, self.name, groups.allowed_groups(self.name, operation))
        return access.allowed(self.env, self.name, operation)

    def has_access(self, operation: str) -> bool:
        """Return whether the user may (19)."""
        return access.allowed(self.env, self.name, operation)

    def exists(self) -> list[int]:
        """Return those ids that there are."""
        return [record for record in self.ids if self.env.exists(self.name, record)]

    def get_external_id(self) -> dict[int, str]:
        """Return one external id for each record, an empty text for none."""
        names = {record: self._names(record) for record in self.ids}
        return {record: (found[0] if found else "") for record, found in names.items()}

    def get_metadata(self) -> list[dict[str, Any]]:
        """Return who made and changed the records, and their external ids."""
        logged = ["create_uid", "create_date", "write_uid", "write_date"]
        told = []
        for values in reading.read(self.env, self.name, self.ids, logged, load="_classic_read"):
            rows = self.env.rows("ir.model.data")
            kept = [
                bool(rows[one].get("noupdate")) for one in self.env.database.named.get((self.name, values["id"]), [])
            ]
            pairs = zip(self._names(values["id"]), kept, strict=True)
            xmlids = [{"xmlid": name, "noupdate": stays} for name, stays in pairs]
            first = xmlids[0] if xmlids else {"xmlid": False, "noupdate": False}
            told.append({**values, **first, "xmlids": xmlids})
        return told

    def _names(self, record: int) -> list[str]:
        rows = self.env.rows("ir.model.data")
        found = self.env.database.named.get((self.name, record), [])
        return [f"{rows[one]['module']}.{rows[one]['name']}" for one in found]


def _has_plain_default(definition: FieldDefinition) -> bool:
    return bool(definition.related) or not definition.extra.get("depends")
