"""``load``: rows of text become records, found and named by external ids; all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from mapstudio.sandbox.odoo import access, writing
from mapstudio.sandbox.odoo.cells import BadCellError, Converter
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import ServerError, user_error

IMPORT_MODULE = "__import__"


@dataclass
class _Parsed:
    """One record of the rows: cells by column path, and the rows of its lines by one2many field."""

    first: int
    last: int
    cells: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, list[_Parsed]] = field(default_factory=dict)


def load(env: Environment, model: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Create or update records from rows.

    Returns:
        ``ids`` in the order of the records, or false when any row was bad (nothing is written then), ``messages`` that
        say which row and field, and ``nextrow``.

    Raises:
        ServerError: An unknown column, or no right.
    """
    access.require(env, model, "create")
    paths = [column.split("/") for column in columns]
    _check_columns(env, model, paths)
    mark = env.database.savepoint()
    ids: list[int] = []
    messages: list[dict[str, Any]] = []
    for index, parsed in enumerate(_records(env, model, paths, rows)):
        at = {"rows": {"from": parsed.first, "to": parsed.last}}
        found = _one(env, model, parsed, at, index, messages)
        ids += [found] if found is not None else []
    failed = any(message["type"] == "error" for message in messages)
    if failed:
        env.database.roll_back(mark)
    return {"ids": False if failed else ids, "messages": messages, "nextrow": 0}


def full_name(name: str) -> tuple[str, str]:
    """Return module and name of an external id; without a dot it belongs to ``__import__``."""
    module, dot, rest = name.partition(".")
    return (module, rest) if dot else (IMPORT_MODULE, name)


def _one(
    env: Environment,
    model: str,
    parsed: _Parsed,
    at: dict[str, Any],
    index: int,
    messages: list[dict[str, Any]],
) -> int | None:
    """Write one record with its lines; what is wrong goes to the messages."""
    values = _convert(env, model, parsed, at, index, messages)
    lines = {name: _lines(env, model, parsed, name, at, index, messages) for name in parsed.lines}
    inner = env.database.savepoint()
    try:
        record = _store(env, model, parsed, values)
        for name, found in lines.items():
            definition = env.models[model][name]
            for line, inside in found:
                _store(env, definition.relation, line, {**inside, definition.relation_field: record})
    except ServerError as error:
        env.database.roll_back(inner)
        told = {**at, "record": index, "type": "error", "message": error.bare}
        messages.append({**told, "field": error.field} if error.field else told)
        return None
    return record


def _lines(
    env: Environment,
    model: str,
    parsed: _Parsed,
    name: str,
    at: dict[str, Any],
    index: int,
    messages: list[dict[str, Any]],
) -> list[tuple[_Parsed, dict[str, Any]]]:
    """Return the values of a record's lines; a bad cell in one of them spoils the whole list."""
    definition = env.models[model][name]
    convert = Converter(env, definition.relation, f"{definition.string}/")
    found = []
    try:
        for line in parsed.lines[name]:
            cells = {column: cell for column, cell in line.cells.items() if column not in {"id", ".id"}}
            values = {}
            for column, cell in cells.items():
                field_name, _, kind = column.partition("/")
                values[field_name] = convert(field_name, kind, cell)
            found.append((line, values))
    except BadCellError as error:
        messages.append(_message(at, index, name, definition.string, error))
        return []
    return found


def _message(at: dict[str, Any], index: int, name: str, label: str, error: BadCellError) -> dict[str, Any]:
    told = {**at, "type": "error", "record": index, "field": name, "message": error.message}
    more = {} if error.more is None else {"moreinfo": error.more}
    return {**told, **more, "field_name": label}


def _convert(
    env: Environment, model: str, parsed: _Parsed, at: dict[str, Any], index: int, messages: list[dict[str, Any]]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    convert = Converter(env, model)
    for column, cell in parsed.cells.items():
        name, _, kind = column.partition("/")
        if column in {"id", ".id"}:
            continue
        label = env.models[model][name].string
        try:
            values[name] = convert(name, kind, cell)
        except BadCellError as error:
            messages.append(_message(at, index, name, label, error))
    return values


def _store(env: Environment, model: str, parsed: _Parsed, values: dict[str, Any]) -> int:
    """Update the record that the row names, or create it and give it that name."""
    name = parsed.cells.get("id")
    number = parsed.cells.get(".id")
    sent = {column: cell for column, cell in parsed.cells.items() if column not in {"id", ".id"}}
    if number:
        record = int(number)
        if not env.exists(model, record):
            raise user_error(f"Unknown database identifier '{number}'")
        writing.write(env, model, [record], values, sent=sent)
        return record
    if not name:
        return writing.create(env, model, values, sent=sent)
    key = full_name(str(name))
    known = env.database.external.get(key)
    if known is not None:
        row = env.rows("ir.model.data")[known]
        if row["model"] != model:
            raise user_error(
                f"For external id {'.'.join(key)} when trying to create/update a record of model {model} "
                f"found record of different model {row['model']} ({known})"
            )
        target: int = row["res_id"]
        writing.write(env, model, [target], values, key=".".join(key), sent=sent)
        return target
    record = writing.create(env, model, values, key=".".join(key), sent=sent)
    name_record(env, key, model, record)
    return record


def name_record(env: Environment, key: tuple[str, str], model: str, record: int, *, noupdate: bool = False) -> None:
    """Give a record an external id."""
    env.database.insert(
        "ir.model.data",
        {
            "module": key[0],
            "name": key[1],
            "model": model,
            "res_id": record,
            "noupdate": noupdate,
            "create_uid": env.uid,
            "create_date": env.database.now,
            "write_uid": env.uid,
            "write_date": env.database.now,
        },
    )


def _check_columns(env: Environment, model: str, paths: Sequence[Sequence[str]]) -> None:
    for path in paths:
        current = model
        for part in path:
            if part in {"id", ".id"}:
                break
            definition = env.fields(current).get(part)
            if definition is None:
                raise env.words.unknown_field_load(part)
            current = definition.relation


def _records(
    env: Environment, model: str, paths: Sequence[Sequence[str]], rows: Sequence[Sequence[Any]]
) -> Iterator[_Parsed]:
    """Group the rows: one that has cells in one2many columns only belongs to the record above it."""
    fields = env.models[model]
    lines = [
        number
        for number, path in enumerate(paths)
        if len(path) > 1 and path[0] in fields and fields[path[0]].type == "one2many"
    ]
    own = [number for number in range(len(paths)) if number not in set(lines)]
    start = 0
    while start < len(rows):
        end = start + 1
        while lines and end < len(rows) and not any(_filled(rows[end][number]) for number in own):
            end += 1
        parsed = _Parsed(start, end - 1, {"/".join(paths[number]): rows[start][number] for number in own})
        for name in dict.fromkeys(paths[number][0] for number in lines):
            inside = [number for number in lines if paths[number][0] == name]
            sub = [[row[number] for number in inside] for row in rows[start:end]]
            kept = [row for row in sub if any(_filled(cell) for cell in row)]
            comodel = fields[name].relation
            parsed.lines[name] = list(_records(env, comodel, [paths[number][1:] for number in inside], kept))
        yield parsed
        start = end


def _filled(cell: Value) -> bool:
    return cell not in ("", None, False)
