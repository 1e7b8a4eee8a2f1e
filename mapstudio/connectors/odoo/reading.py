"""Reads records with exactly the fields and expansions that the paths name.

A reference's own fields and a list's lines are read in one call for each page and model, never record by record.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.decoding import decode
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.fields import X2MANY, OdooField, line_names, lines_of
from mapstudio.connectors.odoo.values import from_odoo_time
from mapstudio.connectors.together import together
from mapstudio.model import JsonValue, Record, SourceRecord

logger = logging.getLogger(__name__)

CHUNK = 500
"""Ids in one read."""

ACTIVE = ("active", "x_active")
"""The field that says whether a record is archived; a client's own models have the second."""

Domain: TypeAlias = list[Any]
_ALL = {"active_test": False}
_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|[^.\[\]]+')
_MOST_HIDDEN = 20
"""Records of one page that may not be read, beyond which the user's rights are wrong altogether."""


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


@dataclass(frozen=True, slots=True)
class Found:
    """What one search gave.

    Attributes:
        records: Those that may be read, in order.
        count: How many there were, those among them that may not be read.
        last: The id of the last one, 0 for none.
    """

    records: list[SourceRecord]
    count: int
    last: int


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
        lines = [name for name in lines_of(model, fields) if await self.catalogue.may(fields[name].relation, "read")]
        return Wanted.of([*names, *lines])

    async def search(
        self, model: str, domain: Domain, wanted: Wanted, *, order: str, limit: int, archived: bool = False
    ) -> Found:
        """Return the records that a domain describes, archived ones left out unless they are asked for."""
        rows = {"order": order, "limit": limit, **_context(archived=archived)}
        names = await self._names(model, wanted, archived=archived)
        try:
            found = await self._call(model, "search_read", [domain], {"fields": names, **rows})
        except Fault as fault:
            self._stop(model, fault)
            ids = [int(str(row["id"])) for row in await self._rows(model, domain, {"fields": ["id"], **rows})]
            found = await self._readable(model, ids, names)
            return Found(await self._records(model, found, wanted), len(ids), ids[-1] if ids else 0)
        last = int(str(found[-1]["id"])) if found else 0
        return Found(await self._records(model, found, wanted), len(found), last)

    async def find(self, model: str, domain: Domain, wanted: Wanted) -> list[SourceRecord]:
        """Return all records of a domain, archived ones as well."""
        kwargs = {"fields": await self._names(model, wanted), "order": "id", "context": _ALL}
        return await self._records(model, await self._rows(model, domain, kwargs), wanted)

    async def by_ids(self, model: str, ids: Sequence[int], wanted: Wanted) -> list[SourceRecord]:
        """Return the records of these ids; those that are gone, or that the user may not read, are left out."""
        names = await self._names(model, wanted)
        parts = [list(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK)]
        rows = await together([self._of_ids(model, part, names) for part in parts])
        return await self._records(model, [row for part in rows for row in part], wanted)

    async def count(self, model: str, domain: Domain, *, archived: bool = False) -> int:
        """Return how many records a domain describes."""
        try:
            found = await self.catalogue.rpc.call(model, "search_count", [domain], _context(archived=archived))
        except Fault as fault:
            self.catalogue.refuse(fault, f"read {model}")
        return found if isinstance(found, int) else 0

    async def last_change(self, model: str) -> str | None:
        """Return when any record of the model was last changed, in Odoo's text."""
        kwargs = {"fields": ["write_date"], "order": "write_date desc, id desc", "limit": 1, "context": _ALL}
        rows = await self._rows(model, [["write_date", "!=", False]], kwargs)
        return str(rows[0]["write_date"]) if rows else None

    async def _names(self, model: str, wanted: Wanted, *, archived: bool = False) -> list[str]:
        names = [name for name in wanted.below if name != "id"]
        for name in names:
            await self.catalogue.field(model, name)
        fields = await self.catalogue.fields(model)
        if archived:
            for name in fields.keys() & ACTIVE:
                wanted.below.setdefault(name, Wanted())
        return list(dict.fromkeys([*names, *(name for name in ("write_date", *ACTIVE) if name in fields)]))

    async def _call(
        self, model: str, method: str, args: list[Any], kwargs: dict[str, Any]
    ) -> list[dict[str, JsonValue]]:
        found = await self.catalogue.rpc.call(model, method, args, kwargs)
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []

    async def _rows(self, model: str, domain: Domain, kwargs: dict[str, Any]) -> list[dict[str, JsonValue]]:
        try:
            return await self._call(model, "search_read", [domain], kwargs)
        except Fault as fault:
            self.catalogue.refuse(fault, f"read {model}")

    async def _of_ids(self, model: str, ids: list[int], names: list[str]) -> list[dict[str, JsonValue]]:
        # A search, not a read: a record rule hides a record from it, where a read would fail for all of them.
        kwargs = {"fields": names, "order": "id", "context": _ALL}
        try:
            return await self._call(model, "search_read", [[["id", "in", ids]]], kwargs)
        except Fault as fault:
            self._stop(model, fault)
            return await self._readable(model, ids, names)

    def _stop(self, model: str, fault: Fault) -> None:
        """Raise what is not about single records."""
        if not fault.is_access or fault.is_about_model:
            self.catalogue.refuse(fault, f"read {model}")

    async def _readable(self, model: str, ids: list[int], names: list[str]) -> list[dict[str, JsonValue]]:
        """Read by halves, and leave out the records of which something may not be read."""
        found: list[dict[str, JsonValue]] = []
        parts, hidden = [ids], 0
        while parts:
            part = parts.pop(0)
            domain = [["id", "in", part]]
            kwargs = {"fields": names, "order": "id", "context": _ALL}
            try:
                found += await self._call(model, "search_read", [domain], kwargs) if part else []
            except Fault as fault:
                self._stop(model, fault)
                if len(part) > 1:
                    middle = len(part) // 2
                    parts[:0] = [part[:middle], part[middle:]]
                    continue
                hidden += 1
                if hidden > _MOST_HIDDEN:
                    self.catalogue.refuse(fault, f"read {model}")
                logger.warning("%s %s is left out: this user may not read it (%s)", model, part[0], fault.message)
        return found

    async def _records(self, model: str, rows: list[dict[str, JsonValue]], wanted: Wanted) -> list[SourceRecord]:
        fields = await self.catalogue.fields(model)
        records = [self._plain(fields, row, wanted) for row in rows]
        await together(
            [
                self._beside(model, fields[name], records, below)
                for name, below in wanted.below.items()
                if name in fields
            ]
        )
        found = []
        for row, record in zip(rows, records, strict=True):
            changed = row.get("write_date")
            moment = from_odoo_time(str(changed)) if changed else None
            found.append(SourceRecord(str(row["id"]), record, moment))
        return found

    def _plain(self, fields: Mapping[str, OdooField], row: dict[str, JsonValue], wanted: Wanted) -> Record:
        names = [*wanted.below]
        # An archived record says so, even when nobody asked.
        names += [name for name in ACTIVE if row.get(name) is False and name not in names]
        return {"id": row["id"], **{name: decode(fields[name], row.get(name)) for name in names if name != "id"}}

    async def _beside(self, model: str, item: OdooField, records: list[Record], below: Wanted) -> None:
        """Read what is wanted of the records that a field points to, and set it in place."""
        if not item.relation:
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
        if below.below:
            return below
        if item.name not in lines_of(model, await self.catalogue.fields(model)):
            return None
        return Wanted.of(line_names(item, await self.catalogue.fields(item.relation)))

    async def _found(self, model: str, ids: set[int], wanted: Wanted) -> dict[int, Record]:
        records = await self.by_ids(model, sorted(ids), wanted) if ids else []
        return {int(record.id): record.data for record in records}


def _context(*, archived: bool) -> dict[str, Any]:
    return {"context": _ALL} if archived else {}


def _element(item: OdooField, record: Record) -> Record:
    """Return a list's element; one that stands for a record is ``id`` and ``name``, as a reference is."""
    if item.type == "one2many":
        return dict(record)
    rest = {name: value for name, value in record.items() if name not in {"id", "display_name"}}
    return {"id": record["id"], "name": record.get("display_name"), **rest}
