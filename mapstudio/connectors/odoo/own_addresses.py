"""A contact's own address beside its company's.

When a contact gets a company, Odoo copies the company's address over the one that came with the contact, without a
word. 16 leaves the contact's address alone from there on, so what was sent is set again. 19 keeps one address for a
company and its contacts: a contact's goes up to the company and down to all others (both seen on real servers), so an
address that would do so is refused. Contacts of another type than ``contact`` are left alone by both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from mapstudio.connectors.exchange import WriteOutcome, Written
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.jobs import Job, Shape
from mapstudio.connectors.odoo.loading import CONTEXT
from mapstudio.connectors.odoo.refusing import of_fault
from mapstudio.model import JsonValue, Reason, Record

_MODEL = "res.partner"
_COMPANY, _TYPE, _SHARING = "parent_id", "type", "contact"
_ADDRESS = frozenset({"street", "street2", "zip", "city", "state_id", "country_id"})

_LAST_APART = 16
"""The last version that is known to leave a contact's address to the contact; what was not seen is taken for 19."""


@dataclass
class OwnAddresses:
    """Keeps addresses from being overwritten."""

    catalogue: Catalogue

    async def refused(self, shape: Shape, jobs: Sequence[Job]) -> dict[int, WriteOutcome]:
        """Return an outcome for each contact whose address would overwrite that of its company."""
        asked = [job for job in jobs if shape.model == _MODEL and _address(job)]
        if not asked or await self.catalogue.rpc.major() <= _LAST_APART:
            return {}
        there = [job.id for job in asked if job.write.destination_id is not None]
        present = await self._read(there, [_COMPANY, _TYPE])
        companies: dict[int, int] = {}
        for job in asked:
            known = present.get(job.id, {}) if job.write.destination_id is not None else {_TYPE: _SHARING}
            company = job.values.get(_COMPANY, _bare(known.get(_COMPANY)))
            if isinstance(company, int) and company and job.values.get(_TYPE, known.get(_TYPE)) == _SHARING:
                companies[job.place] = company
        addresses = await self._read(companies.values(), _ADDRESS)
        found: dict[int, WriteOutcome] = {}
        for job in asked:
            theirs = addresses.get(companies.get(job.place, 0), {})
            other = _differing(_address(job), theirs)
            if other and any(_bare(value) for name, value in theirs.items() if name in _ADDRESS):
                reason = _overwriting(other[0], companies[job.place], job.write.values.get(other[0]))
                found[job.place] = WriteOutcome(Written.REFUSED, job.write.destination_id, (reason,))
        return found

    async def restore(
        self, shape: Shape, jobs: Sequence[Job], outcomes: Mapping[int, WriteOutcome]
    ) -> dict[int, tuple[Reason, ...]]:
        """Set what of the addresses was copied over, and return by place what could not be."""
        own = {
            int(str(outcomes[job.place].destination_id)): job
            for job in jobs
            if shape.model == _MODEL
            and outcomes[job.place].result in {Written.CREATED, Written.UPDATED}
            and job.values.get(_COMPANY)
            and _address(job)
        }
        if not own or await self.catalogue.rpc.major() > _LAST_APART:
            return {}
        failed: dict[int, tuple[Reason, ...]] = {}
        for number, present in (
            await self._read(own, {name for job in own.values() for name in _address(job)})
        ).items():
            job = own[number]
            sent = _address(job)
            lost: Record = {name: sent[name] for name in _differing(sent, present)}
            if not lost:
                continue
            try:
                await self.catalogue.rpc.call(_MODEL, "write", [[number], lost], {"context": CONTEXT})
            except Fault as fault:
                failed[job.place] = (of_fault(fault, shape, job),)
        return failed

    async def _read(self, ids: Collection[int], names: Collection[str]) -> dict[int, Mapping[str, JsonValue]]:
        if not ids:
            return {}
        kwargs = {"fields": sorted(names), "context": {"active_test": False}}
        try:
            told = await self.catalogue.rpc.call(_MODEL, "search_read", [[["id", "in", sorted(set(ids))]]], kwargs)
        except Fault as fault:
            self.catalogue.refuse(fault, f"read {_MODEL}")
        return {int(str(row["id"])): row for row in told if isinstance(row, dict)} if isinstance(told, list) else {}


def _address(job: Job) -> Record:
    return {name: value for name, value in job.values.items() if name in _ADDRESS}


def _differing(sent: Record, present: Mapping[str, JsonValue]) -> list[str]:
    return [name for name, value in sent.items() if (_bare(present.get(name)) or False) != (value or False)]


def _bare(value: JsonValue) -> JsonValue:
    return value[0] if isinstance(value, list) and value else value


def _overwriting(name: str, company: int, value: JsonValue) -> Reason:
    text = (
        f"this version of Odoo keeps one address for a company and its contacts, so it would overwrite that of "
        f"{_MODEL} {company} and of all its contacts; leave the address out, or give the contact the type other"
    )
    return Reason(name, text, value)
