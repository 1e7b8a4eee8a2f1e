"""A budget that weighs the way: nearly all of a short window is used, and no more than that ever arrives."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapstudio.connectors.limits import RateLimit
from mapstudio.sandbox.window import Window
from tests.connectors.virtual_time import now, run_jumping

Way = Callable[[], tuple[float, float]]
_ALLOWED = 5


class _Run:
    """Some workers on one budget, and when each of their requests arrived."""

    def __init__(self, way: Way, *, weighs_way: bool = True) -> None:
        self.limit = RateLimit(_ALLOWED, 1.0, clock=now, weighs_way=weighs_way)
        self.window = Window(_ALLOWED, 1.0, clock=now)
        self.way = way
        self.arrived: list[float] = []
        self.refused: list[float] = []

    async def send(self) -> None:
        since = await self.limit.acquire()
        there, back = self.way()
        await asyncio.sleep(there)
        taken = self.window.take()
        (self.arrived if taken else self.refused).append(now())
        await asyncio.sleep(back)
        self.limit.answered(refused=not taken, since=since)
        if not taken:
            self.limit.hold(1.0)

    async def work(self, calls: int, workers: int = 8) -> None:
        left = iter(range(calls))

        async def worker() -> None:
            for _ in left:
                await self.send()

        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(worker())

    def share(self, skip: int = 0) -> float:
        """Return how much of the rate was used from one request on."""
        windows = (len(self.arrived) - 1 - skip) // _ALLOWED
        return windows / (self.arrived[skip + windows * _ALLOWED] - self.arrived[skip])


def _steady(there: float, back: float, differ: float, seed: int) -> Way:
    dice = random.Random(seed)
    return lambda: (there * dice.uniform(1, 1 + differ), back * dice.uniform(1, 1 + differ))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(there=st.floats(0.0, 0.15), back=st.floats(0.0, 0.15), differ=st.floats(0.0, 0.1), seed=st.integers(0, 2**32))
def test_on_a_steady_way_the_rate_is_used_and_nothing_is_refused(
    there: float, back: float, differ: float, seed: int
) -> None:
    run = _Run(_steady(there, back, differ, seed))
    run_jumping(run.work(300))
    assert not run.refused
    assert run.share(skip=30) >= 0.95


def test_on_a_way_that_is_always_alike_a_short_run_uses_the_rate_too() -> None:
    """The first answers make connections, which takes three times as long, and say nothing of the way."""
    sent = count()
    run = _Run(lambda: (0.3, 0.3) if next(sent) < _ALLOWED else (0.1, 0.1))
    run_jumping(run.work(75))
    assert not run.refused
    assert run.share(skip=_ALLOWED) >= 0.96


def test_few_answers_that_differ_say_nothing() -> None:
    """As a quicker one may follow: those that it would have overtaken are not refused for it."""
    ways = iter([*([(0.1, 0.1), (0.1, 0.15)] * 10), *([(0.0, 0.0)] * 30)])
    run = _Run(lambda: next(ways))
    run_jumping(run.work(45))
    assert not run.refused


def test_without_it_a_fifth_is_lost_at_such_a_distance() -> None:
    run = _Run(_steady(0.1, 0.1, 0.05, 1), weighs_way=False)
    run_jumping(run.work(150))
    assert not run.refused
    assert 0.8 < run.share() < 0.85


@settings(max_examples=30, deadline=None, derandomize=True)
@given(slowest=st.floats(0.05, 0.5), seed=st.integers(0, 2**32))
def test_where_ways_differ_wildly_nothing_is_taken_on_trust(slowest: float, seed: int) -> None:
    dice = random.Random(seed)
    run = _Run(lambda: (dice.uniform(0, slowest / 2), dice.uniform(0, slowest / 2)))
    run_jumping(run.work(300))
    assert not run.refused


def test_a_slow_system_behind_a_quick_way_is_never_sent_more() -> None:
    """What takes long there tells nothing of the way: one that was slow on its way is followed by one that was not."""
    dice = random.Random(7)
    run = _Run(lambda: (0.02 if dice.random() < 0.9 else 0.18, dice.choice((0.03, 0.3, 0.6))))
    run_jumping(run.work(400))
    assert not run.refused


def test_after_a_request_too_many_nothing_is_trusted_for_a_minute() -> None:
    async def work() -> list[float]:
        run = _Run(lambda: (0.1, 0.1))
        await run.work(50)
        await run.limit.acquire()
        run.limit.answered(refused=True, since=now())
        start = len(run.arrived)
        await run.work(100)
        return run.arrived[start:]

    arrived = run_jumping(work())
    assert (arrived[55] - arrived[5]) / 10 == pytest.approx(1.2, abs=0.02)


def test_a_way_that_becomes_quicker_costs_a_few_refusals_and_no_more() -> None:
    """What cannot be known: the first requests after a much shorter way arrive too early."""

    async def work() -> int:
        run = _Run(lambda: (0.1, 0.1))
        await run.work(100)
        run.way = lambda: (0.005, 0.005)
        await run.work(100)
        return len(run.refused)

    assert run_jumping(work()) <= _ALLOWED


def test_a_request_without_an_answer_holds_its_place_for_the_whole_window() -> None:
    async def work() -> float:
        run = _Run(lambda: (0.1, 0.1))
        await run.work(50)
        await asyncio.sleep(5)
        for _ in range(_ALLOWED):
            await run.limit.acquire()
        for _ in range(_ALLOWED):
            run.limit.answered(since=None)
        start = now()
        await run.limit.acquire()
        return now() - start

    assert run_jumping(work()) == pytest.approx(1.0, abs=0.001)
