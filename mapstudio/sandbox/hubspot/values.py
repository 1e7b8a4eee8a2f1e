"""What a property takes: the check and the stored form of a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from mapstudio.model import JsonValue
from mapstudio.sandbox.hubspot.definitions import Property
from mapstudio.sandbox.hubspot.errors import Invalid

MAX_TEXT = 65_536
EMAIL = re.compile(r"[^@\s,;<>()\[\]\"]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")
_MILLISECONDS = re.compile(r"-?\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Outside:
    """Option values that are kept outside the definition, such as the ids of owners; ``None`` where all are taken."""

    allowed: Callable[[Property], Collection[str] | None]


def stamp(moment: datetime) -> str:
    """Return a moment as answers write it: UTC, milliseconds, ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(moment: datetime) -> int:
    """Return a moment as the old versions write it."""
    return int(moment.timestamp() * 1000)


def stored(item: Property, value: JsonValue, before: str | None, outside: Outside) -> str | Invalid | None:
    """Return what is kept for a value that a client sends, ``None`` for empty, or why it is refused.

    Args:
        item: The definition.
        value: As sent; numbers and booleans are taken by their text.
        before: The present value; a multi-select that starts with ``;`` adds to it.
        outside: Options that are not in the definition.
    """
    if item.read_only:
        text = f'"{item.name}" is a read only property; its value cannot be set.'
        return Invalid(item.name, "READ_ONLY_VALUE", text)
    if value is None or value == "":
        return None
    if isinstance(value, (list, dict)):
        return Invalid(item.name, "INVALID_VALUE", f"{item.name} takes one value, not a list or an object.")
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if item.type == "enumeration":
        return _options(item, text, before, outside)
    return _CHECKS.get("email" if item.name == "email" else item.type, _text)(item, text)


def moment_of(text: str) -> datetime | None:
    """Return the moment that a date, a date-time or epoch milliseconds mean, ``None`` when it is neither."""
    if _MILLISECONDS.fullmatch(text):
        try:
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        except (OverflowError, OSError, ValueError):
            return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _email(item: Property, text: str) -> str | Invalid:
    folded = text.strip().lower()
    if EMAIL.fullmatch(folded):
        return folded
    return Invalid(item.name, "INVALID_EMAIL", f"Email address {text} is invalid")


def _number(item: Property, text: str) -> str | Invalid:
    if _NUMBER.fullmatch(text):
        return text
    return Invalid(item.name, "INVALID_INTEGER", f"{text} was not a valid number.", text)


def _date(item: Property, text: str) -> str | Invalid:
    moment = moment_of(text)
    if moment is None:
        return _no_long(item, text)
    at = moment.astimezone(UTC)
    if (at.hour, at.minute, at.second, at.microsecond) != (0, 0, 0, 0):
        clock = f"{at.hour}:{at.minute}:{at.second}.{at.microsecond // 1000}"
        milliseconds = int(at.timestamp() * 1000)
        return Invalid(item.name, "INVALID_DATE", f"{milliseconds} is at {clock} UTC, not midnight!", text)
    return at.date().isoformat()


def _datetime(item: Property, text: str) -> str | Invalid:
    if _DAY.fullmatch(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            return _no_long(item, text)
    moment = moment_of(text)
    return _no_long(item, text) if moment is None else stamp(moment)


def _bool(item: Property, text: str) -> str | Invalid:
    return text if text in {"true", "false"} else _not_an_option(item, text, ["true", "false"])


def _no_long(item: Property, text: str) -> Invalid:
    return Invalid(item.name, "INVALID_LONG", f"{text} was not a valid long.", text)


def _options(item: Property, text: str, before: str | None, outside: Outside) -> str | Invalid | None:
    allowed = _allowed(item, outside)
    if not item.multiple:
        return text if allowed is None or text in allowed else _not_an_option(item, text, allowed)
    adds = text.startswith(";")
    chosen = [part for part in text.split(";") if part]
    for part in chosen:
        if allowed is not None and part not in allowed:
            return _not_an_option(item, part, allowed)
    kept = [*((before or "").split(";") if adds and before else []), *chosen]
    return ";".join(dict.fromkeys(kept)) or None


def _allowed(item: Property, outside: Outside) -> Collection[str] | None:
    found = outside.allowed(item)
    return found if found is not None else item.values or None


def _not_an_option(item: Property, text: str, allowed: Collection[str]) -> Invalid:
    message = f"{text} was not one of the allowed options: [{', '.join(allowed)}]"
    return Invalid(item.name, "INVALID_OPTION", message, text)


def _text(item: Property, text: str) -> str | Invalid:
    if len(text) > MAX_TEXT:
        return Invalid(item.name, "PROPERTY_TOO_LARGE", f"{item.name} is longer than {MAX_TEXT} characters.")
    return text


_CHECKS: Mapping[str, Callable[[Property, str], str | Invalid]] = {
    "email": _email,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "bool": _bool,
}
