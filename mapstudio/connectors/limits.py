"""A request budget shared by everything that uses one account.

A system counts a request when it arrives there, which is some time between its start here and its answer. A place in
the budget is therefore free again one window after the answer: whatever the way takes, the system never sees more in
any window than it allows, and nothing has to be left unused for safety.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from itertools import takewhile
from time import monotonic
from weakref import WeakKeyDictionary

_MEMORY_SHARE = 1.2
"""Of a window: so long is remembered what answers tell of others, for ours may all come at one end of it."""

_SHORTEST_PAUSE = 0.001


class RateLimit:
    """At most ``requests`` in any window of ``seconds``; waiting is first come, first served.

    Args:
        requests: How many may arrive in a window.
        seconds: The window's length.
        clock: Monotonic seconds; tests give their own.
    """

    def __init__(self, requests: int, seconds: float, *, clock: Callable[[], float] = monotonic) -> None:
        self._allowed = requests
        self._others: deque[tuple[float, int]] = deque()
        self._seconds = seconds
        self._clock = clock
        self._under_way = 0
        self._answered: deque[float] = deque()
        self._left: deque[float] = deque()
        self._blocked_until = 0.0
        self._turn = asyncio.Lock()
        self._change = asyncio.Event()

    async def acquire(self) -> float:
        """Wait until one more request may start and return when it does.

        :meth:`answered` is to be called when it has ended.
        """
        async with self._turn:
            while (pause := self._pause()) != 0:
                self._change.clear()
                try:
                    async with asyncio.timeout(pause):
                        await self._change.wait()
                except TimeoutError:
                    continue
            self._under_way += 1
            return self._clock()

    def answered(self, *, refused: bool = False) -> None:
        """Note that a request that was acquired has ended.

        Args:
            refused: As one too many; such a one takes no place.
        """
        self._under_way -= 1
        if not refused:
            self._answered.append(self._clock())
        self._change.set()

    def tell(self, allowed: int, remaining: int, *, since: float) -> None:
        """Note what the system says in an answer that is still under way here.

        What it counts beyond our own requests was sent by others (another process, another tool with these
        credentials): so much less is used from then on, until it says otherwise.

        Args:
            allowed: What it allows in a window.
            remaining: How much of that is left.
            since: When the request started.
        """
        self._allowed = max(1, allowed)
        now = self._clock()
        self._forget(now)
        # It counted between the start and now, so that some of ours may have left its window meanwhile.
        meanwhile = sum(1 for _ in takewhile(lambda at: at > since - self._seconds, reversed(self._left)))
        ours = self._under_way + len(self._answered) + meanwhile
        self._others.append((now, max(0, allowed - remaining - ours)))
        self._change.set()

    def hold(self, seconds: float) -> None:
        """Let nothing start for so long: the system said that it has had enough."""
        self._blocked_until = max(self._blocked_until, self._clock() + seconds)

    def _pause(self) -> float | None:
        """Return how long to wait, 0 for not at all, ``None`` until something changes."""
        now = self._clock()
        if self._blocked_until > now:
            return self._blocked_until - now
        self._forget(now)
        if self._under_way + len(self._answered) < max(1, self._allowed - self._sent_by_others(now)):
            return 0
        return max(self._answered[0] + self._seconds - now, _SHORTEST_PAUSE) if self._answered else None

    def _sent_by_others(self, now: float) -> int:
        """Return the most that the last answers told: one alone may be too low by what ended meanwhile."""
        while len(self._others) > 1 and now - self._others[0][0] >= self._seconds * _MEMORY_SHARE:
            self._others.popleft()
        return max((count for _, count in self._others), default=0)

    def _forget(self, now: float) -> None:
        while self._answered and now - self._answered[0] >= self._seconds:
            self._left.append(self._answered.popleft())
        while self._left and now - self._left[0] >= self._seconds * 2:
            self._left.popleft()


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Hashable, RateLimit]] = WeakKeyDictionary()


def shared_limit(whose: Hashable, requests: int, seconds: float) -> RateLimit:
    """Return the budget of an account, the same one for all of its connections that this process has open.

    Call it where the event loop runs, since a budget belongs to one loop.

    Args:
        whose: What the system counts by: the address and the account, or the credentials.
        requests: How many are allowed in a window, until the system says otherwise.
        seconds: The window's length.
    """
    limits = _shared.setdefault(asyncio.get_running_loop(), {})
    return limits.setdefault(whose, RateLimit(requests, seconds))
