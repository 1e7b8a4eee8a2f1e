"""Properties: fields of a record that another record defines, such as a lead's by its sales team.

A write replaces the whole set: what is left out is reset, and unknown names and options are taken without a word. So
the present set is read, checked against its definitions, and sent whole with what changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mapstudio.connectors.exchange import WriteOutcome, Written
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.encoding import RefusedValueError, encode
from mapstudio.connectors.odoo.faults import NO_FIELD, Fault
from mapstudio.connectors.odoo.fields import read_fields
from mapstudio.connectors.odoo.jobs import Job, Shape
from mapstudio.connectors.odoo.loading import CONTEXT
from mapstudio.connectors.odoo.refusing import of_fault
from mapstudio.model import JsonValue, Reason, Record
from mapstudio.model.suggest import did_you_mean


@dataclass
class Properties:
    """Writes properties of one connection."""

    catalogue: Catalogue

    async def merged(self, shape: Shape, jobs: Sequence[Job]) -> tuple[list[Job], dict[int, WriteOutcome]]:
        """Return the jobs with whole sets among their values, and the outcomes of those that do not fit."""
        there = [job for job in jobs if job.properties and job.write.destination_id is not None]
        present = await self._present(shape, {job.id: job for job in there})
        refused: dict[int, WriteOutcome] = {}
        found: list[Job] = []
        for job in jobs:
            if job not in there:
                found.append(job)
                continue
            sets, reasons = _sets(job, present.get(job.id, {}))
            if reasons:
                refused[job.place] = WriteOutcome(Written.REFUSED, job.write.destination_id, tuple(reasons))
            else:
                found.append(replace(job, values={**job.values, **sets}))
        return found, refused

    async def set_on_new(
        self, shape: Shape, jobs: Sequence[Job], outcomes: Mapping[int, WriteOutcome]
    ) -> dict[int, tuple[Reason, ...]]:
        """Set the properties of records that were just created, as only now it is known what they have.

        Returns:
            By place what could not be set.
        """
        created = {
            int(str(outcomes[job.place].destination_id)): job
            for job in jobs
            if job.properties and outcomes[job.place].result is Written.CREATED
        }
        failed: dict[int, tuple[Reason, ...]] = {}
        for number, present in (await self._present(shape, created)).items():
            job = created[number]
            sets, reasons = _sets(job, present)
            if sets and not reasons:
                try:
                    await self.catalogue.rpc.call(shape.model, "write", [[number], sets], {"context": CONTEXT})
                except Fault as fault:
                    reasons = [of_fault(fault, shape, job)]
            if reasons:
                failed[job.place] = tuple(reasons)
        return failed

    async def _present(self, shape: Shape, jobs: Mapping[int, Job]) -> dict[int, dict[str, list[dict[str, Any]]]]:
        """Return the definitions and values of each record, by field."""
        if not jobs:
            return {}
        names = sorted({name for job in jobs.values() for name in job.properties})
        kwargs = {"fields": names, "context": {"active_test": False}}
        try:
            told = await self.catalogue.rpc.call(shape.model, "search_read", [[["id", "in", sorted(jobs)]]], kwargs)
        except Fault as fault:
            self.catalogue.refuse(fault, f"read {shape.model}")
        rows: list[Any] = told if isinstance(told, list) else []
        return {row["id"]: {name: row.get(name) or [] for name in names} for row in rows}


def _sets(job: Job, present: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Record, list[Reason]]:
    """Return each field's whole set, and why it cannot be sent."""
    sets: Record = {}
    reasons: list[Reason] = []
    for field, given in job.properties.items():
        if field not in present:
            reasons.append(Reason(NO_FIELD, "the record does not exist any more"))
            continue
        known = {str(one["name"]): one for one in present[field]}
        whole: Record = {name: _kept(one) for name, one in known.items() if "value" in one}
        for name, value in given.items():
            try:
                whole[name] = _encoded(known, name, value)
            except RefusedValueError as refused:
                reasons.append(Reason(f"{field}.{name}", str(refused), value))
        sets[field] = whole
    return sets, reasons


def _encoded(known: Mapping[str, Mapping[str, Any]], name: str, value: JsonValue) -> JsonValue:
    if name not in known:
        hint = did_you_mean(name, known) or f"It has: {', '.join(known) or 'none'}."
        raise RefusedValueError(f'this record has no property "{name}". {hint}')
    told = known[name]
    if told.get("type") == "tags":
        return _tags(told, value)
    [item] = read_fields({name: {**told, "relation": told.get("comodel")}}).values()
    if value is None:
        return False
    encoded = encode(item, value)
    return _ids(encoded) if item.type == "many2many" else encoded


def _tags(told: Mapping[str, Any], value: JsonValue) -> JsonValue:
    keys = [one[0] for one in told.get("tags") or ()]
    wanted = [] if value is None else value
    if not isinstance(wanted, list) or any(one not in keys for one in wanted):
        raise RefusedValueError(f"not a list of its tags ({', '.join(str(key) for key in keys)})")
    return list(wanted)


def _kept(told: Mapping[str, Any]) -> JsonValue:
    """Return a present value as a write takes it: references lose their names."""
    value: JsonValue = told["value"]
    if told.get("type") == "many2one" and isinstance(value, list) and value:
        return value[0]
    if told.get("type") == "many2many" and isinstance(value, list):
        return [one[0] if isinstance(one, list) and one else one for one in value]
    return value


def _ids(command: JsonValue) -> JsonValue:
    first = command[0] if isinstance(command, list) and command else None
    return first[2] if isinstance(first, list) and len(first) == 3 else []
