"""Whether a plan still holds: the mapping, the accounts, the schema, and every value that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mapstudio.model import PreconditionError, Verb
from mapstudio.model.exact_json import dumps
from mapstudio.model.paths import get_path
from mapstudio.runner.comparing import equal
from mapstudio.runner.lines_present import moved
from mapstudio.runner.plan import Plan, PlannedRecord
from mapstudio.runner.task import Task

_AT_ONCE = 200
_REMEDY = "Nothing was written. Plan again."


def check_premises(task: Task, plan: Plan) -> None:
    """Compare what the plan rests on, as far as that is known without asking for records.

    Raises:
        PreconditionError: The mapping, an account, an object or the destination's schema is another one.
    """
    if plan.digest != task.digest or plan.mapping != task.mapping.name:
        raise PreconditionError(f'The plan was made for another version of "{plan.mapping}".', remedy=_REMEDY)
    for side, planned, planned_account in (
        (task.source, plan.source, plan.source_account),
        (task.destination, plan.destination, plan.destination_account),
    ):
        if side.account_key != planned_account or side.object != planned.object:
            raise PreconditionError(
                f"The plan is for {planned.object} of {planned.account} ({planned.environment}), but "
                f'"{side.connection}" reaches {side.object} of {side.account.name} ({side.environment}).',
                remedy=_REMEDY,
            )
    if plan.schema_digest != task.schema_digest:
        raise PreconditionError(
            f"The schema of {task.destination.connection}.{task.destination.object} has changed since the plan.",
            remedy=_REMEDY,
        )


async def check_present(task: Task, plan: Plan) -> None:
    """Compare the destination's present values with those that the plan was made from.

    Raises:
        PreconditionError: A record was changed, removed or created since.
    """
    for some in _batched([record for record in plan.records if record.verb is Verb.UPDATE]):
        await _check_updates(task, some)
    for some in _batched([record for record in plan.records if record.verb is Verb.CREATE]):
        await _check_creates(task, some)


async def _check_updates(task: Task, records: Sequence[PlannedRecord]) -> None:
    destination = task.destination
    ids = {record.destination_id for record in records if record.destination_id is not None}
    present = await destination.connector.current(destination.object, ids, task.read_fields)
    for record in records:
        now = present.get(record.destination_id or "")
        if now is None:
            raise _moved(task, record, "it is gone")
        for change in record.own_fields:
            value = get_path(now.data, change.name)
            if not equal(task, change.name, value, change.old):
                raise _moved(task, record, f"{change.name} was {dumps(change.old)} and is now {dumps(value)}")
        if how := moved(task, record, now.data):
            raise _moved(task, record, how)
        for name in record.steps:
            if destination.connector.done(destination.object, name, now.data):
                raise _moved(task, record, f"it has taken the step {name}")


async def _check_creates(task: Task, records: Sequence[PlannedRecord]) -> None:
    destination = task.destination
    keys = {record.canonical_key for record in records}
    hits = await destination.connector.lookup(destination.object, task.key, keys, task.key)
    for record in records:
        if found := [hit for hit in hits.get(record.canonical_key, ()) if hit.id not in record.others]:
            raise _moved(task, record, f"a record with its key exists now ({found[0].id})")


def _moved(task: Task, record: PlannedRecord, how: str) -> PreconditionError:
    what = f"{task.destination.connection}.{task.destination.object} {record.destination_id or ''}".strip()
    return PreconditionError(
        f"The destination moved since the plan: {what} (from {record.source_id}): {how}.", remedy=_REMEDY
    )


def _batched(records: Sequence[PlannedRecord]) -> Iterator[Sequence[PlannedRecord]]:
    for start in range(0, len(records), _AT_ONCE):
        yield records[start : start + _AT_ONCE]
