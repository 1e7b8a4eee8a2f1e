"""``python -m benchmarks.campaign``: 10,000 contacts, 3% of them bad, then a thousand through each fault.

Exit code 1 when a report and the ledger differ.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.campaign import command
from benchmarks.campaign.faults import Fault, every_fault
from benchmarks.campaign.guests import GuestCampaign
from benchmarks.campaign.sending import Result, Trouble, send
from benchmarks.local import Arrival, local_portal
from mapstudio.sandbox.ledger import Ledger

FAULTS = every_fault(0.4, path="*/batch/*", hang={"path": "*/batch/upsert"})


async def campaign(name: str, count: int, bad: float, fault: Fault | None = None) -> Sequence[Result]:
    """Upsert the guests through the fault, then once more without it."""
    with tempfile.TemporaryDirectory(prefix="mapstudio-") as folder, Ledger(Path(folder) / "ledger") as ledger:
        async with local_portal(limits=False, ledger=ledger) as portal:
            work = GuestCampaign.make(portal.url, portal.token, Path(folder), count, bad)
            await work.prepare()
            return [await send(name, work, portal, Trouble(fault), _is_write)]


def _is_write(arrival: Arrival) -> bool:
    return arrival.path.endswith(("/upsert", "/update"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and print how it ended."""
    parser = command.parser("benchmarks.campaign", __doc__)
    parser.add_argument("--guests", type=int, default=10_000, help="of the campaign without faults")
    parser.add_argument("--fault-guests", type=int, default=1_000, help="of each campaign with a fault")
    parser.add_argument("--storm", type=float, default=60.0, help="seconds of nothing but 429")
    chosen = parser.parse_args(arguments)
    storm = f"storm of {chosen.storm:.0f} s"
    faults: dict[str, Fault] = {storm: {"kind": "429", "lasts": chosen.storm}, **FAULTS}
    campaigns: dict[str, command.Campaign] = {
        name: partial(campaign, name, chosen.fault_guests, chosen.bad, fault) for name, fault in faults.items()
    }
    plain = partial(campaign, "plain", chosen.guests, chosen.bad)
    return command.run(parser, chosen, {"plain": plain, **campaigns})


if __name__ == "__main__":
    sys.exit(main())
