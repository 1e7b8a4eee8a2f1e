"""The validation rules that an administrator sets on properties, and what they refuse.

Types and arguments as the vendor's guide of March 2026 gives them; of the codes only ``INVALID_ALPHA`` is documented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mapstudio.sandbox.hubspot import rule_tests as tests
from mapstudio.sandbox.hubspot.definitions import Property
from mapstudio.sandbox.hubspot.errors import Invalid, bad_request


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one property."""

    type: str
    arguments: tuple[str, ...]
    normalise: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the rule as the validations endpoint answers it."""
        answer: dict[str, Any] = {"ruleType": self.type, "ruleArguments": [*self.arguments]}
        return answer if self.normalise is None else {**answer, "shouldApplyNormalization": self.normalise}


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a type of rule goes with (``type`` or ``type/fieldType``), takes, asks and tells."""

    fits: frozenset[str]
    takes: tests.Takes
    test: tests.Test
    message: str


def check_rule(item: Property, rule: Rule) -> None:
    """Raise when a rule cannot be set on a property.

    Raises:
        ApiError: It does not go with the property's type, or its arguments make no sense.
    """
    kind = _KINDS.get(rule.type)
    if kind is None:
        raise bad_request(f"{rule.type} is no rule type; it is one of {', '.join(sorted(_KINDS))}.")
    if not kind.fits & {item.type, f"{item.type}/{item.field_type}"}:
        raise bad_request(f"The rule {rule.type} does not go with {item.name}, a {item.type} ({item.field_type}).")
    if not kind.takes(rule.arguments):
        raise bad_request(f"ruleArguments {list(rule.arguments)} are no arguments of {rule.type}.")


def mended(rule: Rule, value: str) -> str:
    """Return what becomes of a stored value before it is looked at, where the rule mends values."""
    if not rule.normalise:
        return value
    match rule.type:
        case "ALPHANUMERIC" | "SPECIAL_CHARACTERS" | "WHITESPACE" if rule.arguments != ("TRIM",):
            test = _KINDS[rule.type].test
            return "".join(mark for mark in value if test(mark, rule.arguments, _NO_MOMENT))
        case "WHITESPACE":
            return value.strip()
        case "FORMAT":
            return _CASES[rule.arguments[0]](value)
        case _:
            return value


def refusal(item: Property, rule: Rule, value: str, now: datetime) -> Invalid | None:
    """Return why a stored value breaks a rule, ``None`` when it does not."""
    kind = _KINDS[rule.type]
    if kind.test(value, rule.arguments, now):
        return None
    code, message = f"INVALID_{rule.type}", kind.message.format(", ".join(rule.arguments))
    if rule.type == "ALPHANUMERIC":
        code, message = _CHARACTERS[rule.arguments[0]]
    elif rule.type == "REGEX" and len(rule.arguments) > 1:
        message = rule.arguments[1]
    return Invalid(item.name, code, message, value)


def _kind(fits: str, takes: tests.Takes, test: tests.Test, message: str) -> _Kind:
    return _Kind(frozenset(fits.split()), takes, test, message)


_CHARACTERS: Mapping[str, tuple[str, str]] = {
    "ALPHA_ONLY": ("INVALID_ALPHA", "Enter only letters"),
    "NUMERIC_ONLY": ("INVALID_NUMERIC", "Enter only numbers"),
    "ALPHANUMERIC": ("INVALID_ALPHANUMERIC", "Enter only letters and numbers"),
}
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)
_CASES: Mapping[str, Callable[[str], str]] = {
    "UPPER": str.upper,
    "LOWER": str.lower,
    "CAPITALIZATION": lambda text: re.sub(r"(?<!\S)\S", lambda first: first[0].upper(), text),
}
_LINE, _TEXT, _WRITTEN = "string/text", "string/text string/textarea", "string/text string/textarea string/phonenumber"
_PHONE = "string/phonenumber phone_number/phonenumber"
_LENGTH, _PLACES = tests.integer(1, 10_000), tests.integer(0, 20)
_SET, _CASE = tests.one_of(*_CHARACTERS), tests.one_of("CAPITALIZATION", "UPPER", "LOWER")
_BLANKS, _PLAIN = tests.one_of("ALL", "TRIM", optional=True), tests.one_of("NOT_ALLOWED")
_OTHER_MAIL, _OTHER_URL = tests.unless(tests.is_email_of), tests.unless(tests.is_url_of)

