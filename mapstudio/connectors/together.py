"""Calls side by side; the budget spaces them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from mapstudio.model import MapstudioError

T = TypeVar("T")


async def together(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run the calls and return their results in order.

    Raises:
        MapstudioError: The first that failed; the others were given up.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except BaseExceptionGroup as failed:
        ours, _ = failed.split(MapstudioError)
        if ours is None:
            raise
        raise ours.exceptions[0] from None
    return [task.result() for task in tasks]
