"""Work that waits for systems, on a thread with an event loop of its own, so that the screen never waits with it.

Planning evaluates thousands of records and secrets may come from programs: neither may hold up a key press. What such
work has to say it posts as messages; nothing of the screen is touched from its thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from mapstudio.model import MapstudioError

T = TypeVar("T")


class Job(Generic[T]):
    """One piece of asynchronous work.

    Args:
        work: Makes the coroutine; called on the job's own thread.
        done: Told the result, on that thread.
        failed: Told the error, on that thread; an error that is none of ours is raised there.
    """

    def __init__(
        self,
        work: Callable[[], Coroutine[Any, Any, T]],
        done: Callable[[T], object],
        failed: Callable[[MapstudioError], object],
    ) -> None:
        self._work = work
        self._done = done
        self._failed = failed
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[T] | None = None
        self._cancelled = False

    def run(self) -> None:
        """Do the work; to be called on a thread of its own."""
        try:
            result = asyncio.run(self._guarded())
        except asyncio.CancelledError:
            return
        except MapstudioError as error:
            self._failed(error)
        except BaseExceptionGroup as several:
            ours, _ = several.split(MapstudioError)
            if ours is None:
                raise
            self._failed(_first(ours))
        else:
            self._done(result)

    def cancel(self) -> None:
        """Give the work up at its next wait; may be called from any thread, also before it began or after it ended."""
        with self._lock:
            self._cancelled = True
            if self._loop is not None and self._task is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._task.cancel)

    async def _guarded(self) -> T:
        with self._lock:
            if self._cancelled:
                raise asyncio.CancelledError
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.ensure_future(self._work())
        try:
            return await self._task
        finally:
            with self._lock:
                self._task = None


def _first(group: BaseExceptionGroup[MapstudioError]) -> MapstudioError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