_KINDS: Mapping[str, _Kind] = {
    "ALPHANUMERIC": _kind(_TEXT, _SET, tests.has_characters, ""),
    "FORMAT": _kind(_TEXT, _CASE, tests.has_case, "Enter a value in the case {}"),
    "MAX_LENGTH": _kind(_WRITTEN, _LENGTH, tests.at_most_long, "Enter at most {} characters"),
    "MIN_LENGTH": _kind(_WRITTEN, _LENGTH, tests.at_least_long, "Enter at least {} characters"),
    "MAX_NUMBER": _kind("number", tests.decimal, tests.at_most, "Enter a number of at most {}"),
    "MIN_NUMBER": _kind("number", tests.decimal, tests.at_least, "Enter a number of at least {}"),
    "DECIMAL": _kind("number", _PLACES, tests.has_places, "Enter a number with at most {} decimal places"),
    "REGEX": _kind(_TEXT, tests.pattern, tests.matches, "Enter a value that matches {}"),
    "SPECIAL_CHARACTERS": _kind(_TEXT, _PLAIN, tests.is_plain, "Special characters are not allowed"),
    "WHITESPACE": _kind(_LINE, _BLANKS, tests.has_no_blanks, "Whitespace is not allowed"),
    "DOMAIN": _kind(_LINE, tests.none, tests.is_domain, "Enter a domain"),
    "EMAIL": _kind(_LINE, tests.none, tests.is_email, "Enter an e-mail address"),
    "EMAIL_ALLOWED_DOMAINS": _kind(_LINE, tests.domains, tests.is_email_of, "Enter an address of {}"),
    "EMAIL_BLOCKED_DOMAINS": _kind(_LINE, tests.domains, _OTHER_MAIL, "Enter an address that is not of {}"),
    "URL": _kind(_LINE, tests.none, tests.is_url, "Enter a URL"),
    "URL_ALLOWED_DOMAINS": _kind(_LINE, tests.domains, tests.is_url_of, "Enter a URL of {}"),
    "URL_BLOCKED_DOMAINS": _kind(_LINE, tests.domains, _OTHER_URL, "Enter a URL that is not of {}"),
    "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE": _kind(
        _PHONE, tests.country, tests.is_phone, "Enter a phone number with its country code"
    ),
    "START_DATE": _kind("date", tests.moment, tests.is_from, "Enter a date of {} or later"),
    "END_DATE": _kind("date", tests.moment, tests.is_until, "Enter a date of {} or earlier"),
    "START_DATETIME": _kind("datetime", tests.moment, tests.is_from, "Enter a time of {} or later"),
    "END_DATETIME": _kind("datetime", tests.moment, tests.is_until, "Enter a time of {} or earlier"),
    "AFTER_DURATION": _kind("date", tests.period, tests.is_day_ahead, "Enter a date at least {} after today"),
    "BEFORE_DURATION": _kind("date", tests.period, tests.is_day_behind, "Enter a date at least {} before today"),
    "AFTER_DATETIME_DURATION": _kind("datetime", tests.period, tests.is_ahead, "Enter a time at least {} from now"),
    "BEFORE_DATETIME_DURATION": _kind("datetime", tests.period, tests.is_behind, "Enter a time at least {} ago"),
    "DAYS_OF_WEEK": _kind("date datetime", tests.days, tests.is_on, "Enter a day that is one of {}"),
}
RULE_TYPES = frozenset(_KINDS)
