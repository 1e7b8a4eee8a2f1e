"""What a client of the local Odoo would miss if it were not there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.model import UsageError
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.odoo import SANDBOX
from tests.sandbox.odoo.client import Client, Refused
from tests.sandbox.running import build, running

NOW = datetime(2026, 11, 23, 10, 30, 15, 250_000, UTC)


@pytest.fixture(params=["16", "19"])
def access(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Any]]:
    with Ledger(tmp_path / "ledger.jsonl") as ledger:
        services = build(SANDBOX, ledger=ledger, options={"odoo-version": request.param}, now=lambda: NOW)
        with running(services) as sandboxes:
            yield sandboxes["odoo"]


@pytest.fixture
def odoo(access: dict[str, Any]) -> Client:
    return Client(access)


def _ledger(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "ledger.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    ("option", "names", "serving"),
    [("19", ["odoo"], ["19.0"]), ("16", ["odoo"], ["16.0"]), ("16,19", ["odoo", "odoo16"], ["19.0", "16.0"])],
)
def test_the_option_says_which_versions_are_served(option: str, names: list[str], serving: list[str]) -> None:
    services = build(SANDBOX, options={"odoo-version": option})
    assert [service.name for service in services] == names
    assert [service.access["version"] for service in services] == serving
    assert set(services[0].access) == {"version", "db", "login", "password", "api_key", "api_keys"}


@pytest.mark.parametrize("option", ["18", "", "19,17"])
def test_another_version_is_a_usage_error(option: str) -> None:
    with pytest.raises(UsageError):
        build(SANDBOX, options={"odoo-version": option})


def test_the_world_is_large_and_the_same_each_time(odoo: Client) -> None:
    def count(model: str, *domain: Any) -> int:
        found: int = odoo.call(model, "search_count", [*domain])
        return found

    assert count("res.partner") >= 300
    assert count("sale.order") >= 150
    assert count("product.product") == 60
    assert count("res.country") == 250
    assert count("res.partner", ["vat", "=", False], ["is_company", "=", True]) > 3
    assert count("sale.order", ["order_line", "=", False]) == 0
    first = odoo.call("res.partner", "search_read", [["id", "<", 60]])
    version = str(odoo.access["version"]).partition(".")[0]
    with running(build(SANDBOX, options={"odoo-version": version}, now=lambda: NOW)) as again:
        assert Client(again["odoo"]).call("res.partner", "search_read", [["id", "<", 60]]) == first


def test_domains_mean_what_they_do_in_odoo(odoo: Client) -> None:
    ids = odoo.call("res.partner", "create", [{"name": n, "ref": r, "country_id": c} for n, r, c in [
        ("Café Uno", "D_1", 68), ("café dos", "DX1", 75), ("Bar", False, False)]])  # fmt: skip

    def found(*domain: Any) -> list[int]:
        here: list[int] = odoo.call("res.partner", "search", [["id", "in", ids], *domain], order="id")
        return [ids.index(one) for one in here]

    assert found(["name", "ilike", "CAFÉ"]) == [0, 1]
    assert found(["name", "like", "Café"]) == [0]
    assert found(["name", "not ilike", "café"]) == [2]
    assert found(["ref", "=like", "D_1"]) == [0, 1], "an underscore is any character"
    assert found(["ref", "=like", "D\\_1"]) == [0]
    assert found(["name", "=ilike", "bar"]) == [2]
    assert found(["ref", "=", False]) == [2]
    assert found(["ref", "!=", "D_1"]) == [1, 2], "nothing differs from something"
    assert found(["ref", "not in", ["D_1"]]) == [1, 2]
    assert found("|", ["ref", "=", "DX1"], "!", ["name", "ilike", "caf"]) == [1, 2]
    assert found(["country_id.code", "in", ["ES", "PT"]]) == [0]
    assert found(["country_id", "=", "France"]) == [1]
    assert found(["country_id", "ilike", "spa"]) == [0]
    assert found(["country_id", "=", False]) == [2]
    parent, child = ids[0], ids[2]
    odoo.call("res.partner", "write", [child], {"parent_id": parent})
    assert found(["id", "child_of", parent]) == [0, 2]
    assert found(["child_ids.name", "=", "Bar"]) == [0]


def test_archived_records_hide_unless_asked_for(odoo: Client) -> None:
    record = odoo.call("res.partner", "create", {"name": "Cerrado", "active": False})
    assert odoo.call("res.partner", "search", [["id", "=", record]]) == []
    assert odoo.call("res.partner", "search", [["id", "=", record]], context={"active_test": False}) == [record]
    assert odoo.call("res.partner", "search", [["id", "=", record], ["active", "=", False]]) == [record]
    assert odoo.call("res.partner", "read", [record], ["name"])[0]["name"] == "Cerrado"


def test_write_date_hides_its_microseconds(odoo: Client) -> None:
    record = odoo.call("res.partner", "create", {"name": "Ahora"})
    [told] = odoo.call("res.partner", "read", [record], ["write_date"])
    assert told["write_date"] == "2026-11-23 10:30:15"

    def found(operator: str, moment: str = told["write_date"]) -> bool:
        return bool(odoo.call("res.partner", "search", [["id", "=", record], ["write_date", operator, moment]]))

    new = odoo.access["version"] == "19.0"
    assert found("=") is new
    assert found(">") is not new
    assert found("<=") is new
    assert found(">=")
    assert found("<=", told["write_date"] + ".999999")


def test_a_failed_call_leaves_nothing_behind(odoo: Client, tmp_path: Path) -> None:
    before = odoo.call("res.partner", "search_count", [])
    with pytest.raises(Refused):
        odoo.call("res.partner", "create", [{"name": "Bien"}, {"name": "Mal", "type": "nosuch"}])
    order = {"partner_id": 1, "order_line": [[0, 0, {"product_id": 1}], [0, 0, {"product_id": 999999}]]}
    orders = odoo.call("sale.order", "search_count", [])
    with pytest.raises(Refused):
        odoo.call("sale.order", "create", order)
    assert odoo.call("res.partner", "search_count", []) == before
    assert odoo.call("sale.order", "search_count", []) == orders
    assert odoo.call("sale.order.line", "search_count", [["order_id", "=", False]]) == 0
    assert _ledger(tmp_path) == []


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("create", [[5]]),
        ("write", [["x"], {"name": "X"}]),
        ("write", [[1], {"category_id": [[6]]}]),
        ("search", ["name"]),
        ("search_read", [[], 7]),
        ("load", [["name"], [["a"], []]]),
    ],
)
def test_nonsense_is_answered_with_an_error_and_changes_nothing(
    odoo: Client, tmp_path: Path, method: str, args: list[Any]
) -> None:
    before = odoo.call("res.partner", "search_read", [["id", "<", 5]])
    with pytest.raises(Refused):
        odoo.call("res.partner", method, *args)
    assert odoo.call("res.partner", "search_read", [["id", "<", 5]]) == before
    assert _ledger(tmp_path) == []


def test_an_order_is_filled_in_from_its_products(odoo: Client) -> None:
    [product] = odoo.call("product.product", "read", [7], ["display_name", "list_price", "taxes_id", "uom_id"])
    line = {"product_id": 7, "product_uom_qty": 3, "discount": 10}
    record = odoo.call("sale.order", "create", {"partner_id": 1, "order_line": [[0, 0, line]]})
    [order] = odoo.call(
        "sale.order", "read", [record], ["name", "state", "amount_untaxed", "amount_tax", "amount_total"]
    )
    assert order["name"] == "S00161"
    [read] = odoo.call("sale.order.line", "search_read", [["order_id", "=", record]])
    assert read["name"] == product["display_name"]
    assert read["price_unit"] == product["list_price"]
    assert order["amount_untaxed"] == round(3 * product["list_price"] * 0.9, 2)
    assert order["amount_tax"] == round(order["amount_untaxed"] * 0.15 + 1e-9, 2)
    assert order["amount_total"] == pytest.approx(order["amount_untaxed"] + order["amount_tax"])
    assert odoo.call("sale.order", "action_confirm", [record]) is True
    assert odoo.call("sale.order", "read", [record], ["state"])[0]["state"] == "sale"
    with pytest.raises(Refused, match="confirmed"):
        odoo.call("sale.order", "unlink", [record])


def test_a_company_and_its_people_share_address_and_tax_id(odoo: Client) -> None:
    company = odoo.call("res.partner", "create", {"name": "Casa", "is_company": True, "vat": "ES1", "city": "Lugo"})
    person = odoo.call("res.partner", "create", {"name": "Ana", "parent_id": company, "street": "Propia 1"})
    names = ["city", "street", "vat", "display_name", "commercial_partner_id"]
    [read] = odoo.call("res.partner", "read", [person], names)
    assert (read["city"], read["street"], read["vat"]) == ("Lugo", False, "ES1")
    assert read["display_name"] == "Casa, Ana"
    assert read["commercial_partner_id"] == [company, "Casa"]
    odoo.call("res.partner", "write", [company], {"street": "Nueva 2", "vat": "ES2"})
    [read] = odoo.call("res.partner", "read", [person], names)
    assert (read["street"], read["vat"]) == ("Nueva 2", "ES2")


def test_load_writes_orders_with_their_lines(odoo: Client) -> None:
    columns = ["id", "partner_id/.id", "client_order_ref", "order_line/id", "order_line/product_id/.id",
               "order_line/product_uom_qty"]  # fmt: skip
    rows = [["x.o1", "1", "A", "x.l1", "3", "2"], ["", "", "", "x.l2", "4", "1"], ["x.o2", "1", "B", "x.l3", "5", "1"]]
    first = odoo.call("sale.order", "load", columns, rows)
    assert len(first["ids"]) == 2
    rows[0][-1] = "9"
    again = odoo.call("sale.order", "load", columns, rows)
    assert again["ids"] == first["ids"]
    lines = odoo.call("sale.order.line", "search_read", [["order_id", "=", first["ids"][0]]], ["product_uom_qty"])
    assert sorted(line["product_uom_qty"] for line in lines) == [1.0, 9.0]
    assert odoo.call("ir.model.data", "check_object_reference", "x", "o1") == ["sale.order", first["ids"][0]]


def test_a_bad_line_is_told_by_the_field_that_holds_it(odoo: Client) -> None:
    columns = ["id", "partner_id/.id", "order_line/id", "order_line/product_id/id", "order_line/product_uom_qty"]
    result = odoo.call(
        "sale.order", "load", columns, [["x.o", "1", "x.l1", "x.nosuch", "2"], ["", "", "x.l2", "", "two"]]
    )
    assert result["ids"] is False
    [message] = result["messages"]
    assert (message["field"], message["field_name"], message["rows"]) == (
        "order_line",
        "Order Lines",
        {"from": 0, "to": 1},
    )
    assert message["message"] == "No matching record found for external id 'x.nosuch' in field 'Order Lines/Product'"
    assert odoo.call("sale.order", "search_count", [["client_order_ref", "=", "x.o"]]) == 0


def test_an_external_id_goes_with_its_record(odoo: Client) -> None:
    [record] = odoo.call("res.partner", "load", ["id", "name"], [["x.p", "Uno"]])["ids"]
    odoo.call("res.partner", "unlink", [record])
    with pytest.raises(Refused, match=r"x\.p"):
        odoo.call("ir.model.data", "check_object_reference", "x", "p")
    [other] = odoo.call("res.partner", "load", ["id", "name"], [["x.p", "Dos"]])["ids"]
    assert other != record


def test_the_integration_user_loads_but_may_not_look_at_external_ids(access: dict[str, Any]) -> None:
    user = Client(access, access["login"], access["api_key"])
    assert user.call("res.partner", "load", ["id", "name"], [["x.p", "Uno"]])["ids"]
    with pytest.raises(Refused, match="Model Data") as refused:
        user.call("ir.model.data", "search", [])
    assert refused.value.name == "odoo.exceptions.AccessError"
    with pytest.raises(Refused, match="Country"):
        user.call("res.country", "create", {"name": "Nueva", "code": "QQ"})
    assert user.call("res.country", "check_access_rights", "write", raise_exception=False) is False


def test_fields_of_a_group_are_hidden_and_refused(access: dict[str, Any]) -> None:
    user = Client(access, access["login"], access["password"])
    assert "signup_type" in Client(access).call("res.partner", "fields_get", [], ["type"])
    assert "signup_type" not in user.call("res.partner", "fields_get", [], ["type"])
    with pytest.raises(Refused, match="signup_type"):
        user.call("res.partner", "read", [1], ["signup_type"])


def test_the_ledger_has_one_line_for_each_record_written(odoo: Client, tmp_path: Path) -> None:
    odoo.call("res.partner", "load", ["id", "name"], [["x.a", "A"], ["x.b", "B"]])
    odoo.call("res.partner", "load", ["id", "name"], [["x.a", "A"], ["x.bad", ""]])
    first, second = odoo.call("res.partner", "create", [{"name": "C"}, {"name": "D"}])
    odoo.call("res.partner", "write", [first, second], {"city": "Vigo", "name": "C"})
    lines = _ledger(tmp_path)
    assert [(line["op"], line["key"]) for line in lines] == [
        ("create", "x.a"),
        ("create", "x.b"),
        ("create", str(first)),
        ("create", str(second)),
        ("update", str(first)),
        ("update", str(second)),
    ]
    assert lines[0]["values"] == {"name": "A"}
    assert [line["changed"] for line in lines[4:]] == [["city"], ["city", "name"]]
    assert {line["sandbox"] for line in lines} == {"odoo"}
    assert {line["object"] for line in lines} == {"res.partner"}


def test_what_is_no_rpc_is_answered_as_a_web_server_does(access: dict[str, Any]) -> None:
    new = access["version"] == "19.0"
    assert httpx.get(access["url"] + "/jsonrpc").status_code == (415 if new else 400)
    sent = httpx.post(access["url"] + "/jsonrpc", content=b"{bad", headers={"Content-Type": "application/json"})
    assert (sent.status_code, sent.text) == (400, "Invalid JSON data")
    assert httpx.post(access["url"] + "/jsonrpc", json=[{}]).text == "Invalid JSON-RPC data"
    assert httpx.get(access["url"] + "/nowhere").status_code == 404
    told = httpx.post(access["url"] + "/web/webclient/version_info", json={}).json()
    assert told["result"]["server_version"] == access["version"]
    assert httpx.get(access["url"] + "/web/version").status_code == (200 if new else 404)


def test_what_the_system_makes_beside_a_record_is_not_in_the_ledger(odoo: Client, tmp_path: Path) -> None:
    product = odoo.call("product.product", "create", {"name": "Agua", "default_code": "AG-1"})
    odoo.call("product.product", "write", [product], {"name": "Agua mineral"})
    assert [(line["object"], line["op"]) for line in _ledger(tmp_path)] == [
        ("product.product", "create"),
        ("product.product", "update"),
    ]
