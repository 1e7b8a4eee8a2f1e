"""Guests on their way into a local HubSpot through every fault: what the reports say is what was really written.

The same with thousands of guests and a storm of a minute: ``python -m benchmarks.campaign``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.campaign.__main__ import FAULTS
from benchmarks.campaign.books import Campaign
from benchmarks.campaign.guests import make_guests
from mapstudio.sandbox.control import PREFIX
from mapstudio.sandbox.hubspot import SANDBOX
from mapstudio.sandbox.ledger import Ledger
from tests.sandbox.running import build, running

pytestmark = [pytest.mark.chaos, pytest.mark.slow]

COUNT, BAD = 240, 0.05
QUICK = {
    "429": {"kind": "429", "count": 2, "skip": 1, "path": "*/batch/upsert"},
    "429 with Retry-After": {"kind": "429", "count": 2, "retry_after": 1, "path": "*/batch/*"},
    "500": {"kind": "500", "count": 2, "skip": 3, "path": "*/batch/*"},
    "502": {"kind": "502", "count": 2, "path": "*/batch/upsert"},
    "503": {"kind": "503", "count": 1, "path": "*/batch/upsert"},
    "504": {"kind": "504", "count": 2, "skip": 1, "path": "*/batch/upsert"},
    "drop-before": {"kind": "drop-before", "count": 2, "path": "*/batch/*"},
    "drop-after": {"kind": "drop-after", "count": 2, "path": "*/batch/upsert"},
    "truncate": {"kind": "truncate", "count": 2, "path": "*/batch/upsert"},
    "slow": {"kind": "slow", "seconds": 0.1},
}
"""The faults of the whole campaign, each where it hurts and as short as can be."""


@asynccontextmanager
async def campaign(
    folder: Path, fault: Mapping[str, Any] | None = None
) -> AsyncIterator[tuple[Campaign, httpx.AsyncClient]]:
    """Serve a portal with the fault and give the campaign into it."""
    path = folder / "ledger.jsonl"
    with Ledger(path) as ledger, running(build(SANDBOX, ledger=ledger)) as access:
        url, token = access["hubspot"]["url"], access["hubspot"]["token"]
        async with httpx.AsyncClient(base_url=f"{url}{PREFIX}", trust_env=False) as control:
            work = Campaign(make_guests(COUNT, BAD), url, token, folder, path)
            await work.prepare()
            if fault is not None:
                (await control.post("/faults", json=fault)).raise_for_status()
            yield work, control


async def test_good_guests_are_written_bad_ones_told_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    async with campaign(tmp_path) as (work, _):
        await work.apply()
        assert work.differences() == []
        assert work.reports[0].counts["reject"] == len(work.guests.bad) == 12

        again = await work.apply()

        assert again is not None
        assert again.quiet
        assert again.counts["unchanged"] == COUNT - len(work.guests.bad)
        assert again.counts["reject"] == len(work.guests.bad)
        told = [reason.reason for item in again.rejects for reason in item.reasons if reason.row == "phone"]
        assert len(told) == [*work.guests.bad.values()].count("phone") > 0
        assert all(text.startswith("refused at ") and "--retry" in text for text in told)
        assert work.differences() == []


async def test_books_that_differ_are_told(tmp_path: Path) -> None:
    async with campaign(tmp_path) as (work, _):
        await work.apply()
        written = work.ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    work.ledger.write_text("".join(written[1:]), encoding="utf-8")
    assert work.differences() == [
        "1 good guests are missing, 0 are too many",
        "the reports say 228 created, the ledger 227",
    ]
    work.ledger.write_text("".join([*written, written[0]]), encoding="utf-8")
    assert "guests were created twice" in work.differences()[0]


def test_each_fault_has_its_quick_version() -> None:
    # One that hangs is found after half a minute: too long for a test of every day.
    assert {*QUICK} == {*FAULTS} - {"hang"}


@pytest.mark.parametrize("name", QUICK)
async def test_the_books_are_right_after_a_fault(tmp_path: Path, name: str) -> None:
    async with campaign(tmp_path, QUICK[name]) as (work, control):
        await work.apply_to_the_end()
        faults = (await control.get("/faults")).json()["faults"]
        assert sum(item["struck"] for item in faults) > 0
        await control.delete("/faults")
        assert work.differences() == []
        written = len(work.entries())

        again = await work.apply()

        assert again is not None
        assert again.quiet
        assert len(work.entries()) == written


async def test_a_storm_is_sat_out(tmp_path: Path) -> None:
    async with campaign(tmp_path, {"kind": "429", "lasts": 3, "path": "*/batch/*"}) as (work, _):
        await work.apply()
        assert work.differences() == []
