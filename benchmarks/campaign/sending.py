"""Sends the records of a campaign through what goes wrong, and tells how that ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TypeAlias, TypeVar

from benchmarks.campaign.books import Campaign, Part
from benchmarks.campaign.faults import Fault
from benchmarks.local import Arrival, LocalSandbox
from mapstudio.model import Verb

T = TypeVar("T")
Disturb: TypeAlias = "Callable[[Part], Awaitable[int]]"
"""Lets more go wrong before a part is applied to its end, and returns how many applies it killed."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one campaign ended.

    Attributes:
        name: What was done to it.
        written: Records that were created or updated, by the books of all runs.
        bad: Records that had to be refused.
        runs: How often it was applied.
        requests: That arrived meanwhile.
        over: How many of them were answered with 429 by the system's limit.
        struck: How many a fault struck.
        killed: How many applies were killed.
        seconds: What it took.
        requests_when_quiet: Of the next apply, which has nothing to write.
        share: Of the allowed rate; ``None`` where that was not looked at.
        differences: All that is wrong.
    """

    name: str
    written: int
    bad: int
    runs: int
    requests: int
    over: int
    struck: int
    killed: int
    seconds: float
    requests_when_quiet: int
    share: float | None
    differences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong in a campaign.

    Attributes:
        fault: Set while its records are sent.
        disturb: Done before each part.
        calm: Takes away what that left, and returns how many requests it struck; ``None`` where it strikes none.
    """

    fault: Fault | None = None
    disturb: Disturb | None = None
    calm: Callable[[], Awaitable[int]] | None = None


async def send(
    name: str,
    work: Campaign,
    system: LocalSandbox,
    trouble: Trouble,
    is_write: Callable[[Arrival], bool] | None = None,
) -> Result:
    """Apply all parts to their end through what goes wrong, then once more without it.

    Args:
        name: What the campaign is called.
        work: The campaign.
        system: Where its records go.
        trouble: What goes wrong.
        is_write: Whether a request writes; where that can be told, none may be sent when nothing has changed.
    """
    began, before, killed = monotonic(), len(system.arrivals), 0
    if trouble.fault is not None:
        await system.control("POST", "/faults", **trouble.fault)
    for part in work.parts:
        killed += await trouble.disturb(part) if trouble.disturb is not None else 0
        await work.apply_to_the_end(part)
    seconds, arrivals = monotonic() - began, system.arrivals[before:]
    runs = sum(len(part.reports) + len(part.failures) for part in work.parts) + killed
    struck = await _calmed(system, trouble)
    over = sum(item.status == 429 for item in arrivals)
    if trouble.fault is not None and trouble.fault["kind"] == "429":
        over -= struck
    differences = [told for part in work.parts for told in await aside(partial(work.differences, part))]
    if over:
        differences.append(f"{over} requests were over the limit")
    if not struck and (trouble.fault or trouble.calm):
        differences.append("nothing was struck")
    ended = len(system.arrivals)
    differences += await _loud(work)
    quiet = system.arrivals[ended:]
    if is_write is not None and any(map(is_write, quiet)):
        differences.append("the next apply sent writes")
    written = work.counted(Verb.CREATE) + work.counted(Verb.UPDATE)
    bad = sum(len(part.source.bad) for part in work.parts)
    return Result(
        name, written, bad, runs, len(arrivals), over, struck, killed, seconds, len(quiet), None, differences
    )  # fmt: skip


async def _calmed(system: LocalSandbox, trouble: Trouble) -> int:
    """Take away all that goes wrong and return how many requests it struck."""
    struck = sum(int(item["struck"]) for item in (await system.control("GET", "/faults"))["faults"])
    await system.control("DELETE", "/faults")
    return struck + (await trouble.calm() if trouble.calm is not None else 0)


async def _loud(work: Campaign) -> list[str]:
    """Apply once more and return what was sent although nothing had changed; nothing is good."""
    written = await aside(work.ledger.read_bytes)
    reports = [await work.apply(part) for part in work.parts]
    loud = [] if all(report is not None and report.quiet for report in reports) else ["the next apply is not quiet"]
    return loud if await aside(work.ledger.read_bytes) == written else [*loud, "the next apply wrote"]


async def aside(work: Callable[[], T]) -> T:
    """Do what asks the system beside the loop that it answers on."""
    return await asyncio.get_running_loop().run_in_executor(None, work)
