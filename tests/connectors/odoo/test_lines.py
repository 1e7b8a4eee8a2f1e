"""Lines of orders: what a lost answer, a refusal and a repetition do to them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.connectors.exchange import Child, Origin, ReadRequest, Write, WriteOutcome, Written
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.connectors.odoo.external import external_id, line_id
from mapstudio.connectors.odoo.jobs import Line
from mapstudio.connectors.odoo.lines import runs
from mapstudio.model import Record
from tests.connectors.conformance import read_all
from tests.connectors.odoo.losing import Losing

FIELDS = ["order_line[].product_uom_qty", "order_line[].price_unit", "order_line[].product_id"]
ORIGIN = Origin("crm", "deals", "d1")
texts = st.text(max_size=8)


async def _order(erp: OdooConnector, *lines: Child) -> str:
    children = {"order_line": lines or [Child("a", {"product_id": 1, "product_uom_qty": 2})]}
    [outcome] = await erp.write("sale.order", [Write(ORIGIN, {"partner_id": 1}, children=children)])
    assert outcome.result is Written.CREATED, outcome.reasons
    return str(outcome.destination_id)


async def _lines(erp: OdooConnector, order: str) -> list[Record]:
    found = (await erp.current("sale.order", [order], FIELDS))[order].data["order_line"]
    assert isinstance(found, list)
    return [one for one in found if isinstance(one, dict)]


async def _change(erp: OdooConnector, order: str, *lines: Child) -> WriteOutcome:
    [outcome] = await erp.write("sale.order", [Write(ORIGIN, {}, order, children={"order_line": lines})])
    return outcome


async def test_a_line_whose_answer_was_lost_is_found_and_not_added_again(erp: OdooConnector, losing: Losing) -> None:
    order = await _order(erp)
    losing.lose("write", done=True)
    outcome = await _change(erp, order, Child("b", {"product_id": 2, "product_uom_qty": 1}))
    assert outcome.result is Written.UPDATED
    assert len(await _lines(erp, order)) == 2
    assert losing.methods.count("write") == 1


async def test_a_removal_whose_answer_was_lost_is_found(erp: OdooConnector, losing: Losing) -> None:
    order = await _order(erp)
    [line] = await _lines(erp, order)
    losing.lose("write", done=True)
    outcome = await _change(erp, order, Child("a", {}, id=str(line["id"]), remove=True))
    assert outcome.result is Written.UPDATED
    assert await _lines(erp, order) == []


async def test_what_did_not_happen_is_unknown_and_sent_again_by_whoever_comes_next(
    erp: OdooConnector, losing: Losing
) -> None:
    order = await _order(erp)
    added = Child("b", {"product_id": 2, "product_uom_qty": 1})
    losing.lose("write", done=False)
    assert (await _change(erp, order, added)).result is Written.UNKNOWN
    assert len(await _lines(erp, order)) == 1
    assert (await _change(erp, order, added)).result is Written.UPDATED
    assert len(await _lines(erp, order)) == 2


async def test_what_happened_late_is_not_done_twice(erp: OdooConnector, losing: Losing) -> None:
    order = await _order(erp)
    added = Child("b", {"product_id": 2, "product_uom_qty": 1})
    losing.lose("write", done=False)
    assert (await _change(erp, order, added)).result is Written.UNKNOWN
    command = [[0, 0, {"product_id": 2, "product_uom_qty": 1}]]
    await erp._rpc.call("sale.order", "write", [[int(order)], {"order_line": command}])  # the lost one, at last
    sent = losing.methods.count("write")
    assert (await _change(erp, order, added)).result is Written.UPDATED
    assert losing.methods.count("write") == sent
    assert len(await _lines(erp, order)) == 2


async def test_changed_values_are_repeated_without_a_look(erp: OdooConnector, losing: Losing) -> None:
    order = await _order(erp)
    [line] = await _lines(erp, order)
    losing.lose("write", done=True)
    outcome = await _change(erp, order, Child("a", {"product_uom_qty": 7}, id=str(line["id"])))
    assert outcome.result is Written.UPDATED
    assert [one["product_uom_qty"] for one in await _lines(erp, order)] == [7]


async def test_lines_with_other_fields_stay_in_their_order_and_are_loaded_once(
    erp: OdooConnector, losing: Losing
) -> None:
    lines = [
        Child("1", {"product_id": 1, "product_uom_qty": 1}),
        Child("2", {"product_id": 2, "product_uom_qty": 2}),
        Child("3", {"product_id": 3, "product_uom_qty": 3, "price_unit": 1.5}),
        Child("4", {"product_id": 1, "product_uom_qty": 4, "price_unit": None}),
    ]
    order = await _order(erp, *lines)
    assert losing.methods.count("load") == 3, "two stretches more than the first"
    found = await _lines(erp, order)
    assert [one["product_uom_qty"] for one in found] == [1, 2, 3, 4]
    assert found[2]["price_unit"] == 1.5
    assert found[0]["price_unit"] == found[3]["price_unit"] != 0, "a price that is not given is the product's"
    assert await _order(erp, *lines) == order
    assert len(await _lines(erp, order)) == 4


async def test_many_orders_with_lines_go_in_one_call(erp: OdooConnector, losing: Losing) -> None:
    writes = [
        Write(
            Origin("crm", "deals", str(number)),
            {"partner_id": 1, "client_order_ref": f"D{number}"},
            children={
                "order_line": [
                    Child(str(place), {"product_id": 1 + place, "product_uom_qty": 1 + number})
                    for place in range(number % 3)
                ]
            },
        )
        for number in range(9)
    ]
    outcomes = await erp.write("sale.order", writes)
    assert {one.result for one in outcomes} == {Written.CREATED}
    assert losing.methods.count("load") == 2, "those with lines, and those without"
    for number, outcome in enumerate(outcomes):
        lines = await _lines(erp, str(outcome.destination_id))
        assert [one["product_uom_qty"] for one in lines] == [1 + number] * (number % 3)


async def test_orders_of_many_lines_are_parted_among_calls(
    erp: OdooConnector, losing: Losing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapstudio.connectors.odoo.loading.ROWS", 5)
    lines = [Child(str(place), {"product_id": 1, "product_uom_qty": 1}) for place in range(3)]
    origins = [Origin("crm", "deals", str(number)) for number in range(4)]
    writes = [Write(origin, {"partner_id": 1}, children={"order_line": lines}) for origin in origins]
    outcomes = await erp.write("sale.order", writes)
    assert losing.methods.count("load") == 4
    assert [len(await _lines(erp, str(one.destination_id))) for one in outcomes] == [3] * 4


async def test_a_refused_line_refuses_its_order_alone(erp: OdooConnector) -> None:
    writes = [
        Write(
            Origin("crm", "deals", str(number)),
            {"partner_id": 1},
            children={"order_line": [Child("x", {"product_id": product, "product_uom_qty": 1})]},
        )
        for number, product in enumerate([1, 999999, 2])
    ]
    outcomes = await erp.write("sale.order", writes)
    assert [one.result for one in outcomes] == [Written.CREATED, Written.REFUSED, Written.CREATED]
    assert outcomes[1].reasons[0].row == "order_line[x].product_id"
    order = str(outcomes[0].destination_id)
    for child, row in (
        (Child("y", {"product_id": 999999, "product_uom_qty": 1}), "order_line[y].product_id"),
        (Child("z", {"product_uom_qty": 2}, id="999999"), "order_line[z]"),
        (Child("q", {"product_uom_qty": "two"}, id="1"), "order_line[q].product_uom_qty"),
        (Child("s", {"price_subtotal": 2}, id="1"), "order_line[s].price_subtotal"),
    ):
        outcome = await _change(erp, order, child)
        assert outcome.result is Written.REFUSED
        assert outcome.reasons[0].row == row
    assert len(await _lines(erp, order)) == 1


async def test_external_ids_in_lines_are_resolved(erp: OdooConnector, admin: OdooConnector) -> None:
    values = {"module": "shop", "name": "coffee", "model": "product.product", "res_id": 3}
    await admin._rpc.call("ir.model.data", "create", [[values]])
    order = await _order(erp, Child("a", {"product_id": "shop.coffee", "product_uom_qty": 1}))
    [line] = await _lines(erp, order)
    assert line["product_id"]["id"] == 3  # type: ignore[index,call-overload]


async def test_seeded_notes_are_read_but_are_no_lines_of_data(erp: OdooConnector) -> None:
    order = await _order(erp)
    command = [[0, 0, {"display_type": "line_note", "name": "Sin azúcar"}]]
    await erp._rpc.call("sale.order", "write", [[int(order)], {"order_line": command}])
    await erp.write("sale.order", [Write(ORIGIN, {"client_order_ref": "con nota"}, order)])
    fields = ["order_line[].name", "order_line[].display_type"]
    [[record]] = (await erp.lookup("sale.order", ["client_order_ref"], [("con nota",)], fields)).values()
    assert [line["display_type"] for line in record.data["order_line"]] == [None]  # type: ignore[index,union-attr,call-overload]
    read = await read_all(erp, ReadRequest("sale.order", frozenset({"order_line[].name"})))
    [whole] = [one for one in read if one.id == order]
    assert len(whole.data["order_line"]) == 2  # type: ignore[arg-type]


@given(texts, texts, texts, texts)
def test_line_ids_differ_where_anything_does(field: str, key: str, other_field: str, other_key: str) -> None:
    one, other = line_id(ORIGIN, "sale.order", field, key), line_id(ORIGIN, "sale.order", other_field, other_key)
    assert (one == other) is ((field, key) == (other_field, other_key))
    assert one != external_id(Origin("crm", "deals", f"d1-{field}-{key}"), "sale.order")


@given(st.lists(st.sampled_from([("a",), ("b",), ("a", "b")]), max_size=12))
def test_stretches_keep_every_line_in_its_place(shapes: Sequence[Sequence[str]]) -> None:
    lines = [Line("order_line", Child(str(n), {}), dict.fromkeys(names, 1)) for n, names in enumerate(shapes)]
    parts = runs(lines)
    assert [line for part in parts for line in part] == lines
    assert all(len({tuple(line.values) for line in part}) == 1 for part in parts)
    assert all(one[0].values.keys() != two[0].values.keys() for one, two in pairwise(parts))


async def test_a_price_that_was_given_stays_when_the_quantity_changes(erp: OdooConnector) -> None:
    given: Record = {"product_id": 1, "price_unit": 342.5, "product_uom_qty": 2}
    order = await _order(erp, Child("a", given))
    [line] = await _lines(erp, order)
    same = {name: value for name, value in given.items() if name != "product_uom_qty"}
    outcome = await _change(erp, order, Child("a", {"product_uom_qty": 3}, id=str(line["id"]), same=same))
    assert outcome.result is Written.UPDATED
    [line] = await _lines(erp, order)
    assert (line["price_unit"], line["product_uom_qty"]) == (342.5, 3)
