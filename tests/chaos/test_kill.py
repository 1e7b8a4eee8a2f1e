"""Killed at any instant and run again: every record is in the destination once, and the books say so."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mapstudio.runner import RunReader, RunStatus, StateStore
from mapstudio.runner.reviewing import create_anew
from tests.chaos.fake_run import COUNT, run_once

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.chaos, pytest.mark.slow]


def run_to_be_killed(folder: Path, mode: str, when: str) -> subprocess.CompletedProcess[str]:
    """Plan and apply in a process of its own."""
    command = [sys.executable, "-m", "tests.chaos.fake_run", str(folder), mode, when]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def journal(folder: Path) -> list[dict[str, Any]]:
    """Return what the destination stored, over all processes."""
    path = folder / "crm.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


STORED = ["store:1", "store:9", "store:10", "store:11", "store:23"]
COMMITS = [f"{point}:{number}" for number in range(1, 9) for point in ("commit", "committed")]
CASES = [
    *(("insert", when) for when in (*STORED, *COMMITS)),
    *(("upsert", when) for when in ("store:9", "store:10", "commit:3", "committed:4")),
    *(("origin", when) for when in ("store:9", "store:10", "commit:3", "committed:4")),
]


@pytest.mark.parametrize(("mode", "when"), CASES)
async def test_a_killed_run_leaves_no_duplicate_and_the_next_one_completes_it(
    tmp_path: Path, mode: str, when: str
) -> None:
    killed = run_to_be_killed(tmp_path, mode, when)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    again = await run_once(tmp_path, mode)

    assert (again.counts["reject"], again.counts["review"], again.exit_code) == (0, 0, 0)
    created = [entry["values"]["email"] for entry in journal(tmp_path) if entry["op"] == "create"]
    assert sorted(created) == sorted(f"guest{number}@x.com" for number in range(COUNT))
    assert len(created) == len(journal(tmp_path))
    third = await run_once(tmp_path, mode)
    assert (third.counts["create"], third.counts["update"], third.counts["unchanged"]) == (0, 0, COUNT)
    check_books(tmp_path)


LINKED = [
    *(("linked-insert", when) for when in ("store:5", "store:10", "store:11", "store:17", "store:35", *COMMITS[3:10])),
    *(("linked-upsert", when) for when in ("store:10", "store:12", "store:30", "commit:3", "committed:4")),
]


@pytest.mark.parametrize(("mode", "when"), LINKED)
async def test_a_killed_run_leaves_nobody_alone_and_associates_nobody_twice(
    tmp_path: Path, mode: str, when: str
) -> None:
    killed = run_to_be_killed(tmp_path, mode, when)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    again = await run_once(tmp_path, mode)

    assert (again.counts["reject"], again.counts["review"], again.exit_code) == (0, 0, 0)
    created = [entry["id"] for entry in journal(tmp_path) if entry["op"] == "create"]
    made = [tuple(entry["association"][:3:2]) for entry in journal(tmp_path) if entry["op"] == "associate"]
    assert sorted(made) == sorted((identity, other) for identity in created for other in ("34", "52"))
    assert len(created) == COUNT
    third = await run_once(tmp_path, mode)
    assert (third.quiet, third.counts["unchanged"], third.associated) == (True, COUNT, 0)
    with StateStore.open(tmp_path / "state") as state:
        assert sum(run.counts["create"] for run in RunReader(state).runs()) == COUNT


ORDERED = [
    *(("ordered", when) for when in ("store:5", "store:10", "store:11", "store:25", "commit:3", "committed:4")),
    *(("ordered-origin", when) for when in ("store:9", "store:12", "store:33", "commit:3", "committed:4")),
    *(("ordered-insert", when) for when in ("store:10", "store:12", "store:25", "commit:3", "committed:4")),
]


@pytest.mark.parametrize(("mode", "when"), ORDERED)
async def test_a_killed_run_doubles_no_line_and_leaves_no_step_out(tmp_path: Path, mode: str, when: str) -> None:
    killed = run_to_be_killed(tmp_path, mode, when)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    again = await run_once(tmp_path, mode)

    assert (again.counts["reject"], again.counts["review"], again.exit_code) == (0, 0, 0)
    await check_orders(tmp_path, mode)


CHANGED = ("store:3", "store:10", "store:11", "store:25", "commit:3", "committed:4")


@pytest.mark.parametrize("when", CHANGED)
@pytest.mark.parametrize("mode", ["ordered", "ordered-origin"])
async def test_a_run_that_is_killed_while_lines_are_added_adds_none_twice(tmp_path: Path, mode: str, when: str) -> None:
    await run_once(tmp_path, f"{mode}-first")
    killed = run_to_be_killed(tmp_path, mode, when)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    again = await run_once(tmp_path, mode)

    assert (again.counts["create"], again.counts["reject"], again.exit_code) == (0, 0, 0)
    await check_orders(tmp_path, mode)


@pytest.mark.parametrize("when", ["store:11", "store:15", "store:20", "committed:5"])
async def test_a_killed_run_leaves_to_a_person_what_must_not_be_sent_twice(tmp_path: Path, when: str) -> None:
    killed = run_to_be_killed(tmp_path, "blind", when)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    stored = len(journal(tmp_path))

    # The destination does not show yet what the batch in flight has stored.
    again = await run_once(tmp_path, "blind-10")
    assert (again.counts["review"], again.counts["create"], again.exit_code) == (10, COUNT - 20, 0)
    assert len(journal(tmp_path)) == stored + COUNT - 20

    # Now it does: what is found needs nobody any more.
    seen = await run_once(tmp_path, "blind")
    assert (seen.counts["create"], seen.counts["review"]) == (0, 20 - stored)

    with StateStore.open(tmp_path / "state") as state:
        asked = state.reviews.all()
        assert len(asked) == 20 - stored
        for review in asked:
            create_anew(state, review)
    last = await run_once(tmp_path, "blind")
    assert (last.counts["create"], last.counts["review"]) == (20 - stored, 0)
    created = [entry["values"]["email"] for entry in journal(tmp_path) if entry["op"] == "create"]
    assert sorted(created) == sorted(f"guest{number}@x.com" for number in range(COUNT))
    assert (await run_once(tmp_path, "blind")).quiet
    with StateStore.open(tmp_path / "state") as state:
        assert state.reviews.all() == []


async def check_orders(folder: Path, mode: str) -> None:
    """Every order has both lines once and was confirmed once, and another run sends nothing."""
    added = Counter(
        (entry["id"], child[0])
        for entry in journal(folder)
        if entry["op"] in {"create", "update"}
        for child in entry["children"]
        if child[2] is None
    )
    assert len(added) == 2 * COUNT
    assert set(added.values()) == {1}
    confirmed = Counter(entry["id"] for entry in journal(folder) if entry["op"] == "step")
    assert len(confirmed) == COUNT
    assert set(confirmed.values()) == {1}
    last = await run_once(folder, mode)
    assert (last.quiet, last.counts["unchanged"], last.steps) == (True, COUNT, 0)


def check_books(folder: Path) -> None:
    """The runs' counts together are what the destination stored, and nothing is left open."""
    with StateStore.open(folder / "state") as state:
        runs = RunReader(state).runs()
        assert sum(entry.counts["create"] for entry in runs) == len(journal(folder))
        assert all(entry.status in {RunStatus.DONE, RunStatus.STOPPED} for entry in runs)
        assert RunReader(state).dead_letters() == []
