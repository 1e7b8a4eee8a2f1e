"""Field by field: what is there, what shall be there, and what of it has to be sent."""

from __future__ import annotations

from mapstudio.mapping.definition import associated_object
from mapstudio.mapping.required import required_fields
from mapstudio.model import Field, FieldChange, JsonValue, Reason, Record
from mapstudio.model.paths import get_path, set_path
from mapstudio.runner.associations import links_of, wanted_links
from mapstudio.runner.candidate import Candidate
from mapstudio.runner.task import Task


def equal(task: Task, name: str, one: JsonValue, other: JsonValue) -> bool:
    """Return whether the destination thinks the two values of a field equal."""
    if name in task.associations:
        return links_of(one) == links_of(other)
    first, second = task.destination.canonical(name, one), task.destination.canonical(name, other)
    # Python takes True for 1, JSON does not.
    return first == second and isinstance(first, bool) == isinstance(second, bool)


def changes(task: Task, item: Candidate, present: Record | None) -> tuple[FieldChange, ...]:
    """Return what differs from the present values; to create, everything but nulls, and always the key."""
    found: list[FieldChange] = []
    for name in _plain(task, item):
        new = get_path(item.values, name)
        old = None if present is None else get_path(present, name)
        if name in task.associations:
            new = wanted_links(task.associations[name], old, new)
        if not equal(task, name, old, new) and not (present is not None and keeps(task, name, old, new)):
            found.append(FieldChange(name, old, new))
    return tuple(found)


def unchanged(task: Task, item: Candidate, present: Record) -> Record:
    """Return what the mapping gives and the record has already, as one record; associations are none of it."""
    values: Record = {}
    for name in _plain(task, item):
        new = get_path(item.values, name)
        if name not in task.associations and equal(task, name, get_path(present, name), new):
            set_path(values, name, new)
    return values


def kept(task: Task, item: Candidate, present: Record) -> tuple[FieldChange, ...]:
    """Return what the destination would not let go, though other values are given; it is not sent."""
    pairs = [(name, get_path(present, name), get_path(item.values, name)) for name in _plain(task, item)]
    return tuple(FieldChange(name, old, new) for name, old, new in pairs if keeps(task, name, old, new))


def keeps(task: Task, name: str, old: JsonValue, new: JsonValue) -> bool:
    """Return whether the destination would keep the present value of a field, whatever is sent."""
    return task.destination.connector.keeps(task.destination.field(name), old, new)


def _plain(task: Task, item: Candidate) -> list[str]:
    """Return the fields that are compared as they are; lists of lines are compared line by line."""
    return [name for name in item.sent if name not in task.lines]


def association_changes(task: Task, item: Candidate, present: Record) -> tuple[FieldChange, ...]:
    """Return what differs in whom the record belongs to, and nothing else."""
    return tuple(change for change in changes(task, item, present) if change.name in task.associations)


def nested(fields: tuple[FieldChange, ...]) -> Record:
    """Return the new values as one record; associations are written apart from it."""
    values: Record = {}
    for change in fields:
        if associated_object(change.name) is None:
            set_path(values, change.name, change.new)
    return values


def missing_to_create(task: Task, item: Candidate) -> tuple[Reason, ...]:
    """Return a reason for each required field that a new record would not have."""
    found: list[Reason] = []
    for wanted in required_fields(task.destination.schema):
        value = get_path(item.values, wanted.name)
        if task.destination.canonical(wanted.name, value) is None:
            found.append(Reason(wanted.name, f"required to create a record, but {_why_empty(task, wanted)}", value))
    return tuple(found)


def cleared_required(task: Task, fields: tuple[FieldChange, ...]) -> tuple[Reason, ...]:
    """Return a reason for each required field that an update would empty."""
    return tuple(
        Reason(change.name, "required, so an update may not clear it", change.old)
        for change in fields
        if task.destination.field(change.name).required and task.destination.canonical(change.name, change.new) is None
    )


def wrong_together(task: Task, fields: tuple[FieldChange, ...], present: Record | None) -> tuple[Reason, ...]:
    """Return a reason for each option that the destination does not allow beside another field's value.

    Args:
        task: What is being planned.
        fields: What shall be sent.
        present: What is there already and stays where nothing is sent.
    """
    sent = {change.name: change.new for change in fields}
    found: list[Reason] = []
    for item in task.destination.schema.fields:
        if not item.options_by or not {item.name, item.options_by} & sent.keys():
            continue
        value, beside = (
            sent.get(name, get_path(present, name) if present is not None else None)
            for name in (item.name, item.options_by)
        )
        within = {option.within for option in item.options if option.value == value}
        if value is not None and beside is not None and within and str(beside) not in within:
            allowed = ", ".join(option.value for option in item.options if option.within == str(beside)) or "none"
            text = f"{value} is no option of {item.name} where {item.options_by} is {beside}; it takes {allowed}"
            found.append(Reason(item.name, text, value))
    return tuple(found)


def _why_empty(task: Task, wanted: Field) -> str:
    row = task.mapping.row(wanted.name)
    if row is None:
        return "no row feeds it"
    if row.question is not None:
        return "its row is an open question"
    if row.ignore is not None:
        return "its row is ignored"
    if row.draft:
        return "its row is a draft"
    return "it is empty"
