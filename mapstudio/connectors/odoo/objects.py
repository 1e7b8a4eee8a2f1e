"""The objects that are offered, what each can do, and whether the user may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mapstudio.connectors.contract import Capabilities, Enforcement

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
    "product.product": Offered("Products", ("default_code", "barcode")),
    "product.template": Offered("Product templates", ("default_code",)),
    "res.partner.category": Offered("Contact tags", ("name",)),
    "crm.stage": Offered("Pipeline stages", ("name",), writable=False),
    "crm.team": Offered("Sales teams", ("name",), writable=False),
    "res.users": Offered("Users", ("login",), writable=False),
    "res.country": Offered("Countries", ("code",), writable=False),
    "res.country.state": Offered("States", ("code",), writable=False),
    "res.currency": Offered("Currencies", ("name",), writable=False),
}


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
