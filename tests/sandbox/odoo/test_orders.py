"""Orders of the local Odoo: what their states allow, and what their lines must hold."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.odoo.client import Client, Refused
from tests.sandbox.odoo.conftest import is_new


def _order(erp: Client, *lines: dict[str, Any]) -> int:
    found: int = erp.call("sale.order", "create", {"partner_id": 1, "order_line": [[0, 0, line] for line in lines]})
    return found


def _state(erp: Client, order: int) -> str:
    return str(erp.call("sale.order", "read", [order], ["state"])[0]["state"])


def test_a_line_sells_a_product_or_is_a_text(erp: Client) -> None:
    nothing = {"name": "Nothing in particular", "price_unit": 3}
    if is_new(erp):
        with pytest.raises(Refused, match="missing a product"):
            erp.call("sale.order", "action_confirm", [_order(erp, nothing)])
    else:
        with pytest.raises(Refused, match="accountable sale order line"):
            _order(erp, nothing)
    with pytest.raises(Refused, match="non-accountable"):
        _order(erp, {"display_type": "line_section", "name": "Head", "product_id": 3})
    with pytest.raises(Refused, match="non-accountable"):
        _order(erp, {"display_type": "line_note", "name": "Note", "price_unit": 5})
    order = _order(erp, {"display_type": "line_section", "name": "Head"}, {"product_id": 3})
    section, line = erp.call("sale.order", "read", [order], ["order_line"])[0]["order_line"]
    with pytest.raises(Refused, match="change the type"):
        erp.call("sale.order.line", "write", [section], {"display_type": False})
    assert erp.call("sale.order.line", "read", [line], ["display_type"])[0]["display_type"] is False


def test_taxes_are_rounded_as_each_version_does(erp: Client) -> None:
    """Three lines of 0.10 with 15 %: 16 rounds each line's tax, 19 the sum."""
    order = _order(erp, *[{"product_id": 3, "price_unit": 0.1}] * 3)
    [told] = erp.call("sale.order", "read", [order], ["amount_untaxed", "amount_tax", "amount_total"])
    assert told["amount_untaxed"] == 0.3
    assert told["amount_tax"] == (0.05 if is_new(erp) else 0.06)
    assert told["amount_total"] == pytest.approx(told["amount_untaxed"] + told["amount_tax"])


def test_lines_given_by_hand_win_over_what_the_product_says(erp: Client) -> None:
    tax = "tax_ids" if is_new(erp) else "tax_id"
    order = _order(erp, {"product_id": 3, "name": "By hand", "price_unit": 7.0, tax: [[5]]})
    [line] = erp.call("sale.order.line", "search_read", [["order_id", "=", order]], ["name", "price_unit", tax])
    assert (line["name"], line["price_unit"], line[tax]) == ("By hand", 7.0, [])


def test_a_confirmed_order_is_cancelled_and_drafted_again(erp: Client) -> None:
    order = _order(erp, {"product_id": 3})
    erp.call("sale.order", "action_confirm", [order])
    answer = erp.call("sale.order", "action_cancel", [order])
    if not is_new(erp):
        assert answer["res_model"] == "sale.order.cancel", "16 asks first, and cancels nothing"
        assert _state(erp, order) == "sale"
        answer = erp.call("sale.order", "action_cancel", [order], context={"disable_cancel_warning": True})
    assert answer is True
    assert _state(erp, order) == "cancel"
    assert erp.call("sale.order", "action_draft", [order]) is True
    assert _state(erp, order) == "draft"


def test_a_locked_order_keeps_its_lines(erp: Client) -> None:
    order = _order(erp, {"product_id": 3})
    [line] = erp.call("sale.order", "read", [order], ["order_line"])[0]["order_line"]
    erp.call("sale.order", "action_confirm", [order])
    erp.call("sale.order", "action_lock" if is_new(erp) else "action_done", [order])
    with pytest.raises(Refused, match="locked order"):
        erp.call("sale.order.line", "write", [line], {"product_uom_qty": 2})
    if is_new(erp):
        with pytest.raises(Refused, match="locked order"):
            erp.call("sale.order", "action_cancel", [order])
    erp.call("sale.order", "action_unlock", [order])
    assert erp.call("sale.order.line", "write", [line], {"product_uom_qty": 2}) is True


