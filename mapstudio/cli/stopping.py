"""Ctrl+c where something is in flight that ends first: it is said, since the answer may take long."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_SAID = b"Stopping: what is in flight ends first. Ctrl+c again does not wait for it.\n"
_OVER_THE_BAR = b"\r\x1b[K"


@contextmanager
def stopping(request_stop: Callable[[], bool]) -> Iterator[None]:
    """Stop on signals as :func:`stopping_on_signals` does, and say that there is something to wait for.

    Args:
        request_stop: Returns whether there is.
    """
    from mapstudio.runner import stopping_on_signals

    def stop() -> bool:
        is_waiting = request_stop()
        if is_waiting:
            _say()
        return is_waiting

    with stopping_on_signals(stop):
        yield


def _say() -> None:
    # A signal may come in the midst of a write: the stream's own buffer must not be touched.
    with suppress(OSError):
        os.write(2, (_OVER_THE_BAR if sys.stderr.isatty() else b"") + _SAID)
