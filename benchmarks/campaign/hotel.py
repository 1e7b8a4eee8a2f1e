"""``python -m benchmarks.campaign.hotel``: a whole hotel into a portal at the allowed rate, then notes through faults.

First the sample project's mappings, twice: all guests, all reservations, and a note on the card of each stay ahead,
with the limits of both systems on. Then marketing's words to the front desk, 3% of them bad, through each fault. Exit
code 1 when books and ledger differ, a note is written twice, a limit is broken, or less than 95% of it is used.
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

from benchmarks.campaign.desk import DeskCampaign
from benchmarks.campaign.erp import aside
from benchmarks.campaign.stay import NOTES, WRITES, Stays, rate_used
from benchmarks.local import local_portal, local_sandbox
from mapstudio.connectors.cloudbeds import budget
from mapstudio.sandbox.cloudbeds import SANDBOX
from mapstudio.sandbox.ledger import Ledger

TARGET = 0.95
LEAST = {"contacts": 200, "deals": 480, "guest_notes": 20}
"""How much there must be to speak of a whole hotel."""
FAULTS: Mapping[str, Mapping[str, Any]] = {
    "429": {"kind": "429", "share": 0.2},
    "429 with Retry-After": {"kind": "429", "share": 0.1, "retry_after": 1},
    "500": {"kind": "500", "share": 0.2},
    "502": {"kind": "502", "share": 0.2},
    "503": {"kind": "503", "share": 0.2},
    "504": {"kind": "504", "share": 0.2},
    "drop-before": {"kind": "drop-before", "share": 0.2},
    "drop-after": {"kind": "drop-after", "share": 0.2},
    "truncate": {"kind": "truncate", "share": 0.2},
    "slow": {"kind": "slow", "seconds": 0.5, "share": 0.3},
    "hang": {"kind": "hang", "count": 1, "method": "POST"},
}
"""What goes wrong on the way, as the sandbox's control endpoint takes it."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one campaign ended.

    Attributes:
        name: What was done to it.
        written: Records that were created or updated.
        requests: To the hotel.
        refused: How many of them were answered with 429 by its limit.
        struck: How many a fault struck.
        seconds: What it took.
        share: Of the allowed rate of the hotel; ``None`` where there was too little to speak of a rate.
        differences: All that is wrong.
    """

    name: str
    written: int
    requests: int
    refused: int
    struck: int
    seconds: float
    share: float | None
    differences: Sequence[str]


async def whole() -> list[Result]:
    """Send a hotel into a portal with the sample project's mappings, then once more."""
    results = []
    with tempfile.TemporaryDirectory(prefix="mapstudio-") as folder, Ledger(Path(folder) / "ledger") as ledger:
        async with (
            local_sandbox(SANDBOX, limits=True, ledger=ledger) as hotel,
            local_portal(limits=True, ledger=ledger) as crm,
        ):
            work = Stays(hotel, crm, Path(folder), Path(folder) / "ledger")
            for again in ("", " again"):
                for name, written in WRITES.items():
                    if name == NOTES and not again:
                        await work.let_marketing_write()
                    results.append(await _step(work, name, "" if again else written, again))
    return results


async def _step(work: Stays, name: str, wanted: str, again: str) -> Result:
    began, before = monotonic(), len(work.hotel.arrivals)
    report = await work.apply(name)
    seconds, arrivals = monotonic() - began, work.hotel.arrivals[before:]
    refused = sum(item.status == 429 for item in [*arrivals, *work.crm.arrivals])
    count = report.counts["create"] + report.counts["update"]
    differences = await work.differences(name)
    if refused:
        differences.append(f"{refused} requests were answered with 429")
    if again and not report.quiet:
        differences.append("the second run is not quiet")
    if wanted and count < LEAST[wanted]:
        differences.append(f"only {count} {wanted}")
    share = rate_used(arrivals, budget.REQUESTS)
    if share is not None and share < TARGET:
        differences.append(f"{share:.0%} of the rate used")
    return Result(name + again, count, len(arrivals), refused, 0, seconds, share, differences)


async def struck(name: str, fault: Mapping[str, Any] | None, count: int, bad: float) -> Result:
    """Send marketing's words to the desk through a fault, then once more without it."""
    with tempfile.TemporaryDirectory(prefix="mapstudio-") as folder, Ledger(Path(folder) / "ledger") as ledger:
        async with local_sandbox(SANDBOX, limits=False, ledger=ledger) as hotel:
            work = await aside(lambda: DeskCampaign.make(hotel.access, Path(folder), count, bad))
            if fault is not None:
                await hotel.control("POST", "/faults", **fault)
            began, before = monotonic(), len(hotel.arrivals)
            for part in work.parts:
                await work.apply_to_the_end(part)
            seconds, requests = monotonic() - began, len(hotel.arrivals) - before
            strikes = sum(item["struck"] for item in (await hotel.control("GET", "/faults"))["faults"])
            await hotel.control("DELETE", "/faults")
            differences = [told for part in work.parts for told in work.differences(part)]
            if fault is not None and not strikes:
                differences.append("the fault struck nothing")
            differences += await _loud(work)
            written = sum(len(part.source.good) for part in work.parts)
            return Result(name, written, requests, 0, strikes, seconds, None, differences)


async def _loud(work: DeskCampaign) -> list[str]:
    """Apply once more and return what was sent although nothing had changed; nothing is good."""
    before = work.ledger.read_bytes()
    reports = [await work.apply(part) for part in work.parts]
    loud = [] if all(report is not None and report.quiet for report in reports) else ["the next apply is not quiet"]
    return loud if work.ledger.read_bytes() == before else [*loud, "the next apply wrote"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and print how it ended."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.campaign.hotel", description=__doc__)
    parser.add_argument("--records", type=int, default=60, help="of each mapping of a campaign with a fault")
    parser.add_argument("--bad", type=float, default=0.03, help="share of bad records")
    parser.add_argument("--only", help="only the campaigns whose name begins so; whole is the one without faults")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    results: list[Result] = []

    def keep(found: Sequence[Result]) -> None:
        results.extend(found)
        if not chosen.json:
            print(*map(_line, found), sep="\n", flush=True)

    if chosen.only is None or "whole".startswith(chosen.only):
        keep(asyncio.run(whole()))
    for name, fault in FAULTS.items():
        if chosen.only is None or name.startswith(chosen.only):
            keep([asyncio.run(struck(name, fault, chosen.records, chosen.bad))])
    if chosen.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
    return 1 if any(result.differences for result in results) else 0


def _line(result: Result) -> str:
    share = "" if result.share is None else f", {result.share:.1%} of the rate"
    return (
        f"{result.name:30} {result.written:4} written, {result.requests:4} requests, {result.refused} over the limit, "
        f"{result.struck:3} struck, {result.seconds:5.1f} s{share}: {'; '.join(result.differences) or 'right'}"
    )


if __name__ == "__main__":
    sys.exit(main())
