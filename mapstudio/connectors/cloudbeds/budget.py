"""One request budget for all connections to one property, however many of them this process has open."""

from __future__ import annotations

from mapstudio.connectors.limits import RateLimit, shared_limit

REQUESTS = 5
SECONDS = 1.0
"""The vendor's limit: five requests a second per property."""


def budget(url: str, property_id: str) -> RateLimit:
    """Return the budget of a property; call it where the event loop runs, since a limit belongs to one loop."""
    return shared_limit((url, property_id), REQUESTS, SECONDS)
