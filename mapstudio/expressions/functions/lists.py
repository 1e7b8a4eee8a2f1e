"""Functions of the JMESPath specification over lists and objects."""

from __future__ import annotations

from collections.abc import Callable
from decimal import InvalidOperation
from functools import cmp_to_key, partial
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.kinds import Kind, one, repeated
from mapstudio.expressions.registry import Call, Example, ExpressionArgument
from mapstudio.expressions.values import NumberRangeError, equals, have_own_order, is_number, order, type_word
from mapstudio.model import JsonValue

_GROUP = "Lists and objects"
_PEOPLE: JsonValue = {"p": [{"n": "Bo", "age": 40}, {"n": "Al", "age": 30}]}
_Found = TypeVar("_Found")
_Keyed: TypeAlias = "tuple[JsonValue, JsonValue]"


@FUNCTIONS.function(
    "contains",
    one("subject", Kind.TEXT, Kind.LIST),
    one("search"),
    returns="boolean",
    group=_GROUP,
    summary="Whether a text has the search text in it, or a list an equal element.",
    examples=[Example("contains('VIP guest', 'VIP')", True), Example("contains(`[1, 2]`, `3`)", False)],
)
def _contains(call: Call, subject: str | list[JsonValue], search: JsonValue) -> JsonValue:
    if isinstance(subject, str):
        return isinstance(search, str) and search in subject
    return any(equals(item, search, call.budget.step) for item in subject)


@FUNCTIONS.function(
    "length",
    one("value", Kind.TEXT, Kind.LIST, Kind.OBJECT),
    returns="number",
    group=_GROUP,
    summary="How many characters, elements or keys there are.",
    examples=[Example("length('abc')", 3), Example("length(`[1, 2]`)", 2)],
)
def _length(_: Call, value: str | list[JsonValue] | dict[str, JsonValue]) -> JsonValue:
    return len(value)


@FUNCTIONS.function(
    "reverse",
    one("value", Kind.LIST, Kind.TEXT),
    returns="list or text",
    group=_GROUP,
    summary="The elements or characters from last to first.",
    examples=[Example("reverse(`[1, 2]`)", [2, 1])],
)
def _reverse(_: Call, value: list[JsonValue] | str) -> JsonValue:
    return value[::-1]


@FUNCTIONS.function(
    "map",
    one("expression", Kind.EXPRESSION),
    one("elements", Kind.LIST),
    returns="list",
    group=_GROUP,
    summary="The expression's value for each element; unlike a projection it keeps nulls.",
    examples=[Example("map(&n, p)", ["Bo", "Al"], given=_PEOPLE)],
)
def _map(_: Call, expression: ExpressionArgument, elements: list[JsonValue]) -> JsonValue:
    return [expression(item) for item in elements]


@FUNCTIONS.function(
    "merge",
    repeated("object", Kind.OBJECT),
    returns="object",
    group=_GROUP,
    summary="One object with the keys of all; the last one wins.",
    examples=[Example('merge(`{"a": 1}`, `{"a": 2, "b": 3}`)', {"a": 2, "b": 3})],
)
def _merge(_: Call, *objects: dict[str, JsonValue]) -> JsonValue:
    merged: dict[str, JsonValue] = {}
    for item in objects:
        merged.update(item)
    return merged


@FUNCTIONS.function(
    "keys",
    one("object", Kind.OBJECT),
    returns="list of texts",
    group=_GROUP,
    summary="The object's keys.",
    examples=[Example('keys(`{"a": 1}`)', ["a"])],
)
def _keys(_: Call, value: dict[str, JsonValue]) -> JsonValue:
    return list(value)


@FUNCTIONS.function(
    "values",
    one("object", Kind.OBJECT),
    returns="list",
    group=_GROUP,
    summary="The object's values.",
    examples=[Example('values(`{"a": 1}`)', [1])],
)
def _values(_: Call, value: dict[str, JsonValue]) -> JsonValue:
    return list(value.values())


@FUNCTIONS.function(
    "max",
    one("values", Kind.NUMBERS, Kind.TEXTS),
    returns="number, text or null",
    group=_GROUP,
    summary="The greatest number, or the last text in the order of the alphabet; null for an empty list.",
    examples=[Example("max(`[1, 3, 2]`)", 3)],
)
def _max(call: Call, values: list[JsonValue]) -> JsonValue:
    return _best(call, values, 1)


