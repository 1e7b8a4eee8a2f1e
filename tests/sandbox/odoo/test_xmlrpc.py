"""XML-RPC: what Python's own client gets, in both versions of the protocol."""

from __future__ import annotations

import xmlrpc.client
from typing import Any

import pytest

from tests.sandbox.odoo.client import HTTP, Client


def _proxy(server: dict[str, Any], path: str) -> Any:
    return xmlrpc.client.ServerProxy(f"{server['url']}/xmlrpc/{path}", allow_none=True)


def _call(server: dict[str, Any], model: str, method: str, *args: Any, **kwargs: Any) -> Any:
    return _proxy(server, "2/object").execute_kw(server["db"], 2, "admin", model, method, args, kwargs)


def test_a_script_signs_in_and_keeps_a_contact(server: dict[str, Any]) -> None:
    common = _proxy(server, "2/common")
    assert common.version()["server_version"] == server["version"]
    assert common.authenticate(server["db"], "admin", "wrong", {}) is False
    assert common.authenticate(server["db"], "integration", server["api_key"], {}) > 2
    record = _call(server, "res.partner", "create", {"name": "Ana <&> Núñez", "comment": None})
    [read] = _call(server, "res.partner", "read", [record], ["name", "country_id", "credit_limit", "active"])
    assert read == {"id": record, "name": "Ana <&> Núñez", "country_id": False, "credit_limit": 0.0, "active": True}
    assert _call(server, "res.partner", "unlink", [record]) is True


@pytest.mark.parametrize(
    ("code", "model", "method", "args"),
    [
        (1, "res.partner", "read", [[1], ["nosuch_field"]]),
        (2, "res.partner", "write", [[999999], {"name": "x"}]),
        (2, "res.partner", "create", [{"email": "x@example.com"}]),
        (2, "x.nosuch", "search", [[]]),
        (4, "res.partner", "_compute_display_name", [[1]]),
    ],
)
def test_a_fault_has_the_code_of_its_kind(
    server: dict[str, Any], code: int, model: str, method: str, args: list[Any]
) -> None:
    with pytest.raises(xmlrpc.client.Fault) as refused:
        _call(server, model, method, *args)
    assert refused.value.faultCode == code
    assert refused.value.faultString.startswith("Traceback") is (code == 1)
    with pytest.raises(xmlrpc.client.Fault) as refused:
        _proxy(server, "object").execute(server["db"], 2, "admin", model, method, *args)
    code_of_first: Any = refused.value.faultCode
    assert isinstance(code_of_first, str), "the first version has a text there"


def test_a_wrong_password_is_access_denied(server: dict[str, Any]) -> None:
    with pytest.raises(xmlrpc.client.Fault) as refused:
        _proxy(server, "2/object").execute_kw(server["db"], 2, "wrong", "res.partner", "search", [[]])
    assert (refused.value.faultCode, refused.value.faultString) == (3, "Access Denied")


def test_nothing_cannot_be_told_although_it_was_done(server: dict[str, Any]) -> None:
    record = _call(server, "res.partner", "create", {"name": "Archivada"})
    with pytest.raises(xmlrpc.client.Fault, match="cannot marshal None"):
        _call(server, "res.partner", "action_archive", [record])
    assert _call(server, "res.partner", "read", [record], ["active"])[0]["active"] is False


def test_external_ids_by_number_cannot_be_told(server: dict[str, Any]) -> None:
    with pytest.raises(xmlrpc.client.Fault, match="dictionary key must be string"):
        _call(server, "res.partner", "get_external_id", [1])
    assert Client(server).call("res.partner", "get_external_id", [1]) == {"1": "base.main_partner"}
    assert _call(server, "res.partner", "get_metadata", [1])[0]["xmlid"] == "base.main_partner"


def test_control_characters_are_left_out(server: dict[str, Any]) -> None:
    record = Client(server).call("res.partner", "create", {"name": "con\x0btrol\x01"})
    assert _call(server, "res.partner", "read", [record], ["name"])[0]["name"] == "control"


def test_a_date_of_the_protocol_is_taken_by_the_newer_alone(server: dict[str, Any]) -> None:
    lead = _call(server, "crm.lead", "create", {"name": "Fecha"})
    moment = xmlrpc.client.DateTime("20251231T00:00:00")
    if server["version"] == "16.0":
        with pytest.raises(xmlrpc.client.Fault, match="not subscriptable"):
            _call(server, "crm.lead", "write", [lead], {"date_deadline": moment})
    else:
        assert _call(server, "crm.lead", "write", [lead], {"date_deadline": moment}) is True
        assert _call(server, "crm.lead", "read", [lead], ["date_deadline"])[0]["date_deadline"] == "2025-12-31"


def test_what_is_no_xml_is_a_fault_and_get_is_not_allowed(server: dict[str, Any]) -> None:
    answer = HTTP.post(server["url"] + "/xmlrpc/2/object", content=b"<methodCall>oops")
    assert answer.status_code == 200
    assert "no element found" in answer.text
    assert HTTP.get(server["url"] + "/xmlrpc/2/object").status_code == 405
    with pytest.raises(xmlrpc.client.Fault, match="nosuch"):
        _proxy(server, "2/nosuch").version()


def test_the_databases_can_be_listed_but_not_dropped(server: dict[str, Any]) -> None:
    databases = _proxy(server, "db")
    assert databases.list() == [server["db"]]
    assert databases.server_version() == server["version"]
    assert databases.db_exist(server["db"]) is True
    with pytest.raises(xmlrpc.client.Fault, match=r"Access ?Denied"):
        databases.drop("admin", server["db"])
