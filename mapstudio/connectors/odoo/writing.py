"""Writes batches: creates through ``load`` under external ids, updates through ``write`` of what changed.

Both can be repeated without harm: an external id that exists is updated, and a ``write`` sets the same values again.
One call is one transaction, so a bad record fails its whole call; it is named by ``load``, or found by halving.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.external import external_id
from mapstudio.connectors.odoo.faults import NO_FIELD, Fault, LoadMessage, is_conflict_text
from mapstudio.connectors.odoo.fields import OdooField
from mapstudio.connectors.odoo.finding import Finder
from mapstudio.connectors.odoo.values import RefusedValueError, column, encode, external_reference, to_cell
from mapstudio.model import JsonValue, Reason, Record
from mapstudio.model.exact_json import dumps

WRITERS = 2
"""More than two writers on one database make it slower and meet each other in conflicts (measured)."""

CONTEXT: Mapping[str, Any] = {
    "tz": "UTC",
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
}
"""``load`` takes times in the context's zone; the rest keeps mails and chatter quiet."""

_CONFLICT_TRIES = 4


@dataclass(frozen=True, slots=True)
class _Job:
    """One record that passed our own checks.

    Attributes:
        place: Where its outcome stands.
        values: What goes to Odoo, by field.
    """

    place: int
    write: Write
    values: Record


