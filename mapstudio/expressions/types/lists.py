"""The types of the functions over lists, objects and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mapstudio.expressions.types.calls import Called, Rule
from mapstudio.expressions.types.lattice import (
    INTEGER,
    LIST,
    NOTHING,
    NULL,
    NUMBER,
    TEXT,
    Type,
    kinds_of,
    list_of,
    union,
)
from mapstudio.expressions.types.literals import type_of_values


def _or_null_for_empty(called: Called, of: Type) -> Type:
    return of if called.is_filled() else union(of, NULL)


def _one_element(called: Called) -> Type:
    return _or_null_for_empty(called, called.elements())


def _same_elements(called: Called) -> Type:
    return list_of(called.elements(), filled=called.is_filled())


def _reverse(called: Called) -> Type:
    texts = TEXT if called.first.text is not None else NOTHING
    return union(texts, _same_elements(called)) if called.first.list is not None else texts


def _map(called: Called) -> Type:
    return list_of(called.of_elements(0, called.elements(1)), filled=called.is_filled(1))


def _by(result: Rule) -> Rule:
    """Return the rule of a function whose second argument is an expression that each element must have a value of."""

    def rule(called: Called) -> Type:
        key = called.of_elements(1, called.elements())
        fails = called.is_filled() and not kinds_of(key) & {"text", "number"}
        return NOTHING if fails else result(called)

    return rule


def _sum(called: Called) -> Type:
    elements = called.elements()
    return INTEGER if elements.is_nothing or (elements.number is not None and elements.number.whole) else NUMBER


def _abs(called: Called) -> Type:
    return INTEGER if called.first.number is not None and called.first.number.whole else NUMBER


def _keys(called: Called) -> Type:
    of = called.first.object
    if of is None or of.rest.value:
        return list_of(TEXT)
    return list_of(type_of_values(list(of.fields)), filled=of.filled)


def _values_of(called: Called) -> Type:
    of = called.first.object
    if of is None or of.rest.value:
        return LIST
    return list_of(union(*of.fields.values()), filled=of.filled)


def _merge(called: Called) -> Type:
    objects = [of.object for of in called.types if of.object is not None]
    names = dict.fromkeys(name for item in objects for name in item.fields)
    merged = objects[0]
    for item in objects[1:]:
        merged = merged.joined(item)
    fields = {
        name: union(*(item.get(name) for item in objects if name in item.fields or item.rest.value)) for name in names
    }
    return Type(object=replace(merged, fields=fields, filled=any(item.filled for item in objects), reference=False))


RULES: Mapping[str, Rule] = {
    "abs": _abs,
    "avg": lambda called: _or_null_for_empty(called, NUMBER),
    "ceil": lambda _: INTEGER,
    "floor": lambda _: INTEGER,
    "keys": _keys,
    "length": lambda _: INTEGER,
    "map": _map,
    "max": _one_element,
    "max_by": _by(_one_element),
    "merge": _merge,
    "min": _one_element,
    "min_by": _by(_one_element),
    "reverse": _reverse,
    "sort": _same_elements,
    "sort_by": _by(_same_elements),
    "sum": _sum,
    "values": _values_of,
}
