"""JSON-2 of version 19: named arguments, keys, HTTP codes; and the description of models that goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.sandbox.odoo.client import HTTP


def _post(
    server: dict[str, Any], path: str, body: Any = None, key: str = "", headers: Mapping[str, str] | None = None
) -> httpx.Response:
    sent = {"Authorization": f"bearer {key or server['api_keys']['admin']}", "X-Odoo-Database": server["db"]}
    return HTTP.post(
        f"{server['url']}/json/2/{path}", json={} if body is None else body, headers={**sent, **(headers or {})}
    )


def test_records_are_kept_by_named_arguments(nineteen: dict[str, Any]) -> None:
    made = _post(nineteen, "res.partner/create", {"vals_list": {"name": "Uno"}}).json()
    assert len(made) == 1, "a recordset is always a list of ids"
    assert _post(nineteen, "res.partner/write", {"ids": made, "vals": {"city": "Vigo"}}).json() is True
    read = _post(nineteen, "res.partner/read", {"ids": made, "fields": ["city"]}).json()
    assert read == [{"id": made[0], "city": "Vigo"}]
    found = _post(nineteen, "res.partner/search_read", {"domain": [["id", "in", made]], "fields": ["name"], "limit": 1})
    assert found.json() == [{"id": made[0], "name": "Uno"}]
    assert _post(nineteen, "res.partner/write", {"vals": {"city": "Lugo"}}).json() is True, "no ids, nothing done"
    assert _post(nineteen, "res.partner/unlink", {"ids": made}).json() is True
    assert _post(nineteen, "res.partner/read", {"ids": made, "fields": ["city"]}).json() == []


@pytest.mark.parametrize(
    ("status", "name", "path", "body"),
    [
        (403, "AccessError", "res.partner/_compute_display_name", {"ids": [1]}),
        (404, "NotFound", "x.nosuch/search", {"domain": []}),
        (404, "NotFound", "res.partner/nosuch", {}),
        (404, "NotFound", "res.partner", {}),
        (404, "MissingError", "res.partner/write", {"ids": [999999], "vals": {"name": "x"}}),
        (422, "UnprocessableEntity", "res.partner/search", {}),
        (422, "UnprocessableEntity", "res.partner/search", []),
        (422, "UnprocessableEntity", "res.partner/search", {"args": [[]]}),
        (422, "UnprocessableEntity", "res.partner/create", {"ids": [1], "vals_list": [{"name": "x"}]}),
        (422, "ValidationError", "res.partner/create", {"vals_list": [{"email": "x@example.com"}]}),
        (500, "ValueError", "res.partner/search_read", {"domain": [], "fields": ["nosuch"]}),
        (500, "TypeError", "res.partner/search_read", {"domain": [], "nosuch": 1}),
        (500, "KeyError", "res.partner/write", {"ids": [1], "vals": {"nosuch": 1}}),
    ],
)
def test_an_error_has_its_code_and_its_name(
    nineteen: dict[str, Any], status: int, name: str, path: str, body: Any
) -> None:
    answer = _post(nineteen, path, body)
    assert answer.status_code == status
    told = answer.json()
    assert told["name"].endswith(f".{name}")
    assert set(told) == {"name", "message", "arguments", "context", "debug"}


def test_only_a_key_is_a_key(nineteen: dict[str, Any]) -> None:
    for key in ("admin", "0" * 40, nineteen["password"]):
        answer = _post(nineteen, "res.partner/search_count", {"domain": []}, key=key)
        assert (answer.status_code, answer.json()["message"]) == (401, "Invalid apikey")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    basic = _post(
        nineteen, "res.partner/search_count", {"domain": []}, headers={"Authorization": "Basic YWRtaW46YWRtaW4="}
    )
    assert basic.status_code == 401
    own = _post(nineteen, "res.users/context_get", key=nineteen["api_key"]).json()
    assert own["tz"] == "America/Mexico_City", "a key is its user"


def test_each_key_has_its_users_rights(nineteen: dict[str, Any]) -> None:
    low = nineteen["api_keys"]["lowrights"]
    refused = _post(nineteen, "sale.order/search_read", {"domain": [], "limit": 1}, key=low)
    assert refused.status_code == 403
    assert "Sales/Administrator" in refused.json()["message"]
    assert _post(nineteen, "res.partner/search_count", {"domain": []}, key=low).status_code == 200


def test_what_is_no_json_2_is_refused_before_all_else(nineteen: dict[str, Any]) -> None:
    url, key = f"{nineteen['url']}/json/2/res.partner/search", {"Authorization": "bearer x"}
    assert HTTP.post(url, content=b"{}", headers={**key, "Content-Type": "text/plain"}).status_code == 415
    other = _post(nineteen, "res.partner/search", {"domain": []}, headers={"X-Odoo-Database": "nosuchdb"})
    assert (other.status_code, other.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    key["Authorization"] = f"bearer {nineteen['api_key']}"
    bad = HTTP.post(url, content=b"{bad", headers={**key, "Content-Type": "application/json"})
    assert (bad.status_code, bad.json()["name"]) == (400, "werkzeug.exceptions.BadRequest")
    got = HTTP.get(url, headers={**key, "Content-Type": "application/json"})
    assert (got.status_code, got.json()["message"]) == (404, "Did you mean POST /json/2/<model>/<method>?")


def test_a_context_is_one_of_the_arguments(nineteen: dict[str, Any]) -> None:
    body = {"allfields": ["name"], "attributes": ["string"], "context": {"lang": "fr_FR"}}
    assert _post(nineteen, "crm.stage/fields_get", body).json() == {"name": {"string": "Nom de l'étape"}}
    assert _post(nineteen, "crm.stage/fields_get", {**body, "context": {"lang": "xx_XX"}}).status_code == 422


def test_a_method_without_an_answer_says_null(nineteen: dict[str, Any]) -> None:
    [lead] = _post(nineteen, "crm.lead/create", {"vals_list": [{"name": "Perdida"}]}).json()
    answer = _post(nineteen, "crm.lead/action_set_lost", {"ids": [lead]})
    assert (answer.status_code, answer.text) == (200, "null")


def test_models_describe_themselves_to_who_has_a_key(nineteen: dict[str, Any]) -> None:
    def told(path: str, key: str) -> httpx.Response:
        return HTTP.get(f"{nineteen['url']}/doc-bearer/{path}", headers={"Authorization": f"Bearer {key}"})

    keys = nineteen["api_keys"]
    models = {one["model"] for one in told("index.json", keys["admin"]).json()["models"]}
    assert {"res.partner", "sale.order", "ir.model.data"} <= models
    assert "sale.order" not in {one["model"] for one in told("index.json", keys["lowrights"]).json()["models"]}
    partner = told("res.partner.json", keys["admin"]).json()
    assert partner["fields"]["country_id"]["relation"] == "res.country"
    assert partner["methods"]["search_read"]["parameters"]["limit"] == {"default": None}
    assert told("sale.order.json", keys["lowrights"]).status_code == 403
    assert told("x.nosuch.json", keys["admin"]).status_code == 404
    assert told("index.json", "wrong").status_code == 401
