"""From a row's value to the destination field's type: safe casts only, everything else is said with a function.

Nothing is ever cut, guessed or rounded: a value that does not fit is a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import TypeAlias

from mapstudio.expressions.values import NumberRangeError, is_number, number_text
from mapstudio.mapping.definition import is_placeholder
from mapstudio.mapping.field_rules import rule_tests
from mapstudio.mapping.numbers import is_huge, plain_number, whole
from mapstudio.mapping.unchanged import is_day, is_instant
from mapstudio.model import Field, FieldType, JsonValue
from mapstudio.model.exact_json import dumps
from mapstudio.model.suggest import nearest

Caster: TypeAlias = Callable[[JsonValue], JsonValue]

_SHOWN_LENGTH = 60
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?([Zz]|[-+][0-9]{2}:[0-9]{2})?"
)
_EXTERNAL_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z0-9_.\-]+")
_ID_WITHIN = re.compile(r"[1-9][0-9]*(?:-[1-9][0-9]*)+")
"""An id that carries the id of what its record belongs to."""


class CastError(Exception):
    """A value does not fit its field.

    Attributes:
        reason: One sentence with the value.
        value: The value at fault; an element of a list when only that is.
    """

    def __init__(self, reason: str, value: JsonValue) -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value


def make_caster(item: Field, *, by: str | None = None, placeholders: bool = False) -> Caster:
    """Return the cast to a field's type; it takes no null and raises :class:`CastError`.

    Args:
        item: The destination field.
        by: The row says how to find the referenced record: a reference keeps its value as it is.
        placeholders: A binding without a value passes.
    """
    cast = _ruled(item, _bind(item, by))
    return partial(_cast_around_placeholders, cast) if placeholders else cast


def _cast_around_placeholders(cast: Caster, value: JsonValue) -> JsonValue:
    if value.__class__ is not dict and value.__class__ is not list:
        return cast(value)
    if is_placeholder(value):
        return value
    if not isinstance(value, list) or not any(is_placeholder(item) for item in value):
        return cast(value)
    known = iter(_as_list(cast([item for item in value if not is_placeholder(item)])))
    return [item if is_placeholder(item) else next(known) for item in value]


def _as_list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def shown(value: JsonValue) -> str:
    """Return the value as JSON for a message, cut at 60 characters."""
    text = dumps(value)
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1] + "…"


def _bind(item: Field, by: str | None) -> Caster:
    if item.type in {FieldType.OPTION, FieldType.OPTIONS}:
        allowed = frozenset(option.value for option in item.options)
        if item.type is FieldType.OPTION:
            return lambda value: _option(item, allowed, value)
        return lambda value: [_option(item, allowed, one) for one in _as_list(value)]
    if item.type is FieldType.REFERENCE:
        return lambda value: _reference(item, value, by)
    if item.type is FieldType.REFERENCES:
        return lambda value: [_reference(item, one, by) for one in _listed(item, value)]
    return partial(_CASTS.get(item.type, _any), item)


def _ruled(item: Field, cast: Caster) -> Caster:
    """Return the cast with the rules behind it that the system has for the field's values."""
    tests = rule_tests(item)
    if not tests:
        return cast

    def cast_by_rules(value: JsonValue) -> JsonValue:
        result = cast(value)
        for rule, test in tests:
            if not test(result):
                reason = f"{shown(value)} breaks a rule of the destination; {item.name} takes {rule.words}"
                raise CastError(reason, value)
        return result

    return cast_by_rules


_TAKES = {
    FieldType.TEXT: "text",
    FieldType.INTEGER: "a whole number",
    FieldType.NUMBER: "a number",
    FieldType.BOOLEAN: "true or false",
    FieldType.DATE: "a date (YYYY-MM-DD)",
    FieldType.DATETIME: "a date-time with a zone (2026-08-30T14:00:00Z)",
    FieldType.OPTION: "one of its options",
    FieldType.OPTIONS: "a list of its options",
    FieldType.REFERENCE: "a record's id",
    FieldType.REFERENCES: "a list of records' ids",
    FieldType.OBJECT: "an object",
    FieldType.LIST: "a list",
}


def takes(item: Field) -> str:
    """Return in words what a field takes."""
    return _TAKES.get(item.type, "any value")


def _refused(item: Field, value: JsonValue, why: str = "") -> CastError:
    kind = why or f"is {_kind(value)}"
    return CastError(f"{shown(value)} {kind}; {item.name} takes {takes(item)}", value)


def _kind(value: JsonValue) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else "a number"


def _typed(kind: type, item: Field, value: JsonValue) -> JsonValue:
    if isinstance(value, kind):
        return value
    raise _refused(item, value)


