"""Commands on x2many fields: ``[0,0,vals] [1,id,vals] [2,id] [3,id] [4,id] [5] [6,0,ids]`` and plain ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mapstudio.sandbox.odoo import writing
from mapstudio.sandbox.odoo.definitions import FieldDefinition, Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import value_error


def follow_commands(env: Environment, model: str, record: int, definition: FieldDefinition, commands: Value) -> None:
    """Change what a record's x2many field holds.

    Raises:
        ServerError: A text in place of commands, or an id that does not exist.
    """
    if commands is None or commands is False:
        commands = [[5]]
    if not isinstance(commands, (list, tuple)):
        raise value_error(f"Wrong value for {model}.{definition.name}: {commands}")
    if definition.relation not in env.models:
        return
    if commands and all(isinstance(one, int) for one in commands):
        commands = [[6, 0, list(commands)]]
    for command in commands:
        if isinstance(command, int):
            _one(env, model, record, definition, [4, command])
        else:
            _one(env, model, record, definition, command)


def _one(env: Environment, model: str, record: int, definition: FieldDefinition, command: Sequence[Any]) -> None:
    kind = command[0]
    if definition.type == "one2many":
        # The lines know that what follows from them is done once, when all of them are there.
        _line(env.with_context(inside=model), model, record, definition, kind, command)
        return
    held = list(env.value(model, record, definition.name) or [])
    if kind == 0:
        held.append(writing.create(env, definition.relation, command[2]))
    elif kind == 1:
        writing.write(env, definition.relation, [command[1]], command[2])
    elif kind in {2, 3}:
        held = [one for one in held if one != command[1]]
        if kind == 2:
            writing.unlink(env, definition.relation, [command[1]])
    elif kind == 4:
        held = list(dict.fromkeys([*held, _known(env, model, definition, command[1])]))
    elif kind == 5:
        held = []
    elif kind == 6:
        held = list(dict.fromkeys(_known(env, model, definition, one) for one in command[2]))
    env.database.update(model, record, {definition.name: held})


def _line(
    env: Environment, model: str, record: int, definition: FieldDefinition, kind: int, command: Sequence[Any]
) -> None:
    back = definition.relation_field
    held = list(env.value(model, record, definition.name))
    if kind == 0:
        writing.create(env, definition.relation, {**command[2], back: record})
    elif kind == 1:
        writing.write(env, definition.relation, [command[1]], command[2])
    elif kind in {2, 3}:
        _drop(env, definition, [command[1]], delete=kind == 2)
    elif kind == 4:
        writing.write(env, definition.relation, [command[1]], {back: record})
    elif kind in {5, 6}:
        kept = list(command[2]) if kind == 6 else []
        _drop(env, definition, [one for one in held if one not in kept], delete=False)
        for one in kept:
            if one not in held:
                writing.write(env, definition.relation, [one], {back: record})


def _drop(env: Environment, definition: FieldDefinition, records: Sequence[int], *, delete: bool) -> None:
    """Take records out of a one2many: those that cannot be without their parent are deleted."""
    owned = env.models[definition.relation][definition.relation_field].required
    if delete or owned:
        writing.unlink(env, definition.relation, records)
    else:
        writing.write(env, definition.relation, records, {definition.relation_field: False})


def _known(env: Environment, model: str, definition: FieldDefinition, record: Value) -> int:
    if not isinstance(record, int) or not env.exists(definition.relation, record):
        raise env.words.wrong_relation(model, definition.name, definition.relation)
    return record
