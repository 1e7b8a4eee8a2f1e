"""The web client's routes: a cookie, calls within a session, and what happens when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.sandbox.running import plain_client


@pytest.fixture(name="web")
def _web(server: dict[str, Any]) -> Iterator[httpx.Client]:
    with plain_client(server["url"], timeout=20) as client:
        yield client


def _post(web: httpx.Client, path: str, **params: Any) -> dict[str, Any]:
    answer = web.post(path, json={"jsonrpc": "2.0", "method": "call", "id": 5, "params": params})
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def _sign_in(
    web: httpx.Client, server: dict[str, Any], login: str = "admin", password: str = "admin"
) -> dict[str, Any]:
    return _post(web, "/web/session/authenticate", db=server["db"], login=login, password=password)


def test_models_are_called_within_a_session(web: httpx.Client, server: dict[str, Any]) -> None:
    told = _sign_in(web, server)["result"]
    assert (told["uid"], told["username"], told["server_version"]) == (2, "admin", server["version"])
    call = {"model": "res.country", "method": "search_read", "args": [[["code", "=", "ES"]]],
            "kwargs": {"fields": ["name"]}}  # fmt: skip
    for path in ("/web/dataset/call_kw", "/web/dataset/call_kw/res.country/search_read"):
        assert _post(web, path, **call)["result"][0]["name"] == "Spain"
    assert _post(web, "/web/session/get_session_info")["result"]["uid"] == 2
    assert "result" not in _post(web, "/web/session/destroy"), "of nothing, nothing is said"
    assert _post(web, "/web/dataset/call_kw", **call)["error"]["code"] == 100


def test_a_button_answers_an_action_or_false(web: httpx.Client, server: dict[str, Any]) -> None:
    _sign_in(web, server)
    params = {"model": "res.partner", "method": "action_archive", "kwargs": {}}
    made = _post(web, "/web/dataset/call_kw", model="res.partner", method="create", args=[{"name": "B"}], kwargs={})
    assert _post(web, "/web/dataset/call_button", **params, args=[[made["result"]]])["result"] is False


def test_the_older_has_a_route_for_searching(web: httpx.Client, server: dict[str, Any]) -> None:
    _sign_in(web, server)
    body = {"params": {"model": "res.country", "fields": ["code"], "domain": [], "limit": 2, "sort": "code"}}
    answer = web.post("/web/dataset/search_read", json=body)
    if server["version"] == "19.0":
        assert answer.status_code == 404
    else:
        told = answer.json()["result"]
        assert told["length"] == 250
        assert [one["code"] for one in told["records"]] == ["AD", "AE"]


@pytest.mark.parametrize("secret", ["wrong", "key"])
def test_neither_a_wrong_password_nor_a_key_begins_a_session(
    web: httpx.Client, server: dict[str, Any], secret: str
) -> None:
    password = server["api_key"] if secret == "key" else secret
    error = _sign_in(web, server, "integration", password)["error"]
    assert error["data"]["name"] == "odoo.exceptions.AccessDenied"
    assert error["code"] == (0 if server["version"] == "19.0" else 200)
    assert "session_id" not in web.cookies
    assert "Database not found" in _sign_in(web, {"db": "nosuch"})["error"]["data"]["message"]


def test_a_session_ends_when_a_tester_says_so_and_after_a_week(web: httpx.Client, server: dict[str, Any]) -> None:
    check = {"model": "res.partner", "method": "search_count", "args": [[]], "kwargs": {}}
    _sign_in(web, server)
    assert web.delete("/__sandbox__/sessions").json()["expired"] >= 1
    expired = _post(web, "/web/dataset/call_kw", **check)
    assert (expired["id"], expired["error"]["code"]) == (None, 100)
    assert expired["error"]["message"] == "Odoo Session Expired"
    _sign_in(web, server)
    assert _post(web, "/web/dataset/call_kw", **check)["result"] > 0
    web.put("/__sandbox__/clock", json={"advance": 8 * 86400})
    assert _post(web, "/web/dataset/call_kw", **check)["error"]["code"] == 100
    web.put("/__sandbox__/clock", json={"set": datetime.now(UTC).isoformat()})


def test_routes_for_everybody_need_no_session(web: httpx.Client, server: dict[str, Any]) -> None:
    answer = web.post("/web/webclient/version_info", json={})
    assert answer.json() == {"jsonrpc": "2.0", "id": None, "result": answer.json()["result"]}
    assert answer.headers["Set-Cookie"].startswith("session_id=")
    assert _post(web, "/web/database/list")["result"] == [server["db"]]
    assert web.get("/web/database/list").status_code == (415 if server["version"] == "19.0" else 400)


def test_the_older_has_no_json_2(web: httpx.Client, server: dict[str, Any]) -> None:
    answer = web.post("/json/2/res.partner/search", json={"domain": []})
    expected = 401 if server["version"] == "19.0" else 404
    assert answer.status_code == expected
    assert ("text/html" in answer.headers["Content-Type"]) is (expected == 404)
