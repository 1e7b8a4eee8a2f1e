"""Functions of the JMESPath specification about types."""

from __future__ import annotations

from decimal import Decimal

from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.kinds import one
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import EXACT, as_decimal, is_number
from mapstudio.model import JsonValue
from mapstudio.model.exact_json import dumps

_GROUP = "Types"


@FUNCTIONS.function(
    "type",
    one("value"),
    returns="text",
    group=_GROUP,
    summary="The type's name: string, number, boolean, array, object or null.",
    examples=[Example("type('a')", "string"), Example("type(`null`)", "null")],
)
def _type(_: Call, value: JsonValue) -> JsonValue:
    if is_number(value):
        return "number"
    return {str: "string", bool: "boolean", list: "array", dict: "object"}.get(type(value), "null")


@FUNCTIONS.function(
    "to_string",
    one("value"),
    returns="text",
    group=_GROUP,
    summary="A text as it is, anything else as JSON.",
    examples=[Example("to_string(`5`)", "5"), Example("to_string(`[1, true]`)", "[1,true]")],
)
def _to_string(call: Call, value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return value
    call.budget.walk(value)
    return dumps(_written(value) if _has_decimals(value) else value)


@FUNCTIONS.function(
    "to_array",
    one("value"),
    returns="list",
    group=_GROUP,
    summary="A list as it is, anything else as a list of one.",
    examples=[Example("to_array('a')", ["a"]), Example("to_array(`[1]`)", [1])],
)
def _to_array(_: Call, value: JsonValue) -> JsonValue:
    return value if isinstance(value, list) else [value]


def _has_decimals(value: JsonValue) -> bool:
    """Return whether there is a decimal in a value; refuse an infinite number, which JSON cannot write."""
    pending, found = [value], False
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif is_number(item):
            as_decimal(item)
            found = found or isinstance(item, Decimal)
    return found


def _written(value: JsonValue) -> JsonValue:
    """Return the value with one form for each number: 1.50 is written as 1.5, however it came."""
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_written(item) for item in value]
    if not isinstance(value, Decimal):
        return value
    near = float(value)
    if Decimal(repr(near)) == value:
        return near
    shortest = value.normalize(EXACT)
    return shortest if shortest != shortest.to_integral_value(context=EXACT) else int(shortest)
