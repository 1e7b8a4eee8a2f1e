"""``python -m benchmarks.campaign.hotel``: a whole hotel into a portal at the allowed rate, then notes through faults.

In each dialect. First the sample project's mappings, twice: all guests, all reservations, and a note on the card of
each stay ahead, with the limits of both systems on. Then marketing's words to the front desk, 3% of them bad, through
each fault. Exit code 1 when books and ledger differ, a note is written twice, a limit is broken, or less than 95% of
it is used.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic

from benchmarks.campaign import command
from benchmarks.campaign.desk import DeskCampaign
from benchmarks.campaign.faults import Fault, every_fault
from benchmarks.campaign.sending import Result, Trouble, aside, send
from benchmarks.campaign.stay import NOTES, WRITES, Stays, rate_used
from benchmarks.local import Arrival, local_portal, local_sandbox
from mapstudio.connectors.cloudbeds import budget
from mapstudio.sandbox.cloudbeds import SANDBOX
from mapstudio.sandbox.ledger import Ledger

TARGET = 0.95
LEAST = {"contacts": 200, "deals": 480, "guest_notes": 20}
"""How much there must be to speak of a whole hotel."""
FAULTS = every_fault(0.2, hang={"method": "POST"})


async def whole(name: str, options: Mapping[str, str]) -> Sequence[Result]:
    """Send a hotel into a portal with the sample project's mappings, then once more."""
    results = []
    with tempfile.TemporaryDirectory(prefix="mapstudio-") as folder, Ledger(Path(folder) / "ledger") as ledger:
        async with (
            local_sandbox(SANDBOX, limits=True, ledger=ledger, options=options) as hotel,
            local_portal(limits=True, ledger=ledger) as crm,
        ):
            work = Stays(hotel, crm, Path(folder), Path(folder) / "ledger")
            for again in ("", " again"):
                for mapping, written in WRITES.items():
                    if mapping == NOTES and not again:
                        await work.let_marketing_write()
                    found = await _step(work, mapping, "" if again else written, again)
                    results.append(replace(found, name=f"{name}: {mapping}{again}"))
    return results


async def _step(work: Stays, mapping: str, wanted: str, again: str) -> Result:
    began, before, before_there = monotonic(), len(work.hotel.arrivals), len(work.crm.arrivals)
    report = await work.apply(mapping)
    seconds, arrivals = monotonic() - began, work.hotel.arrivals[before:]
    over = sum(item.status == 429 for item in [*arrivals, *work.crm.arrivals[before_there:]])
    count = report.counts["create"] + report.counts["update"]
    differences = await work.differences(mapping)
    if over:
        differences.append(f"{over} requests were over the limit")
    if again and not report.quiet:
        differences.append("the second run is not quiet")
    if wanted and count < LEAST[wanted]:
        differences.append(f"only {count} {wanted}")
    share = rate_used(arrivals)
    if share is not None and share < TARGET:
        differences.append(f"{share:.0%} of the rate used")
    return Result("", count, report.counts["reject"], 1, len(arrivals), over, 0, 0, seconds, 0, share, differences)


async def struck(name: str, count: int, bad: float, fault: Fault, options: Mapping[str, str]) -> Sequence[Result]:
    """Send marketing's words to the desk through a fault, then once more without it; the hotel's limit is on."""
    with tempfile.TemporaryDirectory(prefix="mapstudio-") as folder, Ledger(Path(folder) / "ledger") as ledger:
        async with local_sandbox(SANDBOX, limits=True, ledger=ledger, options=options) as hotel:
            work = await aside(partial(DeskCampaign.make, hotel.access, Path(folder), count, bad))
            # What was read for that counts as well.
            await asyncio.sleep(budget.SECONDS)
            return [await send(name, work, hotel, Trouble(fault), _is_write)]


def _is_write(arrival: Arrival) -> bool:
    return arrival.method != "GET"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and print how it ended."""
    parser = command.parser("benchmarks.campaign.hotel", __doc__)
    parser.add_argument("--dialects", default="wire,spec")
    parser.add_argument("--records", type=int, default=60, help="of each mapping of a campaign with a fault")
    chosen = parser.parse_args(arguments)
    campaigns: dict[str, command.Campaign] = {}
    for dialect in chosen.dialects.split(","):
        options = {"dialect": dialect}
        campaigns[f"{dialect} whole"] = partial(whole, dialect, options)
        for fault, spec in FAULTS.items():
            name = f"{dialect} {fault}"
            campaigns[name] = partial(struck, name, chosen.records, chosen.bad, spec, options)
    return command.run(parser, chosen, campaigns)


if __name__ == "__main__":
    sys.exit(main())
