"""Finds records by key or by code; always in the database itself, never through a name search."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mapstudio.connectors.exchange import KeyValues
from mapstudio.connectors.odoo.canonical import EMAILS, canonical
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.fields import OdooField, plain
from mapstudio.connectors.odoo.reading import ACTIVE, Domain, Reader, Wanted
from mapstudio.connectors.odoo.values import for_domain
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
    active = [record for record in records if not any(record.data.get(name) is False for name in ACTIVE)]
    return active or records


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
