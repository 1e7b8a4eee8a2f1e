"""A request budget shared by everything that uses one connection."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic


class RateLimit:
    """At most ``requests`` in any window of ``seconds``; waiting is first come, first served.

    Args:
        requests: How many may start in a window.
        seconds: The window's length.
        clock: Monotonic seconds; tests give their own.
    """

    def __init__(self, requests: int, seconds: float, *, clock: Callable[[], float] = monotonic) -> None:
        self._requests = requests
        self._seconds = seconds
        self._clock = clock
        self._started: deque[float] = deque()
        self._blocked_until = 0.0
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        """Wait until one more request may start."""
        async with self._turn:
            while (pause := self._pause()) > 0:  # noqa: ASYNC110 - waits for a time, not for an event
                await asyncio.sleep(pause)
            self._started.append(self._clock())

    def resize(self, requests: int) -> None:
        """Allow another number of requests in a window from now on: the system said what it allows."""
        self._requests = max(1, requests)

    def hold(self, seconds: float) -> None:
        """Let nothing start for so long: the system said that it has had enough."""
        self._blocked_until = max(self._blocked_until, self._clock() + seconds)

    def _pause(self) -> float:
        now = self._clock()
        while self._started and now - self._started[0] >= self._seconds:
            self._started.popleft()
        wait = self._blocked_until - now
        if len(self._started) >= self._requests:
            wait = max(wait, self._started[0] + self._seconds - now)
        return wait
