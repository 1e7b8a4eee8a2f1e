"""Applies the rules that a system has for a field's values, after the cast; what is refused here is refused there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from mapstudio.expressions.environment import utc_today
from mapstudio.mapping.numbers import plain_number
from mapstudio.model import Field, JsonValue, Rule, RuleKind

Test: TypeAlias = Callable[[JsonValue], bool]
_MAX_MEMORY = 1 << 20
_PERIOD = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?")
_SLACK = timedelta(days=1)
"""Where a system's day begins is not known here; what is refused is refused wherever that is."""


def rule_tests(item: Field) -> list[tuple[Rule, Test]]:
    """Return the rules of a field that can be applied here, each with its test of a value that was cast."""
    tests = ((rule, _test(rule)) for rule in item.rules)
    return [(rule, test) for rule, test in tests if test is not None]


def rules_only_told(item: Field) -> list[Rule]:
    """Return the rules that only the system can apply."""
    return [rule for rule in item.rules if _test(rule) is None]


@cache
def _test(rule: Rule) -> Test | None:
    make = _TESTS.get(rule.kind)
    return make(rule.argument) if make else None


def _matches(argument: str) -> Test | None:
    pattern = _pattern(argument)
    return (lambda value: pattern.fullmatch(str(value)) is not None) if pattern else None


def _lacks(argument: str) -> Test | None:
    pattern = _pattern(argument)
    return (lambda value: pattern.search(str(value)) is None) if pattern else None


def _pattern(text: str) -> Any | None:  # noqa: ANN401 - the package has no types
    # Loaded by the first rule, not by each mapping; the system's own meaning of \w and \s is kept.
    import re2  # noqa: PLC0415

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        return re2.compile(text, options)
    except (re2.error, UnicodeEncodeError):
        return None


def _min_length(argument: str) -> Test | None:
    if not argument.isdecimal():
        return None
    least = int(argument)
    return lambda value: len(str(value)) >= least


def _number_test(compare: Callable[[Decimal, Decimal], bool]) -> Callable[[str], Test | None]:
    def make(argument: str) -> Test | None:
        limit = _decimal(argument)
        if limit is None:
            return None

        def test(value: JsonValue) -> bool:
            number = _decimal(value)
            return number is None or compare(number, limit)

        return test

    return make


def _decimal(value: JsonValue) -> Decimal | None:
    number = plain_number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float | Decimal):
        return None
    return Decimal(str(number))


def _places(argument: str) -> Test | None:
    if not argument.isdecimal():
        return None
    most = int(argument)

    def test(value: JsonValue) -> bool:
        number = _decimal(value)
        exponent = number.normalize().as_tuple().exponent if number is not None else 0
        return not isinstance(exponent, int) or -exponent <= most

    return test


def _moment_test(compare: Callable[[datetime, datetime], bool]) -> Callable[[str], Test | None]:
    def make(argument: str) -> Test | None:
        limit = _moment(argument)
        if limit is None:
            return None

        def test(value: JsonValue) -> bool:
            moment = _moment(value)
            return moment is None or compare(moment, limit)

        return test

    return make


def _moment(value: JsonValue) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _weekdays(argument: str) -> Test | None:
    days = {int(day) for day in argument.split(",") if day.isdecimal()}

    def test(value: JsonValue) -> bool:
        moment = _moment(value)
        return moment is None or moment.astimezone(UTC).isoweekday() in days

    return test if days else None


def _ahead(argument: str) -> Test | None:
    if _PERIOD.fullmatch(argument) is None:
        return None

    def test(value: JsonValue) -> bool:
        moment = _moment(value)
        return moment is None or moment >= _midnight(_from_today(argument, 1)) - _SLACK

    return test


def _behind(argument: str) -> Test | None:
    if _PERIOD.fullmatch(argument) is None:
        return None

    def test(value: JsonValue) -> bool:
        moment = _moment(value)
        return moment is None or moment < _midnight(_from_today(argument, -1)) + 2 * _SLACK

    return test


def _from_today(period: str, sign: int) -> date:
    """Return the day that is so long after today, or before it; a month too short for the day ends with its last."""
    found = _PERIOD.fullmatch(period)
    years, months, weeks, days = (sign * int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    today = utc_today()
    month = today.year * 12 + today.month - 1 + years * 12 + months
    first = date(month // 12, month % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(today.day, last.day)) + timedelta(weeks=weeks, days=days)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


_TESTS: Mapping[RuleKind, Callable[[str], Test | None]] = {
    RuleKind.MATCHES: _matches,
    RuleKind.LACKS: _lacks,
    RuleKind.MIN_LENGTH: _min_length,
    RuleKind.MIN: _number_test(lambda number, limit: number >= limit),
    RuleKind.MAX: _number_test(lambda number, limit: number <= limit),
    RuleKind.PLACES: _places,
    RuleKind.FROM: _moment_test(lambda moment, limit: moment >= limit),
    RuleKind.UNTIL: _moment_test(lambda moment, limit: moment <= limit),
    RuleKind.WEEKDAYS: _weekdays,
    RuleKind.AHEAD: _ahead,
    RuleKind.BEHIND: _behind,
}
