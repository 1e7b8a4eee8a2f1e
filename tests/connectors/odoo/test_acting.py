"""Steps: what counts is the record's state, whatever became of the answer."""

from __future__ import annotations

import pytest

from mapstudio.connectors.exchange import Child, Origin, Write
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.connectors.odoo.acting import STEPS
from mapstudio.model import Record, UsageError
from tests.connectors.odoo.losing import Losing


async def _order(erp: OdooConnector, name: str = "d1") -> str:
    lines = {"order_line": [Child("a", {"product_id": 1, "product_uom_qty": 2})]}
    [outcome] = await erp.write("sale.order", [Write(Origin("crm", "deals", name), {"partner_id": 1}, children=lines)])
    return str(outcome.destination_id)


async def _invoices(erp: OdooConnector, order: str) -> list[str]:
    found = (await erp.current("sale.order", [order], ["invoice_ids"]))[order].data["invoice_ids"]
    assert isinstance(found, list)
    return [str(one["id"]) for one in found if isinstance(one, dict)]


async def test_a_confirmation_whose_answer_was_lost_is_done(erp: OdooConnector, losing: Losing) -> None:
    order = await _order(erp)
    losing.lose("action_confirm", done=True)
    assert await erp.act("sale.order", "confirm", [order]) == [None]
    assert losing.methods.count("action_confirm") == 1


async def test_a_confirmation_that_was_lost_on_its_way_is_sent_once_more(erp: OdooConnector, losing: Losing) -> None:
    order = await _order(erp)
    losing.lose("action_confirm", done=False)
    assert await erp.act("sale.order", "confirm", [order]) == [None]
    assert losing.methods.count("action_confirm") == 2
    other = await _order(erp, "d2")
    losing.lose("action_confirm", done=False, times=2)
    [reason] = await erp.act("sale.order", "confirm", [other])
    assert reason is not None
    assert "the next run looks again" in reason.reason


async def test_an_invoice_whose_answer_was_lost_is_not_made_twice(erp: OdooConnector, losing: Losing) -> None:
    order = await _order(erp)
    await erp.act("sale.order", "confirm", [order])
    losing.lose("create_invoices", done=True)
    assert await erp.act("sale.order", "invoice", [order]) == [None]
    assert len(await _invoices(erp, order)) == 1
    other = await _order(erp, "d2")
    await erp.act("sale.order", "confirm", [other])
    losing.lose("create_invoices", done=False)
    [reason] = await erp.act("sale.order", "invoice", [other])
    assert reason is not None, "it may still come, so it is not asked for again at once"
    assert await _invoices(erp, other) == []
    assert await erp.act("sale.order", "invoice", [other]) == [None]
    assert len(await _invoices(erp, other)) == 1


async def test_a_payment_whose_answer_was_lost_is_not_registered_twice(erp: OdooConnector, losing: Losing) -> None:
    order = await _order(erp)
    await erp.act("sale.order", "confirm", [order])
    await erp.act("sale.order", "invoice", [order])
    [invoice] = await _invoices(erp, order)
    await erp.act("account.move", "post", [invoice])
    losing.lose("action_create_payments", done=True)
    assert await erp.act("account.move", "pay", [invoice]) == [None]
    assert await erp.act("account.move", "pay", [invoice]) == [None]
    assert losing.methods.count("action_create_payments") == 1


async def test_one_refused_record_does_not_stop_the_others(erp: OdooConnector) -> None:
    quotation, confirmed = await _order(erp, "d1"), await _order(erp, "d2")
    await erp.act("sale.order", "confirm", [confirmed])
    nothing, done, gone = await erp.act("sale.order", "invoice", [quotation, confirmed, "999999"])
    assert done is None
    assert nothing is not None, "there is nothing to invoice"
    assert gone is not None
    assert "does not exist any more" in gone.reason


async def test_a_lost_lead_is_lost_though_odoo_answers_nothing(erp: OdooConnector) -> None:
    [outcome] = await erp.write("crm.lead", [Write(Origin("crm", "deals", "l1"), {"name": "Renovación"})])
    assert await erp.act("crm.lead", "lost", [str(outcome.destination_id)]) == [None]
    [present] = (await erp.current("crm.lead", [str(outcome.destination_id)], ["active", "probability"])).values()
    assert erp.done("crm.lead", "lost", present.data)
    assert not erp.done("crm.lead", "won", present.data)


def test_every_step_says_from_its_own_fields_whether_it_is_done() -> None:
    for model, known in STEPS.items():
        for name, step in known.items():
            assert step.action.name == name
            assert step.action.fields, (model, name)
            empty: Record = dict.fromkeys(step.action.fields)
            assert not step.done(empty), (model, name)


@pytest.mark.parametrize(
    ("model", "step", "present", "done"),
    [
        ("sale.order", "confirm", {"state": "sale"}, True),
        ("sale.order", "confirm", {"state": "done"}, True),
        ("sale.order", "confirm", {"state": "sent"}, False),
        ("sale.order", "draft", {"state": "sent"}, True),
        ("sale.order", "invoice", {"invoice_ids": [{"id": 3}], "invoice_status": "to invoice"}, True),
        ("sale.order", "invoice", {"invoice_ids": [], "invoice_status": "to invoice"}, False),
        ("account.move", "pay", {"payment_state": "partial"}, False),
        ("account.move", "pay", {"payment_state": "in_payment"}, True),
        ("crm.lead", "won", {"active": True, "probability": 100.0}, True),
        ("crm.lead", "won", {"active": False, "probability": 100.0}, False),
        ("crm.lead", "lost", {"active": False, "probability": 0}, True),
        ("crm.lead", "lost", {"active": True, "probability": 0}, False),
    ],
)
def test_states_of_both_versions_are_understood(model: str, step: str, present: Record, done: bool) -> None:
    assert STEPS[model][step].done(present) is done


async def test_an_unknown_step_is_told_with_its_nearest(erp: OdooConnector) -> None:
    with pytest.raises(UsageError, match=r'no step confrm.*did you mean "confirm"'):
        await erp.act("sale.order", "confrm", ["1"])
    with pytest.raises(UsageError, match=r"no step confirm for res\.partner"):
        await erp.act("res.partner", "confirm", ["1"])
