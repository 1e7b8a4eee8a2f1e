"""A sliding-window rate limit, as the vendors' gateways keep one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
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
        now = self._clock()
        while self._taken and now - self._taken[0] >= self.seconds:
            self._taken.popleft()
        if len(self._taken) >= self.requests:
            return False
        self._taken.append(now)
        return True

    @property
    def remaining(self) -> int:
        """How many more may come now."""
        return self.requests - len(self._taken)

    @property
    def retry_after(self) -> float:
        """Seconds until one more may come."""
        if len(self._taken) < self.requests:
            return 0.0
        return max(0.0, self._taken[0] + self.seconds - self._clock())
