"""``write``: changes of records that are there, equal ones in one call, lines in the same transaction as their record.

A write that adds or removes lines is no call to repeat blindly: when its answer is lost, the lines are read again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mapstudio.connectors.exchange import WriteOutcome, Written
from mapstudio.connectors.http import LostAnswerError
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.jobs import Job, Shape
from mapstudio.connectors.odoo.lines import commands
from mapstudio.connectors.odoo.loading import CONTEXT, Loader
from mapstudio.connectors.odoo.refusing import of_fault
from mapstudio.model.exact_json import dumps

_FEW = 3
"""From so many records on that get values of their own, ``load`` is faster than one ``write`` for each."""

_LOOKS = (0.0, 0.5, 2.0)
"""Seconds before each look at what a lost write has done; Odoo may still be at work on it."""

Lines = frozenset[int]


@dataclass
class Updater:
    """Changes records of one connection.

    Attributes:
        catalogue: Where to ask.
        loader: For many records with values of their own.
    """

    catalogue: Catalogue
    loader: Loader
    _in_doubt: dict[tuple[str, int], Mapping[str, Lines]] = field(default_factory=dict)

    async def update(self, shape: Shape, jobs: Sequence[Job]) -> dict[int, WriteOutcome]:
        """Change records, and return their outcomes by place."""
        outcomes: dict[int, WriteOutcome] = {}
        alone: dict[tuple[str, ...], list[Job]] = {}
        plain = [job for job in jobs if not job.lines]
        for group in _equal(plain):
            if len(group) > 1 or group[0].properties:
                outcomes.update(await self._write(shape, group))
            else:
                alone.setdefault(tuple(sorted(group[0].values)), []).append(group[0])
        for names, group in alone.items():
            if len(group) >= _FEW:
                outcomes.update(await self.loader.update(shape, names, group))
            else:
                for job in group:
                    outcomes.update(await self._write(shape, [job]))
        with_lines = [job for job in jobs if job.lines]
        before = await self._lines_of(shape, with_lines) if with_lines else {}
        for job in with_lines:
            outcomes[job.place] = await self._with_lines(shape, job, before.get(job.id, {}))
        return outcomes

    async def _write(self, shape: Shape, jobs: list[Job]) -> dict[int, WriteOutcome]:
        """Write the same values to several records; when that fails, to halves of them."""
        if not jobs[0].values:
            return {job.place: _updated(job) for job in jobs}
        try:
            await self._call(shape, [job.id for job in jobs], jobs[0].values, repeatable=True)
        except Fault as fault:
            self._stop(fault, shape)
            if len(jobs) == 1:
                return {jobs[0].place: _refused(shape, jobs[0], fault)}
            middle = len(jobs) // 2
            first = await self._write(shape, jobs[:middle])
            return {**first, **await self._write(shape, jobs[middle:])}
        return {job.place: _updated(job) for job in jobs}

    async def _with_lines(self, shape: Shape, job: Job, before: Mapping[str, Lines]) -> WriteOutcome:
        at = (shape.model, job.id)
        if at in self._in_doubt:
            earlier = self._in_doubt.pop(at)
            if _happened(job, earlier, before):
                return _updated(job)
        values = {**job.values, **commands(job.lines)}
        try:
            await self._call(shape, [job.id], values, repeatable=not _grows_or_shrinks(job))
        except Fault as fault:
            self._stop(fault, shape)
            return _refused(shape, job, fault)
        except LostAnswerError:
            return await self._look_again(shape, job, before)
        return _updated(job)

    async def _look_again(self, shape: Shape, job: Job, before: Mapping[str, Lines]) -> WriteOutcome:
        """Find out whether a write whose answer was lost has happened."""
        # It may happen later than we look: who writes this record next looks first.
        self._in_doubt[shape.model, job.id] = before
        for seconds in _LOOKS:
            await asyncio.sleep(seconds)
            now = (await self._lines_of(shape, [job])).get(job.id, {})
            if _happened(job, before, now):
                del self._in_doubt[shape.model, job.id]
                return _updated(job)
        return WriteOutcome(Written.UNKNOWN, job.write.destination_id)

    async def _lines_of(self, shape: Shape, jobs: Sequence[Job]) -> dict[int, dict[str, Lines]]:
        """Return the ids of the lines of each record, by list field."""
        names = sorted({line.field for job in jobs for line in job.lines})
        domain = [["id", "in", [job.id for job in jobs]]]
        try:
            told = await self.catalogue.rpc.call(
                shape.model, "search_read", [domain], {"fields": names, "context": {"active_test": False}}
            )
        except Fault as fault:
            self.catalogue.refuse(fault, f"read {shape.model}")
        rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
        return {int(str(row["id"])): {name: _ids(row.get(name)) for name in names} for row in rows}

    async def _call(self, shape: Shape, ids: list[int], values: object, *, repeatable: bool) -> None:
        await self.catalogue.rpc.call(shape.model, "write", [ids, values], {"context": CONTEXT}, repeatable=repeatable)

    def _stop(self, fault: Fault, shape: Shape) -> None:
        """Raise what would refuse every record, in place of finding that out record by record."""
        if fault.stops_everything:
            self.catalogue.refuse(fault, f"change records of {shape.model}")


def _happened(job: Job, before: Mapping[str, Lines], now: Mapping[str, Lines]) -> bool:
    """Return whether the lines show that all of a write was done, as one call is one transaction."""
    if not _grows_or_shrinks(job):
        return False
    added = {line.field for line in job.lines if line.child.id is None}
    removed = [line for line in job.lines if line.child.remove]
    grown = all(now.get(name, frozenset()) - before.get(name, frozenset()) for name in added)
    return grown and all(int(str(line.child.id)) not in now.get(line.field, frozenset()) for line in removed)


def _grows_or_shrinks(job: Job) -> bool:
    """Return whether lines are added or removed; a write that only changes lines can be sent twice without harm."""
    return any(line.child.id is None or line.child.remove for line in job.lines)


def _equal(jobs: Sequence[Job]) -> list[list[Job]]:
    """Group jobs that set the same values, in the order of the first of each group."""
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        groups.setdefault(dumps(job.values), []).append(job)
    return list(groups.values())


def _updated(job: Job) -> WriteOutcome:
    return WriteOutcome(Written.UPDATED, job.write.destination_id)


def _refused(shape: Shape, job: Job, fault: Fault) -> WriteOutcome:
    return WriteOutcome(Written.REFUSED, job.write.destination_id, (of_fault(fault, shape, job),))


def _ids(value: object) -> Lines:
    return frozenset(one for one in value if isinstance(one, int)) if isinstance(value, list) else frozenset()
