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
    key_fields: tuple[str, ...] = ()
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
    "product.pricelist": Offered("Pricelists", ("name",), writable=False),
    "res.partner.category": Offered("Contact tags", ("name",)),
    "crm.tag": Offered("Tags of opportunities", ("name",)),
    "crm.stage": Offered("Pipeline stages", ("name",), writable=False),
    "crm.team": Offered("Sales teams", ("name",), writable=False),
    "crm.lost.reason": Offered("Reasons for losing", ("name",), writable=False),
    "mail.activity": Offered("Activities"),
    "mail.message": Offered("Messages", writable=False),
    "res.users": Offered("Users", ("login",), writable=False),
    "res.company": Offered("Companies of the database", ("name",), writable=False),
    "res.country": Offered("Countries", ("code",), writable=False),
    "res.country.state": Offered("States", ("code",), writable=False),
    "res.currency": Offered("Currencies", ("name",), writable=False),
    "uom.uom": Offered("Units of measure", ("name",), writable=False),
    "account.tax": Offered("Taxes", ("name",), writable=False),
    "account.journal": Offered("Journals", ("code",), writable=False),
    "account.payment.term": Offered("Payment terms", ("name",), writable=False),
}
"""The usual models: those that mappings write, and the tables that they refer to."""


def capabilities(model: str) -> Capabilities:
    """Return what a model can do; one outside of the list is taken as writable until Odoo says otherwise."""
    offered = OBJECTS.get(model, Offered(model))
    if not offered.writable:
        return Capabilities(incremental=True, batch_size=BATCH, key_fields=offered.key_fields)
    return Capabilities(
        create=Enforcement.EXTERNAL_ID,
        update=True,
        batch_size=BATCH,
        incremental=True,
        key_fields=offered.key_fields,
    )
