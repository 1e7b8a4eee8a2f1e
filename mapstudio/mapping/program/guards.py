"""Conditions, as Python code, under which a cast returns its value as it is: what most values of a field are like.

They only save the call. A value for which the condition is false is cast, and every condition here implies that
:mod:`mapstudio.mapping.cast` would return the very same value; a property test holds that.
"""

from __future__ import annotations

from collections.abc import Callable

from mapstudio.expressions.compiler import Value, Writer
from mapstudio.mapping.unchanged import CLASSES, DAYS, is_day, is_instant
from mapstudio.model import Field, FieldType

_TEXT: frozenset[type] = frozenset({str, type(None)})
_TEXTS = {FieldType.TEXT, FieldType.UNKNOWN, FieldType.OPTION, FieldType.DATE, FieldType.DATETIME}
ALWAYS = "True"


def guard(item: Field, value: Value, writer: Writer, *, blank_is_null: bool) -> str:
    """Return the condition; empty when there is none that is cheaper than the cast. It never holds for null.

    Args:
        item: The destination field.
        value: What is to be cast.
        writer: Of the code.
        blank_is_null: Nor for a blank text.
    """
    name = value.code
    if item.rules:
        return ""
    if item.type not in _TEXTS:
        classes = CLASSES.get(item.type, ())
        if classes and value.is_only(frozenset(classes)):
            return ALWAYS
        tests = " or ".join(f"{name}.__class__ is {allowed.__name__}" for allowed in classes)
        return f"({tests})" if len(classes) > 1 else tests
    conditions = [] if value.is_only(_TEXT) else [f"{name}.__class__ is str"]
    if item.type is FieldType.OPTION and item.options:
        options = frozenset(option.value for option in item.options if option.value and not option.value.isspace())
        conditions.append(f"{name} in {writer.constant(options)}")
    elif item.type in {FieldType.DATE, FieldType.DATETIME}:
        check: Callable[[str], bool] = is_day if item.type is FieldType.DATE else is_instant
        known = f"{name} in {writer.constant(DAYS)} or " if item.type is FieldType.DATE else ""
        present = f"{name} is not None and " if type(None) in value.classes and value.is_only(_TEXT) else ""
        conditions.append(f"({known}{present}{writer.constant(check)}({name}))")
    else:
        conditions.append(f"{name} and not {name}.isspace()" if blank_is_null else f"{name} is not None")
        length = item.max_length if item.type is not FieldType.OPTION else None
        is_known = length is not None and value.leaf is not None and value.leaf.limit(length)
        if length is not None and not is_known:
            conditions.append(f"len({name}) <= {length}")
    return " and ".join(conditions)
