"""The plan of a whole read: from the checkpoint or the beginning, with what killed runs left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from mapstudio.connectors.exchange import Among
from mapstudio.model import UsageError
from mapstudio.runner.plan import Plan, PlannedRecord
from mapstudio.runner.planner import plan_candidates
from mapstudio.runner.progress import ProgressCallback
from mapstudio.runner.reading import read_candidates
from mapstudio.runner.recovery import find_recovered
from mapstudio.runner.state import StateStore, stamp, utc_now
from mapstudio.runner.task import Task


async def make_plan(
    task: Task,
    state: StateStore,
    lock: str,
    *,
    limit: int | None,
    since: Literal["last"] | None,
    among: Sequence[Among] | None = None,
    retry: bool,
    progress: ProgressCallback,
    check: Callable[[], None],
) -> Plan:
    """Return what an apply would do; nothing is written anywhere.

    Args:
        task: What is to be done.
        state: Holds links, checkpoints and intents.
        lock: The name of the lock under which killed runs left their intents.
        limit: Only the first so many source records.
        since: ``last`` reads from the last checkpoint on, ``None`` reads all.
        among: Only these records; see :attr:`ReadRequest.among`.
        retry: Send also what the destination refused a short time ago.
        progress: Told as it goes on.
        check: Called often; raises when the user wants to stop.

    Raises:
        UsageError: ``since`` on a source that cannot be read incrementally.
    """
    created = stamp(utc_now())
    position, notes = _position(task, state, since)
    recovered = await find_recovered(task, state, lock)
    if recovered.links:
        notes = (*notes, f"{len(recovered.links)} records that a killed run created were found again")
    if recovered.lost:
        notes = (*notes, f"{len(recovered.lost)} records that a killed run was about to create were not found")
    reading = await read_candidates(task, since=position, limit=limit, among=among, progress=progress, check=check)
    records = await plan_candidates(
        task, state, reading.candidates, recovered=recovered, progress=progress, retry=retry
    )
    check()
    return Plan(
        mapping=task.mapping.name,
        digest=task.digest,
        created=created,
        source=task.source.info,
        destination=task.destination.info,
        source_account=task.source.account_key,
        destination_account=task.destination.account_key,
        schema_digest=task.schema_digest,
        records=tuple(records),
        notes=(*notes, *_kept_notes(records)),
        checkpoint=reading.checkpoint if task.source.capabilities.incremental else None,
    )


def _kept_notes(records: Sequence[PlannedRecord]) -> Iterator[str]:
    """Yield for each field how many records keep a value that the destination would not let go."""
    for name, count in Counter(name for record in records for name in record.kept).items():
        some = f"{count} records keep their" if count > 1 else "1 record keeps its"
        yield f"{some} {name}: the destination would not go back to what the mapping gives"


def _position(task: Task, state: StateStore, since: Literal["last"] | None) -> tuple[str | None, tuple[str, ...]]:
    """Return where to begin, and what is to be said about it."""
    if since is None:
        return None, ()
    if not task.source.capabilities.incremental:
        raise UsageError(
            f"{task.source.connection} {task.source.object} cannot be read from a checkpoint on.",
            remedy="Leave out --since: everything is read, and what is equal is not sent.",
        )
    checkpoint = state.checkpoints.get(task.mapping.name, task.scope)
    if checkpoint is None:
        return None, ("everything was read: there is no checkpoint yet",)
    if checkpoint.mapping_digest != task.digest:
        return None, ("everything was read: the mapping has changed since the checkpoint",)
    return checkpoint.position, ()
