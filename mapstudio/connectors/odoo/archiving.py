"""Archives records: ``active`` becomes false, which hides them and can be taken back.

Nothing is ever deleted. A model without ``active``, such as an order or an invoice, cannot be archived: its records are
cancelled, which is a step that a mapping declares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.faults import NO_FIELD, Fault, first_line
from mapstudio.connectors.odoo.loading import CONTEXT
from mapstudio.connectors.odoo.reading import Reader, Wanted
from mapstudio.model import Reason, UsageError

ACTIVE = "active"


@dataclass
class Archiver:
    """Archives records of one connection."""

    catalogue: Catalogue
    reader: Reader

    async def archive(self, model: str, ids: Sequence[str]) -> list[Reason | None]:
        """Archive records and return why not, in order; one that is archived or gone already is left as it is.

        Raises:
            UsageError: Records of the model cannot be archived.
        """
        if ACTIVE not in await self.catalogue.fields(model):
            raise UsageError(f"Odoo cannot archive {model}.", remedy="Cancel such records with a step, or by hand.")
        numbers = sorted({int(one) for one in ids if one.isdigit()})
        present = await self.reader.by_ids(model, numbers, Wanted.of([ACTIVE])) if numbers else []
        due = [int(record.id) for record in present if record.data[ACTIVE] is True]
        refused = await self._archive(model, due) if due else {}
        return [refused.get(one) for one in ids]

    async def _archive(self, model: str, ids: Sequence[int]) -> dict[str, Reason]:
        """Archive in one call; when that fails, halves of it, to find the record that stands against it."""
        try:
            await self.catalogue.rpc.call(model, "write", [list(ids), {ACTIVE: False}], {"context": CONTEXT})
        except Fault as fault:
            if fault.stops_everything:
                self.catalogue.refuse(fault, f"archive records of {model}")
            if len(ids) == 1:
                return {str(ids[0]): Reason(NO_FIELD, first_line(fault.message) or fault.name)}
            middle = len(ids) // 2
            return {**await self._archive(model, ids[:middle]), **await self._archive(model, ids[middle:])}
        return {}
