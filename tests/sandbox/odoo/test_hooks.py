"""Webhooks of the local Odoo 19: one post for a rule with fields, many without, none for what failed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox.hubspot.receiver import WITHIN, Receiver, receiving
from tests.sandbox.odoo.client import Client, Refused

_TOLD = ("name", "country_id", "category_id", "write_date")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Take posts while a test runs."""
    with receiving() as found:
        yield found


def _fields(erp: Client, *names: str) -> list[int]:
    found: list[int] = erp.call("ir.model.fields", "search", [["model", "=", "res.partner"], ["name", "in", names]])
    assert len(found) == len(names)
    return found


def _rule(
    erp: Client, url: str, *triggers: str, trigger: str = "on_create_or_write", told: str = "email", **more: Any
) -> int:
    [model] = erp.call("ir.model", "search", [["model", "=", "res.partner"]])
    wanted = {"trigger_field_ids": [[6, 0, _fields(erp, *triggers)]]} if triggers else {}
    values = {"name": "Hook out", "model_id": model, "trigger": trigger, **wanted, **more}
    rule: int = erp.call("base.automation", "create", values)
    action = {"name": "Send webhook", "model_id": model, "state": "webhook", "webhook_url": url,
              "usage": "base_automation", "base_automation_id": rule,
              "webhook_field_ids": [[6, 0, _fields(erp, *_TOLD, told)]]}  # fmt: skip
    erp.call("ir.actions.server", "create", action)
    return rule


def _posts(erp: Client, receiver: Receiver, count: int) -> list[dict[str, Any]]:
    """Wait until all posts are out and return them; there must be so many."""
    deadline = time.monotonic() + WITHIN
    while httpx.get(f"{erp.access['url']}/__sandbox__/webhooks").json()["pending"]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    bodies = [json.loads(got.body) for got in receiver.got]
    receiver.got.clear()
    assert len(bodies) == count
    return bodies


def test_a_rule_without_fields_fires_for_every_value_that_is_worked_out(newest: Client, receiver: Receiver) -> None:
    _rule(newest, receiver.url)
    partner = newest.call("res.partner", "create", {"name": "Hooked", "email": "h@example.com", "country_id": 68})
    posts = _posts(newest, receiver, 13)
    assert all(post == posts[0] for post in posts)
    assert posts[0]["_action"].startswith("Send webhook(#")
    assert {name: posts[0][name] for name in ("_id", "_model", "id", "name", "country_id", "category_id", "email")} == {
        "_id": partner, "_model": "res.partner", "id": partner, "name": "Hooked", "country_id": 68, "category_id": [],
        "email": "h@example.com"}  # fmt: skip
    assert posts[0]["write_date"] == "2026-11-23 10:30:15.250000"
    newest.call("res.partner", "write", [partner], {"email": "h2@example.com"})
    assert {post["email"] for post in _posts(newest, receiver, 2)} == {"h2@example.com"}
    newest.call("res.partner", "create", [{"name": name} for name in "ABC"])
    _posts(newest, receiver, 39)
    newest.call("res.partner", "unlink", [partner])
    _posts(newest, receiver, 0)


def test_a_rule_with_fields_fires_once_and_only_for_other_values(newest: Client, receiver: Receiver) -> None:
    _rule(newest, receiver.url, "name", "email")
    partner = newest.call("res.partner", "create", {"name": "Hooked", "email": "h@example.com"})
    _posts(newest, receiver, 1)
    newest.call("res.partner", "write", [partner], {"email": "h9@example.com"})
    _posts(newest, receiver, 1)
    newest.call("res.partner", "write", [partner], {"email": "h9@example.com"})
    newest.call("res.partner", "write", [partner], {"phone": "1"})
    with pytest.raises(Refused):
        newest.call("res.partner", "write", [partner], {"email": "x@example.com", "country_id": 999999})
    _posts(newest, receiver, 0)


def test_a_deletion_is_told_with_what_was_there(newest: Client, receiver: Receiver) -> None:
    _rule(newest, receiver.url, trigger="on_unlink")
    partner = newest.call("res.partner", "create", {"name": "Hooked"})
    newest.call("res.partner", "unlink", [partner])
    [post] = _posts(newest, receiver, 1)
    assert (post["_id"], post["name"]) == (partner, "Hooked")


def test_a_filter_says_for_whom(newest: Client, receiver: Receiver) -> None:
    _rule(newest, receiver.url, "name", filter_domain="[('is_company', '=', True)]")
    newest.call("res.partner", "create", [{"name": "Person"}, {"name": "Company", "is_company": True}])
    assert [post["name"] for post in _posts(newest, receiver, 1)] == ["Company"]


def test_a_receiver_that_fails_is_not_asked_again(newest: Client, receiver: Receiver) -> None:
    receiver.refuse = 1
    _rule(newest, receiver.url, "name")
    newest.call("res.partner", "create", {"name": "Hooked"})
    _posts(newest, receiver, 1)
    [line] = httpx.get(f"{newest.access['url']}/__sandbox__/webhooks").json()["requests"]
    assert line["outcome"] == 500


def test_a_rule_that_tells_of_a_hidden_field_stops_every_write(newest: Client, receiver: Receiver) -> None:
    rule = _rule(newest, receiver.url, told="credit_limit")
    with pytest.raises(Refused, match="one or more warnings"):
        newest.call("res.partner", "create", {"name": "Nobody"})
    assert newest.call("res.partner", "search_count", [["name", "=", "Nobody"]]) == 0
    newest.call("base.automation", "write", [rule], {"active": False})
    newest.call("res.partner", "create", {"name": "Nobody"})


def test_posts_go_to_this_machine_only(newest: Client) -> None:
    with pytest.raises(Refused, match="this machine only"):
        _rule(newest, "https://hooks.example.com/x")


def test_posts_from_outside_find_their_rule_by_its_secret(newest: Client) -> None:
    [model] = newest.call("ir.model", "search", [["model", "=", "res.partner"]])
    getter = "model.browse(payload.get('id') or payload.get('_id'))"
    values = {"name": "Hook in", "model_id": model, "trigger": "on_webhook", "record_getter": getter}
    rule = newest.call("base.automation", "create", values)
    [told] = newest.call("base.automation", "read", [rule], ["webhook_uuid", "url"])
    url = newest.access["url"] + told["url"]
    assert url.endswith(told["webhook_uuid"])

    def post(address: str, **body: Any) -> tuple[int, Any]:
        answer = httpx.post(address, **body)
        return answer.status_code, answer.json()

    assert post(url, json={"_model": "res.partner", "_id": 1}) == (200, {"status": "ok"})
    assert post(url, json={"_id": 999999}) == (500, {"status": "error"})
    assert post(url, content=b"{bad") == (500, {"status": "error"})
    assert post(url) == (500, {"status": "error"})
    assert post(newest.access["url"] + "/web/hook/nosuch", json={}) == (404, {"status": "error"})
