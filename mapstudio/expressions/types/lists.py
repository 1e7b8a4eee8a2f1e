"""The types of the functions over lists and objects."""

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
    OBJECT,
    TEXT,
    UNKNOWN,
    Type,
    kinds_of,
    list_of,
    may_be_blank,
    tuple_of,
    union,
    without_blank,
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


def _by(result: Rule, *kinds: str) -> Rule:
    """Return the rule of a function whose second argument must have a value of these kinds for each element."""

    def rule(called: Called) -> Type:
        key = called.of_elements(1, called.elements())
        fails = called.is_filled() and not kinds_of(key) & set(kinds)
        return NOTHING if fails else result(called)

    return rule


def _sum_by(called: Called) -> Type:
    key = called.of_elements(1, called.elements())
    return NUMBER if key.number is not None and not key.number.whole else INTEGER


def _compact(called: Called) -> Type:
    elements = called.elements()
    return list_of(without_blank(elements), filled=called.is_filled() and not may_be_blank(elements))


def _items(called: Called) -> Type:
    of = called.first.object
    if of is None or of.rest.value:
        return list_of(tuple_of((TEXT, UNKNOWN)))
    values = union(*of.fields.values())
    return list_of(tuple_of((type_of_values(list(of.fields)), values)), filled=of.filled)


def _zip(called: Called) -> Type:
    places = range(len(called.types))
    return list_of(tuple_of(tuple(map(called.elements, places))), filled=all(map(called.is_filled, places)))


def _sum(called: Called) -> Type:
    elements = called.elements()
    return INTEGER if elements.is_nothing or (elements.number is not None and elements.number.whole) else NUMBER


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
    "avg": lambda called: _or_null_for_empty(called, NUMBER),
    "compact": _compact,
    "first": _one_element,
    "group_by": _by(lambda _: OBJECT, "text"),
    "items": _items,
    "keys": _keys,
    "last": _one_element,
    "length": lambda _: INTEGER,
    "map": _map,
    "max": _one_element,
    "max_by": _by(_one_element, "text", "number"),
    "merge": _merge,
    "min": _one_element,
    "min_by": _by(_one_element, "text", "number"),
    "reverse": _reverse,
    "sort": _same_elements,
    "sort_by": _by(_same_elements, "text", "number"),
    "sum": _sum,
    "sum_by": _sum_by,
    "unique": _same_elements,
    "values": _values_of,
    "zip": _zip,
}
