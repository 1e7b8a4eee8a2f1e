"""Won deals become confirmed orders with their lines, over HTTP: written once, changed line by line, never doubled."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.connectors.exchange import Origin, ReadRequest, Write
from mapstudio.connectors.opening import open_connector
from mapstudio.model import Record, Verb
from mapstudio.project import variable_name
from mapstudio.runner import Runner, StateStore
from mapstudio.sandbox.control import PREFIX
from tests.runner.test_end_to_end import Systems, open_systems

ORDERS = "deals-to-orders"
PATHS = frozenset({"client_order_ref", "state", "order_line[].product_id.default_code", "order_line[].product_uom_qty"})
pytestmark = pytest.mark.slow


@pytest.fixture
def systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Return all sandboxes with a copy of the sample project."""
    with open_systems(tmp_path, monkeypatch) as opened:
        yield opened


async def orders(systems: Systems) -> dict[str, Record]:
    """Return the orders of the ERP by the deal that they came from."""
    async with open_connector(systems.project, "erp", "sandbox") as connector:
        pages = [page async for page in connector.read(ReadRequest("sale.order", PATHS))]
    return {
        str(record.data["client_order_ref"]): record.data
        for page in pages
        for record in page.records
        if record.data["client_order_ref"]
    }


def sold(order: Record) -> dict[str, Any]:
    """Return the quantity of each product of an order; one that stands twice fails the test."""
    lines: Any = order["order_line"]
    found = {line["product_id"]["default_code"]: line["product_uom_qty"] for line in lines}
    assert len(found) == len(lines)
    return found


async def test_won_deals_become_confirmed_orders_and_the_second_apply_is_quiet(systems: Systems) -> None:
    _, before = await systems.apply(ORDERS)
    assert (before.counts["create"], before.counts["wait"] > 0) == (0, True)
    await systems.apply("companies-to-partners")

    plan, report = await systems.apply(ORDERS)

    created = [record for record in plan.records if record.verb is Verb.CREATE]
    assert report.counts["create"] == report.steps == len(created) > 20
    assert {reason.row for item in report.rejects for reason in item.reasons} <= {"order_line", "partner_id"}
    there = await orders(systems)
    for record in created:
        order = there[str(record.output["client_order_ref"])]
        assert order["state"] == "sale"
        given: Any = record.record["associations"]
        assert sold(order) == {item["hs_sku"]: item["quantity"] for item in given["line_items"]}

    written = len(systems.written("odoo"))
    _, second = await systems.apply(ORDERS)
    assert (second.quiet, second.steps, len(systems.written("odoo"))) == (True, 0, written)


async def test_a_changed_line_is_the_only_thing_that_is_sent(systems: Systems) -> None:
    await systems.apply("companies-to-partners")
    plan, _ = await systems.apply(ORDERS)
    deal = next(record for record in plan.records if record.verb is Verb.CREATE)
    given: Any = deal.record["associations"]
    line = given["line_items"][0]
    async with open_connector(systems.project, "crm", "sandbox") as crm:
        write = Write(Origin("t", "line_items", "1"), {"quantity": 41}, line["id"])
        await crm.write("line_items", [write])
    written = len(systems.written("odoo"))

    plan, report = await systems.apply(ORDERS)

    (changed,) = [record for record in plan.records if record.verb is Verb.UPDATE]
    name = f"order_line[{line['hs_sku']}].product_uom_qty"
    assert [(item.name, item.old, item.new) for item in changed.fields] == [(name, line["quantity"], 41)]
    assert (report.counts["update"], report.steps) == (1, 0)
    entries = [entry for entry in systems.written("odoo")[written:] if entry["object"] == "sale.order.line"]
    # What Odoo would work out anew from the quantity goes along, so that the deal's price stays.
    [entry] = entries
    priced = {"price_unit": line["price"], "discount": line.get("hs_discount_percentage") or 0}
    assert entry["values"] == {"product_uom_qty": 41, **priced}
    assert sold((await orders(systems))[deal.source_id])[line["hs_sku"]] == 41
    assert (await systems.apply(ORDERS))[1].quiet


@pytest.mark.parametrize("kind", ["drop-after", "drop-before", "truncate"])
async def test_a_fault_doubles_no_order_and_no_line(systems: Systems, kind: str) -> None:
    await systems.apply("companies-to-partners")
    control = f"{os.environ[variable_name('erp', 'sandbox', 'url')]}{PREFIX}"
    async with Runner(systems.project, systems.project.mapping_path(ORDERS), state=systems.state) as runner:
        runner.acquire_lock()
        plan = await runner.plan()
        async with httpx.AsyncClient(base_url=control, trust_env=False) as client:
            (await client.post("/faults", json={"kind": kind, "count": 3})).raise_for_status()
        await runner.apply(plan)
    await systems.apply(ORDERS)

    there = await orders(systems)
    made = [entry for entry in systems.written("odoo") if entry["op"] == "create" and entry["object"] == "sale.order"]
    assert len(made) == sum(record.verb is Verb.CREATE for record in plan.records)
    assert set(Counter(entry["values"]["client_order_ref"] for entry in made).values()) == {1}
    assert all(sold(there[entry["values"]["client_order_ref"]]) for entry in made)
    assert {there[entry["values"]["client_order_ref"]]["state"] for entry in made} == {"sale"}
    assert (await systems.apply(ORDERS))[1].quiet


async def test_a_lost_state_store_doubles_nothing(systems: Systems, tmp_path: Path) -> None:
    await systems.apply("companies-to-partners")
    await systems.apply(ORDERS)
    written = len(systems.written("odoo"))
    with StateStore.open(tmp_path / "another") as state:
        lost = Systems(systems.project, state, systems.ledger)
        await lost.apply("companies-to-partners")
        assert (await lost.apply(ORDERS))[1].quiet
    assert len(systems.written("odoo")) == written