def test_deleting_an_order_takes_its_lines_and_nobody_deletes_its_customer(erp: Client) -> None:
    customer = erp.call("res.partner", "create", {"name": "Casa"})
    order = erp.call("sale.order", "create", {"partner_id": customer, "order_line": [[0, 0, {"product_id": 3}]]})
    with pytest.raises(Refused, match=r"requires the record|using the record") as refused:
        erp.call("res.partner", "unlink", [customer])
    assert refused.value.name == "odoo.exceptions.ValidationError"
    erp.call("sale.order", "unlink", [order])
    assert erp.call("sale.order.line", "search", [["order_id", "=", order]]) == []
    assert erp.call("res.partner", "unlink", [customer]) is True


def test_a_tag_that_is_deleted_is_gone_from_those_who_had_it(erp: Client) -> None:
    tag = erp.call("res.partner.category", "create", {"name": "Temporal"})
    partner = erp.call("res.partner", "create", {"name": "Casa", "category_id": [[6, 0, [1, tag]]]})
    erp.call("res.partner.category", "unlink", [tag])
    assert erp.call("res.partner", "read", [partner], ["category_id"])[0]["category_id"] == [1]


def test_a_copy_has_the_lines_and_a_number_of_its_own(erp: Client) -> None:
    order = _order(erp, {"product_id": 3, "product_uom_qty": 4}, {"display_type": "line_note", "name": "Note"})
    answer = erp.call("sale.order", "copy", [order])
    copy = answer[0] if is_new(erp) else answer
    first, second = erp.call("sale.order", "read", [order, copy], ["name", "amount_total", "order_line", "state"])
    assert first["name"] != second["name"]
    assert first["amount_total"] == second["amount_total"]
    assert len(second["order_line"]) == 2
    assert not set(first["order_line"]) & set(second["order_line"])


def test_what_is_written_on_a_contact_goes_up_to_its_company_in_19_only(erp: Client) -> None:
    company = erp.call("res.partner", "create", {"name": "Casa", "is_company": True, "street": "S1", "city": "Lugo"})
    person = erp.call("res.partner", "create", {"name": "Ana", "parent_id": company})
    apart = erp.call("res.partner", "create", {"name": "Eva", "parent_id": company, "type": "other", "street": "Own"})
    erp.call("res.partner", "write", [person], {"street": "Mine"})
    erp.call("res.partner", "write", [apart], {"street": "Apart"})
    read = erp.call("res.partner", "read", [company, person, apart], ["street"])
    assert [one["street"] for one in read] == ["Mine" if is_new(erp) else "S1", "Mine", "Apart"]


def test_a_price_by_hand_is_lost_when_what_it_is_worked_out_from_is_written(erp: Client) -> None:
    order = _order(erp, {"product_id": 3, "name": "By hand", "price_unit": 342.0, "product_uom_qty": 2})
    [line] = erp.call("sale.order", "read", [order], ["order_line"])[0]["order_line"]
    fields = ["name", "price_unit"]
    [product] = erp.call("product.product", "read", [3], ["list_price"])

    erp.call("sale.order", "write", [order], {"order_line": [[1, line, {"product_uom_qty": 3}]]})
    [read] = erp.call("sale.order.line", "read", [line], fields)
    assert (read["name"], read["price_unit"]) == ("By hand", product["list_price"])

    erp.call("sale.order", "write", [order], {"order_line": [[1, line, {"price_unit": 500.0}]]})
    erp.call("sale.order", "write", [order], {"order_line": [[1, line, {"product_id": 3}]]})
    [read] = erp.call("sale.order.line", "read", [line], fields)
    assert read["name"] != "By hand"
    assert read["price_unit"] == (500.0 if is_new(erp) else product["list_price"])

    everything = {"product_id": 3, "name": "Mine", "price_unit": 7.0, "product_uom_qty": 4}
    erp.call("sale.order", "write", [order], {"order_line": [[1, line, everything]]})
    [read] = erp.call("sale.order.line", "read", [line], fields)
    assert (read["name"], read["price_unit"]) == ("Mine", 7.0)
