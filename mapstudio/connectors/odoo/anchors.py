"""Finds records by external ids: what Odoo itself knows of where they came from.

The usual integration user may not read ``ir.model.data``. He may ask for one external id at a time, or which external
ids given records have. For many names in a table of moderate size the second is far sooner: 1,000 records take Odoo as
long as ten names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mapstudio.connectors.exchange import Origin
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.external import external_id, module_of, name_of
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.values import external_reference
from mapstudio.connectors.together import together
from mapstudio.model import JsonScalar, JsonValue

T = TypeVar("T")
_AT_ONCE = 500
_SCANNED_AT_ONCE = 1000
_AS_LONG_AS_ONE_NAME = 100
"""Records whose external ids are read in the time of one name."""

_FEW = 3
_ALL = {"active_test": False}
_DATA = "ir.model.data"


@dataclass
class _Scan:
    """What is known of one model.

    Attributes:
        asked: Names asked for one by one until now.
        last: The highest id that was looked at.
        ids: By external id, of all records up to that one.
        possible: Whether the user may look at all.
    """

    asked: int = 0
    last: int = 0
    ids: dict[str, int] = field(default_factory=dict)
    possible: bool = True


@dataclass
class Anchors:
    """Finds records of one connection."""

    catalogue: Catalogue
    _may_list: bool = True
    _scans: dict[str, _Scan] = field(default_factory=dict)

    async def by_external_id(self, model: str, values: Collection[JsonScalar]) -> dict[JsonScalar, list[str]]:
        """Return the id behind each ``module.name``; needs no right on ``ir.model.data``."""
        names = {value: name for value in values if (name := external_reference(value)) is not None}
        found = await self._one_by_one(model, set(names.values()))
        return {value: [str(found[name])] for value, name in names.items() if name in found}

    async def by_origin(self, model: str, origins: Collection[Origin]) -> dict[Origin, str]:
        """Return the ids of the records that were created from these origins."""
        found: dict[Origin, str] = {}
        for part in _chunks(list(origins), _AT_ONCE):
            listed = await self._listed(model, part) if self._may_list else None
            if listed is None:
                names = {external_id(origin, model): origin for origin in part}
                ids = await self._of_names(model, names)
                listed = {names[name]: str(number) for name, number in ids.items()}
            found.update(listed)
        return found

    async def _listed(self, model: str, origins: Sequence[Origin]) -> dict[Origin, str] | None:
        names = {(module_of(origin), name_of(origin, model)): origin for origin in origins}
        domain: list[Any] = [
            ["module", "in", sorted({module for module, _ in names})],
            ["name", "in", [name for _, name in names]],
            ["model", "=", model],
        ]
        try:
            rows = await self._rows(_DATA, "search_read", [domain], {"fields": ["module", "name", "res_id"]})
        except Fault as fault:
            if not fault.is_access:
                self.catalogue.refuse(fault, "look external ids up")
            self._may_list = False
            return None
        return {
            names[row["module"], row["name"]]: str(row["res_id"])
            for row in rows
            if (row["module"], row["name"]) in names
        }

    async def _of_names(self, model: str, names: Collection[str]) -> dict[str, int]:
        """Return the ids behind external ids in the way that costs less.

        Names are asked for one by one until that has taken as long as looking at the whole table, so that it never
        takes more than twice the time of the better way.
        """
        scan = self._scans.setdefault(model, _Scan())
        if len(names) > _FEW and scan.possible:
            worth = (scan.asked + len(names)) * _AS_LONG_AS_ONE_NAME
            if await self._left(model, scan) <= worth and await self._scan(model, scan):
                return await self._still_there(model, {name: scan.ids[name] for name in names if name in scan.ids})
        scan.asked += len(names)
        return await self._one_by_one(model, names)

    async def _left(self, model: str, scan: _Scan) -> int:
        try:
            told = await self.catalogue.rpc.call(model, "search_count", [[["id", ">", scan.last]]], {"context": _ALL})
        except Fault as fault:
            self.catalogue.refuse(fault, f"read {model}")
        return told if isinstance(told, int) else 0

    async def _scan(self, model: str, scan: _Scan) -> bool:
        """Look at the records that are new since the last time; return whether the user may."""
        kwargs = {"fields": ["id"], "order": "id", "context": _ALL}
        ids = [int(row["id"]) for row in await self._found(model, [["id", ">", scan.last]], kwargs)]
        told = await together([self._metadata(model, part) for part in _chunks(ids, _SCANNED_AT_ONCE)])
        if any(part is None for part in told):
            scan.possible = False
            return False
        for row in (row for part in told for row in part or ()):
            scan.ids.update({str(one["xmlid"]): int(row["id"]) for one in row.get("xmlids") or ()})
        scan.last = max([scan.last, *ids])
        return True

    async def _metadata(self, model: str, ids: Sequence[int]) -> list[dict[str, Any]] | None:
        """Return what Odoo knows of records beside their fields; ``None`` where the user may not know."""
        try:
            return await self._rows(model, "get_metadata", [list(ids)], {"context": _ALL})
        except Fault as fault:
            if fault.is_access:
                return None
            self.catalogue.refuse(fault, f"look external ids of {model} up")

    async def _still_there(self, model: str, found: dict[str, int]) -> dict[str, int]:
        if not found:
            return {}
        domain = [["id", "in", sorted(set(found.values()))]]
        rows = await self._found(model, domain, {"fields": ["id"], "context": _ALL})
        there = {int(row["id"]) for row in rows}
        return {name: number for name, number in found.items() if number in there}

    async def _one_by_one(self, model: str, names: Collection[str]) -> dict[str, int]:
        asked = list(names)
        numbers = await together([self._referenced(model, name) for name in asked])
        return {name: number for name, number in zip(asked, numbers, strict=True) if number is not None}

    async def _referenced(self, model: str, name: str) -> int | None:
        module, _, rest = name.partition(".")
        try:
            told = await self.catalogue.rpc.call(_DATA, "check_object_reference", [module, rest], {"context": _ALL})
        except Fault as fault:
            if fault.name == "builtins.ValueError" or fault.is_access:
                return None
            self.catalogue.refuse(fault, f'look the external id "{name}" up')
        # Of a record that the user may not see, the model alone is told.
        if not isinstance(told, list) or len(told) != 2 or told[0] != model or told[1] is False:
            return None
        return int(str(told[1]))

    async def _found(self, model: str, domain: list[Any], kwargs: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            return await self._rows(model, "search_read", [domain], kwargs)
        except Fault as fault:
            self.catalogue.refuse(fault, f"read {model}")

    async def _rows(self, model: str, method: str, args: list[Any], kwargs: dict[str, Any]) -> list[dict[str, Any]]:
        told: JsonValue = await self.catalogue.rpc.call(model, method, args, kwargs)
        return [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []


def _chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
