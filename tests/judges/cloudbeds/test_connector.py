"""What the connector sends and what the sandbox answers it, by the vendor's own documents."""

from __future__ import annotations

import pytest

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.exchange import Origin, ReadRequest, Write, Written
from mapstudio.model import Record
from tests.judges.cloudbeds.conftest import Hotel
from tests.judges.cloudbeds.requests import request_faults
from tests.sandbox.cloudbeds.specification import Specification

pytestmark = pytest.mark.reference

SINCE = "2026-06-01T00:00:00Z"


async def test_the_connector_keeps_to_the_documents(hotel: Hotel, documents: Specification) -> None:
    async with hotel.connector() as connector:
        await connector.whoami()
        for info in await connector.objects():
            if info.readable:
                await read(connector, info.name)
        await write(connector)
    assert request_faults(documents, hotel.recorder.exchanges) == []
    assert documents.faults(hotel.recorder.exchanges) == []


async def read(connector: CloudbedsConnector, name: str) -> None:
    """Read an object in each way, some records of each."""
    fields = (await connector.schema(name)).by_name
    everything = frozenset(field.replace("[]", "") for field in fields)
    ids = []
    for request in (ReadRequest(name, limit=3), ReadRequest(name, paths=everything, limit=3)):
        ids = [record.id async for page in connector.read(request) for record in page.records]
    if connector.capabilities(name).incremental:
        async for _ in connector.read(ReadRequest(name, since=SINCE, limit=3)):
            pass
    found = await connector.current(name, ids, [*fields][:3])
    assert {*found} == {*ids}
    for key in connector.capabilities(name).key_fields:
        assert await connector.lookup(name, [key], [("999999999",)], [key]) == {}


async def write(connector: CloudbedsConnector) -> None:
    """Update a guest with everything that it takes."""
    pages = [page async for page in connector.read(ReadRequest("guests", limit=1))]
    identity = pages[0].records[0].id
    fields = (await connector.schema("guests")).fields
    values: Record = {"guestCity": "Oaxaca", "guestBirthdate": "1984-11-23", "guestGender": "F", "guestCountry": "MX"}
    custom: Record = {"vip_note": "Aniversario"}
    assert {*values} <= {field.name for field in fields if not field.read_only}
    change = Write(Origin("crm", "contacts", "1"), {**values, "customFields": custom}, destination_id=identity)
    assert [outcome.result for outcome in await connector.write("guests", [change])] == [Written.UPDATED]
