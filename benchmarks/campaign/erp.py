"""``python -m benchmarks.campaign.erp``: 5,000 customers and 500 orders into a local Odoo of each version, 3% bad.

First without faults, then killed again and again, then some hundred through each fault. Exit code 1 when the books of
the runs, the ledger and what the Odoo holds differ, or when an order comes to another total.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any, TypeVar

from benchmarks.campaign.erp_books import ErpCampaign, Part, Size
from benchmarks.campaign.erp_run import prepare
from benchmarks.local import LocalSandbox, local_sandbox
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.odoo import SANDBOX

T = TypeVar("T")
FAULTS: Mapping[str, Mapping[str, Any]] = {
    # A page of this status ends a run, which says so; the next one goes on. So it must end some time.
    "500": {"kind": "500", "share": 0.2, "count": 8},
    "502": {"kind": "502", "share": 0.2},
    "503": {"kind": "503", "share": 0.2},
    "504": {"kind": "504", "share": 0.2},
    "429": {"kind": "429", "share": 0.2},
    "drop-before": {"kind": "drop-before", "share": 0.2},
    "drop-after": {"kind": "drop-after", "share": 0.2},
    "truncate": {"kind": "truncate", "share": 0.2},
    "slow": {"kind": "slow", "seconds": 0.5, "share": 0.3},
}
"""What goes wrong on the way, as the sandbox's control endpoint takes it."""
CONFLICTS: Mapping[str, Any] = {"count": 4}
"""Calls that lose against another session of the database."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one campaign ended."""

    version: str
    name: str
    written: int
    refused: int
    requests: int
    struck: int
    kills: int
    seconds: float
    requests_when_quiet: int
    differences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign is made of."""

    name: str
    customers: int
    orders: int
    bad: float
    fault: Mapping[str, Any] | None = None
    conflicts: Mapping[str, Any] | None = None
    kills: int = 0


async def campaign(version: str, plan: Plan) -> Result:
    """Send customers, then orders, through what goes wrong; then once more without it."""
    with tempfile.TemporaryDirectory(prefix="mapstudio-") as folder, Ledger(Path(folder) / "ledger") as ledger:
        options = {"odoo-version": version}
        async with local_sandbox(SANDBOX, limits=False, ledger=ledger, options=options) as odoo:
            size = Size(plan.customers, plan.orders, plan.bad)
            work = await aside(partial(ErpCampaign.make, odoo.access, Path(folder), size))
            prepare(work, size)
            began, kills, differences = monotonic(), 0, []
            if plan.fault is not None:
                await odoo.control("POST", "/faults", **plan.fault)
            for part in (work.customers, work.orders):
                if plan.conflicts is not None:
                    await odoo.control("PUT", "/conflicts", **plan.conflicts)
                if plan.kills:
                    kills += await killed(work, part, plan.kills)
                await work.apply_to_the_end(part)
            seconds, requests = monotonic() - began, len(odoo.arrivals)
            struck = await end(odoo)
            for part in (work.customers, work.orders):
                differences += await aside(partial(work.differences, part))
            if (plan.fault or plan.conflicts) and not struck:
                differences.append("nothing was struck")
            before = len(odoo.arrivals)
            differences += [
                f"{part.object}: {told}" for part in (work.customers, work.orders) if (told := await loud(work, part))
            ]
            quiet = len(odoo.arrivals) - before
            refused = len(work.customers.source.bad) + len(work.orders.source.bad)
            written = plan.customers + plan.orders - refused
            return Result(
                version, plan.name, written, refused, requests, struck, kills, seconds, quiet, differences
            )  # fmt: skip


async def loud(work: ErpCampaign, part: Part) -> str:
    """Apply once more and return what was sent although nothing had changed; nothing is good."""
    before = await aside(lambda: len(work.ledger.read_bytes()))
    report = await work.apply(part)
    if report is None or not report.quiet:
        return "the next apply is not quiet"
    return "" if await aside(lambda: len(work.ledger.read_bytes())) == before else "the next apply wrote"


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
    return work.ledger.read_bytes().count(f'"object":"{part.model}"'.encode())


async def end(odoo: LocalSandbox) -> int:
    """Take all faults away and return how many requests they struck."""
    faults = (await odoo.control("GET", "/faults"))["faults"]
    conflicts = await odoo.control("GET", "/conflicts")
    await odoo.control("DELETE", "/faults")
    await odoo.control("PUT", "/conflicts", count=0)
    return sum(int(item["struck"]) for item in faults) + int(conflicts["struck"])


async def aside(work: Callable[[], T]) -> T:
    """Do what asks the Odoo beside the loop that it answers on."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and print how it ended."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.campaign.erp", description=__doc__)
    parser.add_argument("--versions", default="16,19")
    parser.add_argument("--customers", type=int, default=5_000, help="of the campaigns without faults")
    parser.add_argument("--orders", type=int, default=500, help="of the campaigns without faults")
    parser.add_argument("--bad", type=float, default=0.03, help="share of bad records")
    parser.add_argument("--kills", type=int, default=6, help="of each part of the campaign that is killed")
    parser.add_argument("--fault-customers", type=int, default=300, help="of each campaign with a fault")
    parser.add_argument("--fault-orders", type=int, default=60, help="of each campaign with a fault")
    parser.add_argument("--only", help="only the campaigns whose name begins so")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    results = []
    for version in chosen.versions.split(","):
        for plan in _plans(chosen):
            if chosen.only is None or plan.name.startswith(chosen.only):
                results.append(asyncio.run(campaign(version, plan)))
                if not chosen.json:
                    print(_line(results[-1]), flush=True)
    if chosen.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
    return 1 if any(result.differences for result in results) else 0


def _plans(chosen: argparse.Namespace) -> list[Plan]:
    whole, few = (
        (chosen.customers, chosen.orders, chosen.bad),
        (chosen.fault_customers, chosen.fault_orders, chosen.bad),
    )
    return [
        Plan("plain", *whole),
        Plan("killed", *whole, kills=chosen.kills),
        Plan("conflicts", *few, conflicts=CONFLICTS),
        *(Plan(name, *few, fault=fault) for name, fault in FAULTS.items()),
    ]


def _line(result: Result) -> str:
    return (
        f"{result.version} {result.name:12} {result.written:6,} written, {result.refused:4} refused, "
        f"{result.struck:4} struck, {result.kills} killed, {result.requests:5} requests, {result.seconds:6.1f} s, "
        f"{result.requests_when_quiet} requests when quiet: {'; '.join(result.differences) or 'right'}"
    )


if __name__ == "__main__":
    sys.exit(main())
