"""Makes records on a server that nobody knows, and takes them away again."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any

import pytest

from mapstudio.connectors.exchange import Child, Origin, ReadRequest, Write, WriteOutcome, Written
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.model import JsonValue, Record, SourceRecord

logger = logging.getLogger(__name__)
_UNDO = {
    "account.payment": ("action_draft", "action_cancel"),
    "account.move": ("button_draft", "button_cancel"),
    "sale.order": ("action_cancel",),
}
_LAST = ("account.payment", "account.move", "sale.order", "crm.lead", "product.product", "res.partner")
"""In this order they can be deleted: nothing points to what goes later any more."""


class Workshop:
    """Records of one test; each has this test's own mark in its origin.

    Attributes:
        erp: The connection.
        mark: What tells this test's records from all others.
    """

    def __init__(self, erp: OdooConnector) -> None:
        self.erp = erp
        self.mark = secrets.token_hex(5)
        self._made: list[tuple[str, int]] = []

    def origin(self, name: str) -> Origin:
        """Return an origin of this test's own."""
        return Origin("live", "things", f"{self.mark}-{name}")

    async def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call the server without the connector's guards."""
        return await self.erp._rpc.call(model, method, list(args), kwargs)

    async def write(self, model: str, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Write, and remember what was made."""
        outcomes = list(await self.erp.write(model, writes))
        self.keep(model, *(str(one.destination_id) for one in outcomes if one.result is Written.CREATED))
        return outcomes

    def keep(self, model: str, *ids: str) -> None:
        """Remember records that are to be taken away."""
        self._made += [(model, int(one)) for one in ids if (model, int(one)) not in self._made]

    async def make(
        self, model: str, values: Record, name: str = "one", lines: dict[str, Sequence[Child]] | None = None
    ) -> str:
        """Create one record and return its id."""
        [outcome] = await self.write(model, [Write(self.origin(name), values, children=lines or {})])
        assert outcome.result is Written.CREATED, outcome.reasons
        assert outcome.reasons == ()
        return str(outcome.destination_id)

    async def change(self, model: str, identifier: str, values: Record, **lines: Sequence[Child]) -> WriteOutcome:
        """Update one record."""
        [outcome] = await self.erp.write(model, [Write(self.origin("one"), values, identifier, children=lines)])
        return outcome

    async def now(self, model: str, identifier: str, *fields: str) -> Record:
        """Return what a record holds."""
        found = await self.erp.current(model, [identifier], fields)
        return found[identifier].data

    async def read(self, model: str, *paths: str, since: str | None = None) -> tuple[list[SourceRecord], str | None]:
        """Read an object, and return the records and the last checkpoint."""
        records: list[SourceRecord] = []
        checkpoint = None
        async for page in self.erp.read(ReadRequest(model, frozenset(paths), since=since)):
            records += page.records
            checkpoint = page.checkpoint or checkpoint
        return records, checkpoint

    async def same(self, model: str, name: str, one: JsonValue, other: JsonValue) -> bool:
        """Return whether the connector takes two values of a field for one."""
        item = (await self.erp.schema(model)).by_name[name]
        return self.erp.canonical(item, one) == self.erp.canonical(item, other)

    async def country(self, code: str) -> int:
        """Return a country's id."""
        [found] = (await self.erp.lookup("res.country", ["code"], [(code,)], ["code"]))[(code,)]
        return int(found.id)

    async def partner(self, name: str = "customer") -> int:
        """Make a customer."""
        return int(await self.make("res.partner", {"name": f"Live {name} {self.mark}"}, name))

    async def products(self, count: int) -> list[int]:
        """Make products that are invoiced as ordered, or take some where the user may not make any."""
        invoiced: Record = {}
        if "invoice_policy" in (await self.erp.schema("product.product")).by_name:
            invoiced["invoice_policy"] = "order"
        if await self.erp._catalogue.may("product.product", "create"):
            return [
                int(
                    await self.make("product.product", {**invoiced, **_product(self.mark, number)}, f"product {number}")
                )
                for number in range(count)
            ]
        domain = [["sale_ok", "=", True], ["list_price", ">", 0], *([name, "=", one] for name, one in invoiced.items())]
        found: list[int] = await self.call("product.product", "search", domain, limit=count)
        if len(found) < count:
            pytest.skip("the user may not make products, and there are too few that are invoiced as ordered")
        return found

    async def clean_up(self) -> None:
        """Delete what was made; what Odoo does not let go is cancelled or archived."""
        for model, identifier in sorted(self._made, key=lambda made: _LAST.index(made[0])):
            for method in _UNDO.get(model, ()):
                await self._try(model, method, identifier)
            if not await self._try(model, "unlink", identifier) and self.erp._catalogue.has(model, "active"):
                await self._try(model, "write", identifier, {"active": False})

    async def _try(self, model: str, method: str, identifier: int, *args: Any) -> bool:
        try:
            await self.call(model, method, [identifier], *args)
        except Fault as fault:
            logger.info("%s %s of %s: %s", model, method, identifier, fault)
            return False
        return True


def _product(mark: str, number: int) -> Record:
    return {"name": f"Live product {number} {mark}", "list_price": 20 + 80 * number, "default_code": f"{mark}-{number}"}
