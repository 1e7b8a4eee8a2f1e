"""Sends the associations of a batch, once its records are written.

Making an association that is there already changes nothing, so whatever has no answer is simply sent again. A record
whose associations could not be sent counts as one of which nobody knows: its intent stays, and the next run sends what
is missing, whatever the mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mapstudio.connectors.exchange import Association, WriteOutcome, Written
from mapstudio.model import ConnectionFailedError, MapstudioError, Reason, Verb
from mapstudio.runner.associations import planned_associations
from mapstudio.runner.plan import PlannedRecord
from mapstudio.runner.task import Task

_DONE = frozenset({Written.CREATED, Written.UPDATED})


@dataclass(frozen=True)
class Associated:
    """How the associations of a batch ended.

    Attributes:
        outcomes: Those of the records, with what was refused of their associations.
        made: How many associations were made or removed.
        error: Why the run cannot go on, when it cannot.
    """

    outcomes: Sequence[WriteOutcome]
    made: int = 0
    error: MapstudioError | None = None


async def associate(task: Task, batch: Sequence[PlannedRecord], outcomes: Sequence[WriteOutcome]) -> Associated:
    """Send the associations of those records of a batch that are written."""
    wanted: list[tuple[int, Association]] = [
        (place, item)
        for place, (record, outcome) in enumerate(zip(batch, outcomes, strict=True))
        if outcome.result in _DONE and (identity := outcome.destination_id or record.destination_id)
        for item in planned_associations(record, identity)
    ]
    if not wanted:
        return Associated(outcomes)
    told, error = await _send(task, [item for _, item in wanted])
    refused: dict[int, list[Reason]] = {}
    taken: set[int] = set()
    for (place, _), reason in zip(wanted, told, strict=True):
        if reason is None:
            taken.add(place)
        else:
            refused.setdefault(place, []).append(reason)
    if error is not None:
        lost = {place for place, _ in wanted}
        unknown = WriteOutcome(Written.UNKNOWN)
        return Associated([unknown if place in lost else one for place, one in enumerate(outcomes)], error=error)
    ended = list(outcomes)
    for place, reasons in refused.items():
        nothing = batch[place].verb is Verb.UPDATE and not batch[place].values and place not in taken
        result = Written.REFUSED if nothing else ended[place].result
        ended[place] = replace(ended[place], result=result, reasons=tuple(reasons))
    return Associated(ended, sum(reason is None for reason in told))


async def _send(task: Task, items: Sequence[Association]) -> tuple[Sequence[Reason | None], MapstudioError | None]:
    destination = task.destination
    try:
        try:
            told = await destination.connector.associate(destination.object, items)
        except ConnectionFailedError:
            told = await destination.connector.associate(destination.object, items)
    except MapstudioError as error:
        return [None] * len(items), error
    return told, None
