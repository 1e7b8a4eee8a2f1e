"""The filter trees of accounting: ``and``, ``or`` and comparisons, with the vendor's rules of what must be in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias

from mapstudio.model import JsonValue
from mapstudio.sandbox.cloudbeds.book import Transaction
from mapstudio.sandbox.cloudbeds.hotel import Hotel
from mapstudio.sandbox.cloudbeds.json_calls import JsonApiError
from mapstudio.sandbox.cloudbeds.shapes import utc_text

Test: TypeAlias = "Callable[[Transaction, Hotel], bool]"
MOST_NESTED = 10
OPERATORS = (
    *("greater_than_or_equal", "greater_than", "less_than_or_equal", "less_than", "equals", "not_equals"),
    *("in", "not_in", "contains", "not_contains", "is_null", "not_null"),
)
_DATES = frozenset({"transaction_datetime", "created_at", "service_date", "business_date"})
_ALONE = frozenset({"id", *_DATES})
_MOMENTS = frozenset({"created_at", "transaction_datetime"})
_EMPTY = frozenset({"account_category", "custom_code", "origin_id", "routed_from", "trial_balance_id"})
"""Fields that no transaction of this property has."""
_TEXTS: Mapping[str, Callable[[Transaction], str | None]] = {
    "chart_of_account_type": lambda row: chart_of(row),  # noqa: PLW0108 - defined below
    "customer_id": lambda row: row.account.customer or None,
    "external_relation_id": lambda row: row.relation,
    "external_relation_kind": lambda row: row.relation_kind,
    "folio_id": lambda row: row.account.id,
    "id": lambda row: row.id,
    "internal_code": lambda row: row.code,
    "parent_id": lambda row: row.parent,
    "source_id": lambda row: row.account.id,
    "source_identifier": lambda row: row.account.number,
    "source_kind": lambda row: row.account.kind,
    "service_date": lambda row: row.service.isoformat(),
    "business_date": lambda row: row.service.isoformat(),
}
_SORTS = frozenset(
    {"created_at", "id", "internal_code", "source_id", "transaction_datetime", "service_date", "business_date"}
)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One comparison."""

    field: str
    operator: str
    value: JsonValue

    def test(self, row: Transaction, hotel: Hotel) -> bool:
        """Return whether a row fits."""
        found = _value(row, hotel, self.field)
        if self.operator in {"is_null", "not_null"}:
            return (found is None) == (self.operator == "is_null")
        if self.operator in {"not_equals", "not_in", "not_contains"}:
            return found is None or not self._fits(found, self.operator.removeprefix("not_"))
        return found is not None and self._fits(found, self.operator)

    def _fits(self, found: str, operator: str) -> bool:
        if operator == "in":
            return found in {_written(self.field, one) for one in _many(self.value)}
        wanted = _written(self.field, self.value)
        if operator == "contains":
            return wanted in found
        if operator == "equals":
            return found == wanted
        left, right = _rank(found), _rank(wanted)
        return {
            "greater_than_or_equal": left >= right,
            "greater_than": left > right,
            "less_than_or_equal": left <= right,
            "less_than": left < right,
        }[operator]


def read_filters(given: JsonValue) -> Test:
    """Return the test of a filter tree.

    Raises:
        JsonApiError: It is empty, knows no field or operator, or lacks what every search must have.
    """
    if not isinstance(given, dict) or not given:
        raise JsonApiError(400, "Filters cannot be empty")
    leaves: list[_Leaf] = []
    test = _read(given, leaves, 0)
    _check_rules(leaves, alone="field" in given)
    return test


def sorted_rows(rows: Iterable[Transaction], given: JsonValue, hotel: Hotel) -> list[Transaction]:
    """Return rows in the order of a request, by id where it says nothing.

    Raises:
        JsonApiError: A field or a direction that is none.
    """
    found = sorted(rows, key=lambda row: int(row.id))
    for field, backwards in reversed(list(_orders(given))):
        keyed = [(_rank(_value(row, hotel, field) or ""), row) for row in found]
        found = [row for _, row in sorted(keyed, key=lambda pair: pair[0], reverse=backwards)]
    return found


def chart_of(row: Transaction) -> str:
    """Return the kind of account in the books: payments are assets, all that is sold is revenue."""
    return {"6": "LIABILITIES", "7": "ASSETS", "9": "ASSETS"}.get(row.family[:1], "REVENUE")


