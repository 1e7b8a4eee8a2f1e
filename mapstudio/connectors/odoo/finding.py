"""Finds records by key, by code or by external id; always in the database itself, never through a name search."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from mapstudio.connectors.exchange import KeyValues, Origin
from mapstudio.connectors.odoo.canonical import EMAILS, canonical
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.external import external_id, module_of, name_of
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.fields import OdooField, plain
from mapstudio.connectors.odoo.reading import Domain, Reader, Wanted
from mapstudio.connectors.odoo.values import external_reference, for_domain
from mapstudio.model import JsonScalar, JsonValue, SourceRecord, UsageError
from mapstudio.model.paths import get_path

_AT_ONCE = 500
# The company's tax ids are copied to the people below it, who are not the company.
_COPIED_DOWN = {"res.partner": frozenset({"vat", "company_registry"})}
_OWNER = "commercial_partner_id"
T = TypeVar("T")


@dataclass
class Finder:
    """Finds records of one connection."""

    catalogue: Catalogue
    reader: Reader
    _may_list: bool = True

    async def by_key(
        self, model: str, key: Sequence[str], values: Collection[KeyValues], fields: Collection[str]
    ) -> dict[KeyValues, list[SourceRecord]]:
        """Return the records of each key, see :meth:`Connector.lookup`.

        Archived records are found only where no active one has the key, and say ``active: false``. A contact that
        merely carries its company's tax id is not found by it.
        """
        items = [await self._searchable(model, name) for name in key]
        own = await self.catalogue.fields(model)
        owned = not _COPIED_DOWN.get(model, frozenset()).isdisjoint(key) and _OWNER in own
        wanted = Wanted.of([*fields, *key, *([_OWNER] if owned else [])])
        found: dict[KeyValues, list[SourceRecord]] = {}
        for part in _chunks(sorted(set(values), key=repr)):
            asked = frozenset(part)
            domain = await self._domain(model, items, part)
            for record in await self.reader.find(model, domain, wanted):
                if owned and get_path(record.data, f"{_OWNER}.id") not in (None, int(record.id)):
                    continue
                told = tuple(self._scalar(item, record) for item in items)
                if told in asked:
                    found.setdefault(told, []).append(record)
        return {told: _active_first(records) for told, records in found.items()}

    async def by_field(self, model: str, name: str, values: Collection[JsonScalar]) -> dict[JsonScalar, list[str]]:
        """Return the ids of the records whose field has each value."""
        item = await self._searchable(model, name)
        by_canonical: dict[JsonValue, list[JsonScalar]] = {}
        for value in values:
            if value is not None:
                by_canonical.setdefault(self._canonical(item, value), []).append(value)
        keys = [(told,) for told in by_canonical if not isinstance(told, (list, dict))]
        found = await self.by_key(model, [name], keys, [])
        return {
            value: [record.id for record in records]
            for (told,), records in found.items()
            for value in by_canonical[told]
        }

    async def by_external_id(self, model: str, values: Collection[JsonScalar]) -> dict[JsonScalar, list[str]]:
        """Return the id behind each ``module.name``; needs no right on ``ir.model.data``."""
        found: dict[JsonScalar, list[str]] = {}
        for value in values:
            name = external_reference(value)
            if name is not None and (number := await self._referenced(model, name)) is not None:
                found[value] = [str(number)]
        return found

    async def by_origin(self, model: str, origins: Collection[Origin]) -> dict[Origin, str]:
        """Return the ids of the records that were created from these origins.

        Where the user may read ``ir.model.data`` that is one search; the usual integration user may not, and asks one
        by one.
        """
        found: dict[Origin, str] = {}
        for part in _chunks(list(origins)):
            listed = await self._listed(model, part) if self._may_list else None
            if listed is not None:
                found.update(listed)
                continue
            for origin in part:
                number = await self._referenced(model, external_id(origin, model))
                if number is not None:
                    found[origin] = str(number)
        return found

    async def _listed(self, model: str, origins: Sequence[Origin]) -> dict[Origin, str] | None:
        names = {(module_of(origin), name_of(origin, model)): origin for origin in origins}
        domain: Domain = [
            ["module", "in", sorted({module for module, _ in names})],
            ["name", "in", [name for _, name in names]],
            ["model", "=", model],
        ]
        try:
            told = await self.catalogue.rpc.call(
                "ir.model.data", "search_read", [domain], {"fields": ["module", "name", "res_id"]}
            )
        except Fault as fault:
            if not fault.is_access:
                self.catalogue.refuse(fault, "look external ids up")
            self._may_list = False
            return None
        rows: list[Any] = told if isinstance(told, list) else []
        return {
            names[row["module"], row["name"]]: str(row["res_id"])
            for row in rows
            if (row["module"], row["name"]) in names
        }

    async def _referenced(self, model: str, name: str) -> int | None:
        module, _, rest = name.partition(".")
        try:
            told = await self.catalogue.rpc.call("ir.model.data", "check_object_reference", [module, rest])
        except Fault as fault:
            if fault.name == "builtins.ValueError" or fault.is_access:
                return None
            self.catalogue.refuse(fault, f'look the external id "{name}" up')
        if not isinstance(told, list) or len(told) != 2 or told[0] != model:
            return None
        return int(str(told[1]))

    async def _searchable(self, model: str, name: str) -> OdooField:
        item = await self.catalogue.field(model, name)
        # Version 16 leaves a condition on such a field out without a word, and would find every record.
        if not item.store and not item.searchable:
            raise UsageError(
                f"{model}.{name} cannot be searched in Odoo, so it finds no record.",
                remedy="Choose a field that Odoo stores.",
            )
        return item

    async def _domain(self, model: str, items: Sequence[OdooField], values: Sequence[KeyValues]) -> Domain:
        domain: Domain = []
        own = await self.catalogue.fields(model)
        for place, item in enumerate(items):
            asked = [for_domain(item, one[place]) for one in values]
            if item.name in {"email", "email_from"} and "email_normalized" in own:
                domain += ["|", ["email_normalized", "in", asked], [item.name, "in", asked]]
            elif item.name in EMAILS:
                domain += ["|"] * (len(asked) - 1)
                domain += [[item.name, "=ilike", _literal(str(one))] for one in asked]
            else:
                domain.append([item.name, "in", asked])
        return domain

    def _canonical(self, item: OdooField, value: JsonValue) -> JsonValue:
        return canonical(plain(item), value, digits=self.catalogue.digits(item.name), html=item.type == "html")

    def _scalar(self, item: OdooField, record: SourceRecord) -> JsonScalar:
        value = self._canonical(item, record.data.get(item.name))
        return None if isinstance(value, (list, dict)) else value


def _literal(text: str) -> str:
    """Return a text as a pattern that matches it alone."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _active_first(records: list[SourceRecord]) -> list[SourceRecord]:
    active = [record for record in records if record.data.get("active") is not False]
    return active or records


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
