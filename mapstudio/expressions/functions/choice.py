"""Functions that choose between values, and the lookup in a value map."""

from __future__ import annotations

from mapstudio.expressions.environment import MISS, ValueTable
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.kinds import Kind, one, optional, repeated
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import equals, is_blank, type_word
from mapstudio.model import JsonValue
from mapstudio.model.suggest import did_you_mean

_GROUP = "Choices"
_STAGES = {"stages": {"confirmed": "opportunity", "1": "lead"}}


@FUNCTIONS.function(
    "not_null",
    repeated("value"),
    returns="value or null",
    group=_GROUP,
    summary="The first value that is not null (a blank text counts as a value; see coalesce).",
    examples=[Example("not_null(`null`, 'a')", "a")],
)
def _not_null(_: Call, *values: JsonValue) -> JsonValue:
    return next((item for item in values if item is not None), None)


@FUNCTIONS.function(
    "coalesce",
    repeated("value"),
    returns="value or null",
    group=_GROUP,
    summary="The first value that is neither null nor a blank text; 0, false and [] are values.",
    examples=[Example("coalesce('', ' ', 'a', 'b')", "a"), Example("coalesce(`null`, '')", None)],
)
def _coalesce(_: Call, *values: JsonValue) -> JsonValue:
    return next((item for item in values if not is_blank(item)), None)


@FUNCTIONS.function(
    "default",
    one("value"),
    one("fallback"),
    returns="value or fallback",
    group=_GROUP,
    summary="The value, or the fallback where the value is null or a blank text.",
    examples=[Example("default('', 'none')", "none"), Example("default(`0`, `9`)", 0)],
)
def _default(_: Call, value: JsonValue, fallback: JsonValue) -> JsonValue:
    return fallback if is_blank(value) else value


@FUNCTIONS.function(
    "blank_to_null",
    one("value"),
    returns="value or null",
    group=_GROUP,
    summary="The value, null in place of a text of white space only; 0, false and [] are values.",
    examples=[Example("blank_to_null('  ')", None), Example("blank_to_null('a')", "a")],
)
def _blank_to_null(_: Call, value: JsonValue) -> JsonValue:
    return None if is_blank(value) else value


@FUNCTIONS.function(
    "null_if",
    one("value"),
    repeated("unwanted"),
    returns="value or null",
    group=_GROUP,
    summary="The value, null where it equals one of the unwanted ones; texts are compared as they are written.",
    examples=[
        Example("null_if('N/A', '-', 'N/A')", None),
        Example("null_if(`0`, `0.0`)", None),
        Example("null_if('1', `1`)", "1"),
    ],
)
def _null_if(call: Call, value: JsonValue, *unwanted: JsonValue) -> JsonValue:
    return None if any(equals(value, item, call.budget.step) for item in unwanted) else value


@FUNCTIONS.function(
    "lookup",
    one("table", Kind.TEXT),
    one("key"),
    optional("default"),
    returns="any",
    group=_GROUP,
    summary=(
        "The key's value in a value map of the mapping. Keys are compared by their text, a list is looked up element "
        "by element. A key that is not there gives the default, or is an error; null gives the default or null."
    ),
    examples=[
        Example("lookup('stages', 'confirmed')", "opportunity", tables=_STAGES),
        Example("lookup('stages', `1`)", "lead", tables=_STAGES),
        Example("lookup('stages', 'gone', 'other')", "other", tables=_STAGES),
        Example("lookup('stages', 'gone')", error='"gone" is not in the value map "stages"', tables=_STAGES),
    ],
)
def _lookup(call: Call, name: str, key: JsonValue, *default: JsonValue) -> JsonValue:
    table = call.environment.tables.get(name)
    if table is None:
        known = did_you_mean(name, call.environment.tables)
        raise EvaluationError(f"there is no value map {shown(name)}{', ' + known if known else ''}", name)
    if isinstance(key, list):
        return [_found(name, table, item, default) for item in key]
    return _found(name, table, key, default)


def _found(name: str, table: ValueTable, key: JsonValue, default: tuple[JsonValue, ...]) -> JsonValue:
    if isinstance(key, list | dict):
        raise EvaluationError(f"lookup needs a text, a number or a boolean as key, got {type_word(key)}", key)
    found = table.lookup(key)
    if found is not MISS:
        return found
    if default:
        return default[0]
    if key is None:
        return None
    raise EvaluationError(f"{shown(key)} is not in the value map {shown(name)}", key)