def _value(row: Transaction, hotel: Hotel, field: str) -> str | None:
    if field in _MOMENTS:
        return utc_text(row.posted, hotel)
    return None if field in _EMPTY else _TEXTS[field](row)


def _orders(given: JsonValue) -> Iterator[tuple[str, bool]]:
    for entry in given if isinstance(given, list) else []:
        field, direction = (entry.get("field"), entry.get("direction")) if isinstance(entry, dict) else (None, None)
        if field not in _SORTS or direction not in {"asc", "desc"}:
            raise JsonApiError(400, f"Sort by {field} {direction} is not supported")
        yield str(field), direction == "desc"


def _read(node: JsonValue, leaves: list[_Leaf], depth: int) -> Test:
    if not isinstance(node, dict) or depth > MOST_NESTED:
        raise JsonApiError(400, "A filter must be an object, nested at most ten times")
    groups = [name for name in ("and", "or") if node.get(name) is not None]
    if "field" in node:
        leaf = _leaf(node)
        leaves.append(leaf)
        return leaf.test
    if len(groups) != 1:
        raise JsonApiError(400, "A filter group must have either and, or or")
    inside = node[groups[0]]
    if not isinstance(inside, list) or not inside:
        raise JsonApiError(400, "Filters cannot be empty")
    tests = [_read(child, leaves, depth + 1) for child in inside]
    if groups[0] == "and":
        return lambda row, hotel: all(test(row, hotel) for test in tests)
    return lambda row, hotel: any(test(row, hotel) for test in tests)


def _leaf(node: Mapping[str, JsonValue]) -> _Leaf:
    field, operator, value = node.get("field"), node.get("operator"), node.get("value")
    if not isinstance(field, str) or field not in _MOMENTS | _EMPTY | _TEXTS.keys():
        raise JsonApiError(400, f"Filter field {field} is not supported")
    if not isinstance(operator, str) or operator not in OPERATORS:
        raise JsonApiError(400, f"Filter operator {operator} is not supported")
    if operator in {"in", "not_in"}:
        for one in _many(value):
            _written(field, one)
    elif operator not in {"is_null", "not_null"}:
        _written(field, value)
    return _Leaf(field, operator, value)


def _check_rules(leaves: Sequence[_Leaf], *, alone: bool) -> None:
    """Refuse a search that the system could not do efficiently."""
    fields = {leaf.field for leaf in leaves}
    if alone and (leaves[0].field not in _ALONE or leaves[0].operator not in {"equals", "in"}):
        raise JsonApiError(400, "A single filter must be on id or a date, with operator equals or in")
    for field in ("source_id", "source_identifier"):
        if field in fields and "source_kind" not in fields:
            raise JsonApiError(400, f"{field} requires source_kind")
    if ("external_relation_id" in fields) != ("external_relation_kind" in fields):
        raise JsonApiError(400, "external_relation_id and external_relation_kind must be used together")
    balances = [leaf for leaf in leaves if leaf.field == "trial_balance_id"]
    if len(balances) > 1 or any(leaf.operator != "equals" for leaf in balances):
        raise JsonApiError(400, "trial_balance_id supports one filter with operator equals")
    based = (
        any(leaf.field == "id" and leaf.operator in {"equals", "in"} for leaf in leaves)
        or fields & {"source_id", "source_identifier", "external_relation_id", "trial_balance_id", *_DATES}
    )  # fmt: skip
    if not based:
        raise JsonApiError(400, "At least one base filter is required: id, a source, a relation or a date")


def _many(value: JsonValue) -> Sequence[JsonValue]:
    if not isinstance(value, list) or not value:
        raise JsonApiError(400, "The operators in and not_in need a list of values")
    return value


def _written(field: str, value: JsonValue) -> str:
    """Return a value as the rows have it: moments in UTC, ids as texts."""
    if value is None or isinstance(value, (list, dict)):
        raise JsonApiError(400, f"Filter on {field} needs a value")
    text = str(value)
    if field not in _DATES:
        return text
    try:
        if field in {"service_date", "business_date"}:
            return date.fromisoformat(text[:10]).isoformat()
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise JsonApiError(400, f"Filter on {field} needs a date") from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _rank(text: str) -> tuple[int, str]:
    """Return a key by which numbers come in their order and texts in theirs."""
    return (len(text), text) if text.isdecimal() else (0, text)
