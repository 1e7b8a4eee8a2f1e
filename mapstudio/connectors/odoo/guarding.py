"""Accounting documents: what is no draft any more is never written, though 16 would let it be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapstudio.connectors.exchange import WriteOutcome, Written
from mapstudio.connectors.odoo.anchors import Anchors
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.faults import NO_FIELD, Fault
from mapstudio.connectors.odoo.jobs import Job, Shape
from mapstudio.model import Reason

_STATE: Mapping[str, str] = {"account.move": "state", "account.move.line": "parent_state", "account.payment": "state"}
"""The models of accounting, with the field that tells how far a document is."""

_DRAFT = "draft"


@dataclass
class Guard:
    """Looks at accounting documents before they are written."""

    catalogue: Catalogue
    anchors: Anchors

    async def refused(self, shape: Shape, jobs: Sequence[Job]) -> dict[int, WriteOutcome]:
        """Return an outcome for each document that may not be written any more."""
        if shape.model not in _STATE or not jobs:
            return {}
        new = {job.write.origin: job for job in jobs if job.write.destination_id is None}
        # A create that was sent before finds its document by its external id, and would change it.
        known = await self.anchors.by_origin(shape.model, new) if new else {}
        ids = {job.place: job.id for job in jobs if job.write.destination_id is not None}
        ids.update({new[origin].place: int(number) for origin, number in known.items()})
        states = await self._states(shape.model, sorted(set(ids.values()))) if ids else {}
        return {
            place: WriteOutcome(Written.REFUSED, str(number), (_reason(states[number]),))
            for place, number in ids.items()
            if states.get(number, _DRAFT) != _DRAFT
        }

    async def _states(self, model: str, ids: Sequence[int]) -> dict[int, str]:
        name = _STATE[model]
        try:
            told = await self.catalogue.rpc.call(model, "search_read", [[["id", "in", list(ids)]]], {"fields": [name]})
        except Fault as fault:
            self.catalogue.refuse(fault, f"read {model}")
        rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
        return {int(str(row["id"])): str(row[name]) for row in rows}


def _reason(state: str) -> Reason:
    text = f"in state {state}: an accounting document is written as a draft only; let accounting reset it in Odoo first"
    return Reason(NO_FIELD, text)
