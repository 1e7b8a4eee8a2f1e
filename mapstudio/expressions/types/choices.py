"""The types of the functions that choose between values, and of the lookup in a value map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from mapstudio.expressions.environment import key_text
from mapstudio.expressions.types.calls import Called, Rule, TableType
from mapstudio.expressions.types.equality import can_be_equal, unequal_part
from mapstudio.expressions.types.lattice import (
    NOTHING,
    NULL,
    TEXT,
    UNKNOWN,
    Format,
    Type,
    kinds_of,
    list_of,
    may_be_blank,
    text_of,
    union,
    without_blank,
    without_null,
)
from mapstudio.expressions.types.literals import scalars_of


def _not_null(called: Called) -> Type:
    return _first_of(called.types, lambda of: of.null, without_null)


def _coalesce(called: Called) -> Type:
    return _first_of(called.types, may_be_blank, without_blank)


def _first_of(types: tuple[Type, ...], passes: Callable[[Type], bool], taken: Callable[[Type], Type]) -> Type:
    found: list[Type] = []
    for of in types:
        found.append(taken(of))
        if not passes(of):
            return union(*found)
    return union(*found, Type(null=True, known=all(of.known for of in types)))


def _default(called: Called) -> Type:
    value, fallback = called.types
    return union(without_blank(value), fallback) if may_be_blank(value) else value


def _blank_to_null(called: Called) -> Type:
    of = called.first
    return union(without_blank(of), Type(null=True, known=of.known)) if may_be_blank(of) else of


def _null_if(called: Called) -> Type:
    value, *unwanted = called.types
    left = value
    for of in unwanted:
        left = unequal_part(left, of)
    may_be_unwanted = any(can_be_equal(value, of) for of in unwanted)
    return union(left, Type(null=True, known=value.known)) if may_be_unwanted else value


def _code(called: Called) -> Type:
    """Return a code, or the default where there is none: null and blank text have none."""
    text, *default = called.types
    if default:
        return union(TEXT, *default)
    return union(TEXT, Type(null=True, known=text.known)) if may_be_blank(text) else TEXT


def _lookup(called: Called) -> Type:
    name, key, *default = called.types
    if called.tables is None or name.text is None or name.text.formats:
        return UNKNOWN
    tables = [called.tables[item] for item in name.text.values if item in called.tables]
    return union(*(_looked_up(table, key, default[0] if default else None) for table in tables))


def _looked_up(table: TableType, key: Type, default: Type | None) -> Type:
    found = looked_up(table, key, default)
    if key.list is not None:
        elements = key.list.elements
        found = union(found, list_of(looked_up(table, elements, default), filled=key.list.filled))
    return found


def looked_up(table: TableType, key: Type, default: Type | None) -> Type:
    """Return what a value map makes of a scalar key: a key that it does not have takes the default, or fails."""
    keys = keys_of(key)
    hits = table.entries.values() if keys is None else [table.entries[item] for item in keys if item in table.entries]
    found = list(hits)
    if key.null:
        found.append(NULL if default is None else default)
    if default is not None and (keys is None or not keys <= table.entries.keys()):
        found.append(default)
    return union(*found)


def keys_of(key: Type) -> frozenset[str] | None:
    """Return the texts of all keys that a value may be, null left out; ``None`` when they are not known."""
    if (key.text is not None and key.text.formats) or (key.number is not None and key.number.values is None):
        return None
    scalars = scalars_of(replace(key, null=False, object=None, list=None)) or []
    return frozenset(text for text in map(key_text, scalars) if text is not None)


def _link(called: Called) -> Type:
    identity = called.types[1]
    found = _linked(replace(identity, list=None))
    if identity.list is None:
        return found
    return union(found, list_of(_linked(identity.list.elements), filled=identity.list.filled))


def _linked(identity: Type) -> Type:
    null = Type(null=True, known=identity.known) if may_be_blank(identity) else NOTHING
    return union(text_of(Format.REFERENCE), null) if kinds_of(identity) & {"text", "number"} else null


RULES: Mapping[str, Rule] = {
    "blank_to_null": _blank_to_null,
    "coalesce": _coalesce,
    "country_code": _code,
    "default": _default,
    "language_code": _code,
    "link": _link,
    "lookup": _lookup,
    "not_null": _not_null,
    "null_if": _null_if,
}
