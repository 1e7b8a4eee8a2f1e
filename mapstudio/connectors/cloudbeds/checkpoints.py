"""Where a read may go on: the moment at which the one before began, by the server's clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mapstudio.connectors.cloudbeds.values import WIRE_TIME
from mapstudio.model import UsageError
from mapstudio.model.exact_json import JsonError, dumps, loads

OVERLAP = timedelta(hours=15)
"""How far a read goes back behind its checkpoint. The API does not say in which zone it takes the bounds (others found:
the hotel's); no zone is more than 14 hours from UTC, and the last one is for the hour that clocks repeat."""


def moment_of(since: str, object_name: str) -> datetime:
    """Return the moment of a checkpoint.

    Raises:
        UsageError: The checkpoint is none of this connector's.
    """
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(f'"{since}" is no checkpoint of {object_name}: a date-time with its offset is needed.')
    return moment


def bound(since: str, object_name: str, zone: ZoneInfo) -> str:
    """Return the earliest modification to ask for, as the API takes it.

    Raises:
        UsageError: The checkpoint is none of this connector's.
    """
    return (moment_of(since, object_name) - OVERLAP).astimezone(zone).strftime(WIRE_TIME)


def joined(by_property: Mapping[str, str]) -> str:
    """Return the checkpoint of a read over several properties, each of which has its own."""
    return dumps({name: by_property[name] for name in sorted(by_property)})


def by_property(since: str, property_ids: Collection[str], object_name: str) -> Mapping[str, str]:
    """Return the checkpoint of each property; one that was not read before has none.

    Raises:
        UsageError: The checkpoint is none of this connector's.
    """
    if not since.startswith("{"):
        # A moment that somebody gave holds for all of them.
        return dict.fromkeys(property_ids, since)
    try:
        found = loads(since)
    except JsonError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise UsageError(f"{since[:200]!r} is no checkpoint of {object_name}: it names no moment for each property.")
    return {name: str(value) for name, value in found.items() if name in property_ids}
