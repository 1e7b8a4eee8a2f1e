"""Too many requests are waited for, as long as that can help."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.connectors.http import HttpClient
from mapstudio.sandbox.contract import Service
from tests.sandbox.running import running

Given = tuple[int, dict[str, str], str]
REFUSED: Given = (429, {}, '{"policyName": "SECONDLY"}')


@contextmanager
def _answering(answers: Sequence[Given]) -> Iterator[tuple[str, list[str]]]:
    """Serve the answers in their order, the last of them again and again."""
    asked: list[str] = []

    async def answer(request: Request) -> Response:
        status, headers, text = answers[min(len(asked), len(answers) - 1)]
        asked.append(request.method)
        return Response(text, status, headers, "application/json")

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    with running([Service("scripted", app, {})]) as sandboxes:
        yield sandboxes["scripted"]["url"], asked


@pytest.fixture(name="pauses")
def _pauses() -> list[float]:
    """The pauses of the client, which are noted instead of made."""
    return []


async def _sent(
    url: str,
    pauses: list[float],
    hopeless: Callable[[bytes], bool] = lambda _: False,
    *,
    repeatable: bool = False,
) -> int:
    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    client = HttpClient("it", url, patience=120.0, hopeless=hopeless, sleep=sleep)
    await client.open()
    try:
        return (await client.send("POST", "/x", repeatable=repeatable, json={})).status
    finally:
        await client.close()


async def test_a_storm_is_waited_for_with_growing_pauses(pauses: list[float]) -> None:
    with _answering([*[REFUSED] * 10, (200, {}, "{}")]) as (url, asked):
        assert await _sent(url, pauses) == 200
    assert len(asked) == 11
    assert sum(pauses) > 60
    assert max(pauses) <= 15
    assert len(set(pauses[:5])) == 5


async def test_a_storm_without_end_ends_with_what_the_system_said(pauses: list[float]) -> None:
    with _answering([REFUSED]) as (url, _):
        assert await _sent(url, pauses) == 429
    assert 90 < sum(pauses) <= 120


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_what_the_system_says_of_the_time_is_obeyed(pauses: list[float], form: str) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=31), usegmt=True)
    told = {"Retry-After": "30" if form == "seconds" else until}
    with _answering([(429, told, "{}"), (200, {}, "{}")]) as (url, _):
        assert await _sent(url, pauses) == 200
    assert pauses == [pytest.approx(30, abs=1.1)]


async def test_a_system_that_is_away_for_an_hour_is_not_waited_for_so_long(pauses: list[float]) -> None:
    with _answering([(503, {"Retry-After": "3600"}, "{}")]) as (url, asked):
        assert await _sent(url, pauses, repeatable=True) == 503
    assert len(asked) == 4
    assert pauses == [60.0] * 3


async def test_a_day_is_not_waited_for(pauses: list[float]) -> None:
    for answer in (REFUSED, (429, {"Retry-After": "7200"}, "{}")):
        with _answering([answer]) as (url, asked):
            assert await _sent(url, pauses, lambda body: b"SECONDLY" in body) == 429
        assert len(asked) == 1
    assert pauses == []


async def test_a_refusal_by_the_way_there_is_never_repeated_for_what_would_double(pauses: list[float]) -> None:
    with _answering([(502, {}, "{}"), (200, {}, "{}")]) as (url, asked):
        assert await _sent(url, pauses) == 502
    assert len(asked) == 1
    assert pauses == []
