"""A hotel's limit: five requests a second for each property, or for a group of them; from near and from afar."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Scope

from benchmarks.limits.used import Case, Limit, Used, used
from benchmarks.limits.work import Work, at_work
from benchmarks.local import Arrival, LocalSandbox, local_sandbox
from mapstudio.connectors.cloudbeds import CloudbedsConnector, budget
from mapstudio.connectors.contract import Connector
from mapstudio.connectors.exchange import Origin, ReadRequest, Write
from mapstudio.model import Record
from mapstudio.sandbox.cloudbeds import SANDBOX

TARGET = 0.95
LATENCIES = (0.0, 0.05, 0.2)
"""Seconds that the ways there and back take together."""
_NAMES = ("propertyID", "propertyIDs")
_SOME = 80
"""Reservations of which a batch of guests can be made for each property: two come one of each in turn."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the connections open.

    Attributes:
        name: What that is called.
        key: Which of the sandbox's keys lets them in.
        properties: How many of its properties.
        limit: For what they are told that the limit is; the setting of that name.
    """

    name: str
    key: str
    properties: int
    limit: str

    def settings(self, hotel: LocalSandbox) -> Mapping[str, str]:
        """Return the settings of a connection."""
        names = ",".join(hotel.access["properties"][: self.properties])
        return {"url": hotel.url, "api_key": str(hotel.access[self.key]), "property": names, "limit": self.limit}


OPENED = (
    Opened("one property", "api_key", 1, "property"),
    Opened("two of a group", "group_api_key", 2, "group"),
    Opened("two properties", "api_key", 2, "property"),
)


async def listing(connector: Connector) -> None:
    """Read the list of guests, again and again."""
    await _read(connector, "guests", "guestEmail")


async def detailing(connector: Connector) -> None:
    """Read reservations with what takes a call for each, again and again."""
    await _read(connector, "reservations", "assigned[].dailyRates[].rate")


async def writing(connector: Connector) -> None:
    """Update a batch of guests of each property, again and again."""
    groups: dict[str, dict[str, None]] = {}
    request = ReadRequest("reservations", paths=frozenset({"guestID"}), limit=_SOME)
    async for page in connector.read(request):
        for record in page.records:
            # Where there are several properties, an id begins with its own.
            own, dash, _ = record.id.rpartition("-")
            groups.setdefault(own, {})[f"{own}{dash}{record.data['guestID']}"] = None
    size = connector.capabilities("guests").batch_size
    # Side by side: some writes take more requests than others, and no property waits for another's.
    await asyncio.gather(*(_write(connector, [*ids][:size]) for ids in groups.values()))


async def _write(connector: Connector, ids: Sequence[str]) -> None:
    for number in count():
        values: Record = {"guestCity": f"Mérida {number}"}
        await connector.write("guests", [Write(Origin("crm", "contacts", name), values, name) for name in ids])


async def _read(connector: Connector, object_name: str, path: str) -> None:
    while True:
        async for _ in connector.read(ReadRequest(object_name, paths=frozenset({path}))):
            pass


WORKS: Mapping[str, Sequence[Work]] = {
    "reading": [listing, detailing],
    "writing": [writing],
    "all at once": [listing, detailing, writing],
}


async def measure(works: Sequence[Work], opened: Opened, latency: float, seconds: float) -> Sequence[Used]:
    """Let two connections to the same properties work for a while, and tell what was used of each limit."""
    options = {"cloudbeds-properties": str(opened.properties)}
    async with local_sandbox(SANDBOX, limits=True, options=options, latency=latency, whose=property_of) as hotel:
        settings = opened.settings(hotel)
        async with CloudbedsConnector.open("hotel", settings) as one, CloudbedsConnector.open("desk", settings) as two:
            await at_work((one, two), works, seconds)
        names = [""] if opened.limit == "group" else hotel.access["properties"][: opened.properties]
        return shares(names, hotel.arrivals)


def property_of(scope: Scope, body: bytes) -> str:
    """Return the property that a request names, ``""`` where it is about all of them."""
    told = parse_qs(scope["query_string"].decode("ascii")) | parse_qs(body.decode("utf-8", "replace"))
    named = next((told[name][0] for name in _NAMES if name in told), "")
    return named or Headers(scope=scope).get("X-Property-ID", "")


def shares(properties: Sequence[str], arrivals: Sequence[Arrival]) -> list[Used]:
    """Return what was used of each property's limit, or of that of all where the only name is ``""``."""
    limits = {name: Limit(name or "group", budget.REQUESTS, budget.SECONDS) for name in properties}
    found = (
        used(limit, [arrival for arrival in arrivals if not name or arrival.whose in {name, ""}])
        for name, limit in limits.items()
    )
    return [item for item in found if item is not None]


CASES = [
    Case(f"hotel, {opened.name}, {latency * 1000:.0f} ms, {name}", TARGET, partial(measure, works, opened, latency))
    for opened in OPENED
    for latency in LATENCIES
    for name, works in WORKS.items()
]
