"""What mapstudio must reach, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.engines import FLOOR, JMESPATH, JQ_TOOL, MAPSTUDIO, VALIDATING, WORKERS, jq_release
from benchmarks.memory import RECORDS
from benchmarks.preview import FIELDS
from benchmarks.result import Result
from benchmarks.timing import Series

_JQ_WITH_DECIMALS = (1, 7)
_MOST_MEGABYTES = 150
_MOST_MILLISECONDS = 16
_MOST_FOR_TYPES = 5


@dataclass(frozen=True, slots=True)
class Target:
    """One of them.

    Attributes:
        says: What is to be reached.
        found: What was measured; empty when it was not.
        reached: ``None`` when it was not measured.
        value: The number behind it.
    """

    says: str
    found: str = ""
    reached: bool | None = None
    value: float | None = None


def targets(result: Result) -> list[Target]:
    """Return all targets of a run."""
    return [*_speed(result), _workers(result), _memory(result), *_preview(result)]


def _speed(result: Result) -> Iterator[Target]:
    yield _at_least("at least 11 times as fast as jmespath.py", 11, result.ratio(JMESPATH))
    if JQ_TOOL in result.one_core:
        release = jq_release(result.engine(JQ_TOOL).title)
        # 1.7 was made faster, so that the same work is worth less beside it.
        wanted = 4 if release >= _JQ_WITH_DECIMALS else 6
        name = ".".join(map(str, release[:2]))
        yield _at_least(f"at least {wanted} times as fast as jq {name}", wanted, result.ratio(JQ_TOOL))
    else:
        yield Target("at least 4 times as fast as jq 1.8, or 6 times as fast as jq 1.6")
    yield _percent("at least 80% of the floor's speed", 0.80, result.ratio(FLOOR))
    yield _percent("at least 70% of it while validating", 0.70, result.ratio(FLOOR, VALIDATING))


def _at_least(says: str, wanted: float, ratio: Series | None) -> Target:
    if ratio is None:
        return Target(says)
    low, high = ratio.spread
    found = f"{ratio.median:.1f} times ({low:.1f} to {high:.1f})"
    return Target(says, found, ratio.median >= wanted, ratio.median)


def _percent(says: str, wanted: float, ratio: Series | None) -> Target:
    if ratio is None:
        return Target(says)
    low, high = ratio.spread
    found = f"{ratio.median:.0%} ({low:.0%} to {high:.0%})"
    return Target(says, found, ratio.median >= wanted, ratio.median)


def _workers(result: Result) -> Target:
    says = "two workers at least 1.85 times as fast as one, by the clock"
    if WORKERS not in result.two_workers:
        return Target(says)
    ratio = result.two_workers[MAPSTUDIO].wall.over(result.two_workers[WORKERS].wall)
    low, high = ratio.spread
    found = f"{ratio.median:.2f} times ({low:.2f} to {high:.2f})"
    return Target(says, found, ratio.median >= 1.85, ratio.median)


def _memory(result: Result) -> Target:
    says = f"{RECORDS:,} records in flat memory under {_MOST_MEGABYTES} MB"
    if not result.memory:
        return Target(says)
    short, long = result.memory
    found = f"{long.megabytes:.0f} MB ({short.megabytes:.0f} MB after {short.records:,})"
    return Target(says, found, long.megabytes < _MOST_MEGABYTES, long.megabytes)


def _preview(result: Result) -> Iterator[Target]:
    says = f"the preview's 30 rows on 200 records again in under {_MOST_MILLISECONDS} ms"
    yield _less_than(says, _MOST_MILLISECONDS, result.preview.every_row)
    says = f"the types of an expression over {FIELDS} fields, at a key, in under {_MOST_FOR_TYPES} ms"
    yield _less_than(says, _MOST_FOR_TYPES, result.preview.inference)


def _less_than(says: str, wanted: float, seconds: Series) -> Target:
    cost = seconds.times(1000)
    low, high = cost.spread
    return Target(says, f"{cost.median:.1f} ms ({low:.1f} to {high:.1f})", cost.median < wanted, cost.median)
