"""What the connection knows of Odoo's models: their fields, asked once, and their schemas."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn

from mapstudio.connectors.odoo.describing import line_fields, property_fields, translate
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.fields import ATTRIBUTES, OdooField, lines_of, needed, read_fields
from mapstudio.connectors.odoo.objects import OBJECTS
from mapstudio.connectors.odoo.transport import Rpc
from mapstudio.model import Field, JsonValue, Schema, UsageError
from mapstudio.model.suggest import did_you_mean

_USUAL_PLACES = 2
_MOST_DEFINITIONS = 1000
_DELEGATES = {
    "product.product": frozenset({"product_tmpl_id"}),
    "res.users": frozenset({"partner_id"}),
    "res.company": frozenset({"partner_id"}),
    "crm.team": frozenset({"alias_id"}),
}
"""The links through which Odoo makes a second record for a new one; ``fields_get`` does not name them."""


@dataclass
class Catalogue:
    """The models of one connection.

    Attributes:
        rpc: Where to ask.
        connection: The connection's name.
    """

    rpc: Rpc
    connection: str
    _fields: dict[str, Mapping[str, OdooField]] = field(default_factory=dict)
    _places: int | None = None
    _rights: dict[tuple[str, str], bool] = field(default_factory=dict)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fields(self, model: str) -> Mapping[str, OdooField]:
        """Return the model's fields that the user may see.

        Raises:
            UsageError: No such model.
        """
        async with self._asking:
            if model not in self._fields:
                try:
                    told = await self.rpc.call(model, "fields_get", [], {"attributes": list(ATTRIBUTES)})
                except Fault as fault:
                    if fault.is_missing_model:
                        raise self._no_such(model) from None
                    self.refuse(fault, f"read the fields of {model}")
                self._fields[model] = read_fields(told if isinstance(told, dict) else {}, model)
                await self._learn_places(self._fields[model])
            return self._fields[model]

    async def field(self, model: str, name: str) -> OdooField:
        """Return one field.

        Raises:
            UsageError: No such field in this version, or the user may not see it.
        """
        fields = await self.fields(model)
        if name not in fields:
            known = [item.name for item in fields.values() if item.usable]
            remedy = did_you_mean(name, known) or "Fields differ between Odoo's versions: look at the schema."
            raise UsageError(f'{self.rpc.http.system}: {model} has no field "{name}".', remedy=remedy)
        return fields[name]

    async def schema(self, model: str) -> Schema:
        """Return the model's schema."""
        fields = await self.fields(model)
        found = translate(model, fields, await self._needed(model))
        for name in lines_of(model, fields):
            found += await self._lines(fields[name])
        for item in fields.values():
            if item.type == "properties" and item.usable:
                found += property_fields(item, await self._definitions(fields, item))
        taken = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return Schema(self.connection, model, tuple(found), taken)

    async def may(self, model: str, operation: str) -> bool:
        """Return whether the user may ``read``, ``write`` ... the model, which is false where it is not installed."""
        if (model, operation) not in self._rights:
            self._rights[model, operation] = await self._allowed(model, operation)
        return self._rights[model, operation]

    def has(self, model: str, name: str) -> bool:
        """Return whether a model whose fields were asked for has such a field."""
        return name in self._fields.get(model, {})

    def is_html(self, name: str) -> bool:
        """Return whether a model asked for so far has an HTML field of that name."""
        found = (fields.get(name) for fields in self._fields.values())
        return any(item is not None and item.type == "html" for item in found)

    def digits(self, name: str) -> int | None:
        """Return to how many places Odoo rounds a number, where a model asked for so far tells."""
        for fields in self._fields.values():
            item = fields.get(name)
            if item is not None and item.type == "monetary":
                return self._places
            if item is not None and item.digits is not None:
                return item.digits
        return None

    def refuse(self, fault: Fault, doing: str) -> NoReturn:
        """Raise a fault as an error for the user."""
        raise fault.to_error(self.rpc.http.system, self.connection, doing) from fault

    async def _learn_places(self, fields: Mapping[str, OdooField]) -> None:
        """Ask once to how many places the company's currency is rounded; the yen has none, the dinar three."""
        if self._places is not None or all(item.type != "monetary" for item in fields.values()):
            return
        self._places = _USUAL_PLACES
        try:
            company = await self.rpc.company_id()
            if company is None:
                company = _id_of(await self._only("res.users", await self.rpc.uid(), "company_id"))
            currency = await self._only("res.company", company, "currency_id")
            places = await self._only("res.currency", _id_of(currency), "decimal_places")
        except Fault as fault:
            if not fault.is_access:
                self.refuse(fault, "read the company's currency")
            return
        if isinstance(places, int) and not isinstance(places, bool):
            self._places = places

    async def _only(self, model: str, record: int, name: str) -> JsonValue:
        told = await self.rpc.call(model, "read", [[record], [name]])
        first = told[0] if isinstance(told, list) and told else None
        return first.get(name) if isinstance(first, dict) else None

    def _no_such(self, model: str) -> UsageError:
        remedy = did_you_mean(model, OBJECTS) or f"There are, among others: {', '.join(OBJECTS)}."
        return UsageError(f'{self.rpc.http.system} has no object "{model}".', remedy=remedy)

    async def _needed(self, model: str) -> frozenset[str]:
        fields = await self.fields(model)
        lenders = {}
        for link in {item.lender for item in fields.values()} & _DELEGATES.get(model, frozenset()):
            lender = fields[link].relation
            lenders[link] = await self._needed(lender) if await self.may(lender, "read") else frozenset()
        return needed(model, fields, await self._defaulted(model, fields), lenders)

    async def _defaulted(self, model: str, fields: Mapping[str, OdooField]) -> frozenset[str]:
        asked = sorted(item.name for item in fields.values() if item.required)
        try:
            told = await self.rpc.call(model, "default_get", [asked])
        except Fault as fault:
            if fault.is_access:
                return frozenset()
            self.refuse(fault, f"read the defaults of {model}")
        return frozenset(told) if isinstance(told, dict) else frozenset()

    async def _allowed(self, model: str, operation: str) -> bool:
        try:
            return bool(await self.rpc.call(model, "check_access_rights", [operation], {"raise_exception": False}))
        except Fault as fault:
            if fault.is_missing_model or fault.is_access:
                return False
            self.refuse(fault, f"read the rights on {model}")

    async def _lines(self, item: OdooField) -> list[Field]:
        if not await self.may(item.relation, "read"):
            return []
        return line_fields(item, await self.fields(item.relation), await self._needed(item.relation))

    async def _definitions(self, fields: Mapping[str, OdooField], item: OdooField) -> list[dict[str, Any]]:
        """Return what is defined for a properties field, by all the records that define any."""
        owner = fields.get(item.definition_record)
        if owner is None or not item.definition_record_field or not await self.may(owner.relation, "read"):
            return []
        kwargs = {"fields": [item.definition_record_field], "order": "id", "limit": _MOST_DEFINITIONS}
        try:
            told = await self.rpc.call(owner.relation, "search_read", [[]], kwargs)
        except Fault as fault:
            if fault.is_access:
                return []
            self.refuse(fault, f"read the properties of {owner.relation}")
        rows: list[Any] = told if isinstance(told, list) else []
        return [one for row in rows for one in row.get(item.definition_record_field) or []]


def _id_of(pair: JsonValue) -> int:
    """Return the id of a many2one as Odoo reads it, 0 for none."""
    first = pair[0] if isinstance(pair, list) and pair else 0
    return first if isinstance(first, int) else 0
