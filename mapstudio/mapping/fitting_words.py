"""Why values of a type do not fit a field, and what to write instead, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.types.lattice import Format, Type, kinds_of
from mapstudio.mapping.fitting import Alternative, Fit
from mapstudio.model import Field, FieldType

_NOUNS: Mapping[FieldType, str] = {
    FieldType.TEXT: "text",
    FieldType.INTEGER: "whole number",
    FieldType.NUMBER: "number",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.DATETIME: "date-time",
    FieldType.OPTION: "option",
    FieldType.OPTIONS: "list of options",
    FieldType.REFERENCE: "id of a record",
    FieldType.REFERENCES: "list of ids",
    FieldType.OBJECT: "object",
    FieldType.LIST: "list",
}
_SOME_TEXTS: Mapping[FieldType, str] = {
    FieldType.DATE: "only a text such as 2026-08-30 is a date",
    FieldType.DATETIME: "only a text such as 2026-08-30T14:00:00Z is a date-time",
    FieldType.NUMBER: "only a plain decimal such as 12.50 is a number",
    FieldType.INTEGER: "only a text such as 12 is a whole number",
}
_TIMES = {FieldType.DATE, FieldType.DATETIME}
_NUMBERS = {FieldType.NUMBER, FieldType.INTEGER}
_LISTS = {FieldType.LIST, FieldType.OPTIONS, FieldType.REFERENCES}


def why(one: Alternative, item: Field) -> str:
    """Return why some or all values of an alternative do not fit, as a part of a sentence."""
    if one.refused:
        more = len(one.refused) - 1
        return f"{one.refused[0]}{f' (and {more} more)' if more else ''}"
    if one.fit is Fit.SOME:
        return _why_some(one, item)
    return _why_none(one, item)


def _why_some(one: Alternative, item: Field) -> str:
    if one.type.list is not None:
        return "not every element fits"
    if item.type is FieldType.DATE and _formats(one.type) == {Format.DATETIME}:
        return "only midnight is a date"
    return _SOME_TEXTS.get(item.type, f"not every one fits {item.name}")


def _why_none(one: Alternative, item: Field) -> str:
    formats = _formats(one.type)
    if item.type is FieldType.DATETIME and formats == {Format.DATE}:
        return "a date has no time"
    if item.type in _TIMES and formats == {Format.LOCAL}:
        return "a time without a zone may be any moment"
    if item.type is FieldType.TEXT and kinds_of(one.type) == {"text"}:
        return f"{one.word} has more than {item.max_length} characters"
    return f"{one.word} is no {_NOUNS.get(item.type, 'such value')}"


def remedy_for(one: Alternative, item: Field) -> str:
    """Return what to write so that values of an alternative fit; empty when there is no simple way."""
    kinds = kinds_of(one.type)
    if kinds == {"list"} and item.type not in _LISTS:
        return "take one element, such as value[0]"
    if kinds == {"object"}:
        is_reference = one.type.object is not None and one.type.object.reference
        return f"name one of its fields{', such as value.id' if is_reference else ''}"
    if kinds == {"booleans"} and item.type is FieldType.TEXT:
        return "to_string makes it a text"
    general = _GENERAL.get(item.type, "")
    return general if general or kinds != {"text"} else _reading(one.type, item)


_GENERAL: Mapping[FieldType, str] = {
    FieldType.OPTION: "translate it with a value map",
    FieldType.OPTIONS: "translate it with a value map",
    FieldType.REFERENCES: "to_array makes it a list",
    FieldType.LIST: "to_array makes it a list",
    FieldType.BOOLEAN: "compare it, such as value == 'yes'",
}


def _reading(of: Type, item: Field) -> str:
    formats = _formats(of)
    if item.type is FieldType.DATE and formats == {Format.DATETIME}:
        return "format_date(value, 'YYYY-MM-DD') takes the day in its own zone"
    if item.type is FieldType.DATETIME and formats == {Format.DATE}:
        return "concat(value, 'T00:00:00Z') makes it midnight"
    if item.type in _TIMES and Format.LOCAL not in formats:
        return "parse_date(value, 'DD/MM/YYYY') reads the dates of a format"
    if item.type in _NUMBERS:
        return "parse_number reads other numbers" if FUNCTIONS.get("parse_number") is not None else ""
    return ""


def _formats(of: Type) -> frozenset[Format]:
    return of.text.formats if of.text is not None else frozenset()
