"""Lists taken apart and put together: by key, in pairs, without what stands twice."""

from __future__ import annotations

from collections.abc import Hashable

from mapstudio.expressions.budget import Budget
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.kinds import Kind, one, repeated
from mapstudio.expressions.registry import Call, Example, ExpressionArgument
from mapstudio.expressions.values import Number, as_decimal, is_blank, is_number, total, type_word
from mapstudio.model import JsonValue

_GROUP = "Lists and objects"
_LINES: JsonValue = {
    "lines": [{"type": "room", "total": 90.1}, {"type": "bar", "total": 5.2}, {"type": "room", "total": 80}]
}


@FUNCTIONS.function(
    "items",
    one("object", Kind.OBJECT),
    returns="list",
    group=_GROUP,
    summary="The object as a list of pairs: key and value.",
    examples=[Example('items(`{"a": 1, "b": 2}`)', [["a", 1], ["b", 2]])],
)
def _items(call: Call, value: dict[str, JsonValue]) -> JsonValue:
    call.budget.step(2 * len(value))
    return [[key, item] for key, item in value.items()]


@FUNCTIONS.function(
    "from_items",
    one("pairs", Kind.LIST),
    returns="object",
    group=_GROUP,
    summary="The object of a list of pairs, each a text and a value; the last one of a key wins.",
    examples=[
        Example("from_items([['a', `1`], ['b', `2`]])", {"a": 1, "b": 2}),
        Example(
            "from_items(fields[].[name, value])", {"vip": True}, given={"fields": [{"name": "vip", "value": True}]}
        ),
    ],
)
def _from_items(_: Call, pairs: list[JsonValue]) -> JsonValue:
    found: dict[str, JsonValue] = {}
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:
            raise EvaluationError(f"from_items needs pairs of a key and a value, got {_without_pair(pair)}", pair)
        key, value = pair
        if not isinstance(key, str):
            raise EvaluationError(f"from_items needs texts as keys, got {type_word(key)}", key)
        found[key] = value
    return found


def _without_pair(value: JsonValue) -> str:
    return f"a list of {len(value)}" if isinstance(value, list) else type_word(value)


@FUNCTIONS.function(
    "zip",
    repeated("list", Kind.LIST),
    returns="list",
    group=_GROUP,
    summary="The first elements of all lists as a list, then the second ones, until the shortest list ends.",
    examples=[Example("zip(['a', 'b'], `[1, 2, 3]`)", [["a", 1], ["b", 2]])],
)
def _zip(call: Call, *lists: list[JsonValue]) -> JsonValue:
    call.budget.step(len(lists) * min(map(len, lists)))
    return [list(row) for row in zip(*lists, strict=False)]


@FUNCTIONS.function(
    "group_by",
    one("elements", Kind.LIST),
    one("expression", Kind.EXPRESSION),
    returns="object",
    group=_GROUP,
    summary="The elements in lists by the expression's text: an object of lists.",
    examples=[
        Example("group_by(lines, &type) | map(&length(@), values(@))", [2, 1], given=_LINES),
        Example(
            "group_by(lines, &total)",
            error="group_by needs a text for each element, got a number; to_string gives one",
            given=_LINES,
        ),
    ],
)
def _group_by(_: Call, elements: list[JsonValue], expression: ExpressionArgument) -> JsonValue:
    groups: dict[str, list[JsonValue]] = {}
    for element in elements:
        key = expression(element)
        if not isinstance(key, str):
            hint = "; to_string gives one" if is_number(key) else ""
            raise EvaluationError(f"group_by needs a text for each element, got {type_word(key)}{hint}", key)
        groups.setdefault(key, []).append(element)
    return dict(groups)


@FUNCTIONS.function(
    "sum_by",
    one("elements", Kind.LIST),
    one("expression", Kind.EXPRESSION),
    returns="number",
    group=_GROUP,
    summary="The exact sum of the expression's number for each element; null is left out, 0 for an empty list.",
    examples=[
        Example("sum_by(lines, &total)", 175.3, given=_LINES),
        Example("sum_by(lines, &price * qty)", 0.3, given={"lines": [{"price": 0.1, "qty": 3}, {"price": 5}]}),
        Example("sum_by(lines, &type)", error="sum_by needs a number for each element, got text", given=_LINES),
    ],
)
def _sum_by(_: Call, elements: list[JsonValue], expression: ExpressionArgument) -> JsonValue:
    numbers: list[Number] = []
    for element in elements:
        number = expression(element)
        if is_number(number):
            numbers.append(number)
        elif number is not None:
            raise EvaluationError(f"sum_by needs a number for each element, got {type_word(number)}", number)
    return total(numbers)


@FUNCTIONS.function(
    "unique",
    one("elements", Kind.LIST),
    returns="list",
    group=_GROUP,
    summary="The elements without those that equal an earlier one; 1 and 1.0 are equal, 1 and '1' are not.",
    examples=[
        Example("unique(['a', 'b', 'a'])", ["a", "b"]),
        Example('unique(`[{"a": 1}, {"a": 1.0}, 1, "1"]`)', [{"a": 1}, 1, "1"]),
    ],
    null_first=True,
)
def _unique(call: Call, elements: list[JsonValue]) -> JsonValue:
    found: dict[Hashable, JsonValue] = {}
    for element in elements:
        found.setdefault(_identity(element, call.budget), element)
    return list(found.values())


def _identity(value: JsonValue, budget: Budget) -> Hashable:
    """Return what equal values share, and no others."""
    # What is made for each part to be compared by takes more time and room than a step.
    budget.step(3)
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, bool):
        return bool, value
    if isinstance(value, list):
        return list, tuple(_identity(item, budget) for item in value)
    if isinstance(value, dict):
        return dict, frozenset((key, _identity(item, budget)) for key, item in value.items())
    return as_decimal(value)


@FUNCTIONS.function(
    "first",
    one("elements", Kind.LIST),
    returns="any",
    group=_GROUP,
    summary="The first element; null for an empty list.",
    examples=[Example("first(`[3, 1, 2]`)", 3), Example("first(`[]`)", None), Example("first(`null`)", None)],
    null_first=True,
)
def _first(_: Call, elements: list[JsonValue]) -> JsonValue:
    return elements[0] if elements else None


@FUNCTIONS.function(
    "last",
    one("elements", Kind.LIST),
    returns="any",
    group=_GROUP,
    summary="The last element; null for an empty list.",
    examples=[Example("last(`[3, 1, 2]`)", 2)],
    null_first=True,
)
def _last(_: Call, elements: list[JsonValue]) -> JsonValue:
    return elements[-1] if elements else None


@FUNCTIONS.function(
    "compact",
    one("elements", Kind.LIST),
    returns="list",
    group=_GROUP,
    summary="The elements that are neither null nor a text of white space only; 0, false and [] stay.",
    examples=[Example("compact([`null`, 'a', ' ', `0`])", ["a", 0])],
    null_first=True,
)
def _compact(_: Call, elements: list[JsonValue]) -> JsonValue:
    return [item for item in elements if not is_blank(item)]
