"""What the connector sends and what the sandbox answers it, by the vendor's own documents, in every version."""

from __future__ import annotations

import pytest

from mapstudio.connectors.declarations import Enforcement
from mapstudio.connectors.exchange import Association, Origin, ReadRequest, Reference, Write, Written
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.connectors.hubspot.paths import VERSIONS
from mapstudio.model import Record
from mapstudio.sandbox.hubspot import SANDBOX
from tests.judges.recorder import Recorder
from tests.judges.specification import Specification
from tests.sandbox.running import build, running

pytestmark = pytest.mark.reference

LINKED = frozenset({"hs_object_id", "associations.companies[].name", "associations.contacts[].email"})


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_connector_keeps_to_the_documents(
    version: str, recorder: Recorder, specification: Specification
) -> None:
    with running(recorder.listen(build(SANDBOX))) as access:
        settings = {
            "url": access["hubspot"]["url"],
            "token": access["hubspot"]["token"],
            "api_version": version,
        }
        async with HubSpotConnector.open("crm", settings) as connector:
            await connector.whoami()
            for info in await connector.objects():
                await read(connector, info.name)
            await find(connector)
            await write(connector)
            await associate(connector)
            await archive(connector)
            await connector.add_key("companies", "mapstudio_key")
    assert [str(fault) for fault in specification.faults(recorder.exchanges)] == []
    called = {operation.name for item in recorder.exchanges if (operation := specification.operation(item))}
    words = {name.replace(version, "*").replace("/v4", "/*") for name in called}
    assert {word.rpartition("/")[2] for word in words} >= {"details", "search", "read", "update", "upsert", "archive"}


async def read(connector: HubSpotConnector, name: str) -> None:
    """Read an object in each way, some records of each."""
    fields = (await connector.schema(name)).by_name
    linked = frozenset(path for path in LINKED if path.split(".")[0] in {"associations", *fields})
    first = [page async for page in connector.read(ReadRequest(name, paths=linked, limit=120))]
    assert first
    async for _ in connector.read(ReadRequest(name, limit=3)):
        pass
    if connector.capabilities(name).incremental:
        async for _ in connector.read(ReadRequest(name, paths=linked, since="2024-01-01T00:00:00Z", limit=3)):
            pass
    ids = [record.id for page in first for record in page.records][:3]
    if ids:
        found = await connector.current(name, [*ids, "999999999"], ["hs_object_id", "createdate"])
        assert {*found} == {*ids}


async def find(connector: HubSpotConnector) -> None:
    """Find records by key, by a field that is not unique, and owners."""
    assert await connector.lookup("contacts", ["email"], [("nobody@nowhere.example",)], ["email"]) == {}
    await connector.resolve(Reference("companies", by="name"), ["Nobody"])
    await connector.resolve(Reference("owners", by="email"), ["nobody@nowhere.example"])


async def write(connector: HubSpotConnector) -> None:
    """Create, update and be refused, in one batch each."""
    assert connector.capabilities("contacts").create is Enforcement.UNIQUE_FIELD
    people: list[Record] = [
        {"email": "ana@palma.example", "firstname": "Ana", "stay_count": 3, "last_stay": "2026-05-04"},
        {"email": "not an address", "firstname": "Bo"},
        {"email": "bea@palma.example", "lifecyclestage": "nothing of the kind"},
    ]
    creates = [
        Write(Origin("hotel", "guests", str(person["email"])), person, key={"email": str(person["email"])})
        for person in people
    ]
    made = await connector.write("contacts", creates)
    assert [outcome.result for outcome in made] == [Written.CREATED, Written.REFUSED, Written.REFUSED]
    ana = made[0].destination_id
    changed = [
        Write(Origin("hotel", "guests", "1"), {"firstname": None, "stay_count": 4}, destination_id=ana),
        Write(Origin("hotel", "guests", "2"), {"firstname": "Eva"}, destination_id="999999999"),
    ]
    told = await connector.write("contacts", changed)
    assert [outcome.result for outcome in told] == [Written.UPDATED, Written.REFUSED]


async def associate(connector: HubSpotConnector) -> None:
    """Make associations with and without a label, read them back, and remove one."""
    deal, contact, company = [await first(connector, name) for name in ("deals", "contacts", "companies")]
    pairs = [Association(deal, "contacts", contact), Association(deal, "companies", company, ("Primary",))]
    assert await connector.associate("deals", pairs) == [None, None]
    found = await connector.current("deals", [deal], ["associations.companies"])
    assert company in str(found[deal].data)
    assert await connector.associate("deals", [Association(deal, "contacts", contact, remove=True)]) == [None]
    assert await connector.associate("deals", [Association(deal, "contacts", "999999999")]) != [None]


async def archive(connector: HubSpotConnector) -> None:
    """Archive records that are there and one that is not, and read them, in the body of a second call too."""
    note = await first(connector, "notes")
    assert await connector.archive("notes", [note, "999999999"]) == [None, None]
    for paths in (frozenset({"hs_note_body"}), frozenset({"@"})):
        request = ReadRequest("notes", paths=paths, archived=True)
        pages = [page async for page in connector.read(request)]
        assert note in {record.id for page in pages for record in page.records if record.data["archived"]}


async def first(connector: HubSpotConnector, name: str) -> str:
    """Return the id of the first record of an object."""
    [found] = [record.id async for page in connector.read(ReadRequest(name, limit=1)) for record in page.records]
    return found
