"""``load``: many records in one call and one transaction, all of them or none.

New records go under external ids made from their origin, so the same call twice makes nothing twice. A bad record
fails its whole call; ``load`` names it in a message, and the next try leaves it out.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapstudio.connectors.exchange import WriteOutcome, Written
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.encoding import column, to_cell
from mapstudio.connectors.odoo.faults import NO_FIELD, Fault, LoadMessage, is_conflict_text
from mapstudio.connectors.odoo.jobs import Job, Line, Shape
from mapstudio.connectors.odoo.lines import line_columns, load_rows, runs
from mapstudio.connectors.odoo.refusing import of_fault, of_message
from mapstudio.model import JsonValue, Reason

CONTEXT: Mapping[str, Any] = {
    "tz": "UTC",
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
}
"""``load`` takes times in the context's zone; the rest keeps mails and chatter quiet."""

ROWS = 500
"""Most rows in one call, lines among them: a call of many thousands outlives the server's own time limit."""

_LOADING: Mapping[str, Any] = {**CONTEXT, "active_test": False}
"""``load`` would not find an archived record, neither one to change nor one to point to."""

_ACCESS = "odoo.exceptions.AccessError"

_CONFLICT_TRIES = 4
_UNKNOWN_ID = re.compile(r"nknown database identifier")


@dataclass(frozen=True, slots=True)
class Table:
    """What one call loads: equal columns, and the rows of each record.

    Attributes:
        shape: The fields.
        columns: As ``load`` names them.
        rows: The rows of one record.
    """

    shape: Shape
    columns: Sequence[str]
    rows: Callable[[Job], Sequence[Sequence[JsonValue]]]


@dataclass
class Loader:
    """Loads into one connection."""

    catalogue: Catalogue

    async def create(self, shape: Shape, jobs: Sequence[Job]) -> dict[int, WriteOutcome]:
        """Create records with their lines, and return their outcomes by place."""
        outcomes: dict[int, WriteOutcome] = {}
        for names, stretches, group in [
            (names, stretches, part) for names, stretches, alike in _alike(jobs) for part in _parts(alike)
        ]:
            first = stretches[0] if stretches else ()
            outcomes.update(await self._load(_creating(shape, names, group, 0, first), list(group)))
            for number in range(1, len(stretches)):
                there = [job for job in group if outcomes[job.place].result is not Written.REFUSED]
                more = await self._load(_creating(shape, (), group, number, stretches[number]), there)
                outcomes.update({place: _followed(outcomes[place], more[place]) for place in more})
        return outcomes

    async def update(self, shape: Shape, names: Sequence[str], jobs: Sequence[Job]) -> dict[int, WriteOutcome]:
        """Set the same fields of several records to values of their own; four times as fast as one by one."""
        columns = [".id", *(column(shape.fields[name]) for name in names)]

        def rows(job: Job) -> list[list[JsonValue]]:
            return [[str(job.id), *(to_cell(shape.fields[name], job.values[name]) for name in names)]]

        return await self._load(Table(shape, columns, rows), list(jobs))

    async def _load(self, table: Table, jobs: list[Job]) -> dict[int, WriteOutcome]:
        """Load records that have the same columns; those that Odoo names as bad are left out of the next try."""
        outcomes: dict[int, WriteOutcome] = {}
        conflicts = 0
        while jobs:
            try:
                ids, messages = await self._call(table, jobs)
            except Fault as fault:
                self._stop(fault, table.shape)
                return {**outcomes, **await self._halves(table, jobs, fault)}
            if ids is not None:
                return {**outcomes, **{job.place: _loaded(job, number) for job, number in zip(jobs, ids, strict=True)}}
            if any(is_conflict_text(message.text) for message in messages) and conflicts < _CONFLICT_TRIES:
                await asyncio.sleep(random.uniform(0.1, 0.4) * 2**conflicts)  # noqa: S311 - jitter, not a secret
                conflicts += 1
                continue
            bad = _by_record(messages, len(jobs))
            if not bad:
                told = messages[0].text if messages else "Odoo loaded nothing and did not say why"
                return {**outcomes, **await self._halves(table, jobs, Fault("load", told))}
            for index, found in bad.items():
                self._stop(Fault(_ACCESS, found[0].text), table.shape)
                outcomes[jobs[index].place] = _refused(jobs[index], _reasons(table.shape, jobs[index], found))
            jobs = [job for index, job in enumerate(jobs) if index not in bad]
        return outcomes

    async def _call(self, table: Table, jobs: Sequence[Job]) -> tuple[list[int] | None, list[LoadMessage]]:
        rows = [list(row) for job in jobs for row in table.rows(job)]
        told = await self.catalogue.rpc.call(
            table.shape.model, "load", [list(table.columns), rows], {"context": _LOADING}
        )
        answer: dict[str, Any] = told if isinstance(told, dict) else {}
        messages = [found for one in answer.get("messages") or () if (found := LoadMessage.read(one)) is not None]
        ids = answer.get("ids")
        return (ids if isinstance(ids, list) and len(ids) == len(jobs) else None), messages

    async def _halves(self, table: Table, jobs: list[Job], fault: Fault) -> dict[int, WriteOutcome]:
        """Find the record that an error without an address is about."""
        if len(jobs) == 1:
            return {jobs[0].place: _refused(jobs[0], (of_fault(fault, table.shape, jobs[0]),))}
        middle = len(jobs) // 2
        first = await self._load(table, jobs[:middle])
        return {**first, **await self._load(table, jobs[middle:])}

    def _stop(self, fault: Fault, shape: Shape) -> None:
        """Raise what would refuse every record, in place of finding that out record by record."""
        if fault.stops_everything:
            self.catalogue.refuse(fault, f"write records of {shape.model}")


