"""The types of the functions over numbers: which of them give whole ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mapstudio.expressions.types.calls import Called, Rule
from mapstudio.expressions.types.lattice import INTEGER, NOTHING, NULL, NUMBER, Type, may_be_blank, only, union


def _as_whole(called: Called) -> Type:
    """Return whole numbers for whole numbers."""
    return _whole_if(called.types)


def _whole_if(types: Sequence[Type]) -> Type:
    return INTEGER if all(of.number is not None and of.number.whole for of in types) else NUMBER


def _round(called: Called) -> Type:
    return INTEGER if len(called.types) == 1 else _whole_if(called.types[:1])


def _multiply(called: Called) -> Type:
    null = (
        Type(null=True, known=all(of.known for of in called.types)) if any(of.null for of in called.types) else NOTHING
    )
    return null if any(of.number is None for of in called.types) else union(_whole_if(called.types), null)


def _clamp(called: Called) -> Type:
    return union(*(only(of, "number") for of in called.types))


def _best_of(called: Called) -> Type:
    values = union(*(only(of, "number", "text") for of in called.types))
    all_null = all(of.null for of in called.types)
    return union(values, Type(null=True, known=all(of.known for of in called.types))) if all_null else values


def _days_between(called: Called) -> Type:
    return union(INTEGER, NULL) if may_be_blank(called.types[1]) else INTEGER


def _parse_number(called: Called) -> Type:
    return NUMBER if called.first.text is not None else only(called.first, "number")


RULES: Mapping[str, Rule] = {
    "abs": _as_whole,
    "ceil": lambda _: INTEGER,
    "clamp": _clamp,
    "days_between": _days_between,
    "find_first": lambda _: union(INTEGER, NULL),
    "find_last": lambda _: union(INTEGER, NULL),
    "floor": lambda _: INTEGER,
    "max_of": _best_of,
    "min_of": _best_of,
    "minor_units": lambda _: INTEGER,
    "multiply": _multiply,
    "parse_number": _parse_number,
    "round": _round,
    "to_epoch_ms": lambda _: INTEGER,
}
