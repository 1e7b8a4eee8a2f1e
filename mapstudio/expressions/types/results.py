"""The type of a call: what its function declares, made precise by its arguments where that is known here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod

from mapstudio.expressions.budget import Budget
from mapstudio.expressions.environment import Environment
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.kinds import Kind
from mapstudio.expressions.registry import Call, Function
from mapstudio.expressions.types import choices, conversions, dates, lists, numbers
from mapstudio.expressions.types.arguments import accepted
from mapstudio.expressions.types.calls import Called, Rule
from mapstudio.expressions.types.lattice import (
    BOOLEAN,
    INTEGER,
    LIST,
    NOTHING,
    NULL,
    NUMBER,
    OBJECT,
    TEXT,
    UNKNOWN,
    Type,
    list_of,
    may_be_blank,
    union,
    without_blank,
    without_null,
)
from mapstudio.expressions.types.literals import scalars_of, type_of_values
from mapstudio.model import JsonValue

RULES: Mapping[str, Rule] = {
    **choices.RULES,
    **conversions.RULES,
    **dates.RULES,
    **lists.RULES,
    **numbers.RULES,
}
"""What is known of a function beyond what it declares. Always within that: a test holds the two together."""

_OURS = "mapstudio.expressions.functions"
_MOST_FOLDED = 60
_IMPURE = {"lookup", "link", "today"}
_DECLARED: Mapping[Kind, Type] = {
    Kind.ANY: UNKNOWN,
    Kind.NULL: NULL,
    Kind.TEXT: TEXT,
    Kind.NUMBER: NUMBER,
    Kind.COUNT: INTEGER,
    Kind.BOOLEAN: BOOLEAN,
    Kind.LIST: LIST,
    Kind.OBJECT: OBJECT,
    Kind.TEXTS: list_of(TEXT),
    Kind.NUMBERS: list_of(NUMBER),
}


def call_type(called: Called) -> Type:
    """Return the type of a call; nothing where it can only fail."""
    function = FUNCTIONS.get(called.name)
    if function is None:
        return UNKNOWN
    types = tuple(
        of if function.parameter(index).is_expression else accepted(function, index, of)
        for index, of in enumerate(called.types)
    )
    if any(of.is_nothing for of in types[:1]):
        return NOTHING
    null = NOTHING
    if function.null_first and types:
        first = types[0]
        passes = may_be_blank(first) if function.blank_first else first.null
        null = Type(null=True, known=called.first.known) if passes else NOTHING
        types = (without_blank(first) if function.blank_first else without_null(first), *types[1:])
    if any(of.is_nothing for of in types):
        return null
    return union(_result(function, replace(called, types=types)), null)


def _result(function: Function, called: Called) -> Type:
    folded = _folded(function, called.types)
    if folded is not None:
        return folded
    rule = RULES.get(function.name)
    return rule(called) if rule is not None else declared_type(function, called.types)


def declared_type(function: Function, types: Sequence[Type]) -> Type:
    """Return the type that a function declares for arguments of these types."""
    made = union(*(_DECLARED[kind] for kind in sorted(function.made)))
    passed = [
        of
        for index, of in enumerate(types)
        if min(index, len(function.parameters) - 1) in function.passed and not function.parameter(index).is_expression
    ]
    return union(made, *passed)


def _is_ours(function: Function) -> bool:
    """Return whether a function may be run while a mapping is checked: the code of other packages is not."""
    module = function.implementation.__module__
    return module.startswith(_OURS) and module != f"{_OURS}.packages"


def _folded(function: Function, types: tuple[Type, ...]) -> Type | None:
    """Return what a call gives for known values, where there are few of them: the function itself is asked."""
    passes = any(place < len(types) for place in function.passed)
    evaluates = any(parameter.is_expression for parameter in function.parameters)
    if passes or evaluates or function.name in _IMPURE or not _is_ours(function):
        return None
    values = [scalars_of(of) for of in types]
    known = [choice for choice in values if choice is not None]
    if len(known) < len(values) or not known or prod(map(len, known)) > _MOST_FOLDED:
        return None
    results: list[JsonValue] = []
    for arguments in product(*known):
        try:
            results.append(function(Call(Environment(), Budget()), arguments))
        except EvaluationError:
            continue
    return type_of_values(results)
