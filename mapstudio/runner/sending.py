"""Sends one batch and finds out how each of its records ended, also when the answer was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.model import ConnectionFailedError, JsonScalar, MapstudioError, Verb
from mapstudio.model.paths import get_path
from mapstudio.runner.associating import associate
from mapstudio.runner.associations import has_associations
from mapstudio.runner.comparing import equal
from mapstudio.runner.lines import children_of
from mapstudio.runner.lines_present import as_present, done
from mapstudio.runner.plan import PlannedRecord
from mapstudio.runner.recovery import find_created
from mapstudio.runner.reviewing import UNKNOWN
from mapstudio.runner.steps import take_steps
from mapstudio.runner.task import Task

_UNKNOWN = WriteOutcome(Written.UNKNOWN)
_UNSENT = WriteOutcome(Written.UNSENT)


@dataclass(frozen=True)
class Sent:
    """How a batch ended.

    Attributes:
        outcomes: One for each record, in order.
        error: Why the run cannot go on, when it cannot.
        associated: How many associations were made or removed.
        steps: How many steps were taken.
    """

    outcomes: Sequence[WriteOutcome]
    error: MapstudioError | None = None
    associated: int = 0
    steps: int = 0


def batches(task: Task, records: Sequence[PlannedRecord]) -> Iterator[tuple[PlannedRecord, ...]]:
    """Yield all creates, then all updates, as many at once as the destination takes."""
    size = max(1, task.destination.capabilities.batch_size)
    for verb in (Verb.CREATE, Verb.UPDATE):
        same = [record for record in records if record.verb is verb]
        for start in range(0, len(same), size):
            yield tuple(same[start : start + size])


async def send(task: Task, batch: Sequence[PlannedRecord]) -> Sent:
    """Send the records of the batch with their lines, then their associations, then let them take their steps."""
    changed = [
        place for place, record in enumerate(batch) if record.values or record.lines or record.verb is Verb.CREATE
    ]
    outcomes = [WriteOutcome(Written.UPDATED, record.destination_id) for record in batch]
    if changed:
        sent = await _send_records(task, [batch[place] for place in changed])
        for place, outcome in zip(changed, sent.outcomes, strict=True):
            outcomes[place] = outcome
        if sent.error is not None:
            return Sent(_unsettled(batch, outcomes), sent.error)
    made = 0
    if task.associations:
        ended = await associate(task, batch, outcomes)
        outcomes, made = [*ended.outcomes], ended.made
        if ended.error is not None:
            return Sent(_unsettled(batch, outcomes), ended.error, made)
    if not task.actions:
        return Sent(outcomes, associated=made)
    taken = await take_steps(task, batch, outcomes)
    return Sent(taken.outcomes, taken.error, made, taken.count)


def _unsettled(batch: Sequence[PlannedRecord], outcomes: Sequence[WriteOutcome]) -> list[WriteOutcome]:
    """Return the outcomes of a batch that goes no further: records with associations or steps are not done."""
    written = {Written.CREATED, Written.UPDATED}
    return [
        _UNKNOWN if outcome.result in written and (record.steps or has_associations(record)) else outcome
        for record, outcome in zip(batch, outcomes, strict=True)
    ]


async def _send_records(task: Task, batch: Sequence[PlannedRecord]) -> Sent:
    """Send the records; what has no answer is read again, and sent once more when it is not there.

    Sending again cannot double anything: creates go through a key that the destination enforces, and an update sets
    the same values, and adds no line that is there. Where the destination keeps no create from doubling, what is not
    there goes to a person instead.
    """
    sent = await _write(task, batch)
    if sent.error is not None and not isinstance(sent.error, ConnectionFailedError):
        return sent
    sent = await _settle(task, batch, sent)
    again = _unknown(sent)
    if not again or sent.error is not None:
        return sent
    try:
        rest = await as_present(task, [batch[place] for place in again])
    except MapstudioError as error:
        return Sent(sent.outcomes, error)
    second = await _write(task, rest, repeats=True)
    outcomes = list(sent.outcomes)
    for place, outcome in zip(again, second.outcomes, strict=True):
        outcomes[place] = outcome
    sent = await _settle(task, batch, Sent(outcomes, second.error))
    if _unknown(sent) and sent.error is None:
        return Sent(sent.outcomes, second.error or _no_answer(task, sent))
    return sent


async def _write(task: Task, batch: Sequence[PlannedRecord], *, repeats: bool = False) -> Sent:
    destination = task.destination
    writes = [_write_of(task, record) for record in batch]
    try:
        outcomes = await destination.connector.write(destination.object, writes)
    except MapstudioError as error:
        # Where a create must not be sent again, an error says that nothing was carried out.
        return Sent([_UNKNOWN if _may_repeat(task, batch) else _UNSENT] * len(batch), error)
    if len(outcomes) != len(batch):
        # A connector that breaks the contract tells nothing about any record: all of them are read again.
        return Sent([_UNKNOWN] * len(batch))
    return Sent([_as_known(record, outcome, repeats=repeats) for record, outcome in zip(batch, outcomes, strict=True)])


def _as_known(record: PlannedRecord, outcome: WriteOutcome, *, repeats: bool) -> WriteOutcome:
    """Return a create that was sent twice as the create that it is.

    The second one finds what the first has made and calls itself an update. There was no record with that key when the
    plan looked, so what is there now is ours, and the report says what the destination's own book says.
    """
    ours = outcome.result is Written.UPDATED and (outcome.repeated or repeats)
    return replace(outcome, result=Written.CREATED) if ours and record.verb is Verb.CREATE else outcome


def _write_of(task: Task, record: PlannedRecord) -> Write:
    origin, children = task.origin(record.source_id), children_of(record.lines)
    if record.verb is Verb.UPDATE:
        return Write(origin, record.values, record.destination_id, children=children, same=record.same)
    key = {name: _scalar(record, name) for name in task.key}
    return Write(origin, record.values, None, key, children, others=frozenset(record.others))


def _scalar(record: PlannedRecord, name: str) -> JsonScalar:
    value = get_path(record.values, name)
    return None if isinstance(value, (list, dict)) else value


def _may_repeat(task: Task, batch: Sequence[PlannedRecord]) -> bool:
    return batch[0].verb is not Verb.CREATE or task.destination.capabilities.repeatable


def _unknown(sent: Sent) -> list[int]:
    """Return the places of those that may be sent once more: of which nobody knows, or which were not sent."""
    again = {Written.UNKNOWN, Written.UNSENT}
    return [place for place, outcome in enumerate(sent.outcomes) if outcome.result in again]


async def _settle(task: Task, batch: Sequence[PlannedRecord], sent: Sent) -> Sent:
    """Read again what has no answer. When the destination answers again, the run can go on."""
    unknown = [place for place, outcome in enumerate(sent.outcomes) if outcome.result is Written.UNKNOWN]
    if not unknown:
        return sent
    outcomes = list(sent.outcomes)
    try:
        if batch[0].verb is Verb.CREATE:
            created = await find_created(
                task,
                {batch[place].source_id: batch[place].canonical_key for place in unknown},
                {batch[place].source_id: batch[place].others for place in unknown},
            )
            for place in unknown:
                if identifier := created.get(batch[place].source_id):
                    outcomes[place] = WriteOutcome(Written.CREATED, identifier)
                elif not _may_repeat(task, batch):
                    outcomes[place] = WriteOutcome(Written.REVIEW, reasons=(UNKNOWN,))
        else:
            for place in await _updated(task, batch, unknown):
                outcomes[place] = WriteOutcome(Written.UPDATED, batch[place].destination_id)
    except MapstudioError as error:
        return Sent(sent.outcomes, sent.error or error)
    return Sent(outcomes)


async def _updated(task: Task, batch: Sequence[PlannedRecord], places: Sequence[int]) -> list[int]:
    destination = task.destination
    ids = {identifier for place in places if (identifier := batch[place].destination_id) is not None}
    present = await destination.connector.current(destination.object, ids, task.read_fields)
    return [
        place
        for place in places
        if (record := present.get(batch[place].destination_id or "")) is not None
        and all(
            equal(task, change.name, get_path(record.data, change.name), change.new)
            for change in batch[place].own_fields
            if change.name not in task.associations
        )
        and done(task, batch[place], record.data)
    ]


def _no_answer(task: Task, sent: Sent) -> ConnectionFailedError:
    destination = task.destination
    unsent = [outcome for outcome in sent.outcomes if outcome.result is Written.UNSENT]
    if unsent:
        why = next((outcome.reasons[0].reason for outcome in unsent if outcome.reasons), "it does not answer")
        return ConnectionFailedError(
            f"{destination.connection}.{destination.object} did not take {_records(len(unsent))}, even when asked "
            f"again: {why.rstrip('.')}.",
            remedy="The next run goes on.",
        )
    return ConnectionFailedError(
        f"{destination.connection}.{destination.object} did not say what became of {_records(len(_unknown(sent)))}, "
        "even when asked again.",
        remedy="The next run finds out and goes on.",
    )


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"
