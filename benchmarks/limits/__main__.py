"""``python -m benchmarks.limits``: how much of the allowed rate each connector uses, and that it is never told to wait.

A local portal and a local hotel with their limits on note when each request arrives. The share is the least time in
which a limit lets so many requests through, divided by the time that it took. Exit code 1 with a 429, or with
``--require`` when a share is under its target.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.limits import hotel, portal
from benchmarks.limits.used import Case, Used

CASES: Sequence[Case] = (*portal.CASES, *hotel.CASES)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limits", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=45.0, help="for each kind of work; windows are up to 10 s long"
    )
    parser.add_argument("--only", default="", help='only those whose name begins so, such as "hotel, one"')
    parser.add_argument("--require", action="store_true", help="exit code 1 under a target as well")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    cases = [case for case in CASES if case.name.startswith(chosen.only)]
    if not cases:
        parser.error(f'nothing begins with "{chosen.only}": {"; ".join(case.name for case in CASES)}')
    found: list[tuple[Case, Used]] = []
    for case in cases:
        for item in asyncio.run(case.measure(chosen.seconds)):
            found.append((case, item))
            if not chosen.json:
                print(_line(case, item), flush=True)
    if chosen.json:
        print(
            json.dumps([{"case": case.name, "target": case.target, **asdict(item)} for case, item in found], indent=2)
        )
    refused = any(item.refused for _, item in found)
    missed = any(item.share < case.target for case, item in found)
    return 1 if refused or (missed and chosen.require) else 0


def _line(case: Case, found: Used) -> str:
    return (
        f"{case.name:42} {found.limit:7} {found.requests:5} requests in {found.seconds:5.1f} s: "
        f"{found.share:6.1%} of the rate, {found.refused} answered with 429"
    )


if __name__ == "__main__":
    sys.exit(main())
