"""When a day that is spent comes back: by the account's own word, else by its midnight, clocks changed or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.connectors.hubspot.day import Day
from mapstudio.model import JsonValue

NOW = datetime(2026, 11, 28, 20, 30, tzinfo=UTC)


def report(**more: JsonValue) -> JsonValue:
    return [{"name": "n", "usageLimit": 625_000, "currentUsage": 1, "fetchStatus": "SUCCESS", **more}]


def test_the_account_s_word_for_the_end_counts_more_than_its_midnight() -> None:
    day = Day("America/Mexico_City")
    day.report(report(resetsAt="2026-11-28T22:00:00.000Z"))
    assert day.spent(NOW) == (
        "its 625,000 calls of this day; they come back at 2026-11-28 16:00 (America/Mexico_City), in 1 h 30 min"
    )


def test_an_end_that_is_over_is_not_told() -> None:
    day = Day("America/Mexico_City")
    day.report(report(resetsAt="2026-11-28T06:00:00.000Z"))
    assert day.spent(NOW).endswith("2026-11-29 00:00 (America/Mexico_City), in 9 h 30 min")


def test_what_could_not_be_reported_changes_nothing() -> None:
    day = Day("America/Mexico_City", 250_000)
    for status in ("FAILURE", "NOTFOUND", "TIMEOUT"):
        day.report(report(fetchStatus=status, usageLimit=0))
    nothings: list[JsonValue] = [None, {}, "x", [None, 7]]
    for nothing in nothings:
        day.report(nothing)
    assert (day.calls, day.resets) == (250_000, None)


def test_headers_tell_what_is_allowed_and_their_absence_nothing() -> None:
    day = Day()
    day.learn({"X-HubSpot-RateLimit-Daily": "1000000"})
    day.learn({})
    day.learn({"X-HubSpot-RateLimit-Daily": "many"})
    assert day.spent(NOW).startswith("its 1,000,000 calls")


@pytest.mark.parametrize("zone", ["", "Not/AZone"])
def test_without_a_zone_that_is_known_midnight_is_told_in_words(zone: str) -> None:
    assert Day(zone).spent(NOW).endswith("midnight in the time zone of the account")


def test_the_account_s_word_is_shown_in_utc_where_its_zone_is_not_known() -> None:
    day = Day()
    day.report(report(resetsAt="2026-11-28T22:00:00Z"))
    assert day.spent(NOW).endswith("2026-11-28 22:00 (UTC), in 1 h 30 min")


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-10-25T00:30:00+02:00", "24 h 30 min"),  # a day of 25 hours
        ("2026-03-29T00:30:00+01:00", "22 h 30 min"),  # one of 23
    ],
)
def test_a_day_on_which_clocks_change_has_its_own_length(now: str, left: str) -> None:
    assert Day("Europe/Madrid").spent(datetime.fromisoformat(now)).endswith(f"(Europe/Madrid), in {left}")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds it
    st.sampled_from(["Europe/Madrid", "America/Mexico_City", "Pacific/Kiritimati", "Asia/Kathmandu", "UTC"]),
)
def test_the_end_is_the_next_midnight_there(now: datetime, zone: str) -> None:
    told = Day(zone).spent(now)
    shown, _, left = told.partition("come back at ")[2].partition(" (")
    hours, minutes = (int(part.split()[0]) for part in left.partition("in ")[2].split(" h "))
    there = (now + timedelta(hours=hours, minutes=minutes)).astimezone(ZoneInfo(zone))
    assert shown.endswith("00:00")
    assert timedelta() <= datetime.fromisoformat(shown).replace(tzinfo=ZoneInfo(zone)) - there < timedelta(minutes=1)
