"""Long outputs go to the disk while they are made, so that at the end there is little left to wait for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import IO

_AT_ONCE = 1 << 23
"""Bytes that are left to be written before the disk is asked to take them: less would be many small waits."""


class Settling:
    """One file; a thread waits for the disk, since whoever makes the outputs has better things to do.

    Args:
        file: Open for writing.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._descriptor = file.fileno()
        self._left = 0
        self._thread: Thread | None = None
        self._failure: OSError | None = None

    def wrote(self, size: int) -> None:
        """Count bytes that were written, and have the disk take them when they are many.

        Raises:
            OSError: It did not take earlier ones. The system tells that once only, so nobody else would hear of it.
        """
        self._left += size
        if self._left < _AT_ONCE or (self._thread is not None and self._thread.is_alive()):
            return
        self.require()
        self._left = 0
        self._thread = Thread(target=self._sync, name="settling", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait for the disk, if it was asked."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def require(self) -> None:
        """Wait for the disk.

        Raises:
            OSError: See :meth:`wrote`.
        """
        self.wait()
        if self._failure is not None:
            raise self._failure

    def _sync(self) -> None:
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            self._failure = error


@contextmanager
def settling(file: IO[bytes]) -> Iterator[Settling]:
    """Give what counts the bytes that are written to a file; at the end nobody uses the file any more.

    Raises:
        OSError: See :meth:`Settling.wrote`.
    """
    made = Settling(file)
    try:
        yield made
        made.require()
    finally:
        # Its number must not be another file's before the thread is done with it.
        made.wait()
