"""Writes batches: creates through ``load`` under external ids, updates of what changed.

All of it can be repeated without harm: an external id that exists is updated, and values are set to what they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.connectors.odoo.adopting import Adopter
from mapstudio.connectors.odoo.anchors import Anchors
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.guarding import Guard
from mapstudio.connectors.odoo.jobs import Job, Shape, prepare, shape_of, with_ids
from mapstudio.connectors.odoo.loading import Loader
from mapstudio.connectors.odoo.own_addresses import OwnAddresses
from mapstudio.connectors.odoo.properties import Properties
from mapstudio.connectors.odoo.recomputing import kept
from mapstudio.connectors.odoo.updating import Updater


@dataclass
class Writer:
    """Writes to one connection."""

    catalogue: Catalogue
    anchors: Anchors
    _loader: Loader = field(init=False)
    _updater: Updater = field(init=False)
    _guard: Guard = field(init=False)
    _properties: Properties = field(init=False)
    _addresses: OwnAddresses = field(init=False)
    _adopter: Adopter = field(init=False)

    def __post_init__(self) -> None:
        """Make those that do the parts."""
        self._loader = Loader(self.catalogue)
        self._updater = Updater(self.catalogue, self._loader)
        self._guard = Guard(self.catalogue, self.anchors)
        self._properties = Properties(self.catalogue)
        self._addresses = OwnAddresses(self.catalogue)
        self._adopter = Adopter(self.catalogue)

    async def write(self, model: str, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Write and return one outcome for each, in order.

        Raises:
            UsageError: A field that the model does not have.
            AuthenticationError: The user may not write the model at all.
            ConnectionFailedError: No answer; what was written is found again by origin or by its values.
        """
        writes = await kept(self.catalogue, model, writes)
        shape = await shape_of(self.catalogue, model, writes)
        outcomes: dict[int, WriteOutcome] = {}
        jobs: list[Job] = []
        for place, write in enumerate(await with_ids(self.anchors, shape, writes)):
            told = prepare(shape, place, write)
            if isinstance(told, Job):
                jobs.append(told)
            else:
                outcomes[place] = WriteOutcome(Written.REFUSED, write.destination_id, told)
        outcomes.update(await self._guard.refused(shape, jobs))
        outcomes.update(await self._addresses.refused(shape, jobs))
        jobs, refused = await self._properties.merged(shape, [job for job in jobs if job.place not in outcomes])
        outcomes.update(refused)
        outcomes.update(await self._send(shape, jobs))
        return [outcomes[place] for place in range(len(writes))]

    async def _send(self, shape: Shape, jobs: Sequence[Job]) -> dict[int, WriteOutcome]:
        new = [job for job in jobs if job.write.destination_id is None]
        there = [job for job in jobs if job.write.destination_id is not None]
        outcomes = await self._loader.create(shape, new) if new else {}
        if there:
            outcomes.update(await self._updater.update(shape, there))
            await self._adopter.tie(shape.model, [job.write for job in there if _done(outcomes[job.place])])
        for left in (
            await self._addresses.restore(shape, jobs, outcomes),
            await self._properties.set_on_new(shape, new, outcomes),
        ):
            for place, reasons in left.items():
                outcomes[place] = replace(outcomes[place], reasons=(*outcomes[place].reasons, *reasons))
        return outcomes


def _done(outcome: WriteOutcome) -> bool:
    return outcome.result is Written.UPDATED
