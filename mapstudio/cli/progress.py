"""A bar on standard error, while something takes long and a person is watching."""

from __future__ import annotations

import shutil
import sys
from time import monotonic
from types import TracebackType
from typing import Self

from mapstudio.model.terminal import clean

_EVERY = 0.1
_BAR = 24


class Bar:
    """Shows how far a phase is; on anything but a terminal it stays silent.

    Use as a context manager; call :meth:`show` as often as there is news.
    """

    def __init__(self) -> None:
        self._visible = sys.stderr.isatty()
        self._shown_at = 0.0
        self._phase = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._visible and self._phase:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, phase: str, done: int, total: int | None) -> None:
        """Show that so many are done, of a total when it is known."""
        now = monotonic()
        if not self._visible or (phase == self._phase and now - self._shown_at < _EVERY and done != total):
            return
        self._phase, self._shown_at = phase, now
        columns = shutil.get_terminal_size().columns
        sys.stderr.write("\r\x1b[K" + _line(phase, done, total)[: columns - 1])
        sys.stderr.flush()


def _line(phase: str, done: int, total: int | None) -> str:
    if not total:
        return f"{clean(phase)} {done:,}"
    filled = min(_BAR, _BAR * done // total)
    return f"{clean(phase):<10} {'━' * filled}{'─' * (_BAR - filled)} {done:,} of {total:,}"
