"""What each of the four users may do, and what they are told when they may not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.odoo.client import Client, Refused


def _user(server: dict[str, Any], login: str) -> Client:
    return Client(server, login, server["api_keys"][login])


def _refusal(client: Client, model: str, method: str, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refused:
        client.call(model, method, *args, **kwargs)
    assert refused.value.name == "odoo.exceptions.AccessError"
    return refused.value.message


def test_a_refusal_lists_the_groups_that_may(server: dict[str, Any]) -> None:
    low = _user(server, "lowrights")
    text = _refusal(low, "sale.order", "search_read", [], limit=1)
    assert text.startswith("You are not allowed to access 'Sales Order' (sale.order) records.")
    portal = "Role / Portal" if server["version"] == "19.0" else "User types/Portal"
    assert "\t- Sales/User: Own Documents Only\n" in text
    assert f"\t- {portal}\n" in text
    record = low.call("res.partner", "search", [], limit=1)
    assert "modify 'Contact'" in _refusal(low, "res.partner", "write", record, {"name": "x"})
    assert "create 'Contact'" in _refusal(low, "res.partner", "create", {"name": "x"})
    assert "delete 'Contact'" in _refusal(low, "res.partner", "unlink", record)
    assert low.call("res.partner", "check_access_rights", "write", raise_exception=False) is False
    assert low.call("res.partner", "check_access_rights", "read") is True


def test_a_step_needs_the_right_to_write(server: dict[str, Any]) -> None:
    order = Client(server).call("sale.order", "search", [["state", "=", "draft"]], limit=1)
    assert "sale.order" in _refusal(_user(server, "lowrights"), "sale.order", "action_confirm", order)
    assert Client(server).call("sale.order", "read", order, ["state"])[0]["state"] == "draft"


def test_a_customer_sees_what_is_the_companys_own(server: dict[str, Any], admin: Client) -> None:
    portal = _user(server, "portalonly")
    [own] = portal.call("res.partner", "search_read", [], ["name", "commercial_partner_id"])
    assert own["name"] == "Portal Only"
    other = admin.call("res.partner", "search", [["is_company", "=", True]], limit=1)
    text = _refusal(portal, "res.partner", "read", other, ["name"])
    assert ("top-secret" if server["version"] == "19.0" else "security restrictions") in text
    assert portal.call("sale.order", "search", []) == []
    mine = admin.call("sale.order", "create", {"partner_id": own["id"]})
    assert portal.call("sale.order", "search", []) == [mine]
    admin.call("sale.order", "unlink", [mine])


def test_fields_of_groups_are_left_out_and_refused(server: dict[str, Any]) -> None:
    low = _user(server, "lowrights")
    told = low.call("res.partner", "fields_get", ["name", "credit_limit"], attributes=["type"])
    assert set(told) == {"name"}
    partner = low.call("res.partner", "search", [], limit=1)
    text = _refusal(low, "res.partner", "read", partner, ["credit_limit"])
    assert "credit_limit" in text
    assert "'Invoicing / Billing'" in text or "'Accounting / Invoicing'" in text


def test_the_integration_finds_external_ids_one_by_one(server: dict[str, Any]) -> None:
    user = _user(server, "integration")
    [record] = user.call("res.partner", "load", ["id", "name"], [["hs.uno", "Uno"]])["ids"]
    assert user.call("ir.model.data", "check_object_reference", "hs", "uno") == ["res.partner", record]
    assert user.call("res.partner", "get_external_id", [record]) == {str(record): "hs.uno"}
    assert user.call("res.partner", "load", ["id"], [["hs.uno"]])["ids"] == [record]
    for method, args in (("search", [[]]), ("create", [{"module": "hs", "name": "dos"}])):
        text = _refusal(user, "ir.model.data", method, *args)
        assert "Access Rights" in text
    with pytest.raises(Refused, match="rights to export"):
        user.call("res.partner", "export_data", [record], ["id"])


def test_private_methods_are_nobodys(admin: Client) -> None:
    assert "Private methods" in _refusal(admin, "sale.order", "_create_invoices", [1])


def test_other_companies_are_refused_and_ones_own_filter(server: dict[str, Any], admin: Client) -> None:
    text = _refusal(admin, "res.partner", "search", [], context={"allowed_company_ids": [999]})
    assert text == "Access to unauthorized or invalid companies."
    everything = admin.call("sale.order", "search_count", [])
    assert admin.call("sale.order", "search_count", [], context={"allowed_company_ids": [1]}) == everything


def test_passwords_and_keys_belong_to_their_user(server: dict[str, Any]) -> None:
    client = Client(server)
    assert client.service("common", "authenticate", server["db"], "admin", server["api_key"], {}) is False
    assert client.service("common", "authenticate", server["db"], "integration", server["api_key"], {}) > 2
    assert client.service("common", "login", server["db"], "nobody", "x") is False
    with pytest.raises(Refused, match="Access Denied"):
        client.service("object", "execute_kw", server["db"], 2, server["api_key"], "res.partner", "search", [[]])
    with pytest.raises(Refused, match="does not exist") as refused:
        client.service("common", "login", "nosuchdb", "admin", "admin")
    assert refused.value.name == "psycopg2.OperationalError"
