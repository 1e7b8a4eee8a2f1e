"""One run at a time for a mapping and its destination."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mapstudio.model import ExitCode, LockedError
from mapstudio.runner import Environments, RunReader, RunStatus
from mapstudio.runner.lock import RunLock, lock_name
from mapstudio.runner.state import SideInfo
from tests.runner.world import MAPPING, World, guests

HOLD = """
import sys, time
from pathlib import Path
from mapstudio.runner.lock import RunLock
lock = RunLock(Path(sys.argv[1]), sys.argv[2], command=["mapstudio", "apply", "guests"])
lock.acquire()
print("held", flush=True)
time.sleep(60)
"""


def holder(folder: Path, name: str) -> subprocess.Popen[str]:
    """Return a process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), name], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


async def test_a_second_run_is_refused_and_names_the_holder(world: World) -> None:
    name = lock_name("guests-to-contacts", "crm", "sandbox")
    world.guests.records.update(guests(1))
    with holder(world.state.folder, name) as process:
        runner = world.runner()
        with pytest.raises(LockedError) as caught:
            runner.acquire_lock()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert caught.value.exit_code is ExitCode.CONNECTION
    assert f"process {process.pid}" in str(caught.value)
    assert "mapstudio apply guests" in str(caught.value)
    # The holder was killed: nobody holds it any more, whatever the file says.
    runner.acquire_lock()
    async with runner:
        assert (await runner.apply(await runner.plan())).counts["create"] == 1


async def test_two_runners_of_one_process_exclude_each_other(world: World) -> None:
    async with world.runner() as one, world.runner() as other:
        one.acquire_lock()
        plan = await other.plan()
        with pytest.raises(LockedError, match=f"process {os.getpid()}"):
            await other.apply(plan)


async def test_another_destination_or_mapping_is_free(world: World) -> None:
    async with world.runner() as one, world.runner(MAPPING.replace("guests-to-contacts", "other")) as other:
        one.acquire_lock()
        other.acquire_lock()
    assert lock_name("a", "crm", "sandbox") != lock_name("a", "crm", "production")
    assert lock_name("a", "crm/x", "s") != lock_name("a", "crm_x", "s")
    assert Environments().destination == "sandbox"


async def test_the_lock_is_given_back(world: World) -> None:
    lock = RunLock(world.state.folder, "x")
    with lock:
        assert RunLock(world.state.folder, "x").holder() is not None
    assert RunLock(world.state.folder, "x").holder() is None
    RunLock(world.state.folder, "x").acquire()


async def test_a_run_whose_process_is_gone_counts_as_stopped(world: World) -> None:
    side = SideInfo("crm", "sandbox", "contacts", "CRM One")
    run = world.state.runs.start(mapping="m", lock="m.crm.sandbox", source=side, destination=side, counts={"read": 1})
    reader = RunReader(world.state)
    with RunLock(world.state.folder, "m.crm.sandbox"):
        assert reader.run(run).status is RunStatus.RUNNING
    assert reader.run(run).status is RunStatus.STOPPED
    assert reader.run("last").id == run
    assert reader.run(run[:6]).id == run
