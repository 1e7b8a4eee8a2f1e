"""Workers that send all that they may, for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from mapstudio.connectors.contract import Connector

WORKERS = 8
"""Of each kind of work."""

Work: TypeAlias = "Callable[[Connector], Awaitable[None]]"
"""Sends requests for ever."""


async def at_work(connectors: Sequence[Connector], works: Sequence[Work], seconds: float) -> None:
    """Let the workers of each kind, dealt out to the connectors, work for so long.

    Raises:
        MapstudioError: The first that one of them failed with.
    """
    for connector in connectors:
        await connector.whoami()
    tasks = [
        asyncio.ensure_future(work(connectors[place % len(connectors)])) for work in works for place in range(WORKERS)
    ]
    ended, working = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    for task in ended:
        task.result()
