r"""The admin's validation rules, translated into ours.

Types and arguments as the vendor's guide of March 2026 gives them. Whatever comes later is told and left to the system,
and so is a rule that mends values first, unless it is known how.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from mapstudio.connectors.hubspot.mending import MENDS
from mapstudio.model import JsonValue, Record, Rule, RuleKind

MAX_LENGTH = "MAX_LENGTH"
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_LETTER_OR_DIGIT = r"\pL\pN"
_BLANK = r"[\s\v\x{85}\pZ]"
_DOMAIN = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
_BEFORE_HOST = r"(?:[a-z][a-z0-9+.-]*://|//)?(?:[^/?#\s]*@)?"
_BEHIND_HOST = r"(?::\d+)?(?:[/?#].*)?"
_CHARACTERS = {
    "ALPHANUMERIC": (rf"[{_LETTER_OR_DIGIT}]+", "only letters and digits"),
    "ALPHA_ONLY": (r"\pL+", "only letters"),
    "NUMERIC_ONLY": (r"\p{Nd}+", "only digits"),
}
_CASES = {
    "UPPER": (r"\p{Ll}", "no small letters"),
    "LOWER": (r"\p{Lu}", "no capital letters"),
    "CAPITALIZATION": (rf"(?:^|{_BLANK})\p{{Ll}}", "a capital letter at the start of each word"),
}
_BLANKS = {
    "TRIM": (rf"^{_BLANK}|{_BLANK}$", "no blanks at the ends"),
    "ALL": (_BLANK, "no blanks"),
}

_Made: TypeAlias = "tuple[RuleKind, str, str] | None"
_Make: TypeAlias = "Callable[[Sequence[str]], _Made]"


def rules_by_property(entries: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the wire's rules by property, from what the validations endpoint answers for an object."""
    found: dict[str, list[Record]] = {}
    for entry in entries:
        listed = entry.get("propertyValidationRules")
        rules = [rule for rule in listed if isinstance(rule, dict)] if isinstance(listed, list) else []
        found.setdefault(str(entry.get("propertyName")), []).extend(rules)
    return found


def max_length(rules: Iterable[Record]) -> int | None:
    """Return the longest text that the rules allow, ``None`` when they say nothing of it."""
    found = [rule for rule in rules if rule.get("ruleType") == MAX_LENGTH]
    lengths = [int(word) for rule in found for word in _arguments(rule) if word.isdecimal()]
    return min(lengths, default=None)


def translated(rules: Iterable[Record]) -> tuple[Rule, ...]:
    """Return the rules as ours; a property's longest text is no rule but part of its definition."""
    return tuple(_translated(rule) for rule in rules if rule.get("ruleType") != MAX_LENGTH)


def _translated(rule: Record) -> Rule:
    kind, arguments = str(rule.get("ruleType")), _arguments(rule)
    make = _RULES.get(kind)
    # A value that the system mends before it looks at it is not to be refused here.
    mends = bool(rule.get("shouldApplyNormalization")) and kind not in _NEVER_MENDED
    if mends and (form := MENDS.get((kind, *arguments))):
        return Rule(RuleKind.MENDED, " ".join((kind, *arguments)), form.words)
    made = make(arguments) if make and not mends else None
    if made is not None:
        return Rule(*made)
    given = f" {', '.join(arguments)}" if arguments else ""
    return Rule(RuleKind.TOLD, "", f"what its rule {kind}{given} allows")


def _arguments(rule: Record) -> list[str]:
    listed: JsonValue = rule.get("ruleArguments")
    return [str(word) for word in listed] if isinstance(listed, list) else []


def _fixed(kind: RuleKind, pattern: str, words: str) -> _Make:
    return lambda _: (kind, pattern, words)


def _chosen(kind: RuleKind, choices: Mapping[str, tuple[str, str]], default: str) -> _Make:
    def make(arguments: Sequence[str]) -> _Made:
        choice = choices.get(arguments[0] if arguments else default)
        return (kind, *choice) if choice else None

    return make


def _numbered(kind: RuleKind, words: str) -> _Make:
    def make(arguments: Sequence[str]) -> _Made:
        if len(arguments) != 1 or not re.fullmatch(r"-?\d+(\.\d+)?", arguments[0]):
            return None
        return kind, arguments[0], words.format(arguments[0])

    return make


def _dated(kind: RuleKind, words: str) -> _Make:
    def make(arguments: Sequence[str]) -> _Made:
        if len(arguments) != 1 or not re.fullmatch(r"-?\d{1,14}", arguments[0]):
            return None
        moment = datetime.fromtimestamp(int(arguments[0]) / 1000, UTC).isoformat().replace("+00:00", "Z")
        return kind, moment, words.format(moment.removesuffix("T00:00:00Z"))

    return make


def _lasting(kind: RuleKind, words: str) -> _Make:
    def make(arguments: Sequence[str]) -> _Made:
        found = re.fullmatch(r"P(?=\d)((?:\d+[YMWD])+)", arguments[0]) if len(arguments) == 1 else None
        if found is None:
            return None
        parts = re.findall(r"(\d+)([YMWD])", found[1])
        long = ", ".join(f"{number} {_UNITS[unit]}{'' if int(number) == 1 else 's'}" for number, unit in parts)
        return kind, arguments[0], words.format(long)

    return make