def _any(item: Field, value: JsonValue) -> JsonValue:
    return _fitting(item, value) if isinstance(value, str) else value


def _fitting_text(item: Field, value: JsonValue) -> str:
    if isinstance(value, str) and (item.max_length is None or len(value) <= item.max_length):
        return value
    return _fitting(item, _text(item, value))


def _text(item: Field, value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    if is_number(value):
        try:
            return number_text(value)
        except NumberRangeError as error:
            raise _refused(item, value, "is a number too long to be written out") from error
    raise _refused(item, value)


def _fitting(item: Field, text: str) -> str:
    if item.max_length is not None and len(text) > item.max_length:
        reason = f"{shown(text)} has {len(text)} characters; {item.name} takes {item.max_length}"
        raise CastError(reason, text)
    return text


def _number(item: Field, value: JsonValue) -> JsonValue:
    if is_number(value):
        return value
    number = plain_number(value) if isinstance(value, str) else None
    if number is None:
        raise _refused(item, value, "is no plain decimal number" if isinstance(value, str) else "")
    return number


def _integer(item: Field, value: JsonValue) -> JsonValue:
    number = _number(item, value)
    assert isinstance(number, int | float | Decimal)  # noqa: S101 - the cast to a number gives nothing else
    integer = whole(number)
    if integer is None:
        raise _refused(item, value, "is out of range" if is_huge(number) else "has a fraction")
    return integer


def _date(item: Field, value: JsonValue) -> str:
    if not isinstance(value, str):
        raise _refused(item, value)
    if is_day(value):
        return value
    if _DATE.fullmatch(value):
        raise _refused(item, value, "is no day of the calendar")
    match = _DATE_TIME.fullmatch(value)
    if match is None or match[4] is None or not _is_moment(match):
        raise _refused(item, value, "is no date")
    if match[2] != "00:00:00" or (match[3] or "").strip(".0"):
        raise _refused(item, value, "is a date-time that is not midnight")
    return match[1]


def _date_time(item: Field, value: JsonValue) -> str:
    if not isinstance(value, str):
        raise _refused(item, value)
    if is_instant(value):
        return value
    match = _DATE_TIME.fullmatch(value)
    if match is None or not _is_moment(match):
        why = "is a date without a time" if _DATE.fullmatch(value) else "is no date-time"
        raise _refused(item, value, why)
    if match[4] is None:
        raise _refused(item, value, "has no zone")
    return value


def _is_moment(match: re.Match[str]) -> bool:
    zone = match[4] or "Z"
    try:
        datetime.fromisoformat(f"{match[1]}T{match[2]}{'+00:00' if zone in 'Zz' else zone}")
    except ValueError:
        return False
    return True


def _option(item: Field, allowed: frozenset[str], value: JsonValue) -> str:
    text = _text(item, value)
    if not allowed or text in allowed:
        return text
    raise CastError(f"{shown(text)} is not an option of {item.name}{_near_option(item, text)}", value)


@lru_cache(maxsize=4096)
def _near_option(item: Field, text: str) -> str:
    labels = {option.label: option.value for option in item.options}
    values = {option.value for option in item.options}
    found = nearest(text, [*labels, *values]) if len(text) <= _SHOWN_LENGTH else None
    if found is None:
        return ""
    return f'; did you mean "{found if found in values else labels[found]}"?'


def _listed(item: Field, value: JsonValue) -> list[JsonValue]:
    if isinstance(value, list):
        return value
    raise _refused(item, value)


def _reference(item: Field, value: JsonValue, by: str | None) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        hint = "; take its id" if isinstance(value, dict) and "id" in value else ""
        raise CastError(f"{_refused(item, value).reason}{hint}", value)
    if by is not None:
        return value
    number = _as_id(value)
    if number is not None:
        return number
    if isinstance(value, str) and (_EXTERNAL_ID.fullmatch(value) or _ID_WITHIN.fullmatch(value)):
        return value
    raise _refused(item, value, "is neither an id nor an external id: say how to find the record with by")


def _as_id(value: str | float | Decimal) -> int | None:
    number = plain_number(value) if isinstance(value, str) else value
    identity = whole(number) if number is not None else None
    # No record has another id, and some systems take 0 for "none": it would empty the field without a word.
    return identity if identity is not None and identity > 0 else None


_CASTS: Mapping[FieldType, Callable[[Field, JsonValue], JsonValue]] = {
    FieldType.TEXT: _fitting_text,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: partial(_typed, bool),
    FieldType.DATE: _date,
    FieldType.DATETIME: _date_time,
    FieldType.OBJECT: partial(_typed, dict),
    FieldType.LIST: partial(_typed, list),
}
