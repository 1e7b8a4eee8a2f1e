"""``python -m benchmarks.campaign``: 10,000 contacts, 3% of them bad, then a thousand through each fault.

Exit code 1 when a report and the ledger differ.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from benchmarks.campaign.books import Campaign
from benchmarks.campaign.guests import make_guests
from benchmarks.local import local_portal
from mapstudio.model import Verb
from mapstudio.sandbox.ledger import Ledger

WRITES = "*/batch/*"
FAULTS: Mapping[str, Mapping[str, Any]] = {
    "429": {"kind": "429", "share": 0.3},
    "429 with Retry-After": {"kind": "429", "share": 0.2, "retry_after": 1},
    "500": {"kind": "500", "share": 0.4, "path": WRITES},
    "502": {"kind": "502", "share": 0.4, "path": WRITES},
    "503": {"kind": "503", "share": 0.4, "path": WRITES},
    "504": {"kind": "504", "share": 0.4, "path": WRITES},
    "drop-before": {"kind": "drop-before", "share": 0.4, "path": WRITES},
    "drop-after": {"kind": "drop-after", "share": 0.4, "path": WRITES},
    "truncate": {"kind": "truncate", "share": 0.4, "path": WRITES},
    "slow": {"kind": "slow", "seconds": 0.5, "share": 0.3},
    "hang": {"kind": "hang", "count": 1, "path": "*/batch/upsert"},
}
"""What goes wrong, as the sandbox's control endpoint takes it."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one campaign ended."""

    name: str
    guests: int
    runs: int
    created: int
    rejected: int
    refused: int
    requests: int
    struck: int
    seconds: float
    quiet: bool
    writes_when_quiet: int
    differences: Sequence[str]

    @property
    def right(self) -> bool:
        """Whether all of it is as it must be."""
        return self.quiet and not self.differences and not self.writes_when_quiet


async def campaign(name: str, count: int, bad_share: float, fault: Mapping[str, Any] | None = None) -> Result:
    """Upsert the guests through the fault, then once more without it."""
    with tempfile.TemporaryDirectory(prefix="mapstudio-") as folder, Ledger(Path(folder) / "ledger") as ledger:
        async with local_portal(limits=False, ledger=ledger) as portal:
            guests = make_guests(count, bad_share)
            work = Campaign(guests, portal.url, portal.token, Path(folder), Path(folder) / "ledger")
            await work.prepare()
            if fault is not None:
                await portal.control("POST", "/faults", **fault)
            began = monotonic()
            await work.apply_to_the_end()
            seconds = monotonic() - began
            struck = sum(item["struck"] for item in (await portal.control("GET", "/faults"))["faults"])
            requests = len(portal.arrivals)
            differences = work.differences()
            if fault is not None and not struck:
                differences.append("the fault struck nothing")
            await portal.control("DELETE", "/faults")
            written = len(work.entries())
            again = await work.apply()
            writes = [item for item in portal.arrivals[requests:] if item.path.endswith(("/upsert", "/update"))]
            return Result(
                name,
                count,
                len(work.reports) + len(work.failures) - 1,
                sum(report.counts[Verb.CREATE] for report in work.reports),
                len(guests.bad),
                [*guests.bad.values()].count("phone"),
                requests,
                struck,
                seconds,
                again is not None and again.quiet and len(work.entries()) == written,
                len(writes),
                differences,
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and print how it ended."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.campaign", description=__doc__)
    parser.add_argument("--guests", type=int, default=10_000, help="of the campaign without faults")
    parser.add_argument("--bad", type=float, default=0.03, help="share of bad guests")
    parser.add_argument("--fault-guests", type=int, default=1_000, help="of each campaign with a fault")
    parser.add_argument("--storm", type=float, default=60.0, help="seconds of nothing but 429")
    parser.add_argument("--only", help="only the campaigns whose name begins so")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    storm = {"kind": "429", "lasts": chosen.storm}
    wanted = [
        ("plain", chosen.guests, None),
        (f"storm of {chosen.storm:.0f} s", chosen.fault_guests, storm),
        *((name, chosen.fault_guests, fault) for name, fault in FAULTS.items()),
    ]
    results = []
    for name, count, fault in wanted:
        if chosen.only is None or name.startswith(chosen.only):
            results.append(asyncio.run(campaign(name, count, chosen.bad, fault)))
            if not chosen.json:
                print(_line(results[-1]), flush=True)
    if chosen.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
    return 0 if all(result.right for result in results) else 1


def _line(result: Result) -> str:
    loud = [] if result.quiet and not result.writes_when_quiet else ["not quiet after it"]
    end = "right" if result.right else "; ".join([*result.differences, *loud])
    runs = f"{result.runs} run{'s' if result.runs > 1 else ''}"
    return (
        f"{result.name:22} {result.created:6,} created, {result.rejected:4} bad ({result.refused} told by the portal), "
        f"{result.struck:4} struck, {result.requests:5} requests, {runs}, {result.seconds:6.1f} s, "
        f"{result.writes_when_quiet} writes sent when quiet: {end}"
    )


if __name__ == "__main__":
    sys.exit(main())
