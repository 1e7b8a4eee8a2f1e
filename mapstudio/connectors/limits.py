"""A request budget shared by everything that uses one account.

A system counts a request when it arrives there, which is some time between its start here and its answer. A place in
the budget is therefore free again one window after the answer: whatever the way takes, the system never sees more in
any window than it allows, and nothing has to be left unused for safety.

Where windows are short the way is a good part of them: of a second, answers after 200 ms leave a sixth unused. A budget
that weighs the way takes off what every request needs: the next one will need as long to arrive as the quickest of late
did, so that a place is free one window after the answer less that. An answer that took longer holds its place for
longer, since it may have been the way there that was slow. What this takes on trust is that no request is quicker than
all of the last ones. So nothing is taken off where ways differ wildly, and a tenth is left out everywhere; an answer
that comes sooner counts at once, and a request that was refused as one too many ends the trust for a while.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from itertools import islice, takewhile
from time import monotonic
from weakref import WeakKeyDictionary

_MEMORY_SHARE = 1.2
"""Of a window: so long is remembered what answers tell of others, for ours may all come at one end of it."""

_SHORTEST_PAUSE = 0.001
_TRUSTED = 0.9
"""Of the quickest way: no more is taken off, however alike the ways are."""

_STEADY = 2 / 3
"""Of the usual way: a quickest one under it tells nothing, since the ways are too different."""

_WAYS = 25
"""So many answers have to be known before their quickest one says anything, whatever they are like."""

_WAYS_ALIKE = 10
"""So many are enough where the last ones are all alike."""

_ALIKE = 1.1
"""Of the quickest one: an answer that took no longer is like it."""

_WAYS_KEPT = 30.0
"""Seconds for which an answer says how quick the way is."""

_DISTRUST = 60.0
"""Seconds for which nothing is taken off after a request too many."""


class RateLimit:
    """At most ``requests`` in any window of ``seconds``; waiting is first come, first served.

    Args:
        requests: How many may arrive in a window.
        seconds: The window's length.
        clock: Monotonic seconds; tests give their own.
        weighs_way: Whether a place is free sooner by what the way takes at the least.
    """

    def __init__(
        self, requests: int, seconds: float, *, clock: Callable[[], float] = monotonic, weighs_way: bool = False
    ) -> None:
        self._allowed = requests
        self._others: deque[tuple[float, int]] = deque()
        self._seconds = seconds
        self._clock = clock
        self._way = _Way(seconds) if weighs_way else None
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

    def answered(self, *, refused: bool = False, since: float | None = None) -> None:
        """Note that a request that was acquired has ended.

        Args:
            refused: As one too many; such a one takes no place.
            since: When it was sent; ``None`` where it got no answer.
        """
        self._under_way -= 1
        now = self._clock()
        if self._way is not None:
            self._way.note(now, since, refused=refused)
        if not refused:
            # When one without an answer arrived nobody knows: it holds its place for all of the window.
            self._answered.append(now if since is not None else now + self._seconds - self._held(now))
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
        return max(self._answered[0] + self._held(now) - now, _SHORTEST_PAUSE) if self._answered else None

    def _held(self, now: float) -> float:
        """Return for how many seconds a place is taken after the answer."""
        return self._seconds - (self._way.least(now) if self._way is not None else 0.0)

    def _sent_by_others(self, now: float) -> int:
        """Return the most that the last answers told: one alone may be too low by what ended meanwhile."""
        while len(self._others) > 1 and now - self._others[0][0] >= self._seconds * _MEMORY_SHARE:
            self._others.popleft()
        return max((count for _, count in self._others), default=0)

    def _forget(self, now: float) -> None:
        held = self._held(now)
        while self._answered and now - self._answered[0] >= held:
            self._left.append(self._answered.popleft())
        while self._left and now - self._left[0] >= self._seconds * 2:
            self._left.popleft()


class _Way:
    """How long requests have been under way of late.

    Args:
        longest: The most that is ever told.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._took: deque[tuple[float, float]] = deque()
        self._distrusted_until = 0.0

    def note(self, now: float, since: float | None, *, refused: bool) -> None:
        """Note an answer; one too many tells that the way is not what it was taken for."""
        if refused:
            self._took.clear()
            self._distrusted_until = now + _DISTRUST
        elif since is not None:
            self._took.append((now, now - since))

    def least(self, now: float) -> float:
        """Return what the next request will take at the least, 0 where that cannot be told.

        The more the quickest ones differ, the quicker the next one may be.
        """
        while self._took and now - self._took[0][0] >= _WAYS_KEPT:
            self._took.popleft()
        if now < self._distrusted_until or len(self._took) < _WAYS_ALIKE:
            return 0.0
        took = sorted(seconds for _, seconds in self._took)
        if len(took) < _WAYS and self._slowest_of_the_last() > took[0] * _ALIKE:
            return 0.0
        quickest, differ = took[0], took[len(took) // 10] - took[0]
        if quickest < took[len(took) // 2] * _STEADY:
            return 0.0
        return max(0.0, min(quickest * _TRUSTED, quickest - 3 * differ, self._longest * _TRUSTED))

    def _slowest_of_the_last(self) -> float:
        return max(seconds for _, seconds in islice(reversed(self._took), _WAYS_ALIKE))


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Hashable, RateLimit]] = WeakKeyDictionary()


def shared_limit(whose: Hashable, requests: int, seconds: float, *, weighs_way: bool = False) -> RateLimit:
    """Return the budget of an account, the same one for all of its connections that this process has open.

    Call it where the event loop runs, since a budget belongs to one loop.

    Args:
        whose: What the system counts by: the address and the account, or the credentials.
        requests: How many are allowed in a window, until the system says otherwise.
        seconds: The window's length.
        weighs_way: See :class:`RateLimit`.
    """
    limits = _shared.setdefault(asyncio.get_running_loop(), {})
    return limits.setdefault(whose, RateLimit(requests, seconds, weighs_way=weighs_way))
