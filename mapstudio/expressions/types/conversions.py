"""The types of the functions that turn a value into one of another type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mapstudio.expressions.types.calls import Called, Rule
from mapstudio.expressions.types.lattice import MOMENTS, NOTHING, NULL, NUMBER, TEXT, Type, kinds_of, list_of, union
from mapstudio.expressions.types.literals import type_of_values


def _concat(called: Called) -> Type:
    all_null = all(of.null for of in called.types)
    if all(of.has_no_value for of in called.types):
        return NULL
    return union(TEXT, Type(null=True, known=all(of.known for of in called.types))) if all_null else TEXT


def _to_array(called: Called) -> Type:
    single = replace(called.first, list=None)
    lists = Type(list=called.first.list) if called.first.list is not None else NOTHING
    return lists if single.is_nothing else union(lists, list_of(single, filled=True))


def _to_number(called: Called) -> Type:
    of = called.first
    number = Type(number=of.number) if of.number is not None else NOTHING
    texts = NOTHING
    if of.text is not None:
        texts = NULL if not of.text.values and of.text.formats <= MOMENTS else union(NUMBER, NULL)
    others = NULL if of.null or kinds_of(of) - {"number", "text"} else NOTHING
    return union(number, texts, others)


def _to_string(called: Called) -> Type:
    of = called.first
    texts = Type(text=of.text) if of.text is not None else NOTHING
    return texts if kinds_of(of) == {"text"} and not of.null else union(texts, TEXT)


_TYPE_NAMES = {"text": "string", "number": "number", "booleans": "boolean", "object": "object", "list": "array"}


def _type_name(called: Called) -> Type:
    names = [_TYPE_NAMES[kind] for kind in kinds_of(called.first)] + (["null"] if called.first.null else [])
    return type_of_values(names)


RULES: Mapping[str, Rule] = {
    "concat": _concat,
    "to_array": _to_array,
    "to_number": _to_number,
    "to_string": _to_string,
    "type": _type_name,
}
