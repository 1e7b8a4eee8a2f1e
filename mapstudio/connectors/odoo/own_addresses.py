"""A contact's own address beside its company's.

When a contact gets a company, Odoo copies the company's address over the one that came with the contact, without a
word. What was sent is set again then, as Odoo leaves it alone from there on. A later change of the company's address
goes to its contacts all the same; the next run of a mapping that feeds them sees it as a change, and sets it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapstudio.connectors.exchange import WriteOutcome, Written
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.jobs import Job, Shape
from mapstudio.connectors.odoo.loading import CONTEXT
from mapstudio.connectors.odoo.refusing import of_fault
from mapstudio.model import JsonValue, Reason

_MODEL = "res.partner"
_COMPANY = "parent_id"
_ADDRESS = frozenset({"street", "street2", "zip", "city", "state_id", "country_id"})


@dataclass
class OwnAddresses:
    """Sets addresses again that Odoo copied over."""

    catalogue: Catalogue

    async def restore(
        self, shape: Shape, jobs: Sequence[Job], outcomes: Mapping[int, WriteOutcome]
    ) -> dict[int, tuple[Reason, ...]]:
        """Set what of the addresses was lost, and return by place what could not be."""
        if shape.model != _MODEL:
            return {}
        own = {
            int(str(outcomes[job.place].destination_id)): job
            for job in jobs
            if outcomes[job.place].result in {Written.CREATED, Written.UPDATED}
            and job.values.get(_COMPANY)
            and _address(job)
        }
        failed: dict[int, tuple[Reason, ...]] = {}
        for number, present in (await self._present(own)).items():
            job = own[number]
            lost = {name: value for name, value in _address(job).items() if _bare(present.get(name)) != value}
            if not lost:
                continue
            try:
                await self.catalogue.rpc.call(_MODEL, "write", [[number], lost], {"context": CONTEXT})
            except Fault as fault:
                failed[job.place] = (of_fault(fault, shape, job),)
        return failed

    async def _present(self, own: Mapping[int, Job]) -> dict[int, Mapping[str, JsonValue]]:
        if not own:
            return {}
        names = sorted({name for job in own.values() for name in _address(job)})
        kwargs = {"fields": names, "context": {"active_test": False}}
        try:
            told = await self.catalogue.rpc.call(_MODEL, "search_read", [[["id", "in", sorted(own)]]], kwargs)
        except Fault as fault:
            self.catalogue.refuse(fault, f"read {_MODEL}")
        return {int(str(row["id"])): row for row in told if isinstance(row, dict)} if isinstance(told, list) else {}


def _address(job: Job) -> dict[str, JsonValue]:
    return {name: value for name, value in job.values.items() if name in _ADDRESS}


def _bare(value: JsonValue) -> JsonValue:
    return value[0] if isinstance(value, list) and value else value
