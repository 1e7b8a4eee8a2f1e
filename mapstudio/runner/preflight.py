"""Whether key, mode and destination go together, before the first record is read; all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from mapstudio.connectors.declarations import Enforcement
from mapstudio.connectors.exchange import Action
from mapstudio.mapping.definition import Mapping
from mapstudio.mapping.format import Mode
from mapstudio.mapping.problems import MappingError, Problem, Severity
from mapstudio.model import FieldType
from mapstudio.model.suggest import did_you_mean
from mapstudio.runner.task import Task

_NO_KEY_TYPES = frozenset({FieldType.OPTIONS, FieldType.REFERENCES, FieldType.LIST, FieldType.OBJECT})


def check_abilities(task: Task) -> None:
    """Refuse what the destination could not do, or not without the risk of doubling a record.

    Raises:
        MappingError: Nothing was read; all problems are listed.
    """
    destination = task.destination
    actions = destination.connector.actions(destination.object)
    problems = [*_key_problems(task), *_mode_problems(task), *unknown_steps(task.mapping, actions)]
    if problems:
        raise MappingError(sorted(problems, key=lambda problem: problem.line))


def _key_problems(task: Task) -> Iterator[Problem]:
    for name in task.key:
        item = task.destination.field(name)
        if item.type in _NO_KEY_TYPES:
            message = f"the key {name} holds a {item.type}, which cannot be looked up"
            yield _problem(task, task.mapping.destination.key_line, "key", message, "take a field with a single value")


def _mode_problems(task: Task) -> Iterator[Problem]:
    destination, able = task.mapping.destination, task.destination.capabilities
    what = f"{task.destination.connection} {task.destination.object}"
    if destination.mode is not Mode.INSERT and not able.update:
        remedy = "use mode: insert, or another destination"
        yield _problem(task, destination.line, "", f"records of {what} cannot be updated", remedy)
    if destination.mode is Mode.UPDATE:
        return
    if task.destination.connector.unique_keys and able.update:
        if not _is_enforced(task):
            yield unenforced_key(task.mapping, able.upsert_fields)
    elif able.create is Enforcement.NONE:
        message = f"records of {what} cannot be created without the risk of doubling them"
        remedy = "use mode: update, which only changes records that exist"
        yield _problem(task, destination.line, "", message, remedy)
    elif able.create is Enforcement.UNIQUE_FIELD and not _is_enforced(task):
        yield unenforced_key(task.mapping, able.upsert_fields, can_add=False)


def unknown_steps(mapping: Mapping, actions: Sequence[Action]) -> Iterator[Problem]:
    """Yield the steps of ``after`` that the destination does not know.

    Args:
        mapping: The mapping.
        actions: The steps that records of its destination can take.
    """
    what = f"{mapping.destination.connection} {mapping.destination.object}"
    known = [action.name for action in actions]
    for after in mapping.destination.after:
        if after.action in known:
            continue
        if known:
            message = f"records of {what} know no step {after.action}"
            remedy = did_you_mean(after.action, known) or f"there {_are(known)}"
        else:
            message, remedy = f"records of {what} take no steps after they are written", "remove after"
        yield Problem(mapping.file, after.line, after.row, message, remedy)


def _are(names: Sequence[str]) -> str:
    return f"is {names[0]}" if len(names) == 1 else f"are {', '.join(names)}"


def unenforced_key(
    mapping: Mapping, unique: Collection[str], *, can_add: bool = True, severity: Severity = Severity.ERROR
) -> Problem:
    """Return that the destination does not keep the key unique, and what to do.

    Args:
        mapping: The mapping.
        unique: The fields that it keeps unique.
        can_add: Whether one can be added.
        severity: For ``check`` a warning: only runs need a key.
    """
    destination = mapping.destination
    what, line = f"{destination.connection} {destination.object}", destination.key_line or destination.line
    message = f"{what} does not keep {' and '.join(destination.key)} unique, so that a create could double a record"
    ways = [f"use as the only key one that it does ({' or '.join(sorted(unique))})"] if unique else []
    if can_add:
        ways.append(f"create one with mapstudio add-key {destination.connection} {destination.object}")
    ways.append("use mode: update")
    return Problem(mapping.file, line, "key", message, ", or ".join(ways), severity)


def _is_enforced(task: Task) -> bool:
    return len(task.key) == 1 and task.key[0] in task.destination.capabilities.upsert_fields


def _problem(task: Task, line: int, row: str, message: str, remedy: str) -> Problem:
    return Problem(task.mapping.file, line, row, message, remedy)
