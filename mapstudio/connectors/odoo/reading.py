"""Reads records with exactly the fields and expansions that the paths name.

A reference's own fields and a list's lines are read in one call for each page and model, never record by record.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.fields import LINES, X2MANY, OdooField
from mapstudio.connectors.odoo.values import decode, from_odoo_time
from mapstudio.model import JsonValue, Record, SourceRecord

CHUNK = 500
"""Ids in one read."""

Domain: TypeAlias = list[Any]
_ALL = {"active_test": False}
_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|[^.\[\]]+')


@dataclass
class Wanted:
    """The fields to read of a model, and below a reference or list those of the other model."""

    below: dict[str, Wanted] = field(default_factory=dict)

    @classmethod
    def of(cls, paths: Iterable[str]) -> Wanted:
        """Build it from static paths such as ``country_id.code`` or ``order_line[].product_id.default_code``."""
        root = cls()
        for path in paths:
            at = root
            for match in _PART.finditer(path):
                name = match.group(1) or match.group()
                if name not in {"@", "*", "$"} and not name.isdigit():
                    at = at.below.setdefault(name, cls())
        return root


@dataclass
class Reader:
    """Reads from one connection."""

    catalogue: Catalogue

    async def wanted(self, model: str, paths: Collection[str] | None) -> Wanted:
        """Return what to read for these paths; ``None`` is everything that a plain read brings, and the lines."""
        if paths is not None and "@" not in paths:
            return Wanted.of(paths)
        fields = await self.catalogue.fields(model)
        names = [item.name for item in fields.values() if item.plain and item.usable]
        lines = [name for owner, name in LINES if owner == model and name in fields]
        return Wanted.of([*names, *lines])

    async def search(self, model: str, domain: Domain, wanted: Wanted, *, order: str, limit: int) -> list[SourceRecord]:
        """Return the records that a domain describes, archived ones left out unless it names ``active``."""
        kwargs = {"fields": await self._names(model, wanted), "order": order, "limit": limit}
        return await self._records(model, await self._call(model, "search_read", [domain], kwargs), wanted)

    async def find(self, model: str, domain: Domain, wanted: Wanted) -> list[SourceRecord]:
        """Return all records of a domain, archived ones as well."""
        kwargs = {"fields": await self._names(model, wanted), "order": "id", "context": _ALL}
        return await self._records(model, await self._call(model, "search_read", [domain], kwargs), wanted)

    async def by_ids(self, model: str, ids: Sequence[int], wanted: Wanted) -> list[SourceRecord]:
        """Return the records of these ids; those that are gone are left out."""
        names = await self._names(model, wanted)
        rows: list[dict[str, JsonValue]] = []
        for start in range(0, len(ids), CHUNK):
            # A search, not a read: a record rule hides a record from it, where a read would fail for all of them.
            domain = [["id", "in", list(ids[start : start + CHUNK])]]
            rows += await self._call(model, "search_read", [domain], {"fields": names, "order": "id", "context": _ALL})
        return await self._records(model, rows, wanted)

    async def count(self, model: str, domain: Domain) -> int:
        """Return how many records a domain describes."""
        try:
            found = await self.catalogue.rpc.call(model, "search_count", [domain])
        except Fault as fault:
            self.catalogue.refuse(fault, f"read {model}")
        return found if isinstance(found, int) else 0

    async def last_change(self, model: str) -> str | None:
        """Return when any record of the model was last changed, in Odoo's text."""
        kwargs = {"fields": ["write_date"], "order": "write_date desc, id desc", "limit": 1, "context": _ALL}
        rows = await self._call(model, "search_read", [[["write_date", "!=", False]]], kwargs)
        return str(rows[0]["write_date"]) if rows else None

    async def _names(self, model: str, wanted: Wanted) -> list[str]:
        names = [name for name in wanted.below if name != "id"]
        for name in names:
            await self.catalogue.field(model, name)
        fields = await self.catalogue.fields(model)
        extra = [name for name in ("write_date", "active") if name in fields and name not in names]
        return [*names, *extra]

    async def _call(
        self, model: str, method: str, args: list[Any], kwargs: dict[str, Any]
    ) -> list[dict[str, JsonValue]]:
        try:
            found = await self.catalogue.rpc.call(model, method, args, kwargs)
        except Fault as fault:
            self.catalogue.refuse(fault, f"read {model}")
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []

    async def _records(self, model: str, rows: list[dict[str, JsonValue]], wanted: Wanted) -> list[SourceRecord]:
        fields = await self.catalogue.fields(model)
        records = [self._plain(fields, row, wanted) for row in rows]
        for name, below in wanted.below.items():
            await self._beside(model, fields.get(name), records, below)
        found = []
        for row, record in zip(rows, records, strict=True):
            changed = row.get("write_date")
            moment = from_odoo_time(str(changed)) if changed else None
            found.append(SourceRecord(str(row["id"]), record, moment))
        return found

    def _plain(self, fields: Mapping[str, OdooField], row: dict[str, JsonValue], wanted: Wanted) -> Record:
        names = [*wanted.below]
        if row.get("active") is False and "active" not in names:
            names.append("active")  # an archived record says so, even when nobody asked
        return {"id": row["id"], **{name: decode(fields[name], row.get(name)) for name in names if name != "id"}}

    async def _beside(self, model: str, item: OdooField | None, records: list[Record], below: Wanted) -> None:
        """Read what is wanted of the records that a field points to, and set it in place."""
        if item is None or not item.relation:
            return
        if item.type in X2MANY:
            await self._lines(model, item, records, below)
            return
        deeper = Wanted({name: one for name, one in below.below.items() if name not in {"id", "name"}})
        targets = [value for record in records if isinstance(value := record[item.name], dict)]
        if not deeper.below or not targets:
            return
        found = await self._found(item.relation, {int(str(target["id"])) for target in targets}, deeper)
        for target in targets:
            known = found.get(int(str(target["id"])), {})
            target.update({name: known.get(name) for name in deeper.below})

    async def _lines(self, model: str, item: OdooField, records: list[Record], below: Wanted) -> None:
        """Replace bare ids by what is wanted of them: names of a many2many, fields of a one2many's lines."""
        deeper = await self._of_each(model, item, below)
        if deeper is None:
            return
        lists = [(record, ids) for record in records if isinstance(ids := record[item.name], list)]
        wanted = {int(str(one["id"])) for _, ids in lists for one in ids if isinstance(one, dict)}
        found = await self._found(item.relation, wanted, deeper)
        for record, ids in lists:
            record[item.name] = [
                _element(item, found[number])
                for one in ids
                if isinstance(one, dict) and (number := int(str(one["id"]))) in found
            ]

    async def _of_each(self, model: str, item: OdooField, below: Wanted) -> Wanted | None:
        if item.type == "many2many":
            names = {name: one for name, one in below.below.items() if name not in {"id", "name"}}
            # The tags of a record are told even where the user may not read what they are called.
            if not names and not await self.catalogue.may(item.relation, "read"):
                return None
            return Wanted({"display_name": Wanted(), **names})
        if (model, item.name) in LINES and not below.below:
            fields = await self.catalogue.fields(item.relation)
            return Wanted.of(name for name in LINES[model, item.name] if name in fields)
        return below if below.below else None

    async def _found(self, model: str, ids: set[int], wanted: Wanted) -> dict[int, Record]:
        records = await self.by_ids(model, sorted(ids), wanted) if ids else []
        return {int(record.id): record.data for record in records}


def _element(item: OdooField, record: Record) -> Record:
    """Return a list's element; one that stands for a record is ``id`` and ``name``, as a reference is."""
    if item.type == "one2many":
        return dict(record)
    rest = {name: value for name, value in record.items() if name not in {"id", "display_name"}}
    return {"id": record["id"], "name": record.get("display_name"), **rest}
