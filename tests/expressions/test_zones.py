"""Between zones, along the calendar, and since 1970."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import compile_expression, search
from mapstudio.expressions import EvaluationError, ExpressionSyntaxError
from mapstudio.model import JsonValue

# A folder of the database.
INDIANA = '"America/Indiana" is no time zone, did you mean "America/Indianapolis"?'
ZONES = ["Europe/Madrid", "America/Mexico_City", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
FIRST, SECOND = "2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"
BEHIND, BEFORE = "2024-03-31T01:30:00Z", "2024-03-31T00:30:00Z"


@pytest.mark.parametrize(
    ("doubt", "twice", "skipped"),
    [("compatible", FIRST, BEHIND), ("earlier", FIRST, BEFORE), ("later", SECOND, BEHIND)],
)
def test_times_in_doubt(doubt: str, twice: str, skipped: str) -> None:
    expression = compile_expression("to_utc(@, 'Europe/Madrid', '" + doubt + "')")
    assert expression.search("2024-10-27T02:30:00") == twice
    assert expression.search("2024-03-31T02:30:00") == skipped
    assert expression.search("2024-10-27T03:30:00") == "2024-10-27T02:30:00Z"
    assert expression.search("2024-03-31T01:59:59.5") == "2024-03-31T00:59:59.5Z"


@pytest.mark.parametrize(
    ("expression", "data", "reason"),
    [
        (
            "to_utc(@, 'Europe/Madrid', 'reject')",
            "2024-10-27T02:30:00",
            '"2024-10-27T02:30:00" is shown twice by the clocks of Europe/Madrid',
        ),
        ("to_utc(@, 'UTC')", "2024-05-01", '"2024-05-01" is a date without a time, which is in no zone'),
        ("from_utc(@, 'UTC')", "2024-05-01", '"2024-05-01" is a date without a time, which is in no zone'),
        (
            "to_utc('2024-05-01T10:00', @)",
            "Eire/Dublin",
            '"Eire/Dublin" is no time zone, did you mean "Europe/Dublin"?',
        ),
        ("to_utc('2024-05-01T10:00Z', @)", "../etc/passwd", '"../etc/passwd" is no time zone'),
        ("from_utc('2024-05-01T10:00', @)", "America/Indiana", INDIANA),
        ("to_utc('2024-05-01T10:00', 'UTC', @)", "x", 'there is no choice "x" for a time in doubt'),
        ("from_utc(@, 'America/Lima')", "0001-01-01T00:00Z", '"0001-01-01T00:00Z" is out of the calendar there'),
        ("from_epoch_ms(@)", 1.5, "1.5 is no whole number of milliseconds"),
        ("from_epoch_ms(@)", 10**17, "100000000000000000 milliseconds are out of the calendar"),
        ("to_epoch_ms(@)", "soon", '"soon" is not a date: expected YYYY-MM-DD'),
        ("date_add('2024-05-01', @, 'days')", 1.5, "date_add needs a whole number, got 1.5"),
        ("date_add('2024-05-01', @, 'years')", 8000, 'there is no date so far from "2024-05-01"'),
        ("date_add('2024-05-01', @, 'days')", 10**30, 'there is no date so far from "2024-05-01"'),
        ("date_add('2024-05-01', `1`, @)", "fortnight", 'there is no unit "fortnight"'),
        ("days_between('2024-05-01', @)", "tomorrow", '"tomorrow" is not a date: expected YYYY-MM-DD'),
    ],
)
def test_reasons(expression: str, data: JsonValue, reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search(expression, data)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("to_utc(a, 'Europe/Madird')", 'did you mean "Europe/Madrid"?'),
        ("from_utc(a, '')", "name it as Europe/Madrid"),
        ("to_utc(a, 'UTC', 'first')", "one of compatible, earlier, later, reject"),
        ("date_add(a, `1`, 'dias')", 'did you mean "days"?'),
        ("format_date(a, 'MMMM', 'fr')", "one of en, es"),
    ],
)
def test_wrong_literals_are_found_when_compiled(expression: str, words: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_expression(expression)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "data", "expected"),
    [
        ("from_utc(@, 'America/Mexico_City')", "2024-07-01T10:00:00.123456Z", "2024-07-01T04:00:00.123456-06:00"),
        ("from_utc(@, 'UTC')", "2024-07-01T10:00:00+02:00", "2024-07-01T08:00:00Z"),
        ("from_utc(@, ' Asia/Kathmandu ')", "2024-07-01T00:00:00Z", "2024-07-01T05:45:00+05:45"),
        ("to_utc(from_utc(@, 'America/Mexico_City'))", "1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"),
        ("to_utc(@, 'Europe/Madrid')", "2024-07-01T10:00:00Z", "2024-07-01T10:00:00Z"),
        ("to_epoch_ms(@)", "1969-12-31T23:59:59.999Z", -1),
        ("to_epoch_ms(@)", "1970-01-01T01:00:00.0019999+01:00", 1),
        ("from_epoch_ms(@)", -1, "1969-12-31T23:59:59.999Z"),
        ("from_epoch_ms(@)", " 0 ", "1970-01-01T00:00:00Z"),
        ("from_epoch_ms(@)", 1714521600000.0, "2024-05-01T00:00:00Z"),
        ("date_add(@, `-1`, 'month')", "2024-03-31", "2024-02-29"),
        ("date_add(@, `25`, 'months')", "2024-01-31T10:00:00.5Z", "2026-02-28T10:00:00.5Z"),
        ("date_add(@, `2`, 'weeks')", "2024-12-25", "2025-01-08"),
        ("date_add(@, `-1`, 'second')", "2024-01-01T00:00:00", "2023-12-31T23:59:59"),
        ("date_add(@, nights, 'days')", "2024-01-01", None),
        ("days_between(@, '2025-01-01')", "2024-01-01", 366),
        ("days_between(@, '2024-06-02T00:10:00-05:00')", "2024-06-01T23:50:00+02:00", 1),
        ("format_date(@, 'D MMM YYYY', 'es-MX')", "2024-09-05", "5 sep 2024"),
    ],
)
def test_dates(expression: str, data: JsonValue, expected: JsonValue) -> None:
    assert search(expression, data) == expected


@given(st.datetimes(datetime(1975, 1, 1), datetime(2035, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001 - local ones
def test_there_and_back(local: datetime, zone: str) -> None:
    local = local.replace(microsecond=0)
    record: JsonValue = {"t": local.isoformat(), "z": zone}
    there = search("to_utc(t, z)", record)
    assert isinstance(there, str)
    back = search("from_utc(@.t, @.z)", {"t": there, "z": zone})
    assert isinstance(back, str)
    first, second = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    # Python's own rules decide what the moment is; only a time that is not there comes back as another one.
    assert datetime.fromisoformat(there) == first.astimezone(UTC)
    if first.utcoffset() == second.utcoffset():
        assert back[:19] == local.isoformat()
    assert search("to_utc(@)", back) == there


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)))  # noqa: DTZ001 - made UTC below
def test_epoch_and_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    text = search("from_epoch_ms(@)", (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))
    assert isinstance(text, str)
    assert datetime.fromisoformat(text) == moment
    assert search("from_epoch_ms(to_epoch_ms(@))", text) == text


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-5000, 5000))
def test_days_added_lie_between(day: date, days: int) -> None:
    record: JsonValue = {"d": day.isoformat(), "n": days}
    assert search("days_between(d, date_add(d, n, 'days'))", record) == days


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-500, 500))
def test_months_added_end_in_their_month(day: date, months: int) -> None:
    found = search("date_add(d, n, 'months')", {"d": day.isoformat(), "n": months})
    later = date.fromisoformat(str(found))
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
