"""Creating, changing and deleting records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mapstudio.sandbox.odoo import access, properties, references
from mapstudio.sandbox.odoo.definitions import LOGGED, X2MANY, FieldDefinition
from mapstudio.sandbox.odoo.environment import LANGUAGES, Environment
from mapstudio.sandbox.odoo.errors import missing_error, value_error
from mapstudio.sandbox.odoo.relations import follow_commands
from mapstudio.sandbox.odoo.store import Row
from mapstudio.sandbox.odoo.values import to_stored

Values = Mapping[str, Any]


def create(env: Environment, model: str, values: Values, *, key: str | None = None, sent: Values | None = None) -> int:
    """Create one record and return its id.

    Args:
        env: Who calls.
        model: The model.
        values: As a client gives them.
        key: What the ledger calls the record; its id when not given.
        sent: What the ledger says was sent, when it is not ``values``.

    Raises:
        ServerError: No right, an unknown field, a value or a rule that stands against it.
    """
    access.require(env, model, "create")
    fields = env.fields(model)
    for name in values:
        if name not in fields:
            raise env.words.unknown_field_create(model, name)
    rules = env.rules[model]
    own, lent = _split(env, model, values)
    row = _stored(env, model, own)
    if rules.delegates:
        _lend(env, model, row, lent)
    for name, value in rules.defaults(env).items():
        row.setdefault(name, value)
    if "active" in fields:
        row.setdefault("active", True)
    rules.prepare(env, row, None)
    for name, definition in fields.items():
        if definition.type == "properties" and name not in own and not definition.related:
            row[name] = properties.defaults(env, model, row, definition)
    # What a client gives for a list takes the place of what would be filled in.
    row.update({name: [] for name in own if fields[name].type == "many2many"})
    stamp = {
        "create_uid": env.uid,
        "create_date": env.database.now,
        "write_uid": env.uid,
        "write_date": env.database.now,
    }
    record = env.database.insert(model, {**row, **_in_language(env, model, row), **stamp})
    for name, commands in own.items():
        if fields[name].type in X2MANY:
            follow_commands(env, model, record, fields[name], commands)
    rules.written(env, record, row, new=True)
    _check(env, model, record, frozenset(fields))
    filled = [name for name in values if env.value(model, record, name) not in (None, [], False, 0)]
    env.database.wrote(model, "create", record, dict(values if sent is None else sent), filled, key)
    return record


def write(
    env: Environment,
    model: str,
    records: Sequence[int],
    values: Values,
    *,
    key: str | None = None,
    sent: Values | None = None,
) -> None:
    """Change records, all to the same values.

    Raises:
        ServerError: As for :func:`create`, or a record does not exist.
    """
    access.require(env, model, "write")
    fields = env.fields(model)
    for name in values:
        if name not in fields:
            raise env.words.unknown_field_write(model, name)
    own, lent = _split(env, model, values)
    rules = env.rules[model]
    for record in records:
        if not env.exists(model, record):
            raise missing_error(model, record, env.uid)
        rules.check_write(env, record, values)
        before = {name: env.value(model, record, name) for name in values}
        row = _stored(env, model, own)
        rules.prepare(env, row, record)
        stamp = {"write_uid": env.uid, "write_date": env.database.now}
        env.database.update(
            model, record, {**_in_language(env, model, row), **stamp}, drop=_worked_out(env, model, row)
        )
        if lent:
            with env.database.unnoted():
                write(env.sudo(), _lender(env, model), [env.value(model, record, rules.delegates)], lent)
        for name, commands in own.items():
            if fields[name].type in X2MANY:
                follow_commands(env, model, record, fields[name], commands)
        rules.written(env, record, row, new=False)
        _check(env, model, record, frozenset(row) & fields.keys())
        changed = [name for name in values if env.value(model, record, name) != before[name]]
        env.database.wrote(model, "update", record, dict(values if sent is None else sent), changed, key)


def unlink(env: Environment, model: str, records: Sequence[int]) -> None:
    """Delete records, their external ids, and the lines that belong to them.

    Raises:
        ServerError: No right, no such record, or a rule that stands against it.
    """
    access.require(env, model, "unlink")
    for record in records:
        if not env.exists(model, record):
            raise missing_error(model, record, env.uid)
        env.rules[model].check_delete(env, record)
    references.check_unused(env, model, records)
    for record in records:
        if env.exists(model, record):
            _remove(env, model, record)


def _remove(env: Environment, model: str, record: int) -> None:
    """Delete one record with its external ids; records that are its parts go with it."""
    for name in list(env.database.named.get((model, record), ())):
        env.database.delete("ir.model.data", name)
    if env.database.watcher is not None:
        env.database.watcher.leaving(model, record)
    row = env.rows(model)[record]
    parts = references.parts(env, model, record)
    env.database.delete(model, record)
    with env.database.unnoted():
        for part, one in parts:
            if env.exists(part, one):
                _remove(env, part, one)
    references.let_go(env, model, record)
    env.rules[model].gone(env, row)
    env.database.wrote(model, "archive", record, {}, ())


def _lender(env: Environment, model: str) -> str:
    return env.models[model][env.rules[model].delegates].relation


def _split(env: Environment, model: str, values: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the record's own values and those that belong to the record it delegates to."""
    rules, fields = env.rules[model], env.models[model]
    prefix = f"{rules.delegates}."
    own, lent = {}, {}
    for name, value in values.items():
        if name in LOGGED:
            continue
        if rules.delegates and fields[name].related == prefix + name:
            lent[name] = value
        else:
            own[name] = value
    return own, lent


