"""``python -m benchmarks.campaign.erp``: 5,000 customers and 500 orders into a local Odoo of each version, 3% bad.

First without faults, then killed again and again, then some hundred through each fault. Exit code 1 when the books of
the runs, the ledger and what the Odoo holds differ, or when an order comes to another total.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from benchmarks.campaign import command
from benchmarks.campaign.books import Part
from benchmarks.campaign.erp_books import ErpCampaign, Size
from benchmarks.campaign.erp_run import prepare
from benchmarks.campaign.faults import Fault, every_fault
from benchmarks.campaign.sending import Result, Trouble, aside, send
from benchmarks.local import LocalSandbox, local_sandbox
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.odoo import SANDBOX

FAULTS = every_fault(0.2, hang={"skip": 20})
"""The one after so many is a write in both versions; 16 has one path for everything."""
CONFLICTS = 4
"""So many calls of each part lose against another session of the database."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign is made of.

    Attributes:
        name: What it is called.
        size: How many records there are.
        fault: What goes wrong on the way.
        conflicts: How many calls of each part meet another session.
        kills: How many applies of each part are killed.
    """

    name: str
    size: Size
    fault: Fault | None = None
    conflicts: int = 0
    kills: int = 0


async def campaign(version: str, plan: Plan) -> Sequence[Result]:
    """Send customers, then orders, through what goes wrong; then once more without it."""
    with tempfile.TemporaryDirectory(prefix="mapstudio-") as folder, Ledger(Path(folder) / "ledger") as ledger:
        options = {"odoo-version": version}
        async with local_sandbox(SANDBOX, limits=False, ledger=ledger, options=options) as odoo:
            work = await aside(partial(ErpCampaign.make, odoo.access, Path(folder), plan.size))
            prepare(work, plan.size)

            lost = 0

            async def disturb(part: Part) -> int:
                nonlocal lost
                if plan.conflicts:
                    lost += await _without_conflicts(odoo)
                    await odoo.control("PUT", "/conflicts", count=plan.conflicts)
                return await killed(work, part, plan.kills)

            async def calm() -> int:
                return lost + await _without_conflicts(odoo)

            trouble = Trouble(plan.fault, disturb, calm if plan.conflicts else None)
            return [await send(plan.name, work, odoo, trouble)]


async def _without_conflicts(odoo: LocalSandbox) -> int:
    """Let no call lose any more and return how many did."""
    struck = int((await odoo.control("GET", "/conflicts"))["struck"])
    await odoo.control("PUT", "/conflicts", count=0)
    return struck


async def killed(work: ErpCampaign, part: Part, times: int) -> int:
    """Start an apply so many times and kill it at some moment; return how often it was still alive."""
    draws, kills = Random(times), 0
    most = max(2, len(part.source.records) // (times + 1))
    for _ in range(times):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.campaign.erp_run", str(work.folder), part.object,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        enough = _noted(work, part) + draws.randint(1, most)
        while process.returncode is None and _noted(work, part) < enough:  # noqa: ASYNC110 - a file grows
            await asyncio.sleep(0.005)
        await asyncio.sleep(draws.choice((0.0, 0.01, 0.05)))
        if process.returncode is None:
            kills += 1
            process.kill()
        await process.wait()
    return kills


def _noted(work: ErpCampaign, part: Part) -> int:
    """Return how many writes the ledger holds, without reading what they are."""
    return work.ledger.read_bytes().count(f'"object":"{part.object}"'.encode())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and print how it ended."""
    parser = command.parser("benchmarks.campaign.erp", __doc__)
    parser.add_argument("--versions", default="16,19")
    parser.add_argument("--customers", type=int, default=5_000, help="of the campaigns without faults")
    parser.add_argument("--orders", type=int, default=500, help="of the campaigns without faults")
    parser.add_argument("--kills", type=int, default=6, help="of each part of the campaign that is killed")
    parser.add_argument("--fault-customers", type=int, default=300, help="of each campaign with a fault")
    parser.add_argument("--fault-orders", type=int, default=60, help="of each campaign with a fault")
    chosen = parser.parse_args(arguments)
    campaigns = {
        plan.name: partial(campaign, version, plan)
        for version in chosen.versions.split(",")
        for plan in _plans(version, chosen)
    }
    return command.run(parser, chosen, campaigns)


def _plans(version: str, chosen: argparse.Namespace) -> Iterator[Plan]:
    whole = Size(chosen.customers, chosen.orders, chosen.bad)
    few = Size(chosen.fault_customers, chosen.fault_orders, chosen.bad)
    yield Plan(f"{version} plain", whole)
    yield Plan(f"{version} killed", whole, kills=chosen.kills)
    yield Plan(f"{version} conflicts", few, conflicts=CONFLICTS)
    for name, fault in FAULTS.items():
        yield Plan(f"{version} {name}", few, fault)


if __name__ == "__main__":
    sys.exit(main())
