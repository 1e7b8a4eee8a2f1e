"""Which values of two types can be equal."""

from __future__ import annotations

from dataclasses import replace

from mapstudio.expressions.types.lattice import Format, TextType, Type, kinds_of, only, without_null
from mapstudio.expressions.types.literals import of_format


def can_be_equal(left: Type, right: Type) -> bool:
    """Return whether a value of one type can equal one of the other."""
    if left.null and right.null:
        return True
    shared = kinds_of(left) & kinds_of(right)
    if shared - {"text", "booleans"}:
        return True
    if "booleans" in shared and left.booleans & right.booleans:
        return True
    if left.text is None or right.text is None:
        return False
    return _texts_can_be_equal(left.text, right.text) or _texts_can_be_equal(right.text, left.text)


def _texts_can_be_equal(one: TextType, other: TextType) -> bool:
    if one.values & other.values or any(of_format(value, item) for value in one.values for item in other.formats):
        return True
    dates = one.formats & {Format.DATE}, other.formats & {Format.DATETIME, Format.LOCAL}
    return bool(one.formats and other.formats) and not (
        all(dates) and one.formats == dates[0] and other.formats == dates[1]
    )


def equal_part(of: Type, other: Type) -> Type:
    """Return what of it can equal a value of the other type."""
    kinds = kinds_of(of) & kinds_of(other)
    found = only(of, *kinds, *(("null",) if other.null else ()))
    if found.text is not None and other.text is not None and not other.text.formats:
        wanted = other.text
        narrowed = wanted if found.text.formats else found.text.only(lambda value: value in wanted.values)
        found = replace(found, text=narrowed)
    return replace(found, booleans=found.booleans & other.booleans)


def unequal_part(of: Type, other: Type) -> Type:
    """Return what of it is left once it does not equal the other, where that is one value."""
    if other.has_no_value:
        return without_null(of) if other.null else of
    wanted = other.text
    if wanted is None or wanted.formats or len(wanted.values) != 1 or of.text is None or kinds_of(other) != {"text"}:
        return of
    return replace(of, text=of.text.only(lambda value: value not in wanted.values)) if not other.null else of
