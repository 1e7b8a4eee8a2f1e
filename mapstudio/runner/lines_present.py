"""Planned lines against those that are there now: whether they still hold, are done, or need less than was planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mapstudio.mapping.definition import INNER
from mapstudio.mapping.lines import inner_name
from mapstudio.model import Record, Verb
from mapstudio.model.exact_json import dumps
from mapstudio.model.paths import get_path
from mapstudio.runner.comparing import equal
from mapstudio.runner.lines import ID, key_of, lines_of
from mapstudio.runner.plan import PlannedRecord
from mapstudio.runner.planned_line import PlannedLine
from mapstudio.runner.task import Task


def moved(task: Task, record: PlannedRecord, present: Record) -> str:
    """Return how the lines that a plan rests on have changed since; empty when they have not."""
    for line in record.lines:
        name = inner_name(line.field, line.label)
        now = _present(task, line, present)
        if line.old is None:
            if now is not None:
                return f"there is a line {name} now"
            continue
        if now is None:
            return f"the line {name} is gone"
        for own, value in line.old.items():
            if not equal(task, f"{line.field}{INNER}{own}", get_path(now, own), value):
                return f"{name}.{own} was {dumps(value)} and is now {dumps(get_path(now, own))}"
    return ""


def done(task: Task, record: PlannedRecord, present: Record) -> bool:
    """Return whether the lines of a record are as they were planned."""
    return all(_is_done(task, line, present) for line in record.lines)


async def as_present(task: Task, batch: Sequence[PlannedRecord]) -> list[PlannedRecord]:
    """Return updates whose answer was lost as they are to be sent again: lines that are there are not added again."""
    ids = {item.destination_id for item in batch if item.verb is Verb.UPDATE and item.lines and item.destination_id}
    if not ids:
        return list(batch)
    destination = task.destination
    found = await destination.connector.current(destination.object, ids, task.read_fields)
    return [
        replace(item, lines=_left(task, item, now.data))
        if item.verb is Verb.UPDATE and (now := found.get(item.destination_id or "")) is not None
        else item
        for item in batch
    ]


def _left(task: Task, record: PlannedRecord, present: Record) -> tuple[PlannedLine, ...]:
    left: list[PlannedLine] = []
    for line in record.lines:
        if _is_done(task, line, present):
            continue
        now = _present(task, line, present)
        if line.old is None and now is not None:
            left.append(replace(line, id=str(now.get(ID)), old={}))
        else:
            left.append(line)
    return tuple(left)


def _is_done(task: Task, line: PlannedLine, present: Record) -> bool:
    now = _present(task, line, present)
    if line.new is None or now is None:
        return line.new is None and now is None
    return all(equal(task, f"{line.field}{INNER}{own}", get_path(now, own), value) for own, value in line.new.items())


def _present(task: Task, line: PlannedLine, present: Record) -> Record | None:
    """Return the line as it is now: by its id, or one that is to be added by its key."""
    lines = lines_of(present, line.field)
    if line.id is not None:
        return next((one for one in lines if str(one.get(ID)) == line.id), None)
    of: Mapping[str, str | None] = {str(one.get(ID)): key_of(task, task.lines[line.field], one) for one in lines}
    return next((one for one in lines if of[str(one.get(ID))] == line.key), None)
