"""What became of one limit: the share of it that was used, and how many requests were too many."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from benchmarks.local import Arrival


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in any window of so many seconds.

    Attributes:
        name: What it is called.
        requests: How many are allowed; 0 where that is not known.
        seconds: The window's length.
    """

    name: str
    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Used:
    """What became of one limit.

    Attributes:
        limit: Which one.
        requests: How many arrived, the refused ones among them.
        refused: How many of them were answered with 429.
        seconds: From the first arrival to the first one of the last full window.
        share: Of the rate that is allowed.
    """

    limit: str
    requests: int
    refused: int
    seconds: float
    share: float


Measure: TypeAlias = "Callable[[float], Coroutine[Any, Any, Sequence[Used]]]"
"""Works for so many seconds and tells what became of each limit."""


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement.

    Attributes:
        name: The system and what is done there.
        target: The share that is to be used.
        measure: Does it.
    """

    name: str
    target: float
    measure: Measure


def used(limit: Limit, arrivals: Sequence[Arrival]) -> Used | None:
    """Return how well a limit was used; ``None`` when too little was sent to fill two windows.

    The share is the least time in which the limit lets so many requests through, divided by the time that they took.
    """
    passed = [arrival for arrival in arrivals if arrival.status != 429]
    windows = (len(passed) - 1) // limit.requests if limit.requests else 0
    if windows < 2:
        return None
    seconds = passed[windows * limit.requests].at - passed[0].at
    refused = len(arrivals) - len(passed)
    return Used(limit.name, len(arrivals), refused, seconds, windows * limit.seconds / seconds)
