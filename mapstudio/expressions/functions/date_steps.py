"""From one date to another: steps of the calendar, and how many days lie between."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.date_formats import Moment
from mapstudio.expressions.functions.dates import parsed
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.functions.whole import whole
from mapstudio.expressions.kinds import Kind, one
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import Number, is_blank
from mapstudio.model import JsonValue
from mapstudio.model.suggest import did_you_mean

_GROUP = "Dates"
_MONTHS = {"year": 12, "month": 1}
_DAYS = {"week": 7, "day": 1}
_SECONDS = {"hour": 3600, "minute": 60, "second": 1}
UNITS = tuple(f"{name}s" for name in (*_MONTHS, *_DAYS, *_SECONDS))


def _check_unit(literals: Sequence[JsonValue]) -> tuple[str, str]:
    unit = literals[2]
    if isinstance(unit, str) and _unit(unit) is None:
        return f"there is no unit {shown(unit)}", did_you_mean(unit, UNITS) or f"one of {', '.join(UNITS)}"
    return "", ""


def _unit(text: str) -> str | None:
    name = text.removesuffix("s")
    return name if f"{name}s" in UNITS else None


@FUNCTIONS.function(
    "date_add",
    one("date", Kind.TEXT),
    one("amount", Kind.NUMBER, Kind.NULL),
    one("unit", Kind.TEXT),
    returns="text or null",
    group=_GROUP,
    summary=(
        "The date or date-time so many years, months, weeks, days, hours, minutes or seconds later, or earlier with a "
        "negative number. A day that the month does not have is its last one; a time keeps its offset. Null for an "
        "amount of null."
    ),
    examples=[
        Example("date_add('2024-01-31', `1`, 'month')", "2024-02-29"),
        Example("date_add(arrival, nights, 'days')", "2024-06-04", given={"arrival": "2024-06-01", "nights": 3}),
        Example("date_add('2024-05-01T22:30:00+02:00', `90`, 'minutes')", "2024-05-02T00:00:00+02:00"),
        Example("date_add('2024-02-29', `-1`, 'years')", "2023-02-28"),
        Example(
            "date_add('2024-05-01', `2`, 'hours')", error='"2024-05-01" is a date without a time, and has no hours'
        ),
    ],
    null_first=True,
    blank_first=True,
    check_literals=_check_unit,
)
def _date_add(_: Call, text: str, amount: Number | None, unit: str) -> JsonValue:
    moment = parsed(text)
    name = _unit(unit)
    if name is None:
        raise EvaluationError(f"there is no unit {shown(unit)}", unit)
    if amount is None:
        return None
    if name in _SECONDS and not isinstance(moment.when, datetime):
        raise EvaluationError(f"{shown(text)} is a date without a time, and has no {name}s", text)
    try:
        return _later(moment, whole("date_add", amount), name).text()
    except (ValueError, OverflowError) as error:
        raise EvaluationError(f"there is no date so far from {shown(text)}", amount) from error


def _later(moment: Moment, amount: int, unit: str) -> Moment:
    if unit in _MONTHS:
        return replace(moment, when=_months_later(moment.when, amount * _MONTHS[unit]))
    if unit in _DAYS:
        return replace(moment, when=moment.when + timedelta(days=amount * _DAYS[unit]))
    return replace(moment, when=moment.when + timedelta(seconds=amount * _SECONDS[unit]))


def _months_later(when: date, months: int) -> date:
    years, month = divmod(when.month - 1 + months, 12)
    year = when.year + years
    if not date.min.year <= year <= date.max.year:
        raise ValueError("year")
    return when.replace(year=year, month=month + 1, day=min(when.day, monthrange(year, month + 1)[1]))


@FUNCTIONS.function(
    "days_between",
    one("start", Kind.TEXT),
    one("end", Kind.TEXT, Kind.NULL),
    returns="number or null",
    group=_GROUP,
    summary=(
        "How many days the end is after the start, by the calendar: times do not count, each date is that of its own "
        "zone. Negative when the end comes first; null when one of them is null."
    ),
    examples=[
        Example("days_between('2024-02-28', '2024-03-01')", 2),
        Example("days_between('2024-06-01T15:00:00+02:00', '2024-06-04T11:00:00+02:00')", 3),
        Example("days_between('2024-03-01', '2024-02-28')", -2),
        Example("days_between('2024-03-01', `null`)", None),
    ],
    null_first=True,
    blank_first=True,
)
def _days_between(_: Call, start: str, end: str | None) -> JsonValue:
    first = parsed(start)
    if is_blank(end):
        return None
    return _day(parsed(str(end))).toordinal() - _day(first).toordinal()


def _day(moment: Moment) -> date:
    return moment.when.date() if isinstance(moment.when, datetime) else moment.when
