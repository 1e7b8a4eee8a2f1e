"""Whom a record belongs to: what is there, what shall be added, and what with ``replace`` is taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy

from mapstudio.connectors.exchange import Association
from mapstudio.mapping.associations import ID, LABELS, RowAssociation
from mapstudio.mapping.definition import associated_object
from mapstudio.model import FieldChange, JsonValue
from mapstudio.model.paths import get_path, set_path
from mapstudio.runner.candidate import Candidate
from mapstudio.runner.plan import PlannedRecord
from mapstudio.runner.task import Task

_Links = Mapping[str, frozenset[str]]
"""The associated ids, each with its labels."""


def links_of(value: JsonValue) -> _Links:
    """Return what a field ``associations.<object>`` holds; the order of ids and labels means nothing."""
    found: dict[str, frozenset[str]] = {}
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, dict) and entry.get(ID) is not None:
            labels = entry.get(LABELS)
            named = frozenset(str(label) for label in labels) if isinstance(labels, list) else frozenset()
            identity = str(entry[ID])
            found[identity] = found.get(identity, frozenset()) | named
    return found


def wanted_links(row: RowAssociation, present: JsonValue, given: JsonValue) -> JsonValue:
    """Return what the field shall hold: what the row gives beside what is there, or with ``replace`` that alone.

    Labels are only ever added: without ``replace``, others may have their reasons for theirs, and with it a record that
    is given keeps what it has.
    """
    before, new = links_of(present), links_of(given)
    kept = {identity: labels for identity, labels in before.items() if not row.replace or identity in new}
    after = {**kept, **{identity: before.get(identity, frozenset()) | labels for identity, labels in new.items()}}
    return [{ID: identity, LABELS: [*sorted(labels)]} for identity, labels in after.items()] or None


def settle_sole_labels(task: Task, candidates: Sequence[Candidate]) -> None:
    """Let the first of a list have a label that only one can have; the others belong to the record without it."""
    for name, row in task.associations.items():
        sole = task.destination.connector.sole_labels(task.destination.object, row.object)
        for item in candidates if sole else ():
            entries = get_path(item.values, name) if item.meant else None
            if isinstance(entries, list) and len(entries) > 1:
                item.values = deepcopy(item.values)
                set_path(item.values, name, _settled(entries, sole))


def _settled(entries: Sequence[JsonValue], sole: frozenset[str]) -> JsonValue:
    taken: set[JsonValue] = set()
    found: list[JsonValue] = []
    for entry in entries:
        labels = entry.get(LABELS) if isinstance(entry, dict) else None
        if isinstance(entry, dict) and isinstance(labels, list):
            kept = [label for label in labels if label not in sole or label not in taken]
            taken.update(label for label in kept if isinstance(label, str))
            found.append({**entry, LABELS: kept})
        else:
            found.append(entry)
    return found


def has_associations(record: PlannedRecord) -> bool:
    """Return whether a planned record changes whom it belongs to."""
    return any(associated_object(change.name) is not None for change in record.fields)


def planned_associations(record: PlannedRecord, identity: str) -> Iterator[Association]:
    """Yield what a planned record's associations need.

    Args:
        record: The record.
        identity: Its id in the destination.
    """
    for change in record.fields:
        target = associated_object(change.name)
        if target is not None:
            yield from _differences(change, identity, target)


def _differences(change: FieldChange, identity: str, target: str) -> Iterator[Association]:
    before, after = links_of(change.old), links_of(change.new)
    for other, labels in after.items():
        added = labels - before.get(other, frozenset())
        if other not in before or added:
            yield Association(identity, target, other, tuple(sorted(added)))
    for other in before:
        if other not in after:
            yield Association(identity, target, other, remove=True)
