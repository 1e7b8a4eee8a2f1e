"""A sliding-window rate limit, as the vendors' gateways keep one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import takewhile
from time import monotonic


class Window:
    """Counts requests in the last ``seconds`` and says when there were too many."""

    def __init__(self, requests: int, seconds: float, *, clock: Callable[[], float] = monotonic) -> None:
        self.requests = requests
        self.seconds = seconds
        self._clock = clock
        self._taken: deque[float] = deque()

    def take(self) -> bool:
        """Count one request; ``False`` when it is one too many (it is not counted then)."""
        if self.full:
            return False
        self._taken.append(self._clock())
        return True

    @property
    def full(self) -> bool:
        """Whether one more would be one too many."""
        now = self._clock()
        while self._taken and now - self._taken[0] >= self.seconds:
            self._taken.popleft()
        return len(self._taken) >= self.requests

    def taken_within(self, seconds: float) -> int:
        """Return how many requests came in the last seconds, fewer than the window's."""
        now = self._clock()
        return sum(1 for _ in takewhile(lambda moment: now - moment < seconds, reversed(self._taken)))

    @property
    def remaining(self) -> int:
        """How many more may come now."""
        return max(0, self.requests - len(self._taken))

    @property
    def retry_after(self) -> float:
        """Seconds until one more may come."""
        if len(self._taken) < self.requests:
            return 0.0
        return max(0.0, self._taken[0] + self.seconds - self._clock())