@dataclass
class Writer:
    """Writes to one connection."""

    catalogue: Catalogue
    finder: Finder
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WRITERS))

    async def write(self, model: str, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Write and return one outcome for each, in order.

        Raises:
            UsageError: A field that the model does not have.
            AuthenticationError: The user may not write the model at all.
            ConnectionFailedError: No answer; what was written is found again by origin or by its values.
        """
        fields = {name: await self.catalogue.field(model, name) for write in writes for name in write.values}
        outcomes: dict[int, WriteOutcome] = {}
        jobs = []
        for place, write in enumerate(await self._with_ids(fields, writes)):
            values, reasons = _encoded(fields, write)
            if reasons:
                outcomes[place] = WriteOutcome(Written.REFUSED, write.destination_id, tuple(reasons))
            else:
                jobs.append(_Job(place, write, values))
        for group in _alike([job for job in jobs if job.write.destination_id is None], _columns):
            outcomes.update(await self._create(model, fields, group))
        for group in _alike([job for job in jobs if job.write.destination_id is not None], _values):
            outcomes.update(await self._update(model, fields, group))
        return [outcomes[place] for place in range(len(writes))]

    async def _with_ids(self, fields: Mapping[str, OdooField], writes: Sequence[Write]) -> Sequence[Write]:
        """Replace external ids in references by ids; one that names nothing stays, and is refused with its row."""
        links = [item for item in fields.values() if item.relation]
        named: dict[str, dict[Any, list[str]]] = {}
        for item in links:
            texts = {name for write in writes if (name := external_reference(write.values.get(item.name)))}
            if texts:
                named[item.name] = await self.finder.by_external_id(item.relation, texts)
        if not named:
            return writes
        return [
            Write(write.origin, {**write.values, **_resolved(write, named)}, write.destination_id, write.key)
            for write in writes
        ]

    async def _create(self, model: str, fields: Mapping[str, OdooField], jobs: list[_Job]) -> dict[int, WriteOutcome]:
        """Load records that have the same columns; those that Odoo names as bad are left out of the next try."""
        outcomes: dict[int, WriteOutcome] = {}
        conflicts = 0
        while jobs:
            try:
                ids, messages = await self._load(model, fields, jobs)
            except Fault as fault:
                self._stop(fault, f"create records of {model}")
                return {**outcomes, **await self._halves(model, fields, jobs, fault)}
            if ids is not None:
                for job, number in zip(jobs, ids, strict=True):
                    outcomes[job.place] = WriteOutcome(Written.CREATED, str(number))
                return outcomes
            if any(is_conflict_text(message.text) for message in messages) and conflicts < _CONFLICT_TRIES:
                await asyncio.sleep(random.uniform(0.1, 0.4) * 2**conflicts)  # noqa: S311 - jitter, not a secret
                conflicts += 1
                continue
            bad = _by_record(messages, len(jobs))
            if not bad:
                told = messages[0].text if messages else "Odoo loaded nothing and did not say why"
                return {**outcomes, **await self._halves(model, fields, jobs, Fault("load", told))}
            for index, found in bad.items():
                reasons = tuple(message.to_reason(fields, jobs[index].write.values) for message in found)
                outcomes[jobs[index].place] = WriteOutcome(Written.REFUSED, None, reasons)
            jobs = [job for index, job in enumerate(jobs) if index not in bad]
        return outcomes

    async def _load(
        self, model: str, fields: Mapping[str, OdooField], jobs: Sequence[_Job]
    ) -> tuple[list[int] | None, list[LoadMessage]]:
        names = list(jobs[0].values)
        columns = ["id", *(column(fields[name]) for name in names)]
        rows = [
            [external_id(job.write.origin, model), *(to_cell(fields[name], job.values[name]) for name in names)]
            for job in jobs
        ]
        async with self._turn:
            told = await self.catalogue.rpc.call(model, "load", [columns, rows], {"context": CONTEXT})
        answer: dict[str, Any] = told if isinstance(told, dict) else {}
        messages = [found for one in answer.get("messages") or () if (found := LoadMessage.read(one)) is not None]
        ids = answer.get("ids")
        return (ids if isinstance(ids, list) and len(ids) == len(jobs) else None), messages

    async def _halves(
        self, model: str, fields: Mapping[str, OdooField], jobs: list[_Job], fault: Fault
    ) -> dict[int, WriteOutcome]:
        """Find the record that an error without an address is about."""
        if len(jobs) == 1:
            return {jobs[0].place: self._refused(model, fields, jobs[0], fault)}
        middle = len(jobs) // 2
        first = await self._create(model, fields, jobs[:middle])
        return {**first, **await self._create(model, fields, jobs[middle:])}

    async def _update(self, model: str, fields: Mapping[str, OdooField], jobs: list[_Job]) -> dict[int, WriteOutcome]:
        """Write the same values to several records; when that fails, to halves of them."""
        ids = [int(str(job.write.destination_id)) for job in jobs]
        try:
            async with self._turn:
                await self.catalogue.rpc.call(model, "write", [ids, jobs[0].values], {"context": CONTEXT})
        except Fault as fault:
            self._stop(fault, f"change records of {model}")
            if len(jobs) == 1:
                return {jobs[0].place: self._refused(model, fields, jobs[0], fault)}
            middle = len(jobs) // 2
            first = await self._update(model, fields, jobs[:middle])
            return {**first, **await self._update(model, fields, jobs[middle:])}
        return {job.place: WriteOutcome(Written.UPDATED, job.write.destination_id) for job in jobs}

    def _stop(self, fault: Fault, doing: str) -> None:
        """Raise what would refuse every record, in place of finding that out record by record."""
        if fault.stops_everything:
            self.catalogue.refuse(fault, doing)

    def _refused(self, model: str, fields: Mapping[str, OdooField], job: _Job, fault: Fault) -> WriteOutcome:
        reason = fault.to_reason(model, fields, job.write.values, job.write.destination_id)
        return WriteOutcome(Written.REFUSED, job.write.destination_id, (reason,))


def _encoded(fields: Mapping[str, OdooField], write: Write) -> tuple[Record, list[Reason]]:
    values: Record = {}
    reasons = []
    if write.destination_id is not None and not write.destination_id.isdigit():
        reasons.append(Reason(NO_FIELD, f'"{write.destination_id}" is no id of Odoo'))
    for name, value in write.values.items():
        try:
            values[name] = encode(fields[name], value)
        except RefusedValueError as refused:
            reasons.append(Reason(name, str(refused), value))
    return values, reasons


def _resolved(write: Write, named: Mapping[str, Mapping[Any, Sequence[str]]]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for name, ids in named.items():
        value = write.values.get(name)
        if isinstance(value, str) and value in ids:
            found[name] = ids[value][0]
    return found


def _columns(job: _Job) -> str:
    return dumps(list(job.values))


def _values(job: _Job) -> str:
    return dumps(job.values)


def _alike(jobs: Sequence[_Job], sign: Callable[[_Job], str]) -> Iterator[list[_Job]]:
    """Group jobs that can go in one call, in the order of the first of each group."""
    groups: dict[str, list[_Job]] = {}
    for job in jobs:
        groups.setdefault(sign(job), []).append(job)
    yield from groups.values()


def _by_record(messages: Sequence[LoadMessage], count: int) -> dict[int, list[LoadMessage]]:
    found: dict[int, list[LoadMessage]] = {}
    for message in messages:
        if message.record is not None and 0 <= message.record < count:
            found.setdefault(message.record, []).append(message)
    return found
