"""The clock of a local sandbox: the machine's, until it is set, advanced or frozen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic


def _machine() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Tells a sandbox what time it is; nothing in a sandbox asks the machine.

    Args:
        machine: The clock to start from.
        ticks: Seconds of the machine since whenever, never back.
    """

    def __init__(self, machine: Callable[[], datetime] = _machine, ticks: Callable[[], float] = monotonic) -> None:
        self._machine = machine
        self._ticks = ticks
        self._shift = timedelta(0)
        self._frozen: datetime | None = None
        self._skipped = 0.0
        self._stopped = 0.0

    def now(self) -> datetime:
        """Return the sandbox's time, UTC."""
        return self._frozen if self._frozen is not None else self._machine() + self._shift

    def elapsed(self) -> float:
        """Return seconds since whenever, for rates and waits: they never go back, and stand still while frozen."""
        return (self._ticks() if self._frozen is None else self._stopped) + self._skipped

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._frozen is not None

    def freeze(self) -> None:
        """Let time stand still from now on."""
        if self._frozen is None:
            self._frozen, self._stopped = self.now(), self._ticks()

    def thaw(self) -> None:
        """Let time go on from where it stands."""
        if self._frozen is not None:
            self._skipped -= self._ticks() - self._stopped
            self._shift, self._frozen = self._frozen - self._machine(), None

    def set(self, moment: datetime) -> None:
        """Jump to a moment; a frozen clock stays frozen there."""
        self._skipped += max(0.0, (moment - self.now()).total_seconds())
        if self._frozen is not None:
            self._frozen = moment
        else:
            self._shift = moment - self._machine()

    def advance(self, by: timedelta) -> None:
        """Jump ahead."""
        self.set(self.now() + by)

    def reset(self) -> None:
        """Be the machine's clock again."""
        self.thaw()
        self._shift = timedelta(0)
