"""Functions of the JMESPath specification about types."""

from __future__ import annotations

from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.registry import Call, Example, one
from mapstudio.expressions.values import as_decimal, is_number
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
    _require_numbers(value)
    return dumps(value)


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


def _require_numbers(value: JsonValue) -> None:
    """Refuse a value with an infinite number in it, which JSON cannot write."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif is_number(item):
            as_decimal(item)
