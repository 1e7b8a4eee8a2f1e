"""The steps of a batch, once its records and whom they belong to are written.

A step that was taken is left as it is by the destination, so whatever has no answer is simply asked for again. A record
whose steps could not be asked for counts as one of which nobody knows: its intent stays, and the next run asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mapstudio.connectors.exchange import WriteOutcome, Written
from mapstudio.mapping.definition import AFTER_PREFIX
from mapstudio.model import ConnectionFailedError, FieldChange, MapstudioError, Reason, Record, Verb
from mapstudio.runner.candidate import Candidate
from mapstudio.runner.plan import PlannedRecord
from mapstudio.runner.task import Task

_DONE = frozenset({Written.CREATED, Written.UPDATED})


@dataclass(frozen=True)
class Taken:
    """How the steps of a batch ended.

    Attributes:
        outcomes: Those of the records, with the steps that were refused.
        count: How many steps were taken.
        error: Why the run cannot go on, when it cannot.
    """

    outcomes: Sequence[WriteOutcome]
    count: int = 0
    error: MapstudioError | None = None


def steps_due(task: Task, item: Candidate, present: Record | None) -> tuple[str, ...]:
    """Return the steps that a record shall take and has not taken, in the order of the file."""
    destination = task.destination
    return tuple(
        name
        for name in item.after
        if present is None or not destination.connector.done(destination.object, name, present)
    )


def step_changes(steps: Iterable[str]) -> Iterator[FieldChange]:
    """Yield the steps as a plan tells them."""
    for name in steps:
        yield FieldChange(f"{AFTER_PREFIX}{name}", old=False, new=True)


async def take_steps(task: Task, batch: Sequence[PlannedRecord], outcomes: Sequence[WriteOutcome]) -> Taken:
    """Let those records of a batch take their steps that are written with all that belongs to them."""
    work = _Work(task, batch, list(outcomes))
    for name in task.actions:
        places = [place for place, record in enumerate(batch) if name in record.steps and work.is_written(place)]
        error = await work.take(name, places) if places else None
        if error is not None:
            return Taken(work.lost(), work.count, error)
    return Taken(work.outcomes, work.count)


@dataclass
class _Work:
    task: Task
    batch: Sequence[PlannedRecord]
    outcomes: list[WriteOutcome]
    count: int = 0

    def is_written(self, place: int) -> bool:
        return self.outcomes[place].result in _DONE

    async def take(self, name: str, places: Sequence[int]) -> MapstudioError | None:
        """Ask for one step of several records, leaving out those of which something was refused before."""
        whole = [place for place in places if not self.outcomes[place].reasons]
        for place in places:
            if place not in whole:
                self._refuse(place, name, Reason("", "not taken, since a part of the record was refused", None))
        ids = [(place, self._id(place)) for place in whole]
        asked = [(place, identity) for place, identity in ids if identity is not None]
        if not asked:
            return None
        told, error = await _act(self.task, name, [identity for _, identity in asked])
        if error is not None:
            return error
        for (place, _), reason in zip(asked, told, strict=True):
            if reason is None:
                self.count += 1
            else:
                self._refuse(place, name, reason)
        return None

    def lost(self) -> list[WriteOutcome]:
        """Return the outcomes when the destination does not answer any more."""
        return [
            WriteOutcome(Written.UNKNOWN, outcome.destination_id)
            if record.steps and self.is_written(place)
            else outcome
            for place, (record, outcome) in enumerate(zip(self.batch, self.outcomes, strict=True))
        ]

    def _id(self, place: int) -> str | None:
        return self.outcomes[place].destination_id or self.batch[place].destination_id

    def _refuse(self, place: int, name: str, reason: Reason) -> None:
        record, outcome = self.batch[place], self.outcomes[place]
        told = Reason(f"{AFTER_PREFIX}{name}", reason.reason, reason.value)
        alone = record.verb is Verb.UPDATE and len(record.fields) == len(record.steps) and name == record.steps[0]
        result = Written.REFUSED if alone else outcome.result
        self.outcomes[place] = replace(outcome, result=result, reasons=(*outcome.reasons, told))


async def _act(task: Task, name: str, ids: Sequence[str]) -> tuple[Sequence[Reason | None], MapstudioError | None]:
    destination = task.destination
    try:
        try:
            told = await destination.connector.act(destination.object, name, ids)
        except ConnectionFailedError:
            told = await destination.connector.act(destination.object, name, ids)
    except MapstudioError as error:
        return (), error
    return told, None
