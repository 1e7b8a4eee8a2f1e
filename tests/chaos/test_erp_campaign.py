"""Customers and orders with lines on their way into a local Odoo of each version, through every fault.

The same with thousands of them, each fault striking a fifth of all requests: ``python -m benchmarks.campaign.erp``.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.campaign.erp import FAULTS
from benchmarks.campaign.erp_books import ErpCampaign, Size
from benchmarks.campaign.erp_run import prepare
from mapstudio.sandbox.control import PREFIX
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.odoo import SANDBOX
from tests.sandbox.running import build, running

pytestmark = [pytest.mark.chaos, pytest.mark.slow]

SIZE = Size(customers=60, orders=20, bad=0.1)
WHERE: Mapping[str, Mapping[str, Any]] = {
    "16": {"path": "/jsonrpc", "share": 0.15, "count": 6},
    "19": {"path": "*/load", "count": 1},
}
"""Which requests are struck: on 19 the writing one; 16 has one path for everything."""
QUICK: Mapping[str, Mapping[str, Any]] = {
    "429": {"kind": "429"},
    "429 with Retry-After": {"kind": "429", "retry_after": 1},
    "500": {"kind": "500"},
    "502": {"kind": "502"},
    "503": {"kind": "503"},
    "504": {"kind": "504"},
    "drop-before": {"kind": "drop-before"},
    "drop-after": {"kind": "drop-after"},
    "truncate": {"kind": "truncate"},
    "slow": {"kind": "slow", "seconds": 0.05},
}
"""The faults of the whole campaign."""


@contextmanager
def campaign(folder: Path, version: str) -> Iterator[tuple[ErpCampaign, httpx.Client]]:
    """Serve an Odoo and give the campaign into it."""
    path = folder / "ledger"
    with Ledger(path) as ledger, running(build(SANDBOX, ledger=ledger, options={"odoo-version": version})) as access:
        odoo = access["odoo"]
        with httpx.Client(base_url=f"{odoo['url']}{PREFIX}", trust_env=False) as control:
            yield ErpCampaign.make(odoo, folder, SIZE), control


async def quiet(work: ErpCampaign) -> None:
    """Apply both parts once more: nothing is planned, nothing is written."""
    written = work.ledger.read_bytes()
    for part in work.parts:
        again = await work.apply(part)
        assert again is not None, part.failures
        assert again.quiet
        assert again.counts["unchanged"] == len(part.source.good)
    assert work.ledger.read_bytes() == written


@pytest.mark.parametrize("version", ["16", "19"])
async def test_orders_arrive_with_their_lines_and_totals(tmp_path: Path, version: str) -> None:
    with campaign(tmp_path, version) as (work, _):
        for part in work.parts:
            report = await work.apply(part)
            assert report is not None, part.failures
            assert report.counts["create"] == len(part.source.good)
            assert report.counts["reject"] == len(part.source.bad)
            assert work.differences(part) == []
        await quiet(work)


async def test_another_total_and_a_second_order_are_told(tmp_path: Path) -> None:
    with campaign(tmp_path, "19") as (work, _):
        for part in work.parts:
            await work.apply(part)
        order = next(iter(work.orders.source.good.values()))
        order["lines"][0]["price"] = "0.01"
        assert "orders come to another total" in work.differences(work.orders)[0]
        work.ledger.write_bytes(work.ledger.read_bytes().replace(b'"op":"create"', b'"op":"update"', 1))
        assert "the runs say 54 res.partner with create, the ledger 53" in work.differences(work.parts[0])


def test_each_fault_has_its_quick_version() -> None:
    # One that hangs is found after minutes: too long for a test of every day.
    assert {*QUICK} == {*FAULTS} - {"hang"}


@pytest.mark.parametrize("version", ["16", "19"])
@pytest.mark.parametrize("name", QUICK)
async def test_the_books_are_right_after_a_fault(tmp_path: Path, version: str, name: str) -> None:
    with campaign(tmp_path, version) as (work, control):
        control.post("/faults", json={**QUICK[name], **WHERE[version]}).raise_for_status()
        for part in work.parts:
            await work.apply_to_the_end(part)
        faults = control.get("/faults").json()["faults"]
        assert sum(item["struck"] for item in faults) > 0
        control.delete("/faults")
        for part in work.parts:
            assert work.differences(part) == []
        await quiet(work)


@pytest.mark.parametrize("version", ["16", "19"])
async def test_conflicts_with_other_users_are_tried_again(tmp_path: Path, version: str) -> None:
    with campaign(tmp_path, version) as (work, control):
        for part in work.parts:
            control.put("/conflicts", json={"count": 2, "method": "load"}).raise_for_status()
            report = await work.apply(part)
            assert report is not None, part.failures
            assert control.get("/conflicts").json()["struck"] == 2
            assert work.differences(part) == []


@pytest.mark.parametrize("version", ["16", "19"])
async def test_killed_applies_leave_nothing_twice(tmp_path: Path, version: str) -> None:
    with campaign(tmp_path, version) as (work, _):
        prepare(work, SIZE)
        for part, kills in zip(work.parts, ((1, 30), (1, 9)), strict=True):
            for written in kills:
                await asyncio.to_thread(kill_after, work, part.object, written)
            await work.apply_to_the_end(part)
            assert work.differences(part) == []
        await quiet(work)


def kill_after(work: ErpCampaign, name: str, written: int) -> None:
    """Start an apply and kill it when that many writes are in the ledger."""
    command = [sys.executable, "-m", "benchmarks.campaign.erp_run", str(work.folder), name]
    deadline = time.monotonic() + 60
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while len(work.entries(name)) < written and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.kill()
