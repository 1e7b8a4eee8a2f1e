"""Keys in canonical form, and the one record that stands for all that have the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from mapstudio.connectors.exchange import KeyValues
from mapstudio.mapping.definition import path_parts
from mapstudio.model import JsonScalar
from mapstudio.model.paths import get_path
from mapstudio.runner.candidate import Candidate
from mapstudio.runner.task import Task

_NEVER = datetime.min.replace(tzinfo=UTC)


def set_keys(task: Task, candidates: Sequence[Candidate]) -> None:
    """Give every candidate its canonical key; a null rejects it, a part that waits leaves it without one."""
    for item in candidates:
        if item.meant:
            item.key = _key(task, item)


def collapse(candidates: Sequence[Candidate]) -> None:
    """Let the last modified of those with one key stand for the others; read order decides between equals.

    One that waits stands for the others too: what is older than it would undo what it said before.
    """
    winners: dict[KeyValues, Candidate] = {}
    for item in candidates:
        if item.meant and item.key is not None:
            best = winners.get(item.key)
            if best is None or _modified(item) >= _modified(best):
                winners[item.key] = item
    for item in candidates:
        if item.meant and item.key is not None and winners[item.key] is not item:
            item.winner = winners[item.key]


def _key(task: Task, item: Candidate) -> KeyValues | None:
    values: list[JsonScalar] = []
    waiting = {path_parts(wait.row) for wait in item.waits}
    for name in task.key:
        if waiting and path_parts(name) in waiting:
            continue
        value = get_path(item.values, name)
        canonical = task.destination.canonical(name, value)
        if canonical is None:
            item.reject("key", f'the key "{name}" is empty', value)
        elif isinstance(canonical, (list, dict)):
            item.reject("key", f'the key "{name}" is not a single value', value)
        else:
            values.append(canonical)
    return tuple(values) if len(values) == len(task.key) else None


def _modified(item: Candidate) -> datetime:
    if item.source.modified is None:
        return _NEVER
    try:
        moment = datetime.fromisoformat(item.source.modified)
    except ValueError:
        return _NEVER
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
