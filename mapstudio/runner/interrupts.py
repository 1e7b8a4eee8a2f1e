"""Ctrl+C as a request: the batch in flight is finished and noted; a second one ends the process as usual."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping_on_signals(request_stop: Callable[[], bool]) -> Iterator[None]:
    """Call ``request_stop`` at the first SIGINT or SIGTERM while inside; a second SIGINT ends what is in flight too.

    Args:
        request_stop: Returns whether something is running that will stop by itself. If not (a question is open on the
            terminal), the process is interrupted at once.
    """
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def restore() -> None:
        for number, handler in before.items():
            # Only the main thread may set handlers; elsewhere none were set.
            with suppress(ValueError):
                signal.signal(number, handler)

    def first(_number: int, _frame: FrameType | None) -> None:
        restore()
        # What the event loop does at SIGINT asks the batch in flight to end, and waits for it: a third was needed.
        with suppress(ValueError):
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if not request_stop():
            raise KeyboardInterrupt

    # A plain handler, not the event loop's: a question on the terminal blocks the loop, and would block the answer.
    for number in _SIGNALS:
        with suppress(ValueError):
            signal.signal(number, first)
    try:
        yield
    finally:
        restore()
