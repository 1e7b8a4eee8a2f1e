"""Comparing a field's values with what a condition of a domain asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mapstudio.sandbox.odoo.definitions import NUMBERS, FieldDefinition, Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import database_error, value_error

Read = Callable[[int], Any]
Test = Callable[[int], bool]


def as_list(value: Value) -> list[Any]:
    """Return a list of it, if it is none."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def like(read: Read, operator: str, value: Value) -> Test:
    """Return the test of a pattern; nothing is not like anything."""
    matches = pattern(operator.removeprefix("not "), str(value or ""))
    negative = operator.startswith("not ")

    def test(record: int) -> bool:
        found = read(record)
        if found is None:
            return negative
        return matches(str(found)) is not negative

    return test


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
    many = operator in {"in", "not in"}
    wanted = {_moment(env, definition, "=", one) for one in (as_list(value) if many else [value])}
    if definition.type == "boolean":
        wanted = {bool(one) for one in wanted}
    else:
        wanted = {None if one is False else one for one in wanted}
    if env.words.new and definition.type in {"char", "text"} and None in wanted:
        wanted.add("")  # 19 takes an empty text for nothing

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
        raise database_error("errors.InvalidTextRepresentation", f'invalid input syntax for type integer: "{value}"\n')
    if definition.type in {"date", "datetime"} and isinstance(value, str):
        return _date_or_time(env, definition, operator, value)
    if definition.type in {"char", "text", "html", "selection"} and isinstance(value, (int, float)):
        return value if isinstance(value, bool) else str(value)
    if definition.type in NUMBERS and isinstance(value, str):
        return _number(definition, value)
    return value


def _number(definition: FieldDefinition, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        kind = "integer" if definition.type == "integer" else "numeric"
        raise database_error(
            "errors.InvalidTextRepresentation", f'invalid input syntax for type {kind}: "{text}"\n'
        ) from None


def _date_or_time(env: Environment, definition: FieldDefinition, operator: str, text: str) -> str:
    if env.words.new and re.search(r"(Z|[+-]\d\d:?\d\d)$", text[10:]):
        raise value_error(f"expecting only datetimes with no timezone: {text!r}")
    plain = text.replace("T", " ").removesuffix("Z")
    if definition.type == "date":
        return plain[:10]
    if len(plain) == 10:
        return plain + (" 23:59:59" if operator in {">", "<="} else " 00:00:00")
    return plain
