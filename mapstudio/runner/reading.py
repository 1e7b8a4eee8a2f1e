"""Reads the source and evaluates as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from mapstudio.connectors.exchange import Among, Page, ReadRequest
from mapstudio.model import SourceRecord
from mapstudio.runner.candidate import Candidate, candidates_of
from mapstudio.runner.progress import Phase, Progress, ProgressCallback
from mapstudio.runner.task import Task

_AT_ONCE = 25
"""Records evaluated before others on the same loop get their turn."""


@dataclass(frozen=True)
class Reading:
    """What one read gave.

    Attributes:
        candidates: In read order.
        checkpoint: Where an incremental read may go on; ``None`` when not known, or when not everything was read.
    """

    candidates: list[Candidate]
    checkpoint: str | None


async def read_candidates(
    task: Task,
    *,
    since: str | None,
    limit: int | None,
    among: Sequence[Among] | None = None,
    progress: ProgressCallback,
    check: Callable[[], None],
) -> Reading:
    """Read and evaluate all records, or the first ``limit``, or those of ``among``.

    Args:
        task: What is to be done.
        since: A checkpoint; ``None`` reads all.
        limit: At most so many source records.
        among: Only these records, which give no checkpoint: they tell nothing of the others.
        progress: Told after each page.
        check: Called often; raises when the user wants to stop.
    """
    # By id: while pages are turned the system may move a record to a later page, and it is met twice.
    found: dict[str, list[Candidate]] = {}
    checkpoint = since
    async for page in _pages(task, limit, since, among):
        for number, record in enumerate(page.records):
            if limit is not None and len(found) >= limit and record.id not in found:
                break
            found.pop(record.id, None)
            found[record.id] = candidates_of(task, record)
            if number % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0)
                check()
        checkpoint = page.checkpoint or checkpoint
        total = page.total if limit is None or page.total is None else min(limit, page.total)
        progress(Progress(Phase.READ, len(found), total))
        check()
        if limit is not None and len(found) >= limit:
            break
    candidates = [item for items in found.values() for item in items]
    return Reading(candidates, checkpoint if limit is None and among is None else None)


async def _pages(
    task: Task, limit: int | None, since: str | None, among: Sequence[Among] | None
) -> AsyncIterator[Page]:
    for some in (None,) if among is None else among:
        async for page in task.source.connector.read(_request(task, limit, since, some)):
            yield page


def _request(task: Task, limit: int | None, since: str | None = None, among: Among | None = None) -> ReadRequest:
    return ReadRequest(
        task.source.object,
        paths=task.source_paths,
        since=since,
        limit=limit,
        archived=task.mapping.source.archived,
        among=among,
    )


async def read_sample(task: Task, limit: int) -> list[SourceRecord]:
    """Return the first records, as the mapping would see them."""
    sample: list[SourceRecord] = []
    async for page in task.source.connector.read(_request(task, limit)):
        sample.extend(page.records[: limit - len(sample)])
        if len(sample) >= limit:
            break
    return sample
