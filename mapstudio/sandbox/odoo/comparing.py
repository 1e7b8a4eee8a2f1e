"""Comparing a field's values with what a condition of a domain asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mapstudio.sandbox.odoo.definitions import NUMBERS, FieldDefinition, Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import database_error, value_error

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d(:\d\d(:\d\d(\.\d+)?)?)?)?(Z|[+-]\d\d:?\d\d)?$")
Read = Callable[[int], Any]
Test = Callable[[int], bool]


def as_list(value: Value) -> list[Any]:
    """Return a list of it, if it is none."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def like(env: Environment, read: Read, operator: str, value: Value) -> Test:
    """Return the test of a pattern; nothing is not like anything, but everything is like nothing."""
    negative = operator.startswith("not ")
    if not value and (env.words.new or not negative):
        return _like_nothing(env, read, operator, value)
    matches = pattern(operator.removeprefix("not "), str(value or ""))

    def test(record: int) -> bool:
        found = read(record)
        if found is None:
            return negative
        return matches(str(found)) is not negative

    return test


def _like_nothing(env: Environment, read: Read, operator: str, value: Value) -> Test:
    negative = operator.startswith("not ")
    if not operator.removeprefix("not ").startswith("="):
        return lambda record: not negative  # noqa: ARG005 - a test takes a record
    empty = ("", None) if env.words.new else ("",) if value == "" else ()
    return lambda record: (read(record) in empty) is not negative


def pattern(operator: str, text: str) -> Callable[[str], bool]:
    """Return the test of texts: ``%`` is anything, ``_`` any character, a backslash takes their meaning away."""
    parts, escaped = [], False
    for character in text if operator.startswith("=") else f"%{text}%":
        if escaped:
            parts.append(re.escape(character))
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            parts.append({"%": ".*", "_": "."}.get(character, re.escape(character)))
    flags = re.DOTALL | (re.IGNORECASE if operator.endswith("ilike") else 0)
    compiled = re.compile("".join(parts), flags)
    return lambda found: compiled.fullmatch(found) is not None


def ordered(env: Environment, definition: FieldDefinition, read: Read, operator: str, value: Value) -> Test:
    """Return the test of an order; nothing is neither more nor less than anything."""
    bound = _moment(env, definition, operator, value)
    compare: Callable[[Any], bool] = {
        "<": lambda found: found < bound,
        "<=": lambda found: found <= bound,
        ">": lambda found: found > bound,
        ">=": lambda found: found >= bound,
    }[operator]

    def test(record: int) -> bool:
        found = _to_seconds(env, definition, read(record))
        return found is not None and bound is not None and compare(found)

    return test


def equal(env: Environment, definition: FieldDefinition, read: Read, operator: str, value: Value) -> Test:
    """Return the test of being one of some values."""
    negative = operator in {"!=", "not in"}
    wanted = {_moment(env, definition, "=", one) for one in as_list(value)}
    if definition.type == "boolean":
        wanted = {bool(one) for one in wanted}
    else:
        wanted = {None if one is False else one for one in wanted}
    if definition.type in {"char", "text"} and not wanted.isdisjoint({"", None}) and env.words.new:
        wanted |= {"", None}  # 19 takes an empty text for nothing
    elif operator == "!=" and value == "":
        wanted.add(None)  # what differs from an empty text is something, to 16

    def test(record: int) -> bool:
        found = _to_seconds(env, definition, read(record))
        if definition.type in NUMBERS and not found and None in wanted:
            return not negative
        return (found in wanted) is not negative

    return test


def _to_seconds(env: Environment, definition: FieldDefinition, value: Value) -> Value:
    # 19 compares at the second, 16 with the microseconds that a read never shows.
    if definition.type == "datetime" and value and env.words.new:
        return value[:19]
    return value


def _moment(env: Environment, definition: FieldDefinition, operator: str, value: Value) -> Value:
    if definition.name == "id" and isinstance(value, str):
        if value.lstrip("-").isdigit():
            return int(value)
        raise database_error("errors.InvalidTextRepresentation", f'invalid input syntax for type integer: "{value}"\n')
    if definition.type in {"date", "datetime"} and value is not None and value is not False:
        if not isinstance(value, str) or not _MOMENT.match(value):
            raise env.words.not_a_moment(definition.type, value)
        return _date_or_time(env, definition, operator, value)
    if definition.type in {"char", "text", "html", "selection"} and isinstance(value, (int, float)):
        return value if isinstance(value, bool) else str(value)
    if definition.type in NUMBERS and isinstance(value, str):
        return _number(definition, value)
    return value


def _number(definition: FieldDefinition, text: str) -> float:
    try:
        return int(text) if definition.type == "integer" else float(text)
    except ValueError as error:
        raise value_error(str(error)) from error


def _date_or_time(env: Environment, definition: FieldDefinition, operator: str, text: str) -> str:
    if env.words.new and re.search(r"(Z|[+-]\d\d:?\d\d)$", text[10:]):
        raise value_error(f"expecting only datetimes with no timezone: {text!r}")
    plain = text.replace("T", " ").removesuffix("Z")
    if definition.type == "date":
        return plain[:10]
    if len(plain) == 10:
        return plain + (" 23:59:59" if operator in {">", "<="} else " 00:00:00")
    return plain
