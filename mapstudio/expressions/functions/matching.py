"""Functions with regular expressions; which ones there are is said in :mod:`.patterns`."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.patterns import (
    Pattern,
    PatternError,
    group_number,
    read_pattern,
    read_replacement,
    replaced,
)
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.kinds import Kind, one, optional
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import Number, is_number, number_text
from mapstudio.model import JsonValue

_GROUP = "Text"


def _check_pattern(literals: Sequence[JsonValue]) -> tuple[str, str]:
    try:
        if isinstance(literals[1], str):
            read_pattern(literals[1])
    except PatternError as error:
        return _problem(literals[1], error), error.remedy
    return "", ""


def _check_group(literals: Sequence[JsonValue]) -> tuple[str, str]:
    pattern, group = literals[1], literals[2] if len(literals) > 2 else None
    try:
        if isinstance(pattern, str) and (isinstance(group, str) or is_number(group)):
            _group(read_pattern(pattern), group)
    except PatternError as error:
        return _problem(pattern, error), error.remedy
    return _check_pattern(literals)


def _check_replacement(literals: Sequence[JsonValue]) -> tuple[str, str]:
    pattern, replacement = literals[1], literals[2]
    try:
        if isinstance(pattern, str) and isinstance(replacement, str):
            read_replacement(replacement, read_pattern(pattern))
    except PatternError as error:
        return _problem(pattern, error), error.remedy
    return _check_pattern(literals)


def _problem(pattern: JsonValue, error: PatternError) -> str:
    return f"the pattern {shown(pattern)}: {error}"


@FUNCTIONS.function(
    "regex_match",
    one("text", Kind.TEXT),
    one("pattern", Kind.TEXT),
    returns="boolean",
    group=_GROUP,
    summary="Whether the pattern is found in the text; ^ and $ hold it to the whole.",
    examples=[
        Example(r"regex_match('ES-4711', '^[A-Z]{2}-\d+$')", True),
        Example("regex_match('Late arrival, VIP', '(?i)vip')", True),
        Example("regex_match('standard', 'suite|deluxe')", False),
        Example("regex_match(`null`, 'a')", None),
    ],
    null_first=True,
    check_literals=_check_pattern,
)
def _regex_match(call: Call, text: str, pattern: str) -> JsonValue:
    return _read(pattern).first(text, call.budget) is not None


@FUNCTIONS.function(
    "regex_find",
    one("text", Kind.TEXT),
    one("pattern", Kind.TEXT),
    optional("group", Kind.COUNT, Kind.TEXT),
    returns="text or null",
    group=_GROUP,
    summary="What the pattern matches first, or a group of it by number or name; null where it is not found.",
    examples=[
        Example(r"regex_find('Booking 4711, 2 nights', '\d+')", "4711"),
        Example(r"regex_find('Booking 4711, 2 nights', '(\d+) nights', `1`)", "2"),
        Example(r"regex_find('Room: 12', '(?<room>\d+)', 'room')", "12"),
        Example(r"regex_find('no number', '\d+')", None),
    ],
    null_first=True,
    check_literals=_check_group,
)
def _regex_find(call: Call, text: str, pattern: str, group: Number | str = 0) -> JsonValue:
    compiled = _read(pattern)
    try:
        number = _group(compiled, group)
    except PatternError as error:
        raise EvaluationError(_problem(pattern, error), group) from error
    match = compiled.first(text, call.budget)
    found: str | None = match.group(number) if match is not None else None
    return found


@FUNCTIONS.function(
    "regex_replace",
    one("text", Kind.TEXT),
    one("pattern", Kind.TEXT),
    one("new", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary="The text with the new text in place of all that the pattern matches; $1 or ${name} in it is a group.",
    examples=[
        Example(r"regex_replace('+34 (612) 345-678', '[^\d+]', '')", "+34612345678"),
        Example(r"regex_replace('García, Ana', '^(\w+), (\w+)$', '$2 $1')", "Ana García"),
        Example(r"regex_replace('a  b   c', '\s+', ' ')", "a b c"),
        Example("regex_replace('10 EUR', 'EUR', '$$')", "10 $"),
    ],
    null_first=True,
    check_literals=_check_replacement,
)
def _regex_replace(call: Call, text: str, pattern: str, new: str) -> JsonValue:
    compiled = _read(pattern)
    try:
        replacement = read_replacement(new, compiled)
    except PatternError as error:
        raise EvaluationError(_problem(pattern, error), new) from error
    return replaced(compiled, text, replacement, call.budget)


def _read(pattern: str) -> Pattern:
    try:
        return read_pattern(pattern)
    except PatternError as error:
        raise EvaluationError(_problem(pattern, error), pattern) from error


def _group(pattern: Pattern, group: Number | str) -> int:
    return group_number(pattern, number_text(group) if is_number(group) else str(group))
