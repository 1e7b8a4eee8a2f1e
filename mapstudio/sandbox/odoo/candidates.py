"""Which records can meet a domain at all: what an index tells, so that not every record is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mapstudio.sandbox.odoo.environment import Environment


def candidates(env: Environment, model: str, domain: Sequence[Any]) -> Iterable[int]:
    """Return the ids among which those that meet the domain are; all of them where nothing is known."""
    rows = env.rows(model)
    found = _narrowed(env, model, domain)
    return rows if found is None else [record for record in sorted(found) if record in rows]


def _narrowed(env: Environment, model: str, domain: Sequence[Any]) -> set[int] | None:
    if any(item in {"|", "!"} for item in domain if isinstance(item, str)):
        return None
    wanted: dict[str, set[Any]] = {}
    for item in domain:
        if not isinstance(item, (list, tuple)) or len(item) != 3 or item[1] not in {"=", "in"}:
            continue
        values = item[2] if isinstance(item[2], (list, tuple)) else [item[2]]
        if all(isinstance(one, (int, str)) and not isinstance(one, bool) for one in values):
            wanted[str(item[0])] = set(values)
    return _looked_up(env, model, wanted)


def _looked_up(env: Environment, model: str, wanted: dict[str, set[Any]]) -> set[int] | None:
    ids = wanted.get("id")
    if ids is not None and all(isinstance(one, int) for one in ids):
        return ids
    if model == "ir.model.data" and wanted.keys() >= {"module", "name"}:
        known = env.database.external
        found = {known.get((module, name)) for module in wanted["module"] for name in wanted["name"]}
        return {one for one in found if one is not None}
    for name, index in env.database.table(model).index.items():
        if all(isinstance(one, int) for one in wanted.get(name, {""})):
            return set().union(*(index.get(one, ()) for one in wanted[name]))
    return None
