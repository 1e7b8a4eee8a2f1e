"""The budget: never more than the system allows, and hardly less."""

from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapstudio.connectors.limits import RateLimit, shared_limit
from mapstudio.sandbox.window import Window
from tests.connectors.virtual_time import now, run_jumping


class _System:
    """Counts what arrives as a gateway does, after a way there and before a way back."""

    def __init__(self, allowed: int, seconds: float, slowest: float, seed: int) -> None:
        self.window = Window(allowed, seconds, clock=now)
        self.refused = 0
        self._dice = random.Random(seed)
        self._slowest = slowest

    async def call(self) -> tuple[bool, int]:
        """Return whether it was taken, and how much is left, as the answer's header has it."""
        await asyncio.sleep(self._dice.uniform(0, self._slowest / 2))
        taken = self.window.take()
        self.refused += not taken
        left = self.window.remaining
        await asyncio.sleep(self._dice.uniform(0, self._slowest / 2))
        return taken, left


async def _work(system: _System, limit: RateLimit, calls: int, workers: int, allowed: int) -> float:
    left = iter(range(calls))

    async def worker() -> None:
        for _ in left:
            since = await limit.acquire()
            taken, remaining = await system.call()
            limit.tell(allowed, remaining, since=since)
            limit.answered(refused=not taken)
            if not taken:
                limit.hold(1.0)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(worker())
    return now()


@settings(max_examples=20, deadline=None)
@given(
    allowed=st.integers(5, 100),
    slowest=st.floats(0.0, 0.25),
    workers=st.integers(1, 200),
    seed=st.integers(0, 2**32),
)
def test_it_uses_what_is_allowed_and_never_more(allowed: int, slowest: float, workers: int, seed: int) -> None:
    seconds = 10.0
    calls = allowed * 12

    async def work() -> tuple[_System, float]:
        system = _System(allowed, seconds, slowest, seed)
        limit = RateLimit(allowed, seconds, clock=now)
        return system, await _work(system, limit, calls, workers, allowed)

    system, took = run_jumping(work())
    assert system.refused == 0
    # So few workers may be busy with waiting for answers, which no budget can change.
    if workers >= allowed:
        assert calls / (took / seconds * allowed + allowed) >= 0.97


def test_what_others_use_is_left_to_them() -> None:
    """Another tool with the same credentials uses half of what is allowed, evenly."""

    async def work() -> int:
        system = _System(100, 10.0, 0.1, 1)
        limit = RateLimit(100, 10.0, clock=now)

        async def other() -> None:
            while True:
                system.window.take()
                await asyncio.sleep(0.2)

        beside = asyncio.create_task(other())
        await asyncio.sleep(10)
        await _work(system, limit, 500, 20, 100)
        beside.cancel()
        return system.refused

    # The first of them are under way before the first answer tells of the other.
    assert run_jumping(work()) <= 20


def test_nothing_starts_while_the_system_has_had_enough() -> None:
    async def work() -> float:
        limit = RateLimit(10, 1.0, clock=now)
        limit.hold(42.0)
        await limit.acquire()
        return now()

    assert run_jumping(work()) == pytest.approx(42.0)


async def test_one_account_has_one_budget_however_often_it_is_opened() -> None:
    assert shared_limit(("a", 1), 5, 1.0) is shared_limit(("a", 1), 5, 1.0)
    assert shared_limit(("a", 1), 5, 1.0) is not shared_limit(("a", 2), 5, 1.0)
