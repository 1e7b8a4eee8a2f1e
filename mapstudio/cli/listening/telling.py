"""What a person is told while a receiver runs: a line for each batch, and why deliveries were refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mapstudio.cli import output
from mapstudio.cli.plan_view import counted
from mapstudio.model.errors import ExitCode

if TYPE_CHECKING:
    from mapstudio.runner.listening import Handled


@dataclass
class News:
    """What the receiver's thread has to say to the main one.

    Attributes:
        loop: The main thread's.
        came: Set when there is something to do.
    """

    loop: asyncio.AbstractEventLoop
    came: asyncio.Event = field(default_factory=asyncio.Event)
    _last: str = ""

    def wake(self) -> None:
        """Let the main thread look. Called on any thread, and by handlers of signals."""
        self.loop.call_soon_threadsafe(self.came.set)

    def refused(self, why: str) -> None:
        """Tell why a delivery was refused. Called on any thread."""
        self.loop.call_soon_threadsafe(self._say_refused, why)

    def _say_refused(self, why: str) -> None:
        # A sender that is wrong is wrong all the time: the same sentence again says nothing new.
        if why != self._last:
            self._last = why
            output.warn(f"Refused: {why}")


def teller(*, as_json: bool) -> Callable[[Handled], int]:
    """Return what tells of a batch, and returns the exit code that it would have by itself."""
    return _tell_json if as_json else _tell


def _tell(handled: Handled) -> int:
    said = f"{handled.mapping}: {handled.events:,} {'notice' if handled.events == 1 else 'notices'}"
    extras = []
    if handled.gone:
        extras.append(f"{handled.gone:,} of the records {'is' if handled.gone == 1 else 'are'} gone")
    if handled.left:
        extras.append(f"{handled.left:,} to be read again later")
    for report in handled.reports:
        output.talk("; ".join((f"{said}; {counted(report.counts)}", *extras, f"run {report.run}")))
        for note in report.notes:
            output.talk(f"{handled.mapping}: {note}.")
    if handled.error is not None:
        output.warn(f"{handled.mapping}: {handled.error} What waits is tried again later.")
    return _code(handled)


def _tell_json(handled: Handled) -> int:
    told: dict[str, Any] = {"mapping": handled.mapping, "notices": handled.events}
    told |= {"gone": handled.gone, "left": handled.left, "runs": [report.to_json() for report in handled.reports]}
    if handled.error is not None:
        told["error"] = str(handled.error)
    output.json_data(told, indent=0)
    output.flush()
    return _code(handled)


def _code(handled: Handled) -> int:
    if handled.interrupted:
        return ExitCode.INTERRUPTED
    if handled.error is not None:
        return handled.error.exit_code
    return max((int(report.exit_code) for report in handled.reports), default=int(ExitCode.DONE))
