"""The objects that are offered, what each can do, and whether the user may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mapstudio.connectors.declarations import Capabilities, Enforcement

BATCH = 200
"""200 to 500 records a call are what Odoo handles best (measured: 260-560 a second by ``load``)."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One model of the curated list."""

    label: str
    keys: tuple[str, ...] = ()
    writable: bool = True


OBJECTS: Mapping[str, Offered] = {
    "res.partner": Offered("Contacts", ("ref", "vat", "email")),
    "crm.lead": Offered("Leads and opportunities", ("email_from",)),
    "sale.order": Offered("Sales orders", ("client_order_ref", "name")),
    "sale.order.line": Offered("Sales order lines"),
    "account.move": Offered("Invoices and journal entries", ("ref", "name")),
    "account.move.line": Offered("Lines of invoices and journal entries", writable=False),
    "account.payment": Offered("Payments", writable=False),
    "product.product": Offered("Products", ("default_code", "barcode")),
    "product.template": Offered("Product templates", ("default_code",)),
    "product.category": Offered("Product categories", ("name",)),
    "product.pricelist": Offered("Pricelists", writable=False),
    "res.partner.category": Offered("Contact tags", ("name",)),
    "crm.tag": Offered("Tags of opportunities", ("name",)),
    "crm.stage": Offered("Pipeline stages", writable=False),
    "crm.team": Offered("Sales teams", writable=False),
    "crm.lost.reason": Offered("Reasons for losing", writable=False),
    "mail.activity": Offered("Activities"),
    "mail.message": Offered("Messages", writable=False),
    "res.users": Offered("Users", writable=False),
    "res.company": Offered("Companies of the database", writable=False),
    "res.country": Offered("Countries", writable=False),
    "res.country.state": Offered("States", writable=False),
    "res.currency": Offered("Currencies", writable=False),
    "uom.uom": Offered("Units of measure", writable=False),
    "account.tax": Offered("Taxes", writable=False),
    "account.journal": Offered("Journals", writable=False),
    "account.payment.term": Offered("Payment terms", writable=False),
}
"""The usual models: those that mappings write, and the tables that they refer to."""


def capabilities(model: str) -> Capabilities:
    """Return what a model can do; one outside of the list is taken as writable until Odoo says otherwise."""
    offered = OBJECTS.get(model, Offered(model))
    if not offered.writable:
        return Capabilities(incremental=True, batch_size=BATCH)
    return Capabilities(
        create=Enforcement.EXTERNAL_ID,
        update=True,
        batch_size=BATCH,
        incremental=True,
        proposed_keys=tuple((name,) for name in offered.keys),
    )
