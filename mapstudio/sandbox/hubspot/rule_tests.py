"""What each kind of validation rule asks of a value, and which arguments it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeAlias
from urllib.parse import urlsplit

import phonenumbers
import re2

from mapstudio.sandbox.hubspot.values import EMAIL, moment_of

MAX_DOMAINS = 20
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_PERIOD = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?")

Arguments: TypeAlias = "Sequence[str]"
Takes: TypeAlias = Callable[[Arguments], bool]
Test: TypeAlias = Callable[[str, Arguments, datetime], bool]
"""Whether a stored value passes, given the rule's arguments and the present moment."""


def none(arguments: Arguments) -> bool:
    """The rule takes no arguments."""
    return not arguments


def one_of(*words: str, optional: bool = False) -> Takes:
    """The rule takes one of these words."""
    return lambda arguments: (optional and not arguments) or (len(arguments) == 1 and arguments[0] in words)


def integer(low: int, high: int) -> Takes:
    """The rule takes a whole number."""
    longest = len(str(high))
    return lambda arguments: (
        len(arguments) == 1
        and arguments[0].isdecimal()
        and len(arguments[0]) <= longest
        and low <= int(arguments[0]) <= high
    )


def decimal(arguments: Arguments) -> bool:
    """The rule takes a number."""
    try:
        return len(arguments) == 1 and Decimal(arguments[0]).is_finite()
    except InvalidOperation:
        return False


def period(arguments: Arguments) -> bool:
    """The rule takes an ISO period such as ``P7D``."""
    return len(arguments) == 1 and len(arguments[0]) > 1 and _PERIOD.fullmatch(arguments[0]) is not None


def moment(arguments: Arguments) -> bool:
    """The rule takes a moment."""
    return len(arguments) == 1 and moment_of(arguments[0]) is not None


def domains(arguments: Arguments) -> bool:
    """The rule takes some domains."""
    return 1 <= len(arguments) <= MAX_DOMAINS and all(_DOMAIN.fullmatch(domain.lower()) for domain in arguments)


def days(arguments: Arguments) -> bool:
    """The rule takes days of the week."""
    return 1 <= len(arguments) <= len(DAYS) and {*arguments} <= {*DAYS}


def country(arguments: Arguments) -> bool:
    """The rule takes a country's code, or nothing."""
    return not arguments or (len(arguments) == 1 and re.fullmatch(r"[a-z]{2}", arguments[0]) is not None)


def pattern(arguments: Arguments) -> bool:
    """The rule takes a pattern, and the sentence for what does not match it."""
    if len(arguments) not in {1, 2}:
        return False
    try:
        re2.compile(arguments[0])
    except re2.error:
        return False
    return True


def has_characters(value: str, arguments: Arguments, _: datetime) -> bool:
    """Only letters, only digits, or both."""
    tests = {"ALPHANUMERIC": str.isalnum, "ALPHA_ONLY": str.isalpha, "NUMERIC_ONLY": str.isdecimal}
    return tests[arguments[0]](value)


def has_case(value: str, arguments: Arguments, _: datetime) -> bool:
    """Upper case, lower case, or a capital at the start of each word."""
    match arguments[0]:
        case "UPPER":
            return value == value.upper()
        case "LOWER":
            return value == value.lower()
        case _:
            return all(word[0] == word[0].upper() for word in value.split())


def at_most_long(value: str, arguments: Arguments, _: datetime) -> bool:
    """No longer than that."""
    return len(value) <= int(arguments[0])


def at_least_long(value: str, arguments: Arguments, _: datetime) -> bool:
    """No shorter than that."""
    return len(value) >= int(arguments[0])


def at_most(value: str, arguments: Arguments, _: datetime) -> bool:
    """No more than that."""
    return Decimal(value) <= Decimal(arguments[0])


def at_least(value: str, arguments: Arguments, _: datetime) -> bool:
    """No less than that."""
    return Decimal(value) >= Decimal(arguments[0])


