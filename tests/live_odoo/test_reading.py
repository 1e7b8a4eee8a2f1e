"""Schema, reading and the incremental read, on whatever server there is."""

from __future__ import annotations

from mapstudio.connectors.odoo import OdooConnector
from mapstudio.model import FieldType
from tests.live_odoo.workshop import Workshop


async def test_the_schema_follows_the_server_s_version(erp: OdooConnector) -> None:
    partners = await erp.schema("res.partner")
    assert partners.by_name["name"].required
    assert (partners.by_name["country_id"].type, partners.by_name["country_id"].reference) == (
        FieldType.REFERENCE,
        "res.country",
    )
    orders = await erp.schema("sale.order")
    version = (await erp.whoami()).system
    unit, tax = ("product_uom_id", "tax_ids") if version >= "odoo 18" else ("product_uom", "tax_id")
    assert f"order_line[].{unit}" in orders.by_name
    assert orders.by_name[f"order_line[].{tax}"].type is FieldType.REFERENCES
    assert orders.by_name["amount_total"].read_only
    invoices = await erp.schema("account.move")
    assert not invoices.by_name["move_type"].read_only, "it can be set once"
    assert invoices.by_name["payment_state"].read_only


async def test_what_is_made_is_read_with_its_references(workshop: Workshop) -> None:
    country = await workshop.country("ES")
    identifier = await workshop.make("res.partner", {"name": f"Ñandú {workshop.mark}", "country_id": country})
    records, _ = await workshop.read("res.partner", "name", "country_id.code", "phone", "is_company")
    [own] = [record for record in records if record.id == identifier]
    assert own.data["name"] == f"Ñandú {workshop.mark}"
    assert isinstance(own.data["country_id"], dict)
    assert own.data["country_id"]["code"] == "ES"
    assert (own.data["phone"], own.data["is_company"]) == (None, False)
    assert len({record.id for record in records}) == len(records)


async def test_an_incremental_read_brings_what_has_changed(workshop: Workshop) -> None:
    identifier = await workshop.make("res.partner", {"name": f"Before {workshop.mark}"})
    _, checkpoint = await workshop.read("res.partner", "name")
    assert checkpoint is not None
    await workshop.change("res.partner", identifier, {"name": f"After {workshop.mark}"})
    later, again = await workshop.read("res.partner", "name", since=checkpoint)
    assert [one.data["name"] for one in later if one.id == identifier] == [f"After {workshop.mark}"]
    assert again is not None
    repeated, _ = await workshop.read("res.partner", "name", since=again)
    assert len({record.id for record in repeated}) == len(repeated)


async def test_a_record_is_found_by_its_key_in_any_case(workshop: Workshop) -> None:
    email = f"Ann.{workshop.mark}@Example.com"
    identifier = await workshop.make("res.partner", {"name": f"Ann {workshop.mark}", "email": email})
    found = await workshop.erp.lookup("res.partner", ["email"], [(email.lower(),), ("nobody@example.com",)], ["name"])
    assert {key: [one.id for one in records] for key, records in found.items()} == {(email.lower(),): [identifier]}
