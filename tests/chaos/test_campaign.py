"""Guests on their way into a local HubSpot through every fault: what the reports say is what was really written.

The same with thousands of guests and a storm of a minute: ``python -m benchmarks.campaign``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.campaign.__main__ import FAULTS
from benchmarks.campaign.guests import GuestCampaign
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
) -> AsyncIterator[tuple[GuestCampaign, httpx.AsyncClient]]:
    """Serve a portal with the fault and give the campaign into it."""
    with Ledger(folder / "ledger") as ledger, running(build(SANDBOX, ledger=ledger)) as access:
        url, token = access["hubspot"]["url"], access["hubspot"]["token"]
        async with httpx.AsyncClient(base_url=f"{url}{PREFIX}", trust_env=False) as control:
            work = GuestCampaign.make(url, token, folder, COUNT, BAD)
            await work.prepare()
            if fault is not None:
                (await control.post("/faults", json=fault)).raise_for_status()
            yield work, control


async def test_good_guests_are_written_bad_ones_told_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    async with campaign(tmp_path) as (work, _):
        [part] = work.parts
        first = await work.apply(part)
        assert first is not None, part.failures
        assert work.differences(part) == []
        assert first.counts["reject"] == len(part.source.bad) == 12

        again = await work.apply(part)

        assert again is not None
        assert again.quiet
        assert again.counts["unchanged"] == COUNT - len(part.source.bad)
        assert again.counts["reject"] == len(part.source.bad)
        told = [reason.reason for item in again.rejects for reason in item.reasons if reason.row == "phone"]
        assert len(told) == [*part.source.bad.values()].count("phone") > 0
        assert all(text.startswith("refused at ") and "--retry" in text for text in told)
        assert work.differences(part) == []


async def test_books_that_differ_are_told(tmp_path: Path) -> None:
    async with campaign(tmp_path) as (work, _):
        [part] = work.parts
        await work.apply(part)
        written = work.ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    work.ledger.write_text("".join(written[1:]), encoding="utf-8")
    assert work.differences(part) == [
        "1 contacts are missing, 0 too many",
        "the runs say 228 contacts with create, the ledger 227",
    ]
    work.ledger.write_text("".join([*written, written[0]]), encoding="utf-8")
    assert "contacts stand twice" in work.differences(part)[0]
    part.reports[0] = replace(part.reports[0], counts={**part.reports[0].counts, "create": 227})
    assert work.differences(part)[-1] == f"the report of {part.reports[0].run} counts otherwise than its books"


async def test_what_never_comes_through_is_told(tmp_path: Path) -> None:
    async with campaign(tmp_path, {"kind": "drop-before"}) as (work, _):
        [part] = work.parts
        await work.apply(part)
        assert "no run of contacts came through: " in work.differences(part)[0]


def test_each_fault_has_its_quick_version() -> None:
    # One that hangs is found after half a minute: too long for a test of every day.
    assert {*QUICK} == {*FAULTS} - {"hang"}


@pytest.mark.parametrize("name", QUICK)
async def test_the_books_are_right_after_a_fault(tmp_path: Path, name: str) -> None:
    async with campaign(tmp_path, QUICK[name]) as (work, control):
        [part] = work.parts
        await work.apply_to_the_end(part)
        faults = (await control.get("/faults")).json()["faults"]
        assert sum(item["struck"] for item in faults) > 0
        await control.delete("/faults")
        assert work.differences(part) == []
        written = len(work.entries(part.object))

        again = await work.apply(part)

        assert again is not None
        assert again.quiet
        assert len(work.entries(part.object)) == written


async def test_a_storm_is_sat_out(tmp_path: Path) -> None:
    async with campaign(tmp_path, {"kind": "429", "lasts": 3, "path": "*/batch/*"}) as (work, _):
        [part] = work.parts
        await work.apply(part)
        assert work.differences(part) == []
