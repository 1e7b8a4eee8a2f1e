"""Ties records that were found by a mapping's key to their origin, where the user may.

A record that mapstudio creates gets its external id from ``load``. One that was there before has none, and ``load``
cannot give it one; writing ``ir.model.data`` can, for which most users lack the right. Without it links alone tell
where such a record belongs.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from mapstudio.connectors.exchange import Write
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.external import module_of, name_of
from mapstudio.connectors.odoo.faults import Fault

logger = logging.getLogger(__name__)
_MODEL = "ir.model.data"


@dataclass
class Adopter:
    """Gives external ids to records of one connection."""

    catalogue: Catalogue
    _may: bool = True

    async def tie(self, model: str, writes: Sequence[Write]) -> None:
        """Give each record the external id of its origin, unless the origin has a record already."""
        if not self._may or not writes:
            return
        wanted = {
            (module_of(write.origin), name_of(write.origin, model)): int(str(write.destination_id)) for write in writes
        }
        domain = [
            ["module", "in", sorted({module for module, _ in wanted})],
            ["name", "in", [name for _, name in wanted]],
        ]
        try:
            told = await self.catalogue.rpc.call(_MODEL, "search_read", [domain], {"fields": ["module", "name"]})
            rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
            known = {(row["module"], row["name"]) for row in rows}
            missing = [
                {"module": module, "name": name, "model": model, "res_id": number, "noupdate": True}
                for (module, name), number in wanted.items()
                if (module, name) not in known
            ]
            if missing:
                await self.catalogue.rpc.call(_MODEL, "create", [missing])
        except Fault as fault:
            # The records are written; that Odoo does not know their origin is what links are for.
            self._may = not fault.is_access
            logger.info("no external ids for records of %s: %s", model, fault)
