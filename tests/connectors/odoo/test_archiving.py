"""Archiving, guarded documents, external ids for adopted records, and addresses that Odoo copies."""

from __future__ import annotations

import pytest

from mapstudio.connectors.exchange import Child, Origin, Write, Written
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.model import AuthenticationError, Record, UsageError
from tests.connectors.odoo.losing import Losing
from tests.connectors.writes import update


async def _partners(erp: OdooConnector, count: int, **values: str) -> list[str]:
    writes = [Write(Origin("crm", "contacts", str(n)), {"name": f"Persona {n}", **values}) for n in range(count)]
    return [str(one.destination_id) for one in await erp.write("res.partner", writes)]


async def test_records_are_archived_in_one_call_and_once(erp: OdooConnector, losing: Losing) -> None:
    ids = await _partners(erp, 5)
    losing.methods.clear()
    assert await erp.archive("res.partner", [*ids, "999999", "x"]) == [None] * 7
    assert losing.methods.count("write") == 1
    assert await erp.archive("res.partner", ids) == [None] * 5
    assert losing.methods.count("write") == 1
    found = await erp.current("res.partner", ids, ["active"])
    assert [found[one].data["active"] for one in ids] == [False] * 5
    assert await erp.by_origin("res.partner", [Origin("crm", "contacts", "0")]) != {}, "it is not deleted"


async def test_what_cannot_be_archived_is_a_usage_error(erp: OdooConnector) -> None:
    await erp.schema("res.partner")
    await erp.schema("sale.order")
    assert erp.capabilities("res.partner").archive
    assert not erp.capabilities("sale.order").archive
    with pytest.raises(UsageError, match=r"cannot archive sale\.order"):
        await erp.archive("sale.order", ["1"])


async def test_no_right_to_archive_stops_at_once(erp: OdooConnector) -> None:
    with pytest.raises(AuthenticationError, match=r"res\.users"):
        await erp.archive("res.users", ["2"])


async def test_a_posted_invoice_is_not_written_by_any_way(erp: OdooConnector) -> None:
    lines = {"invoice_line_ids": [Child("1", {"name": "Consulta", "quantity": 1, "price_unit": 10})]}
    values: Record = {"move_type": "out_invoice", "partner_id": 1, "ref": "A-1"}
    made = Write(Origin("crm", "invoices", "1"), values, children=lines)
    [created] = await erp.write("account.move", [made])
    assert created.result is Written.CREATED, created.reasons
    invoice = str(created.destination_id)
    assert await erp.act("account.move", "post", [invoice]) == [None]
    for write in (
        update(invoice, "ref", "A-2"),
        Write(Origin("crm", "invoices", "1"), {}, invoice, children={"invoice_line_ids": [Child("2", {"name": "x"})]}),
        made,
    ):
        [outcome] = await erp.write("account.move", [write])
        assert outcome.result is Written.REFUSED
        assert "in state posted" in outcome.reasons[0].reason
    fields = ["ref", "amount_untaxed", "invoice_line_ids[].price_unit"]
    now = (await erp.current("account.move", [invoice], fields))[invoice].data
    assert (now["ref"], now["amount_untaxed"]) == ("A-1", 10)
    assert len(now["invoice_line_ids"]) == 1  # type: ignore[arg-type]


async def test_an_adopted_record_gets_the_external_id_of_its_origin(admin: OdooConnector, losing: Losing) -> None:
    first, second = Origin("crm", "companies", "1"), Origin("crm", "companies", "2")
    writes = [Write(first, {"function": "A"}, "1"), Write(second, {"function": "B"}, "2")]
    await admin.write("res.partner", writes)
    assert await admin.by_origin("res.partner", [first, second]) == {first: "1", second: "2"}
    losing.methods.clear()
    await admin.write("res.partner", [Write(first, {"function": "C"}, "1")])
    assert "create" not in losing.methods, "it has one by now"


async def test_without_the_right_an_adopted_record_is_written_all_the_same(erp: OdooConnector, losing: Losing) -> None:
    for function in ("A", "B"):
        [outcome] = await erp.write(
            "res.partner", [Write(Origin("crm", "companies", "1"), {"function": function}, "1")]
        )
        assert outcome.result is Written.UPDATED
    assert losing.methods.count("search_read") == 1, "it is asked for once, and refused"


async def test_contacts_without_an_address_take_their_company_s(erp: OdooConnector, losing: Losing) -> None:
    office: Record = {"name": "Oficina", "is_company": True, "street": "Sede 1", "city": "Madrid"}
    [company] = await erp.write("res.partner", [Write(Origin("crm", "companies", "1"), office)])
    losing.methods.clear()
    without: Record = {"name": "Eva", "parent_id": int(str(company.destination_id))}
    [eva] = await erp.write("res.partner", [Write(Origin("crm", "contacts", "2"), without)])
    assert losing.methods == ["load"], "nothing is looked at where no address was sent"
    found = await erp.current("res.partner", [str(eva.destination_id)], ["street"])
    assert found[str(eva.destination_id)].data["street"] == "Sede 1"


async def test_updates_of_one_shape_go_in_one_call_each_with_values_of_its_own(
    erp: OdooConnector, losing: Losing
) -> None:
    ids = await _partners(erp, 12, function="Compras")
    await erp.archive("res.partner", ids[:2])
    losing.methods.clear()
    writes = [update(one, "ref", f"R-{number}") for number, one in enumerate(ids)]
    writes[5] = update("999999", "ref", "R-5")
    outcomes = await erp.write("res.partner", writes)
    assert losing.methods.count("load") == 2, "one that fails, and one without the bad record"
    assert "write" not in losing.methods
    assert outcomes[5].result is Written.REFUSED
    assert "999999 does not exist any more" in outcomes[5].reasons[0].reason
    assert [one.result for one in outcomes[:5]] == [Written.UPDATED] * 5
    found = await erp.current("res.partner", ids, ["ref", "function"])
    assert [found[one].data["ref"] for one in ids] == [f"R-{number}" if number != 5 else None for number in range(12)]
    assert {one.data["function"] for one in found.values()} == {"Compras"}
