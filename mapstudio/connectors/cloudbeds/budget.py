"""One request budget for all connections to one property, however many of them this process has open."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from mapstudio.connectors.limits import RateLimit

REQUESTS = 5
SECONDS = 1.1
"""The vendor's limit is five requests a second per property; the tenth is for what the way to it adds and takes."""

_budgets: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], RateLimit]] = WeakKeyDictionary()


def budget(url: str, property_id: str) -> RateLimit:
    """Return the budget of a property; call it where the event loop runs, since a limit belongs to one loop."""
    limits = _budgets.setdefault(asyncio.get_running_loop(), {})
    return limits.setdefault((url, property_id), RateLimit(REQUESTS, SECONDS))
