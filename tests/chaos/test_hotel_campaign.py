"""Small campaigns into a local Cloudbeds: whatever goes wrong on the way, the books are those of the hotel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.campaign.desk import DeskCampaign
from benchmarks.campaign.hotel import FAULTS
from mapstudio.connectors.cloudbeds import budget
from mapstudio.sandbox.cloudbeds import SANDBOX
from mapstudio.sandbox.control import PREFIX
from mapstudio.sandbox.ledger import Ledger
from tests.sandbox.running import build, running

pytestmark = [pytest.mark.chaos, pytest.mark.slow]

QUICK: Mapping[str, Mapping[str, Any]] = {
    "429": {"kind": "429", "share": 0.2, "count": 3},
    "429 with Retry-After": {"kind": "429", "count": 1, "retry_after": 1},
    "500": {"kind": "500", "share": 0.2, "count": 3},
    "502": {"kind": "502", "share": 0.2, "count": 3},
    "503": {"kind": "503", "share": 0.2, "count": 3},
    "504": {"kind": "504", "share": 0.2, "count": 3},
    "drop-before": {"kind": "drop-before", "share": 0.2, "count": 3},
    "drop-after": {"kind": "drop-after", "share": 0.3, "count": 4},
    "truncate": {"kind": "truncate", "share": 0.3, "count": 4},
    "slow": {"kind": "slow", "seconds": 0.05, "share": 0.5},
}
"""The faults of the whole campaign."""


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "REQUESTS", 100_000)


@contextmanager
def campaign(folder: Path, dialect: str = "wire") -> Iterator[tuple[DeskCampaign, httpx.Client]]:
    """Serve a hotel and give the campaign into it."""
    path = folder / "ledger"
    with Ledger(path) as ledger, running(build(SANDBOX, ledger=ledger, options={"dialect": dialect})) as access:
        hotel = access["cloudbeds"]
        with httpx.Client(base_url=f"{hotel['url']}{PREFIX}", trust_env=False) as control:
            yield DeskCampaign.make(hotel, folder, 12, 0.2), control


async def quiet(work: DeskCampaign) -> None:
    """Apply all parts once more: nothing is planned, nothing is written."""
    written = work.ledger.read_bytes()
    for part in work.parts:
        again = await work.apply(part)
        assert again is not None, part.failures
        assert again.quiet
        assert again.counts["unchanged"] == len(part.source.good)
    assert work.ledger.read_bytes() == written


@pytest.mark.parametrize("dialect", ["wire", "spec"])
async def test_words_arrive_once(tmp_path: Path, dialect: str) -> None:
    with campaign(tmp_path, dialect) as (work, _):
        for part in work.parts:
            report = await work.apply(part)
            assert report is not None, part.failures
            assert report.counts[part.verb] == len(part.source.good)
            assert report.counts["reject"] == len(part.source.bad) > 0
            assert work.differences(part) == []
        await quiet(work)


async def test_a_second_note_is_told(tmp_path: Path) -> None:
    with campaign(tmp_path) as (work, _):
        notes = work.parts[1]
        await work.apply(notes)
        line = work.ledger.read_text(encoding="utf-8").splitlines()[0]
        work.ledger.write_text(f"{work.ledger.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")
        told = work.differences(notes)
        assert "guest_notes stand twice" in told[0]
        assert told[1] == "the runs say 10 guest_notes with create, the ledger 11"


def test_each_fault_has_its_quick_version() -> None:
    # One that hangs is found after half a minute: too long for a test of every day.
    assert {*QUICK} == {*FAULTS} - {"hang"}


@pytest.mark.parametrize("name", QUICK)
async def test_the_books_are_right_after_a_fault(tmp_path: Path, name: str) -> None:
    with campaign(tmp_path) as (work, control):
        for method in ("PUT", "POST"):
            control.post("/faults", json={**QUICK[name], "method": method}).raise_for_status()
        for part in work.parts:
            await work.apply_to_the_end(part)
        faults = control.get("/faults").json()["faults"]
        assert all(item["struck"] > 0 for item in faults)
        control.delete("/faults")
        for part in work.parts:
            assert work.differences(part) == []
        await quiet(work)