def _alike(jobs: Sequence[Job]) -> list[tuple[tuple[str, ...], list[list[Line]], list[Job]]]:
    """Group new records whose own columns, and those of each stretch of their lines, are the same."""
    groups: dict[tuple[Any, ...], tuple[tuple[str, ...], list[list[Line]], list[Job]]] = {}
    for job in jobs:
        names = tuple(sorted(job.values))
        stretches = runs(job.lines)
        sign = (names, *((part[0].field, *sorted(part[0].values)) for part in stretches))
        groups.setdefault(sign, (names, stretches, []))[2].append(job)
    return list(groups.values())


def _parts(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """Part records so that no call has too many rows; one with more of them goes alone."""
    part: list[Job] = []
    rows = 0
    for job in jobs:
        more = max(1, len(job.lines))
        if part and rows + more > ROWS:
            yield part
            part, rows = [], 0
        part.append(job)
        rows += more
    yield part


def _creating(shape: Shape, names: Sequence[str], jobs: Sequence[Job], number: int, lines: Sequence[Line]) -> Table:
    """Return the table that creates records with one stretch of their lines, or adds a later stretch to them."""
    own = {job.place: parts[number] if (parts := runs(job.lines)) else [] for job in jobs}
    columns = ["id", *(column(shape.fields[name]) for name in names), *line_columns(shape, lines)]
    return Table(shape, columns, lambda job: list(load_rows(shape, job, names, own[job.place])))


def _loaded(job: Job, number: int) -> WriteOutcome:
    result = Written.CREATED if job.write.destination_id is None else Written.UPDATED
    return WriteOutcome(result, str(number))


def _refused(job: Job, reasons: tuple[Reason, ...]) -> WriteOutcome:
    return WriteOutcome(Written.REFUSED, job.write.destination_id, reasons)


def _followed(first: WriteOutcome, more: WriteOutcome) -> WriteOutcome:
    """Return the outcome of a new record some of whose lines came in a later call."""
    if more.result is not Written.REFUSED:
        return first
    return WriteOutcome(first.result, first.destination_id, (*first.reasons, *more.reasons))


def _reasons(shape: Shape, job: Job, messages: Sequence[LoadMessage]) -> tuple[Reason, ...]:
    if job.write.destination_id is not None and any(_UNKNOWN_ID.search(message.text) for message in messages):
        return (Reason(NO_FIELD, f"{shape.model} {job.write.destination_id} does not exist any more"),)
    return tuple(of_message(message, shape, job) for message in messages)


def _by_record(messages: Sequence[LoadMessage], count: int) -> dict[int, list[LoadMessage]]:
    found: dict[int, list[LoadMessage]] = {}
    for message in messages:
        if message.record is not None and 0 <= message.record < count:
            found.setdefault(message.record, []).append(message)
    return found
