"""Reading what is used, and no more; by id, by unique property, and since a checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from mapstudio.connectors.exchange import Origin, ReadRequest, Reference, Write
from mapstudio.connectors.http import Answer
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.connectors.hubspot.access import StaticToken
from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.needs import needs_of
from mapstudio.connectors.hubspot.paths import VERSIONS
from mapstudio.model import Field, UsageError
from tests.connectors.conformance import read_all
from tests.connectors.hubspot.conftest import Connect, Script

FIELDS = {name: Field(name) for name in ("email", "firstname", "company")}


@pytest.mark.parametrize(
    ("paths", "properties", "linked"),
    [
        ({"email"}, ["email"], {}),
        ({"email", "no_such"}, ["email"], {}),
        ({"@"}, ["company", "email", "firstname"], {}),
        (None, ["company", "email", "firstname"], {}),
        ({"associations.companies[].name"}, [], {"companies": {"name"}}),
        ({"associations.companies[0].labels"}, [], {"companies": set()}),
        ({"associations.deals"}, [], {"deals": set()}),
        ({"associations.line_items[].price"}, [], {}),
        ({"associations"}, [], {"companies": set(), "deals": set(), "tickets": set()}),
    ],
)
def test_paths_decide_what_is_asked_for(
    paths: set[str] | None, properties: list[str], linked: dict[str, set[str]]
) -> None:
    found = needs_of(paths, FIELDS, ("companies", "deals", "tickets"))
    assert list(found.properties) == properties
    assert found.linked == linked


async def test_a_record_is_flat_and_typed_with_what_is_associated(connect: Connect) -> None:
    paths = frozenset(
        {"amount", "closedate", "dealname", "associations.line_items[].price", "associations.companies[].labels"}
    )
    deals = await read_all(await connect(), ReadRequest("deals", paths=paths, limit=40))
    deal = next(record.data for record in deals if record.data["amount"] is not None)
    assert set(deal) - {"createdate", "hs_lastmodifieddate", "hs_object_id"} == {
        "id", "createdAt", "updatedAt", "archived", "amount", "closedate", "dealname", "associations",
    }  # fmt: skip
    assert deal["archived"] is False
    assert not isinstance(deal["amount"], str)
    associations = deal["associations"]
    assert isinstance(associations, dict)
    lines, companies = associations["line_items"], associations["companies"]
    assert isinstance(lines, list)
    assert all(isinstance(line, dict) and set(line) == {"id", "labels", "price"} for line in lines)
    assert isinstance(companies, list)
    assert any(isinstance(company, dict) and company["labels"] == ["Primary"] for company in companies)


async def test_hundreds_of_properties_do_not_make_the_address_too_long(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    names = [f"property_{number:03}" for number in range(300)]

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "/properties/" in path:
            return 200, {"results": [{"name": n, "label": n, "type": "string", "fieldType": "text"} for n in names]}
        if path.endswith("/batch/read"):
            asked = dict.fromkeys(body["properties"], "x")
            return 200, {"results": [{"id": item["id"], "properties": asked} for item in body["inputs"]]}
        return 200, {"results": [{"id": "1", "properties": {}}, {"id": "2", "properties": {}}]}

    async with scripted(script) as connector:
        records = await read_all(connector, ReadRequest("contacts"))
    assert [record.data["property_299"] for record in records] == ["x", "x"]


async def test_only_a_whole_read_gives_a_checkpoint(connect: Connect) -> None:
    connector = await connect()
    for limit, expected in ((None, True), (5, False)):
        request = ReadRequest("products", paths=frozenset({"name"}), limit=limit)
        pages = [page async for page in connector.read(request)]
        assert (pages[-1].checkpoint is not None) is expected
        assert all(page.checkpoint is None for page in pages[:-1])
    with pytest.raises(UsageError, match="yesterday"):
        await read_all(connector, ReadRequest("products", since="yesterday"))


async def test_nothing_new_is_an_empty_page_with_a_new_checkpoint(connect: Connect) -> None:
    connector = await connect()
    pages = [page async for page in connector.read(ReadRequest("products", since="2035-01-01T00:00:00Z"))]
    assert [record for page in pages for record in page.records] == []
    assert pages[-1].checkpoint is not None


async def test_what_one_bulk_change_touched_is_read_once_each(connect: Connect) -> None:
    """All of it has nearly the same time: pages go on by id, not by time."""
    connector = await connect()
    everyone = await read_all(connector, ReadRequest("contacts", paths=frozenset({"vip_note"})))
    writes = [
        Write(Origin("s", "o", record.id), {"vip_note": "touched"}, destination_id=record.id) for record in everyone
    ]
    moment = max(record.modified or "" for record in everyone)
    for start in range(0, len(writes), 100):
        await connector.write("contacts", writes[start : start + 100])
    changed = await read_all(connector, ReadRequest("contacts", paths=frozenset({"vip_note"}), since=moment))
    ids = [record.id for record in changed]
    assert len(ids) == len(set(ids)) >= len(everyone)
    assert {record.data["vip_note"] for record in changed} == {"touched"}


def test_a_checkpoint_is_by_the_systems_clock() -> None:
    """A machine whose clock is ahead would else skip what changed in between."""
    api = Api("crm", "http://127.0.0.1:1", StaticToken("any"), VERSIONS["2026-03"])
    there = datetime.now(UTC) - timedelta(hours=3)
    api._learn_time(Answer(200, {"Date": format_datetime(there, usegmt=True)}, None))
    assert abs(api.now() - there) < timedelta(seconds=5)


async def test_a_contact_is_found_by_an_additional_address(scripted: Callable[[Script], HubSpotConnector]) -> None:
    properties = [
        {"name": name, "label": name, "type": "string", "fieldType": "text"}
        for name in ("email", "hs_additional_emails")
    ]

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "/properties/" in path:
            return 200, {"results": properties}
        assert "hs_additional_emails" in body["properties"]
        found = {"email": "new@example.org", "hs_additional_emails": "old@example.org;older@example.org"}
        return 200, {"results": [{"id": "7", "properties": found}]}

    async with scripted(script) as connector:
        found = await connector.lookup("contacts", ["email"], [("old@example.org",), ("no@example.org",)], {"email"})
    assert {key: [record.id for record in records] for key, records in found.items()} == {("old@example.org",): ["7"]}


@pytest.mark.parametrize(
    ("name", "key", "told"),
    [
        ("contacts", ["firstname"], "email"),
        ("contacts", ["email", "firstname"], "email"),
        ("companies", ["domain"], "erp_ref"),
        ("line_items", ["name"], "unique"),
        ("contacts", ["emial"], 'did you mean "email"'),
        ("contact", ["email"], 'did you mean "contacts"'),
    ],
)
async def test_a_key_that_is_not_unique_is_refused_with_those_that_are(
    connect: Connect, name: str, key: list[str], told: str
) -> None:
    connector = await connect()
    with pytest.raises(UsageError, match=told):
        await connector.lookup(name, key, [tuple("x" for _ in key)], set())


async def test_records_are_found_by_id_as_a_key(connect: Connect) -> None:
    connector = await connect()
    [known] = await read_all(connector, ReadRequest("contacts", paths=frozenset({"email"}), limit=1))
    found = await connector.lookup("contacts", ["id"], [(known.id,), ("1",)], {"email"})
    assert {key: [record.id for record in records] for key, records in found.items()} == {(known.id,): [known.id]}


async def test_references_are_resolved_by_what_they_are_named_by(connect: Connect) -> None:
    connector = await connect()
    companies = await read_all(connector, ReadRequest("companies", paths=frozenset({"domain"})))
    first = companies[0]
    by_domain = await connector.resolve(Reference("companies", "domain"), [first.data["domain"], "nix.example"])  # type: ignore[list-item]
    assert by_domain == {first.data["domain"]: [first.id]}
    assert await connector.resolve(Reference("companies"), [first.id, "1"]) == {first.id: [first.id]}
    owners = await connector.resolve(Reference("owners", "email"), ["Marta.Rey@casa-palma.example"])
    assert owners == {"Marta.Rey@casa-palma.example": ["71100201"]}
    with pytest.raises(UsageError, match="domian"):
        await connector.resolve(Reference("companies", "domian"), ["x"])