def has_places(value: str, arguments: Arguments, _: datetime) -> bool:
    """No more decimal places than that."""
    return len(value.partition(".")[2].rstrip("0")) <= int(arguments[0])


def matches(value: str, arguments: Arguments, _: datetime) -> bool:
    """The pattern, from the first character to the last."""
    return re2.fullmatch(arguments[0], value) is not None


def is_plain(value: str, _: Arguments, __: datetime) -> bool:
    """No special characters."""
    return all(mark.isalnum() or mark.isspace() for mark in value)


def has_no_blanks(value: str, arguments: Arguments, _: datetime) -> bool:
    """No blanks at all, or none at the ends."""
    return value == value.strip() if [*arguments] == ["TRIM"] else not re.search(r"\s", value)


def is_domain(value: str, _: Arguments, __: datetime) -> bool:
    """A domain."""
    return _DOMAIN.fullmatch(value.lower()) is not None


def is_email(value: str, _: Arguments, __: datetime) -> bool:
    """An e-mail address."""
    return EMAIL.fullmatch(value.lower()) is not None


def is_email_of(value: str, arguments: Arguments, _: datetime) -> bool:
    """An address of one of the domains."""
    return _under(value.lower().rpartition("@")[2], arguments)


def is_url(value: str, _: Arguments, __: datetime) -> bool:
    """A URL, with its scheme or without."""
    return _DOMAIN.fullmatch(_host(value)) is not None and not re.search(r"\s", value)


def is_url_of(value: str, arguments: Arguments, _: datetime) -> bool:
    """A URL of one of the domains."""
    return _under(_host(value), arguments)


def is_phone(value: str, arguments: Arguments, _: datetime) -> bool:
    """An international phone number, of that country when one is named."""
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return False
    home = phonenumbers.region_code_for_number(number)
    return phonenumbers.is_valid_number(number) and (not arguments or home == arguments[0].upper())


def is_from(value: str, arguments: Arguments, _: datetime) -> bool:
    """That moment or later."""
    return _at(value) >= _at(arguments[0])


def is_until(value: str, arguments: Arguments, _: datetime) -> bool:
    """That moment or earlier."""
    return _at(value) <= _at(arguments[0])


def is_day_ahead(value: str, arguments: Arguments, now: datetime) -> bool:
    """At least so long after today."""
    return _at(value) >= _shifted(_midnight(now), arguments[0], 1)


def is_day_behind(value: str, arguments: Arguments, now: datetime) -> bool:
    """At least so long before today."""
    return _at(value) <= _shifted(_midnight(now), arguments[0], -1)


def is_ahead(value: str, arguments: Arguments, now: datetime) -> bool:
    """At least so long from now."""
    return _at(value) >= _shifted(now, arguments[0], 1)


def is_behind(value: str, arguments: Arguments, now: datetime) -> bool:
    """At least so long ago."""
    return _at(value) <= _shifted(now, arguments[0], -1)


def is_on(value: str, arguments: Arguments, _: datetime) -> bool:
    """On one of the days of the week."""
    return DAYS[_at(value).weekday()] in arguments


def unless(test: Test) -> Test:
    """The opposite of a test."""
    return lambda value, arguments, now: not test(value, arguments, now)


def _shifted(start: datetime, text: str, sign: int) -> datetime:
    found = _PERIOD.fullmatch(text)
    years, months, weeks, some_days = (sign * int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    month = start.year * 12 + start.month - 1 + years * 12 + months
    first = date(month // 12, month % 12 + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    day = min(start.day, last.day)
    return start.replace(year=first.year, month=first.month, day=day) + timedelta(weeks=weeks, days=some_days)


def _at(text: str) -> datetime:
    return moment_of(text) or datetime.min.replace(tzinfo=UTC)


def _midnight(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _host(value: str) -> str:
    try:
        return (urlsplit(value if "//" in value else f"//{value}").hostname or "").lower()
    except ValueError:
        return ""


def _under(host: str, names: Arguments) -> bool:
    return any(host == name.lower() or host.endswith(f".{name.lower()}") for name in names)
