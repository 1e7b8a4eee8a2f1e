"""The share of a limit is what the limit would take at the least, and a request too many is never overlooked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from time import monotonic

import httpx
import pytest

from benchmarks.campaign.stay import rate_used
from benchmarks.limits import __main__ as limits
from benchmarks.limits import hotel
from benchmarks.limits.used import Case, Limit, Used, used
from benchmarks.local import Arrival, local_sandbox
from mapstudio.sandbox.cloudbeds import SANDBOX

FIVE = Limit("five", 5, 1.0)


def arrivals(*moments: float, status: int = 200) -> list[Arrival]:
    return [Arrival(at, "GET", "/", status, None) for at in moments]


def test_five_at_the_beginning_of_each_second_use_all_of_it() -> None:
    found = used(FIVE, arrivals(*(second for second in range(4) for _ in range(5))))
    assert found is not None
    assert (found.share, found.seconds, found.requests, found.refused) == (1.0, 3.0, 20, 0)


def test_what_is_late_is_lost() -> None:
    found = used(FIVE, arrivals(*(second * 1.25 for second in range(4) for _ in range(5))))
    assert found is not None
    assert found.share == pytest.approx(0.8)


def test_a_refused_request_uses_nothing_and_is_told() -> None:
    passed = arrivals(*(second * 2.0 for second in range(4) for _ in range(5)))
    found = used(FIVE, [*passed, *arrivals(0.5, 1.0, 1.5, status=429)])
    assert found is not None
    assert (found.share, found.requests, found.refused) == (0.5, 23, 3)


@pytest.mark.parametrize("count", [0, 1, 10])
def test_too_little_to_fill_two_windows_says_nothing(count: int) -> None:
    assert used(FIVE, arrivals(*([0.0] * count))) is None


def test_of_a_campaign_the_longest_busy_stretch_counts() -> None:
    """Where the other system was waited for, nothing could be used."""
    before = [second * 1.0 for second in range(2) for _ in range(5)]
    busy = [60 + second * 1.25 for second in range(12) for _ in range(5)]
    in_between = [at + step for at in busy[::5] for step in (0.0, 0.3, 0.6, 0.9, 0.95)]
    assert rate_used(arrivals(*before, *in_between)) == pytest.approx(0.8)
    assert rate_used(arrivals(*before, *in_between[:30])) is None
    assert rate_used([]) is None


@pytest.mark.parametrize(
    ("query", "headers", "body", "named"),
    [
        (b"propertyIDs=297653&pageNumber=1", {}, b"", "297653"),
        (b"", {}, b"propertyID=297652&guestID=9", "297652"),
        (b"", {"x-property-id": "297653"}, b'{"limit": 100}', "297653"),
        (b"", {"x-organization-id": "42"}, b"", ""),
    ],
)
def test_each_generation_names_its_property_elsewhere(
    query: bytes, headers: dict[str, str], body: bytes, named: str
) -> None:
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert hotel.property_of({"type": "http", "query_string": query, "headers": sent}, body) == named


async def test_latency_is_half_on_the_way_there_and_half_on_the_way_back() -> None:
    async with local_sandbox(SANDBOX, limits=False, latency=0.2) as far:
        async with httpx.AsyncClient(base_url=far.url, trust_env=False) as client:
            began = monotonic()
            await client.get("/api/v1.3/getHotels")
            ended = monotonic()
        [arrival] = far.arrivals
    assert arrival.at - began >= 0.1
    assert ended - arrival.at >= 0.1


def test_each_limit_of_the_hotel_is_measured_by_itself() -> None:
    """A request that names no property is about all of them, and counts for each."""
    noted = [
        Arrival(second * every, "GET", "/", 200, None, whose)
        for whose, every in (("297652", 1.0), ("297653", 2.0), ("", 4.0))
        for second in range(8)
        for _ in range(5)
    ]
    by_time = sorted(noted, key=lambda arrival: arrival.at)
    found = hotel.shares(["297652", "297653"], by_time)
    assert [(item.limit, item.requests) for item in found] == [("297652", 80), ("297653", 80)]
    assert [(item.limit, item.requests) for item in hotel.shares([""], by_time)] == [("group", 120)]


@pytest.mark.slow
@pytest.mark.parametrize("opened", hotel.OPENED, ids=lambda opened: opened.name)
async def test_no_limit_of_the_hotel_is_broken(opened: hotel.Opened) -> None:
    found = await hotel.measure(hotel.WORKS["all at once"], opened, 0.0, 6.0)
    assert found
    assert [item.refused for item in found] == [0] * len(found)


def told(refused: int, share: float) -> Case:
    async def measure(seconds: float) -> Sequence[Used]:
        return [Used("five", 100, refused, seconds, share)]

    return Case("hotel, reading", 0.95, measure)


@pytest.mark.parametrize(
    ("case", "options", "code"),
    [
        (told(0, 0.96), ["--require"], 0),
        (told(0, 0.94), [], 0),
        (told(0, 0.94), ["--require"], 1),
        (told(1, 0.99), [], 1),
        (told(1, 0.99), ["--only", "hotel"], 1),
    ],
)
def test_the_exit_code_tells_of_refusals_and_of_a_missed_target(
    monkeypatch: pytest.MonkeyPatch, case: Case, options: list[str], code: int
) -> None:
    monkeypatch.setattr(limits, "CASES", [case])
    assert limits.main(options) == code


def test_a_name_that_fits_nothing_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CASES", [told(0, 0.96)])
    with pytest.raises(SystemExit) as ended:
        limits.main(["--only", "motel"])
    assert ended.value.code == 2


def test_the_figures_are_printed_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(limits, "CASES", [told(0, 0.96)])
    limits.main(["--json", "--seconds", "3"])
    [item] = json.loads(capsys.readouterr().out)
    assert (item["case"], item["target"], item["limit"], item["share"], item["seconds"]) == (
        "hotel, reading",
        0.95,
        "five",
        0.96,
        3.0,
    )