def _regular(arguments: Sequence[str]) -> _Made:
    if not arguments:
        return None
    told = f" ({arguments[1]})" if len(arguments) > 1 and arguments[1] else ""
    return RuleKind.MATCHES, arguments[0], f"what matches {arguments[0]}{told}"


def _weekdays(arguments: Sequence[str]) -> _Made:
    if not arguments or not {*arguments} <= {*_DAYS}:
        return None
    numbers = sorted(_DAYS.index(day) + 1 for day in arguments)
    words = ", ".join(_DAYS[number - 1].capitalize() for number in numbers)
    return RuleKind.WEEKDAYS, ",".join(map(str, numbers)), f"a day that is {words}"


def _domains(kind: RuleKind, pattern: str, words: str) -> _Make:
    def make(arguments: Sequence[str]) -> _Made:
        names = "|".join(re.escape(domain.lower()) for domain in arguments)
        return (kind, pattern.format(names=names), words.format(", ".join(arguments))) if names else None

    return make


_MAIL_PART = r"[^@\s\v\x{85}\pZ,;<>()\[\]\"]+"
_HOST_LABEL = rf"[{_LETTER_OR_DIGIT}](?:[{_LETTER_OR_DIGIT}-]*[{_LETTER_OR_DIGIT}])?"
ADDRESS = Rule(
    RuleKind.MATCHES,
    rf"{_BLANK}*{_MAIL_PART}@{_HOST_LABEL}(?:\.{_HOST_LABEL})+{_BLANK}*",
    "an e-mail address",
)
"""What the system asks of a contact's address whatever its admin says; no stricter than it is anywhere known to be."""

_MAIL_OF = "(?i)(?:.*[@.])?(?:{names})"
_URL_OF = rf"(?i){_BEFORE_HOST}(?:[^/?#\s]*\.)?(?:{{names}}){_BEHIND_HOST}"
_RULES: Mapping[str, _Make] = {
    "ALPHANUMERIC": _chosen(RuleKind.MATCHES, _CHARACTERS, "ALPHANUMERIC"),
    "FORMAT": _chosen(RuleKind.LACKS, _CASES, ""),
    "WHITESPACE": _chosen(RuleKind.LACKS, _BLANKS, "ALL"),
    "SPECIAL_CHARACTERS": _fixed(RuleKind.LACKS, rf"[^{_LETTER_OR_DIGIT}\s\v\x{{85}}\pZ]", "no special characters"),
    "MIN_LENGTH": _numbered(RuleKind.MIN_LENGTH, "at least {} characters"),
    "MIN_NUMBER": _numbered(RuleKind.MIN, "{} or more"),
    "MAX_NUMBER": _numbered(RuleKind.MAX, "{} or less"),
    "DECIMAL": _numbered(RuleKind.PLACES, "at most {} decimal places"),
    "REGEX": _regular,
    "DOMAIN": _fixed(RuleKind.MATCHES, f"(?i){_DOMAIN}", "a domain"),
    "EMAIL": _fixed(RuleKind.MATCHES, r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address"),
    "URL": _fixed(RuleKind.MATCHES, rf"(?i){_BEFORE_HOST}{_DOMAIN}(?::\d+)?(?:[/?#]\S*)?", "a web address"),
    "EMAIL_ALLOWED_DOMAINS": _domains(RuleKind.MATCHES, _MAIL_OF, "an address of {}"),
    "EMAIL_BLOCKED_DOMAINS": _domains(RuleKind.LACKS, f"^(?:{_MAIL_OF})$", "no address of {}"),
    "URL_ALLOWED_DOMAINS": _domains(RuleKind.MATCHES, _URL_OF, "a web address of {}"),
    "URL_BLOCKED_DOMAINS": _domains(RuleKind.LACKS, f"^(?:{_URL_OF})$", "no web address of {}"),
    "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE": _fixed(
        RuleKind.MATCHES, r"\s*\+.*", "a phone number with its country code (+...)"
    ),
    "START_DATE": _dated(RuleKind.FROM, "{} or later"),
    "START_DATETIME": _dated(RuleKind.FROM, "{} or later"),
    "END_DATE": _dated(RuleKind.UNTIL, "{} or earlier"),
    "END_DATETIME": _dated(RuleKind.UNTIL, "{} or earlier"),
    "DAYS_OF_WEEK": _weekdays,
    "AFTER_DURATION": _lasting(RuleKind.AHEAD, "a day at least {} after today"),
    "AFTER_DATETIME_DURATION": _lasting(RuleKind.AHEAD, "a time at least {} from now"),
    "BEFORE_DURATION": _lasting(RuleKind.BEHIND, "a day at least {} before today"),
    "BEFORE_DATETIME_DURATION": _lasting(RuleKind.BEHIND, "a time at least {} ago"),
}
_NEVER_MENDED = frozenset(
    {
        *("MIN_NUMBER", "MAX_NUMBER", "START_DATE", "END_DATE", "START_DATETIME", "END_DATETIME", "DAYS_OF_WEEK"),
        *(f"{when}_{what}" for when in ("AFTER", "BEFORE") for what in ("DURATION", "DATETIME_DURATION")),
    }
)
"""The system mends texts only: a number beyond its limit has no other form."""
