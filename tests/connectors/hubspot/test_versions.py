"""Everything that the connector asks is asked in the chosen version, of every object."""

from __future__ import annotations

import re

import pytest

from mapstudio.connectors.exchange import Origin, ReadRequest, Reference, Write, Written
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.connectors.hubspot.paths import VERSIONS
from mapstudio.model import Record
from tests.connectors.conformance import read_all
from tests.connectors.hubspot.conftest import Connect

# What a record of each object is written with, and by which key it is made.
_RECORDS: dict[str, Record] = {
    "contacts": {"firstname": "Ana"},
    "companies": {"name": "Palma"},
    "deals": {"dealname": "Stay", "pipeline": "default", "dealstage": "closedwon"},
    "tickets": {"subject": "Late", "hs_pipeline": "0", "hs_pipeline_stage": "1"},
    "products": {"name": "Breakfast", "price": 12},
    "line_items": {"name": "Night", "quantity": 2, "price": 90},
    "quotes": {"hs_title": "Offer", "hs_expiration_date": "2030-01-01"},
    "orders": {"hs_order_name": "Order 1"},
    "invoices": {"hs_currency": "EUR"},
    "notes": {"hs_note_body": "VIP", "hs_timestamp": "2026-11-28T10:00:00Z"},
}
_KEY = "version_key"
_SENT = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE) (/\S+) -> (\d+)")
_NUMBERED = ("/crm/v3/", "/crm/v4/associations/", "/crm-object-schemas/v3/", "/account-info/v3/")


async def _walk(connector: HubSpotConnector, name: str) -> None:
    await connector.add_key(name, _KEY)
    schema = await connector.schema(name)
    assert _KEY in connector.capabilities(name).upsert_fields
    values = {**_RECORDS[name], _KEY: f"{name} 1"}
    write = Write(Origin("s", "o", "1"), values, key={_KEY: f"{name} 1"})
    [made] = await connector.write(name, [write])
    assert made.result is Written.CREATED, (name, made.reasons)
    assert made.destination_id is not None
    [again] = await connector.write(name, [Write(Origin("s", "o", "1"), values, destination_id=made.destination_id)])
    assert again.result is Written.UPDATED, (name, again.reasons)
    fields = {*values}
    found = await connector.lookup(name, [_KEY], [(f"{name} 1",)], fields)
    assert [record.id for record in found[(f"{name} 1",)]] == [made.destination_id]
    current = await connector.current(name, [made.destination_id, "1"], fields)
    assert {record_id: record.data[_KEY] for record_id, record in current.items()} == {made.destination_id: f"{name} 1"}
    linked = [item.name for item in schema.fields if item.name.startswith("associations.") and "[" not in item.name]
    paths = frozenset({_KEY, *linked})
    listed = {record.id: record.data for record in await read_all(connector, ReadRequest(name, paths=paths))}
    changed = {
        record.id: record.data
        for record in await read_all(connector, ReadRequest(name, paths=paths, since="2020-01-01T00:00:00Z"))
    }
    assert listed[made.destination_id][_KEY] == changed[made.destination_id][_KEY] == f"{name} 1"
    assert await connector.resolve(Reference(name, _KEY), [f"{name} 1"]) == {f"{name} 1": [made.destination_id]}


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_object_works_in_every_version(
    connect: Connect, version: str, caplog: pytest.LogCaptureFixture
) -> None:
    connector = await connect(api_version=version)
    caplog.set_level("DEBUG", "mapstudio.connectors.http")
    assert (await connector.whoami()).id
    offered = {info.name for info in await connector.objects()}
    for name in _RECORDS:
        await _walk(connector, name)
    for name in offered - _RECORDS.keys():
        await connector.schema(name)
        await read_all(connector, ReadRequest(name))
    sent = [(path, int(status)) for path, status in _SENT.findall(caplog.text)]
    assert len({path for path, _ in sent}) > 60
    if version in {"v3", "v4"}:
        assert [path for path, _ in sent if not path.startswith(_NUMBERED)] == []
    else:
        assert [path for path, _ in sent if f"/{version}" not in path] == []
    assert [path for path, status in sent if status >= 500] == []
