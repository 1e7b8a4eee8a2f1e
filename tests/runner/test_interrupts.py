"""Ctrl+C: finish what is in flight, or end at once where nothing is."""

from __future__ import annotations

import os
import signal

import pytest

from mapstudio.model import ExitCode
from mapstudio.runner import InterruptedRunError, RunReader, RunStatus, stopping_on_signals
from tests.runner.test_applying import apply
from tests.runner.world import World, guests


def press_ctrl_c(*_: object) -> None:
    """Send what the terminal sends."""
    os.kill(os.getpid(), signal.SIGINT)


async def test_ctrl_c_while_writing_finishes_the_batch(world: World) -> None:
    world.guests.records.update(guests(25))
    async with world.runner() as runner:
        with stopping_on_signals(runner.request_stop):
            plan = await runner.plan()
            world.crm.on_write = press_ctrl_c
            report = await runner.apply(plan)
    assert (report.exit_code, report.counts["create"]) == (ExitCode.INTERRUPTED, 10)
    assert RunReader(world.state).run("last").status is RunStatus.STOPPED
    world.crm.on_write = lambda _: None
    assert (await apply(world)).counts["create"] == 15


async def test_ctrl_c_while_planning_gives_the_plan_up(world: World) -> None:
    world.guests.records.update(guests(60))
    async with world.runner() as runner:
        with stopping_on_signals(runner.request_stop), pytest.raises(InterruptedRunError) as caught:
            await runner.plan(progress=press_ctrl_c)
    assert caught.value.exit_code is ExitCode.INTERRUPTED


async def test_ctrl_c_at_a_question_ends_at_once(world: World) -> None:
    async with world.runner() as runner:
        await runner.plan()
        with pytest.raises(KeyboardInterrupt), stopping_on_signals(runner.request_stop):
            press_ctrl_c()


async def test_handlers_are_put_back(world: World) -> None:
    before = signal.getsignal(signal.SIGINT)
    async with world.runner() as runner:
        with stopping_on_signals(runner.request_stop):
            assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
