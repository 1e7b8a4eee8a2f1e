"""Archiving by the hundred, and reading what is archived beside what is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from mapstudio.connectors.exchange import Origin, ReadRequest, Write, WriteOutcome
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.model import UsageError
from tests.connectors.conformance import read_all
from tests.connectors.hubspot.conftest import Connect, Script


async def made(connector: HubSpotConnector, count: int) -> list[str]:
    """Create contacts and return their ids."""
    writes = [
        Write(
            Origin("s", "o", str(number)), {"email": f"new{number}@x.example"}, key={"email": f"new{number}@x.example"}
        )
        for number in range(count)
    ]
    found: list[WriteOutcome] = []
    for start in range(0, count, 100):
        found += await connector.write("contacts", writes[start : start + 100])
    return [str(outcome.destination_id) for outcome in found]


async def test_more_than_a_batch_takes_as_many_calls_as_there_are_hundreds(connect: Connect) -> None:
    connector = await connect()
    ids = await made(connector, 120)
    assert await connector.archive("contacts", ids) == [None] * 120
    assert await connector.current("contacts", ids, {"email"}) == {}


async def test_an_incremental_read_brings_what_was_archived_since_and_nothing_older(connect: Connect) -> None:
    connector = await connect()
    older, newer = await made(connector, 2)
    await connector.archive("contacts", [older])
    [archived] = [
        record
        for record in await read_all(connector, ReadRequest("contacts", frozenset({"email"}), archived=True))
        if record.id == older
    ]
    assert archived.data["archived"] is True
    since = datetime.now(UTC).isoformat()
    await connector.archive("contacts", [newer])
    request = ReadRequest("contacts", frozenset({"email"}), since=since)
    assert await read_all(connector, request) == []
    found = await read_all(connector, ReadRequest("contacts", frozenset({"email"}), since=since, archived=True))
    assert [(record.id, record.data["archived"]) for record in found] == [(newer, True)]


async def test_archived_records_are_read_with_many_properties_and_with_what_they_belong_to(connect: Connect) -> None:
    connector = await connect()
    [gone] = await made(connector, 1)
    await connector.archive("contacts", [gone])
    names = frozenset(await connector._catalogue.fields("contacts")) | {"associations.companies[].name"}
    found = {record.id: record for record in await read_all(connector, ReadRequest("contacts", names, archived=True))}
    assert found[gone].data["email"] == "new0@x.example"
    assert found[gone].data["associations"] == {"companies": []}


async def test_a_limit_counts_archived_records_too(connect: Connect) -> None:
    connector = await connect()
    everyone = await read_all(connector, ReadRequest("quotes", frozenset({"hs_title"})))
    await connector.archive("quotes", [everyone[0].id])
    for limit in (1, len(everyone) - 1, len(everyone)):
        found = await read_all(connector, ReadRequest("quotes", frozenset({"hs_title"}), limit=limit, archived=True))
        assert len(found) == limit


async def test_a_record_that_is_archived_between_the_two_lists_is_read_once(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    entry = {"id": "7", "properties": {}, "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}

    def script(_: str, path: str, __: Any) -> tuple[int, Any]:
        return 200, {"results": [] if "/properties/" in path else [entry]}

    async with scripted(script) as connector:
        found = await read_all(connector, ReadRequest("contacts", frozenset({"email"}), archived=True))
    assert [record.id for record in found] == ["7"]


async def test_one_that_may_not_be_archived_is_told_and_the_others_are_archived(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    archived: list[str] = []

    def script(_: str, __: str, body: Any) -> tuple[int, Any]:
        ids = [item["id"] for item in body["inputs"]]
        if "3" in ids:
            return 400, {"status": "error", "message": "Contact 3 is locked.", "category": "VALIDATION_ERROR"}
        archived.extend(ids)
        return 204, None

    async with scripted(script) as connector:
        told = await connector.archive("contacts", [str(number) for number in range(8)])
    assert [reason and (reason.row, reason.reason, reason.value) for reason in told] == [
        *[None] * 3,
        ("id", "Contact 3 is locked.", "3"),
        *[None] * 4,
    ]
    assert sorted(archived) == ["0", "1", "2", "4", "5", "6", "7"]


async def test_an_answer_for_each_record_is_understood(scripted: Callable[[Script], HubSpotConnector]) -> None:
    def script(_: str, __: str, ___: Any) -> tuple[int, Any]:
        errors = [
            {"category": "OBJECT_NOT_FOUND", "message": "gone", "context": {"ids": ["1"]}},
            {"category": "VALIDATION_ERROR", "message": "It is locked.", "context": {"ids": ["2"]}},
        ]
        return 207, {"status": "COMPLETE", "results": [], "numErrors": 2, "errors": errors}

    async with scripted(script) as connector:
        told = await connector.archive("contacts", ["1", "2", "3"])
    assert [reason and reason.reason for reason in told] == [None, "It is locked.", None]


async def test_tables_are_not_archived(connect: Connect) -> None:
    connector = await connect()
    assert not connector.capabilities("owners").archive
    with pytest.raises(UsageError, match="cannot archive owners"):
        await connector.archive("owners", ["1"])
