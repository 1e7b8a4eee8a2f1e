"""``export_data``: records as the rows that ``load`` takes, with external ids that are made where there are none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from mapstudio.sandbox.odoo import access
from mapstudio.sandbox.odoo.definitions import X2MANY, FieldDefinition, Value
from mapstudio.sandbox.odoo.environment import SUPERUSER, Environment
from mapstudio.sandbox.odoo.errors import python_error, user_error
from mapstudio.sandbox.odoo.groups import EXPORT
from mapstudio.sandbox.odoo.loading import name_record

_EXPORTED = "__export__"


def export_data(env: Environment, model: str, records: Sequence[int], columns: Sequence[str]) -> list[list[Any]]:
    """Return the rows of the records: one for each, and further ones below it for lines.

    Raises:
        ServerError: The user may not export, or not read; or there is no such field.
    """
    if env.uid != SUPERUSER and EXPORT not in env.groups:
        raise user_error("You don't have the rights to export data. Please contact an Administrator.")
    access.require(env, model, "read")
    access.require_records(env, model, "read", records)
    paths = [tuple(column.split("/")) for column in columns]
    return [row for record in records for row in _rows(env, model, record, paths)]


def _rows(env: Environment, model: str, record: int, paths: Sequence[tuple[str, ...]]) -> list[list[Any]]:
    rows: list[list[Any]] = [["" for _ in paths]]
    for head, places in _by_head(paths):
        rest = [paths[place][1:] for place in places]
        cells = _cells(env, model, record, head, rest)
        for number, line in enumerate(cells):
            if number == len(rows):
                rows.append(["" for _ in paths])
            for place, cell in zip(places, line, strict=True):
                rows[number][place] = cell
    return rows


def _by_head(paths: Sequence[tuple[str, ...]]) -> list[tuple[str, list[int]]]:
    """Return the places of the columns that begin with the same field, in the order of the columns."""
    order = {head: place for place, head in reversed(list(enumerate(path[0] for path in paths)))}
    places = sorted(range(len(paths)), key=lambda place: (order[paths[place][0]], place))
    return [(head, list(found)) for head, found in groupby(places, key=lambda place: paths[place][0])]


def _cells(env: Environment, model: str, record: int, head: str, rest: Sequence[tuple[str, ...]]) -> list[list[Any]]:
    if head == "id":
        return [[_external(env, model, record) for _ in rest]]
    if head == ".id":
        return [[str(record) for _ in rest]]
    definition = env.fields(model).get(head)
    if definition is None:
        raise python_error("KeyError", head)
    value = env.value(model, record, head)
    if definition.type == "many2one":
        return [[_reference(env, definition, value, path) for path in rest]]
    if definition.type not in X2MANY:
        return [[_plain(env, definition, value) for _ in rest]]
    if not any(rest):
        names = ",".join(env.display_name(definition.relation, one) for one in value)
        return [[names for _ in rest]]
    return [row for one in value for row in _rows(env, definition.relation, one, [path or (".id",) for path in rest])]


def _reference(env: Environment, definition: FieldDefinition, value: Value, path: tuple[str, ...]) -> Value:
    if value is None:
        return ""
    if not path:
        return env.display_name(definition.relation, value)
    return _rows(env, definition.relation, value, [path])[0][0]


def _plain(env: Environment, definition: FieldDefinition, value: Value) -> Value:
    kind = definition.type
    if kind == "boolean":
        return bool(value)
    if kind == "selection":
        return dict(definition.selection).get(value, value) or ""
    if kind == "datetime" and value:
        zone = ZoneInfo(env.context.get("tz") or "UTC")
        moment = datetime.fromisoformat(value[:19]).replace(tzinfo=UTC)
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if kind in {"integer", "float"} or (kind == "monetary" and env.words.new):
        return value or (0 if kind == "integer" else 0.0)
    return value or ""


def _external(env: Environment, model: str, record: int) -> str:
    rows = env.rows("ir.model.data")
    known = env.database.named.get((model, record))
    if known:
        return f"{rows[known[0]]['module']}.{rows[known[0]]['name']}"
    name = f"{model.replace('.', '_')}_{record}_{sha256(f'{model},{record}'.encode()).hexdigest()[:8]}"
    name_record(env, (_EXPORTED, name), model, record)
    return f"{_EXPORTED}.{name}"