@FUNCTIONS.function(
    "min",
    one("values", Kind.NUMBERS, Kind.TEXTS),
    returns="number, text or null",
    group=_GROUP,
    summary="The least number, or the first text in the order of the alphabet; null for an empty list.",
    examples=[Example("min(['2024-02-01', '2024-01-01'])", "2024-01-01")],
)
def _min(call: Call, values: list[JsonValue]) -> JsonValue:
    return _best(call, values, -1)


@FUNCTIONS.function(
    "sort",
    one("values", Kind.TEXTS, Kind.NUMBERS),
    returns="list of texts or list of numbers",
    group=_GROUP,
    summary="The numbers or texts in order.",
    examples=[Example("sort(`[3, 1, 2]`)", [1, 2, 3])],
)
def _sort(call: Call, values: list[JsonValue]) -> JsonValue:
    if have_own_order(values):
        return _in_own_order(sorted, values)
    return sorted(values, key=cmp_to_key(_ordering(call, "sort")))


@FUNCTIONS.function(
    "sort_by",
    one("elements", Kind.LIST),
    one("expression", Kind.EXPRESSION),
    returns="list",
    group=_GROUP,
    summary="The elements in the order of the expression's number or text.",
    examples=[Example("sort_by(p, &age)[0].n", "Al", given=_PEOPLE)],
)
def _sort_by(call: Call, elements: list[JsonValue], expression: ExpressionArgument) -> JsonValue:
    keyed = _keyed("sort_by", elements, expression)
    if have_own_order([key for key, _ in keyed]):
        return [item for _, item in _in_own_order(partial(sorted, key=itemgetter(0)), keyed)]
    ordering = _ordering(call, "sort_by")

    def by_key(left: _Keyed, right: _Keyed) -> int:
        return ordering(left[0], right[0])

    return [item for _, item in sorted(keyed, key=cmp_to_key(by_key))]


@FUNCTIONS.function(
    "max_by",
    one("elements", Kind.LIST),
    one("expression", Kind.EXPRESSION),
    returns="any",
    group=_GROUP,
    summary="The element with the greatest value of the expression; null for an empty list.",
    examples=[Example("max_by(p, &age).n", "Bo", given=_PEOPLE)],
)
def _max_by(call: Call, elements: list[JsonValue], expression: ExpressionArgument) -> JsonValue:
    return _best_by(call, "max_by", _keyed("max_by", elements, expression), 1)


@FUNCTIONS.function(
    "min_by",
    one("elements", Kind.LIST),
    one("expression", Kind.EXPRESSION),
    returns="any",
    group=_GROUP,
    summary="The element with the least value of the expression; null for an empty list.",
    examples=[Example("min_by(p, &age).n", "Al", given=_PEOPLE)],
)
def _min_by(call: Call, elements: list[JsonValue], expression: ExpressionArgument) -> JsonValue:
    return _best_by(call, "min_by", _keyed("min_by", elements, expression), -1)


def _keyed(name: str, elements: list[JsonValue], expression: ExpressionArgument) -> list[_Keyed]:
    keyed = [(expression(item), item) for item in elements]
    for key, _ in keyed:
        if not isinstance(key, str) and not is_number(key):
            raise EvaluationError(f"{name} needs a number or a text for each element, got {type_word(key)}", key)
        if isinstance(key, str) is not isinstance(keyed[0][0], str):
            raise EvaluationError(f"{name} cannot compare a text and a number", key)
    return keyed


def _in_own_order(function: Callable[[list[Any]], _Found], values: list[Any]) -> _Found:
    try:
        return function(values)
    except InvalidOperation as error:
        # Only NaN has no order among numbers.
        raise NumberRangeError from error


def _best(call: Call, values: list[JsonValue], direction: int) -> JsonValue:
    if have_own_order(values):
        found: JsonValue = _in_own_order(max if direction > 0 else min, values)
        return found
    return _best_by(call, "", [(item, item) for item in values], direction)


def _best_by(call: Call, name: str, keyed: list[_Keyed], direction: int) -> JsonValue:
    if not keyed:
        return None
    if have_own_order([key for key, _ in keyed]):
        best: _Keyed = _in_own_order(partial(max if direction > 0 else min, key=itemgetter(0)), keyed)
        return best[1]
    ordering = _ordering(call, name)
    chosen = keyed[0]
    for candidate in keyed[1:]:
        if ordering(candidate[0], chosen[0]) == direction:
            chosen = candidate
    return chosen[1]


def _ordering(call: Call, name: str) -> Callable[[JsonValue, JsonValue], int]:
    def ordering(left: JsonValue, right: JsonValue) -> int:
        call.budget.step()
        found = order(left, right)
        if found is None:
            raise EvaluationError(f"{name} cannot compare {type_word(left)} and {type_word(right)}", right)
        return found

    return ordering
