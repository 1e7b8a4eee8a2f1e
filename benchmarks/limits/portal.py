"""A portal's limits: its burst of ten seconds, and its searches of a second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count

from benchmarks.limits.used import Case, Limit, Used, used
from benchmarks.limits.work import Work, at_work
from benchmarks.local import Arrival, local_portal
from mapstudio.connectors.contract import Connector
from mapstudio.connectors.exchange import Origin, ReadRequest, Write
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.model import Record

TARGET = 0.97
BURST_SECONDS = 10.0
SEARCHES = Limit("search", 5, 1.0)


async def reading(connector: Connector) -> None:
    """Read whole lists, again and again."""
    while True:
        async for _ in connector.read(ReadRequest("contacts", paths=frozenset({"email", "firstname"}))):
            pass


async def writing(connector: Connector) -> None:
    """Update a hundred contacts, again and again."""
    request = ReadRequest("contacts", paths=frozenset({"email"}), limit=100)
    ids = [record.id async for page in connector.read(request) for record in page.records]
    for number in count():
        values: Record = {"city": f"Mérida {number}"}
        await connector.write("contacts", [Write(Origin("hotel", "guests", name), values, name) for name in ids])


async def searching(connector: Connector) -> None:
    """Read what has changed since, again and again."""
    request = ReadRequest("contacts", paths=frozenset({"email"}), since="2020-01-01T00:00:00Z")
    while True:
        async for _ in connector.read(request):
            pass


WORKS: Mapping[str, Sequence[Work]] = {
    "reading": [reading],
    "writing": [writing],
    "searching": [searching],
    "all at once": [reading, writing, searching],
}


async def measure(works: Sequence[Work], seconds: float) -> Sequence[Used]:
    """Let two connections to one account work for a while, and tell what was used of each limit."""
    async with local_portal(limits=True) as portal:
        settings = {"url": portal.url, "token": portal.token}
        async with HubSpotConnector.open("crm", settings) as one, HubSpotConnector.open("back", settings) as other:
            await at_work((one, other), works, seconds)
        return _used(portal.arrivals)


def _used(arrivals: Sequence[Arrival]) -> list[Used]:
    searches = [arrival for arrival in arrivals if arrival.path.endswith("/search")]
    others = [arrival for arrival in arrivals if not arrival.path.endswith("/search")]
    burst = Limit("burst", max((arrival.allowed or 0 for arrival in others), default=0), BURST_SECONDS)
    found = (used(burst, others), used(SEARCHES, searches))
    return [item for item in found if item is not None]


CASES = [Case(f"portal, {name}", TARGET, partial(measure, works)) for name, works in WORKS.items()]
