"""The command line of a campaign: which ones to run, and how they ended."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

from benchmarks.campaign.sending import Result

Campaign: TypeAlias = "Callable[[], Coroutine[Any, Any, Sequence[Result]]]"


def parser(program: str, description: str | None) -> argparse.ArgumentParser:
    """Return the parser of what all campaigns can be told."""
    made = argparse.ArgumentParser(prog=f"python -m {program}", description=description)
    made.add_argument("--bad", type=float, default=0.03, help="share of bad records")
    made.add_argument("--only", default="", help="only the campaigns whose name begins so")
    made.add_argument("--json", action="store_true")
    return made


def run(asked: argparse.ArgumentParser, chosen: argparse.Namespace, campaigns: Mapping[str, Campaign]) -> int:
    """Run the chosen campaigns, print how they ended, and return the exit code: 1 where something was wrong."""
    wanted = {name: campaign for name, campaign in campaigns.items() if name.startswith(chosen.only)}
    if not wanted:
        asked.error(f'nothing begins with "{chosen.only}": {"; ".join(campaigns)}')
    results: list[Result] = []
    for campaign in wanted.values():
        found = asyncio.run(campaign())
        results.extend(found)
        if not chosen.json:
            print(*map(_line, found), sep="\n", flush=True)
    if chosen.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
    return 1 if any(result.differences for result in results) else 0


def _line(result: Result) -> str:
    share = "" if result.share is None else f", {result.share:.1%} of the rate"
    killed = f", {result.killed} killed" if result.killed else ""
    return (
        f"{result.name:36} {result.written:6,} written, {result.bad:4} bad, {result.requests:5} requests, "
        f"{result.over} over the limit, {result.struck:4} struck, {result.runs} runs{killed}, {result.seconds:6.1f} s, "
        f"{result.requests_when_quiet} requests when quiet{share}: {'; '.join(result.differences) or 'right'}"
    )
