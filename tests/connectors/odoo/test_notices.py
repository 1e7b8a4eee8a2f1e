"""Webhooks of Odoo: what a rule posts, and reading just that again."""

from __future__ import annotations

from typing import Any

import pytest

from mapstudio.connectors.exchange import Among, ReadRequest
from mapstudio.connectors.notices import MalformedDeliveryError, Notice
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.model import UsageError
from tests.connectors.deliveries import delivery

POST = {
    "_action": "Send webhook(#561)",
    "_id": 77,
    "_model": "res.partner",
    "id": 77,
    "name": "Hooked",
    "country_id": 68,
    "write_date": "2026-11-22 10:11:12.345678",
}
SETTINGS = {"url": "http://127.0.0.1:1", "db": "d", "login": "l", "password": "p"}


def told(body: Any) -> Notice:
    [notice] = OdooConnector.open("erp", SETTINGS).notices(delivery(body))
    return notice


def test_a_post_names_its_record() -> None:
    notice = told(POST)
    assert [(item.object, item.value, item.field) for item in notice.concerns] == [("res.partner", "77", None)]
    assert notice.event == "Send webhook(#561)"
    assert notice.happened_at is not None
    assert notice.happened_at.isoformat() == "2026-11-22T10:11:12.345678+00:00"


def test_only_a_stamp_of_microseconds_tells_a_repetition_from_another_change() -> None:
    assert told(POST).identity == told(dict(reversed(POST.items()))).identity
    assert told(POST).identity is not None
    assert told({**POST, "write_date": "2026-11-22 10:11:12.345679"}).identity != told(POST).identity
    assert told({**POST, "write_date": "2026-11-22 10:11:12"}).identity is None
    assert told({**POST, "write_date": False}).identity is None


@pytest.mark.parametrize(
    "body",
    [b"x", [], {}, {**POST, "_model": 3}, {**POST, "_id": False}, {**POST, "_id": -1}, {**POST, "_id": "1 or 1"}],
)
def test_what_is_no_post_is_refused(body: Any) -> None:
    with pytest.raises(MalformedDeliveryError):
        told(body)


async def test_rules_are_for_an_administrator_to_make() -> None:
    erp = OdooConnector.open("erp", SETTINGS)
    assert erp.told_objects(["res.partner", "x_own"]) == {"res.partner", "x_own"}
    with pytest.raises(UsageError, match=r"automation rule on res\.partner"):
        await erp.subscribe("https://x.example/secret", ["res.partner"])
    with pytest.raises(UsageError):
        await erp.unsubscribe("https://x.example/secret")


async def test_records_that_are_read_again_are_those_of_a_whole_read(erp: OdooConnector) -> None:
    paths = frozenset({"name", "country_id.code"})
    every = {record.id: record async for page in erp.read(ReadRequest("res.partner", paths)) for record in page.records}
    chosen = frozenset([*every][::40])
    request = ReadRequest("res.partner", paths, among=Among(chosen | {"99999999"}))
    again = {record.id: record async for page in erp.read(request) for record in page.records}
    assert again == {identity: every[identity] for identity in chosen}