def _lend(env: Environment, model: str, row: Row, lent: Values) -> None:
    """Make the record that a new one delegates to, as a product does for its variant."""
    link = env.rules[model].delegates
    with env.database.unnoted():
        if row.get(link) is None:
            row[link] = create(env.sudo().with_context(no_variant=True), _lender(env, model), lent)
        elif lent:
            write(env.sudo(), _lender(env, model), [row[link]], lent)


def _in_language(env: Environment, model: str, row: Row) -> Row:
    """A text in another language than English stands beside the English one."""
    language = env.context.get("lang") or "en_US"
    if language == "en_US" or language not in LANGUAGES:
        return row
    fields = env.models[model]

    def key(name: str) -> str:
        return f"{name}@{language}" if name in fields and fields[name].extra.get("translate") else name

    return {key(name): value for name, value in row.items()}


def _worked_out(env: Environment, model: str, row: Row) -> set[str]:
    """Return the computed fields that follow from what is written; what somebody gave them is forgotten."""
    fields = env.models[model]
    return {
        name
        for name in env.rules[model].computed
        if name not in row
        and name in fields
        and any(path.partition(".")[0] in row for path in fields[name].extra.get("depends", ()))
    }


def _stored(env: Environment, model: str, values: Values) -> Row:
    fields = env.models[model]
    row: Row = {}
    for name, value in values.items():
        definition = fields[name]
        if definition.type not in X2MANY:
            row[name] = to_stored(env, model, definition, value)
        elif isinstance(value, str):
            raise value_error(f"Wrong value for {model}.{name}: {value}")
    return row


def _check(env: Environment, model: str, record: int, names: frozenset[str]) -> None:
    fields = env.models[model]
    rules = env.rules[model]
    for name in sorted(names):
        definition = fields[name]
        if _must_be_filled(env, definition) and env.value(model, record, name) is None:
            raise env.words.required(model, name, definition.string)
    for name, words in rules.unique.items():
        mine = env.value(model, record, name) if name in names else None
        if mine is not None and any(row.get(name) == mine for other, row in env.rows(model).items() if other != record):
            raise env.words.unique(words, name, fields[name].string)
    rules.check(env, record)


def _must_be_filled(env: Environment, definition: FieldDefinition) -> bool:
    # What other modules fill (warehouses, accounts) does not exist here, so nobody can be asked for it.
    if not definition.required or definition.company_dependent or definition.readonly or definition.related:
        return False
    if definition.type == "many2one":
        return definition.relation in env.models
    return definition.type in {"char", "text", "date", "datetime"}
