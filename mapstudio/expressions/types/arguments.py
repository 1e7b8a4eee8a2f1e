"""What of a type a function takes as an argument; the rest makes the call fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from mapstudio.expressions.kinds import Kind
from mapstudio.expressions.registry import Function
from mapstudio.expressions.types.lattice import NOTHING, ListType, Type, only, union


def accepted(function: Function, index: int, of: Type) -> Type:
    """Return what of an argument's type the function takes.

    Args:
        function: The function.
        index: Which argument.
        of: The argument's type.
    """
    kinds = function.parameter(index).kinds
    if kinds[0] is Kind.ANY:
        return of
    taken = of_kinds(of, kinds)
    passes_null = function.null_first and index == 0
    return replace(taken, null=of.null) if passes_null and of.null else taken


def of_kinds(of: Type, kinds: Iterable[Kind]) -> Type:
    """Return what of a type is of one of the kinds."""
    return union(*(_ONLY[kind](of) for kind in kinds))


def _lists_of(kind: str) -> Callable[[Type], Type]:
    def lists(of: Type) -> Type:
        if of.list is None:
            return NOTHING
        elements = only(of.list.elements, kind)
        items = of.list.items
        kept = tuple(only(item, kind) for item in items) if items is not None else None
        wrong = any(item.is_nothing for item in kept) if kept is not None else of.list.filled and elements.is_nothing
        return NOTHING if wrong else Type(list=ListType(elements, of.list.filled, kept), path=of.path)

    return lists


def _only(kind: str) -> Callable[[Type], Type]:
    return lambda of: only(of, kind)


_ONLY: Mapping[Kind, Callable[[Type], Type]] = {
    Kind.ANY: lambda of: of,
    Kind.NULL: _only("null"),
    Kind.TEXT: _only("text"),
    Kind.NUMBER: _only("number"),
    Kind.COUNT: _only("number"),
    Kind.BOOLEAN: _only("booleans"),
    Kind.LIST: _only("list"),
    Kind.OBJECT: _only("object"),
    Kind.TEXTS: _lists_of("text"),
    Kind.NUMBERS: _lists_of("number"),
    Kind.EXPRESSION: lambda of: of,
}
