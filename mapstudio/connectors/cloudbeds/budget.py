"""The request budgets: one for each property, and one for each key that is for a group of them.

All connections that this process has open share them. The vendor allows "properties and group properties" five requests
a second, so that a key for several properties has five for all of them, unless the hotels were told otherwise.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from enum import StrEnum

from mapstudio.connectors.limits import RateLimit, shared_limit
from mapstudio.model import UsageError

REQUESTS = 5
SECONDS = 1.0
"""The vendor's limit."""


class Limits(StrEnum):
    """For what the vendor allows so many requests where a connection opens several properties."""

    GROUP = "group"
    """All of them together: what the documents say of the key of a group."""
    PROPERTY = "property"
    """Each, as where every hotel has let the app in by itself."""

    @classmethod
    def of(cls, connection: str, text: str) -> Limits:
        """Return what a setting says; a group's where it says nothing.

        Raises:
            UsageError: It says something else.
        """
        try:
            return cls(text.strip() or cls.GROUP)
        except ValueError as error:
            raise UsageError(
                f'Connection "{connection}": limit "{text}" is not known.', remedy="Set it to group or property."
            ) from error


def budgets(url: str, properties: Sequence[str], group: Sequence[str]) -> tuple[RateLimit, ...]:
    """Return the budgets that a request waits for; call it where the event loop runs, to which a limit belongs.

    Args:
        url: The API's address.
        properties: Those that the request is about.
        group: Those that have one limit together; empty where each has its own.
    """
    # The group's comes last: it is the one to wait for, and whoever waits holds no place of it.
    names: list[Hashable] = [(url, name) for name in properties]
    if len(group) > 1:
        names.append((url, tuple(sorted(group))))
    return tuple(shared_limit(name, REQUESTS, SECONDS, weighs_way=True) for name in names)
