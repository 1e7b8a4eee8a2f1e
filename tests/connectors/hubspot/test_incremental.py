"""What changed since is read once each and none is missed: late indexes, bulk changes, the cap of search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from mapstudio.connectors.exchange import Origin, ReadRequest, Write
from mapstudio.connectors.hubspot import HubSpotConnector, access
from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.reading import OVERLAP
from mapstudio.model import JsonValue
from tests.connectors.conformance import read_all
from tests.connectors.hubspot.conftest import Connect, Script

_NOTE = frozenset({"vip_note"})
_CAP = 10_000


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let searches follow each other at once."""
    monkeypatch.setattr(access, "SEARCHES", 100_000)


class _Clock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self._moment = datetime.now(UTC)

    def now(self) -> datetime:
        return self._moment

    def advance(self, seconds: float) -> None:
        self._moment += timedelta(seconds=seconds)


async def _read(connector: HubSpotConnector, since: str) -> tuple[dict[str, JsonValue], str]:
    found: dict[str, JsonValue] = {}
    checkpoint = since
    async for page in connector.read(ReadRequest("contacts", paths=_NOTE, since=since)):
        for record in page.records:
            assert record.id not in found, "a record came twice in one read"
            found[record.id] = record.data["vip_note"]
        checkpoint = page.checkpoint or checkpoint
    return found, checkpoint


@pytest.mark.parametrize("seed", range(4))
async def test_a_copy_that_follows_checkpoints_becomes_what_is_there(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """However late the index is (within the overlap), and whatever is changed while nobody looks."""
    dice = Random(seed)
    clock = _Clock()
    monkeypatch.setattr(Api, "now", lambda _: clock.now())
    delay = dice.uniform(0, OVERLAP.total_seconds() - 1)
    connector = await connect(serve={"now": clock.now, "options": {"hubspot-index-delay": f"{delay:.1f}"}})
    truth = {record.id: record.data["vip_note"] for record in await read_all(connector, ReadRequest("contacts", _NOTE))}
    copy = dict(truth)
    since = (clock.now() - OVERLAP).isoformat()
    for step in range(8):
        some = dice.sample([*truth], dice.choice([1, 7, 90]))
        for start in range(0, len(some), 100):
            writes = [
                Write(Origin("s", "o", record_id), {"vip_note": f"step {step}"}, destination_id=record_id)
                for record_id in some[start : start + 100]
            ]
            await connector.write("contacts", writes)
        truth |= dict.fromkeys(some, f"step {step}")
        clock.advance(dice.uniform(0, 300))
        found, since = await _read(connector, since)
        copy |= found
    clock.advance(delay + 1)
    found, since = await _read(connector, since)
    assert copy | found == truth
    clock.advance(OVERLAP.total_seconds() + 1)
    _, since = await _read(connector, since)
    assert (await _read(connector, since))[0] == {}


async def test_more_than_search_can_page_with_one_and_the_same_time_are_read_once_each(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    """A bulk change touches 10,500 records in one millisecond; the cursor of search ends at 10,000 of them."""
    moment = datetime(2026, 11, 28, 12, tzinfo=UTC)
    ids = [str(number) for number in range(990, 990 + _CAP + 500)]

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if not path.endswith("/search"):
            return 200, {"results": [{"name": "vip_note", "label": "Note", "type": "string", "fieldType": "text"}]}
        filters = body["filterGroups"][0]["filters"]
        last = next((int(item["value"]) for item in filters if item["propertyName"] == "hs_object_id"), 0)
        rest = [record_id for record_id in ids if int(record_id) > last]
        start = int(body.get("after", 0))
        if start + body["limit"] > _CAP:
            return 400, {"status": "error", "message": "paging past 10000", "category": "VALIDATION_ERROR"}
        page = rest[start : start + body["limit"]]
        results = [{"id": record_id, "properties": {"vip_note": "x"}, "updatedAt": "x"} for record_id in page]
        more = {"paging": {"next": {"after": str(start + len(page))}}} if start + len(page) < len(rest) else {}
        return 200, {"total": len(rest), "results": results, **more}

    async with scripted(script) as connector:
        found, _ = await _read(connector, moment.isoformat())
    assert [*found] == ids


async def test_all_of_hundreds_of_associations_of_one_record_are_read(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    """They come in pages of their own within the answer for several records."""
    links = {"1": [str(number) for number in range(1000, 2300)], "2": ["7"], "3": []}

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "/associations/" in path:
            results = []
            for item in body["inputs"]:
                start = int(item.get("after", 0))
                page = links[item["id"]][start : start + 500]
                more = {"paging": {"next": {"after": str(start + 500)}}} if start + 500 < len(links[item["id"]]) else {}
                to = [{"toObjectId": int(other), "associationTypes": []} for other in page]
                results += [{"from": {"id": item["id"]}, "to": to, **more}] if page else []
            return 207, {"status": "COMPLETE", "results": results}
        if path.endswith("/schemas"):
            return 200, {"results": []}
        if "/properties/" in path:
            return 200, {"results": [{"name": "name", "label": "Name", "type": "string", "fieldType": "text"}]}
        if path.endswith("/batch/read"):
            return 200, {"results": [{"id": item["id"], "properties": {"name": "n"}} for item in body["inputs"]]}
        return 200, {"results": [{"id": number, "properties": {}} for number in links]}

    async with scripted(script) as connector:
        request = ReadRequest("companies", paths=frozenset({"associations.contacts[].name"}))
        records = {record.id: record.data["associations"] for record in await read_all(connector, request)}
    for record_id, wanted in links.items():
        expected = [{"id": other, "labels": [], "name": "n"} for other in wanted]
        assert records[record_id] == {"contacts": expected}
