"""Groups, exports, forms and languages of the local Odoo."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.odoo.client import Client, Refused


def _new(admin: Client) -> bool:
    return bool(admin.access["version"] == "19.0")


def test_groups_count_and_add_up(admin: Client) -> None:
    orders = admin.call("sale.order", "search_read", [], ["partner_id", "amount_total", "state"])
    groups = admin.call("sale.order", "read_group", [], ["amount_total:sum"], ["state"])
    for group in groups:
        alike = [order for order in orders if order["state"] == group["state"]]
        assert group["state_count"] == len(alike)
        assert group["amount_total"] == pytest.approx(sum(order["amount_total"] for order in alike))
        assert admin.call("sale.order", "search_count", group["__domain"]) == len(alike)
    assert sum(group["state_count"] for group in groups) == len(orders)
    both = admin.call("sale.order", "read_group", [], [], ["state", "partner_id"], lazy=False)
    assert sum(group["__count"] for group in both) == len(orders)
    assert isinstance(both[0]["partner_id"], list)


def test_months_have_a_range_that_is_a_domain(admin: Client) -> None:
    groups = admin.call("sale.order", "read_group", [], [], ["create_date:month"])
    for group in groups:
        assert admin.call("sale.order", "search_count", group["__domain"]) == group["create_date_count"]
        assert set(group["__range"]["create_date:month"]) == {"from", "to"}


def test_19_groups_in_its_own_form(admin: Client) -> None:
    arguments: tuple[list[str], ...] = ([], ["state"], ["__count", "amount_total:max"])
    if not _new(admin):
        with pytest.raises(Refused, match="does not exist"):
            admin.call("sale.order", "formatted_read_group", *arguments)
        return
    for group in admin.call("sale.order", "formatted_read_group", *arguments):
        highest = admin.call("sale.order", "search_read", group["__extra_domain"], ["amount_total"])
        assert len(highest) == group["__count"]
        assert max(one["amount_total"] for one in highest) == group["amount_total:max"]
    with pytest.raises(Refused, match="Granularity not set"):
        admin.call("sale.order", "formatted_read_group", [], ["create_date"], ["__count"])


def test_an_export_can_be_loaded_again(admin: Client) -> None:
    columns = ["id", "client_order_ref", "order_line/id", "order_line/product_uom_qty"]
    orders = admin.call("sale.order", "search", [["state", "=", "draft"]], limit=2, order="id")
    rows = admin.call("sale.order", "export_data", orders, columns)["datas"]
    lines = admin.call("sale.order.line", "search_count", [["order_id", "in", orders]])
    assert len(rows) == lines
    assert [bool(row[0]) for row in rows].count(True) == 2, "lines stand below their order"
    rows[0][1] = "EXPORTED"
    told = admin.call("sale.order", "load", columns, [[str(cell) for cell in row] for row in rows])
    assert told["ids"] == orders
    assert admin.call("sale.order", "read", orders[:1], ["client_order_ref"])[0]["client_order_ref"] == "EXPORTED"
    assert admin.call("sale.order.line", "search_count", [["order_id", "in", orders]]) == lines


def test_times_are_exported_in_the_zone_of_the_context(admin: Client) -> None:
    record = admin.call("sale.order", "create", {"partner_id": 1, "date_order": "2026-07-01 03:00:00"})
    rows = admin.call("sale.order", "export_data", [record], ["date_order"], context={"tz": "Asia/Tokyo"})["datas"]
    assert rows == [["2026-07-01 12:00:00"]]
    [read] = admin.call("sale.order", "read", [record], ["date_order"], context={"tz": "Asia/Tokyo"})
    assert read["date_order"] == "2026-07-01 03:00:00", "a read says UTC whatever the zone"


def test_labels_options_and_texts_follow_the_language(admin: Client) -> None:
    french = {"lang": "fr_FR"}
    told = admin.call(
        "crm.lead", "fields_get", ["stage_id", "type"], attributes=["string", "selection"], context=french
    )
    assert told["stage_id"]["string"] == "Étape"
    assert told["type"]["selection"] == [["lead", "Piste"], ["opportunity", "Opportunité"]]
    [spain] = admin.call("res.country", "search_read", [["name", "=", "Espagne"]], ["name", "code"], context=french)
    assert (spain["name"], spain["code"]) == ("Espagne", "ES")
    assert admin.call("res.country", "search", [["name", "=", "Espagne"]]) == []
    template = admin.call("product.template", "search", [], limit=1)
    before = admin.call("product.template", "read", template, ["name"])[0]["name"]
    admin.call("product.template", "write", template, {"name": "Nom français"}, context=french)
    assert admin.call("product.template", "read", template, ["name"])[0]["name"] == before
    assert admin.call("product.template", "read", template, ["name"], context=french)[0]["name"] == "Nom français"


def test_a_language_that_is_not_installed(admin: Client) -> None:
    call: tuple[Any, ...] = ("res.country", "search_read", [["code", "=", "ES"]], ["name"])
    if _new(admin):
        with pytest.raises(Refused, match="Invalid language code: xx_XX"):
            admin.call(*call, context={"lang": "xx_XX"})
    else:
        assert admin.call(*call, context={"lang": "xx_XX"})[0]["name"] == "Spain"


def test_a_form_is_filled_in_and_nothing_is_kept(admin: Client) -> None:
    before = admin.call("sale.order", "search_count", [])
    spec: dict[str, Any] = {"partner_id": {}, "pricelist_id": {}}
    told = admin.call("sale.order", "onchange", [], {"partner_id": 1}, ["partner_id"], spec)
    assert ("pricelist_id" in told["value"]) is not _new(admin), "only 16 has a pricelist without being asked"
    assert admin.call("sale.order", "search_count", []) == before
    name = admin.call("sale.order", "read", [admin.call("sale.order", "create", {"partner_id": 1})], ["name"])
    admin.call("sale.order", "onchange", [], {"partner_id": 1}, ["partner_id"], spec)
    after = admin.call("sale.order", "read", [admin.call("sale.order", "create", {"partner_id": 1})], ["name"])
    assert int(after[0]["name"][1:]) == int(name[0]["name"][1:]) + 1, "no number is used up"


def test_archived_records_are_left_out_of_lists_too(admin: Client) -> None:
    tags = admin.call("res.partner.category", "create", [{"name": "Z1", "active": False}, {"name": "Z2"}])
    values = {"name": "Casa", "is_company": True, "category_id": [[6, 0, tags]]}
    parent = admin.call("res.partner", "create", values)
    admin.call("res.partner", "create", {"name": "Ana", "parent_id": parent, "active": False})
    fields = ["child_ids", "category_id"]
    [hidden] = admin.call("res.partner", "read", [parent], fields)
    assert hidden == {"id": parent, "child_ids": [], "category_id": tags[1:]}
    [shown] = admin.call("res.partner", "read", [parent], fields, context={"active_test": False})
    assert shown == {"id": parent, "child_ids": [], "category_id": tags}, "a contact's people are the active ones"
    admin.call("res.partner", "write", [parent], {"category_id": [[4, tags[1]]]})
    [shown] = admin.call("res.partner", "read", [parent], fields, context={"active_test": False})
    assert shown["category_id"] == tags, "a write does not lose what is hidden"


def test_a_specification_reads_what_is_referenced(admin: Client) -> None:
    if not _new(admin):
        return
    spec: dict[str, Any] = {"name": {}, "country_id": {"fields": {"code": {}}}, "category_id": {"fields": {"name": {}}}}
    spain = admin.call("res.country", "search", [["code", "=", "ES"]])[0]
    [made] = admin.call(
        "res.partner", "web_save", [], {"name": "W", "country_id": spain, "category_id": [[4, 1]]}, spec
    )
    assert made["country_id"] == {"id": spain, "code": "ES"}
    assert [tag["id"] for tag in made["category_id"]] == [1]
    told = admin.call("res.partner", "web_search_read", [["id", "=", made["id"]]], {"name": {}})
    assert told == {"length": 1, "records": [{"id": made["id"], "name": "W"}]}


def test_16_takes_the_fields_of_a_journal_item_for_ids(admin: Client) -> None:
    if _new(admin):
        assert isinstance(admin.call("account.move.line", "default_get", ["name"]), dict)
    else:
        with pytest.raises(Refused, match="missing 1 required positional argument: 'fields_list'"):
            admin.call("account.move.line", "default_get", ["name"])
        assert isinstance(admin.call("account.move.line", "default_get", [], ["name"]), dict)
