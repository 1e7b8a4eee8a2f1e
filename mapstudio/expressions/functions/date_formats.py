"""Date formats such as ``DD/MM/YYYY``: read once, used for parsing and for writing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

MAX_LENGTH = 120

_TOKEN = re.compile(
    r"\[([^\]]*)\]|(?:(T)(?=[Hh]))|(YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|hh|h|mm|m|ss|s|SSS|A|a|Z)|([^\W\d_]+)|(.)",
    re.DOTALL,
)
_TWO = {"MM", "DD", "HH", "hh", "mm", "ss", "M", "D", "H", "h", "m", "s"}
_MONTHS_ENGLISH = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTHS_SPANISH = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]
_MONTHS = {
    **{name[:3]: number for number, name in enumerate(_MONTHS_ENGLISH, 1)},
    **{name[:3]: number for number, name in enumerate(_MONTHS_SPANISH, 1)},
    **{name: number for number, name in enumerate(_MONTHS_ENGLISH, 1)},
    **{name: number for number, name in enumerate(_MONTHS_SPANISH, 1)},
    "sept": 9,
    "setiembre": 9,
}
MONTHS = {"en": [name.title() for name in _MONTHS_ENGLISH], "es": _MONTHS_SPANISH}
"""The languages that months are written in."""
TOKENS = "YYYY YY MMMM MMM MM M DD D HH H hh h mm m ss s SSS A Z"
_LITERAL_LETTERS = {"T", "de", "of", "del", "h"}
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d\d(?::?\d\d)?)?)?"
)


class DateError(ValueError):
    """No date of that format; the message is a part of a sentence, ``remedy`` what to write instead."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a date with a time, with or without a zone.

    Attributes:
        when: The date or the date-time.
        fraction: The digits of the second's fraction, as given.
    """

    when: date | datetime
    fraction: str = ""

    def text(self) -> str:
        """Return ``YYYY-MM-DD``, or RFC 3339 for a date-time (without an offset where none is known)."""
        if not isinstance(self.when, datetime):
            return self.when.isoformat()
        plain = self.when.replace(tzinfo=None, microsecond=0).isoformat()
        fraction = f".{self.fraction}" if self.fraction.strip("0") else ""
        return plain + fraction + offset_text(self.when)


def offset_text(moment: datetime) -> str:
    """Return ``Z``, ``+02:00`` or nothing for a time without a zone."""
    offset = moment.utcoffset()
    if offset is None:
        return ""
    minutes = round(offset.total_seconds() / 60)
    return "Z" if not minutes else f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def parse_iso(text: str) -> Moment:
    """Parse ``2024-05-01`` or ``2024-05-01T10:20:30Z``.

    Raises:
        DateError: It is neither.
    """
    match = _ISO.fullmatch(text)
    if match is None or len(text) > MAX_LENGTH:
        raise DateError("expected YYYY-MM-DD")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    found = {"year": year, "month": month, "day": day, "hour": hour, "minute": minute, "second": second}
    return _moment({key: int(value) for key, value in found.items() if value is not None}, fraction or "", zone)


@lru_cache(maxsize=256)
def read_format(text: str) -> tuple[tuple[str, str], ...]:
    """Return a format as pairs: a token and nothing, or an empty token and literal text.

    Raises:
        DateError: Letters that are no token; the message says which are.
    """
    parts: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(text):
        bracketed, divider, token, letters, other = match.groups()
        if token is not None and _is_word(text, match):
            token, letters = None, match.group()
        if letters is not None and letters not in _LITERAL_LETTERS:
            raise DateError(f'"{letters}" in the date format "{text}" is none of {TOKENS}', _better(text))
        if token is not None:
            parts.append((token, ""))
        else:
            parts.append(("", next(item for item in (bracketed, divider, letters, other) if item is not None)))
    if not any(token for token, _ in parts):
        raise DateError(f'"{text}" is no date format: it has none of {TOKENS}')
    return tuple(parts)


def _is_word(text: str, match: re.Match[str]) -> bool:
    """Return whether a one-letter token is the start of a longer word of small letters, such as ``de`` or ``hrs``."""
    return match.group() in {"a", "h", "s", "m"} and bool(re.match(r"[b-gi-ln-z]", text[match.end() : match.end() + 1]))


def _better(text: str) -> str:
    better = text.replace("dd", "DD").replace("yyyy", "YYYY").replace("aaaa", "YYYY")
    if "DD" in better and re.search(r"\bmm\b", better) and "HH" not in better and "hh" not in better:
        better = re.sub(r"\bmm\b", "MM", better)
    return f'did you mean "{better}"?' if better != text else "put other text into [ ]"


def parse_with(text: str, format_text: str) -> Moment:
    """Parse a text by a format.

    Raises:
        DateError: It does not fit, there is no such day or time, or the format is none.
    """
    pattern, tokens = _pattern(format_text)
    match = pattern.fullmatch(text) if len(text) <= MAX_LENGTH else None
    if match is None:
        raise DateError(f"expected {format_text}")
    found: dict[str, int] = {}
    fraction, zone, half = "", None, ""
    for token, value in zip(tokens, match.groups(), strict=True):
        if token == "Z":  # noqa: S105 - a token of a format
            zone = value
        elif token == "SSS":  # noqa: S105
            fraction = value
        elif token in {"A", "a"}:
            half = value.lower().replace(".", "").replace(" ", "")
        else:
            name, number = _number(token, value)
            if found.setdefault(name, number) != number:
                raise DateError(f"two different values for the {name}")
    if half:
        hour = found.get("hour", 0)
        if not 1 <= hour <= 12:
            raise DateError(f"there is no {hour} {half.upper()}")
        found["hour"] = hour % 12 + (12 if half == "pm" else 0)
    missing = [name for name in ("year", "month", "day") if name not in found]
    if missing:
        raise DateError(f"the format {format_text} has no {missing[0]}")
    return _moment(found, fraction, zone)


@lru_cache(maxsize=256)
def _pattern(format_text: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    parts = read_format(format_text)
    pattern, tokens = "", []
    for index, (token, literal) in enumerate(parts):
        if not token:
            pattern += r"\s+" if literal.isspace() else re.escape(literal)
            continue
        tokens.append(token)
        beside = [parts[place][0] for place in (index - 1, index + 1) if 0 <= place < len(parts)]
        tight = any(item and item not in {"A", "a", "Z", "MMM", "MMMM"} for item in beside)
        pattern += _token_pattern(token, tight=tight)
    return re.compile(pattern, re.IGNORECASE), tuple(tokens)


def _token_pattern(token: str, *, tight: bool) -> str:
    if token in _TWO:
        return r"(\d\d)" if tight and len(token) == 2 else r"(\d{1,2})"
    return {
        "YYYY": r"(\d{4})",
        "YY": r"(\d\d)",
        "MMM": r"([^\W\d_]+)\.?",
        "MMMM": r"([^\W\d_]+)\.?",
        "SSS": r"(\d{1,9})",
        "A": r"([ap]\.?\s?m\.?)",
        "a": r"([ap]\.?\s?m\.?)",
        "Z": r"(Z|[+-]\d\d(?::?\d\d)?)",
    }[token]


def _number(token: str, value: str) -> tuple[str, int]:
    if token in {"MMM", "MMMM"}:
        plain = unicodedata.normalize("NFKD", value.casefold())
        month = _MONTHS.get(plain)
        if month is None:
            raise DateError(f'"{value}" is no month in English or Spanish')
        return "month", month
    number = int(value)
    if token == "YY":  # noqa: S105 - a token of a format
        return "year", number + (2000 if number < 69 else 1900)
    name = {"Y": "year", "M": "month", "D": "day", "H": "hour", "h": "hour", "m": "minute", "s": "second"}[token[0]]
    return name, number


def _moment(found: dict[str, int], fraction: str, zone: str | None) -> Moment:
    try:
        if "hour" not in found:
            return Moment(date(found["year"], found["month"], found["day"]))
        second = found.get("second", 0)
        # RFC 3339 allows the leap second; no calendar here knows it.
        time = found["hour"], found.get("minute", 0), 59 if second == 60 else second
        when = datetime(found["year"], found["month"], found["day"], *time)  # noqa: DTZ001 - the zone comes below
        return Moment(when.replace(tzinfo=_zone(zone)) if zone else when, fraction)
    except ValueError as error:
        raise DateError("there is no such day or time") from error


def _zone(text: str) -> timezone:
    if text in {"Z", "z"}:
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError("offset")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def write_with(moment: Moment, format_text: str, language: str = "en") -> str:
    """Write a moment in a format.

    Args:
        moment: What is written.
        format_text: The format.
        language: Of the months' names: ``en``, or ``es`` (in small letters, as they are written there).

    Raises:
        DateError: The format asks for a time or a zone that the moment does not have, or is none.
    """
    names = MONTHS[language]
    parts = read_format(format_text)
    return "".join(_written(moment, token, format_text, names) if token else text for token, text in parts)


def _written(moment: Moment, token: str, format_text: str, months: Sequence[str]) -> str:
    when = moment.when
    if token[0] in "YMD":
        month = months[when.month - 1]
        names = {"YYYY": f"{when.year:04}", "YY": f"{when.year % 100:02}", "MMMM": month, "MMM": month[:3]}
        number = when.month if token[0] == "M" else when.day
        return names.get(token) or (f"{number:02}" if len(token) == 2 else str(number))
    if not isinstance(when, datetime):
        raise DateError(f"the format {format_text} needs a time, and this is a date only")
    match token:
        case "Z":
            if when.tzinfo is None:
                raise DateError(f"the format {format_text} needs a zone, and this time has none")
            return offset_text(when)
        case "SSS":
            return (moment.fraction + "000")[:3]
        case "A" | "a":
            half = "PM" if when.hour >= 12 else "AM"
            return half if token == "A" else half.lower()  # noqa: S105 - a token of a format
        case _:
            hour = when.hour % 12 or 12
            number = {"H": when.hour, "h": hour, "m": when.minute, "s": when.second}[token[0]]
            return f"{number:02}" if len(token) == 2 else str(number)
