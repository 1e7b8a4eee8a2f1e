"""Filters and sorts of guest profiles: ``field:operation:value;field:operation:value`` and ``field:asc,field``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias, TypeVar

from mapstudio.sandbox.cloudbeds.json_calls import JsonApiError

T = TypeVar("T")
Value: TypeAlias = "Callable[[T, str], str | None]"


def chosen(items: Sequence[T], text: str, value: Value[T], fields: Mapping[str, frozenset[str]]) -> list[T]:
    """Return the items that fit all filters.

    Args:
        items: Of which.
        text: The filters as the query has them.
        value: Returns a field of an item as a text.
        fields: What can be filtered, and with which operations.

    Raises:
        JsonApiError: A field or an operation that is not allowed.
    """
    tests = [_test(part.strip(), value, fields) for part in text.split(";") if part.strip()]
    return [item for item in items if all(test(item) for test in tests)]


def sorted_by(items: Sequence[T], text: str, value: Value[T], fields: frozenset[str]) -> list[T]:
    """Return the items in an order; blank values come first.

    Raises:
        JsonApiError: A field that cannot be sorted by.
    """
    found = list(items)
    for part in reversed([part.strip() for part in text.split(",") if part.strip()]):
        field, _, direction = part.partition(":")
        if field not in fields or direction not in {"", "asc", "desc"}:
            raise JsonApiError(400, f"Sort by {part} is not supported")
        keyed = [((value(item, field) or "").casefold(), item) for item in found]
        found = [item for _, item in sorted(keyed, key=lambda pair: pair[0], reverse=direction == "desc")]
    return found


def _test(part: str, value: Value[T], fields: Mapping[str, frozenset[str]]) -> Callable[[T], bool]:
    field, _, rest = part.partition(":")
    operation, _, wanted = rest.partition(":")
    if field not in fields or operation not in fields[field]:
        raise JsonApiError(400, f"Filter {part} is not supported")
    if operation in {"is_null", "is_not_null"}:
        return lambda item: (value(item, field) is None) == (operation == "is_null")
    if operation in {"equals", "not_equals", "in", "not_in"}:
        words = set(wanted.split(",")) if operation.endswith("in") else {wanted}
        inside = not operation.startswith("not_")
        return lambda item: bool(words & set((value(item, field) or "").split(","))) == inside
    bound = _rank(wanted, part)

    def compare(item: T) -> bool:
        found = value(item, field)
        if found is None:
            return False
        rank = _rank(found, part)
        return {
            "greater_than_or_equal": rank >= bound,
            "greater_than": rank > bound,
            "less_than_or_equal": rank <= bound,
            "less_than": rank < bound,
        }[operation]

    return compare


def _rank(text: str, part: str) -> float:
    """Return a moment, a day or a number as one number."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        # A plus sign that a client did not escape arrives as a blank.
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        raise JsonApiError(400, f"Filter {part} needs a date or a number") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
