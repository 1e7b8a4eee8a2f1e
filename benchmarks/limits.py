"""``python -m benchmarks.limits``: how much of the allowed rate the connector uses, and that it is never told to wait.

A local HubSpot with its limits on notes when each request arrives. The share is the least time in which the limit lets
so many requests through, divided by the time that it took. Exit code 1 with a 429, or with ``--require`` when a share
is under 97%.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count

from benchmarks.portal import Arrival, local_portal
from mapstudio.connectors.exchange import Origin, ReadRequest, Write
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.model import Record

TARGET = 0.97
BURST_SECONDS = 10.0
SEARCHES, SEARCH_SECONDS = 5, 1.0
WORKERS = 8

Work = Callable[[HubSpotConnector], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Used:
    """What became of one limit.

    Attributes:
        work: What was done meanwhile.
        limit: Which one.
        requests: How many arrived, the refused ones among them.
        refused: How many of them were answered with 429.
        seconds: From the first arrival to the first one of the last full window.
        share: Of the rate that is allowed.
    """

    work: str
    limit: str
    requests: int
    refused: int
    seconds: float
    share: float


async def reading(connector: HubSpotConnector) -> None:
    """Read whole lists, again and again."""
    while True:
        async for _ in connector.read(ReadRequest("contacts", paths=frozenset({"email", "firstname"}))):
            pass


async def writing(connector: HubSpotConnector) -> None:
    """Update a hundred contacts, again and again."""
    request = ReadRequest("contacts", paths=frozenset({"email"}), limit=100)
    ids = [record.id async for page in connector.read(request) for record in page.records]
    for number in count():
        values: Record = {"city": f"Mérida {number}"}
        await connector.write("contacts", [Write(Origin("hotel", "guests", name), values, name) for name in ids])


async def searching(connector: HubSpotConnector) -> None:
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


async def measure(name: str, seconds: float) -> list[Used]:
    """Let workers of two connections to one account work for a while, and tell what was used of each limit."""
    async with local_portal(limits=True) as portal:
        settings = {"url": portal.url, "token": portal.token}
        async with HubSpotConnector.open("crm", settings) as one, HubSpotConnector.open("back", settings) as other:
            both = (one, other)
            for connector in both:
                await connector.whoami()
            tasks = [asyncio.ensure_future(work(both[place % 2])) for work in WORKS[name] for place in range(WORKERS)]
            ended, working = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)
            for task in ended:
                task.result()
        return _used(name, portal.arrivals)


def _used(name: str, arrivals: Sequence[Arrival]) -> list[Used]:
    searches = [arrival for arrival in arrivals if arrival.path.endswith("/search")]
    others = [arrival for arrival in arrivals if not arrival.path.endswith("/search")]
    allowed = max((arrival.allowed or 0 for arrival in others), default=0)
    found = [
        _share(name, "burst", others, allowed, BURST_SECONDS),
        _share(name, "search", searches, SEARCHES, SEARCH_SECONDS),
    ]
    return [used for used in found if used is not None]


def _share(name: str, limit: str, arrivals: Sequence[Arrival], allowed: int, window: float) -> Used | None:
    """Return how well the limit was used; ``None`` when too little was sent to fill two windows."""
    passed = [arrival for arrival in arrivals if arrival.status != 429]
    windows = (len(passed) - 1) // allowed if allowed else 0
    if windows < 2:
        return None
    seconds = passed[windows * allowed].at - passed[0].at
    return Used(name, limit, len(arrivals), len(arrivals) - len(passed), seconds, windows * window / seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limits", description=__doc__)
    parser.add_argument("--seconds", type=float, default=45.0, help="for each kind of work; windows are of ten seconds")
    parser.add_argument("--only", choices=[*WORKS])
    parser.add_argument("--require", action="store_true", help=f"exit code 1 under {TARGET:.0%} as well")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    found = [
        used for name in WORKS if chosen.only in {None, name} for used in asyncio.run(measure(name, chosen.seconds))
    ]
    if chosen.json:
        print(json.dumps([asdict(used) for used in found], indent=2))
    else:
        for used in found:
            print(
                f"{used.work:12} {used.limit:7} {used.requests:5} requests in {used.seconds:5.1f} s: "
                f"{used.share:6.1%} of the rate, {used.refused} answered with 429"
            )
    refused = any(used.refused for used in found)
    missed = any(used.share < TARGET for used in found)
    return 1 if refused or (missed and chosen.require) else 0


if __name__ == "__main__":
    sys.exit(main())
