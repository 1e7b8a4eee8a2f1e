"""The search endpoint's filters, sorts and limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from mapstudio.sandbox.hubspot.definitions import Property
from mapstudio.sandbox.hubspot.errors import bad_request
from mapstudio.sandbox.hubspot.store import Stored, Table
from mapstudio.sandbox.hubspot.values import moment_of
from mapstudio.sandbox.hubspot.wire import objects_of

MAX_PAGE = 200
MAX_RESULTS = 10_000
MAX_GROUPS = 5
MAX_FILTERS_IN_GROUP = 10
MAX_FILTERS = 25
MAX_QUERY = 3000

Comparable: TypeAlias = "Decimal | str"
Values: TypeAlias = "Mapping[str, str]"
Test: TypeAlias = Callable[[Stored, Values], bool]
Linked: TypeAlias = Callable[[Stored, str], Collection[str]]
"""Gives the ids of what a record is associated with, by the word of an object."""

_ASSOCIATIONS = "associations."


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search.

    Attributes:
        records: Each with the values that the index holds of it.
        after: Where the next page starts, ``None`` on the last.
    """

    records: Sequence[tuple[Stored, Mapping[str, str]]]
    total: int
    after: str | None


def search(table: Table, request: Mapping[str, Any], linked: Linked) -> Found:
    """Answer a search.

    Args:
        table: What is searched.
        request: The body.
        linked: For filters by associated records.

    Raises:
        ApiError: A limit is broken, or a property or operator is unknown.
    """
    limit, start = _window(request)
    wanted = _groups(table, objects_of(request, "filterGroups"), linked)
    query = str(request.get("query") or "").lower()
    if len(query) > MAX_QUERY:
        raise bad_request(f"query is longer than {MAX_QUERY} characters.")
    hits = []
    for record in table.live():
        values = table.searchable(record)
        if values is not None and wanted(record, values) and _mentions(table.kind.searched, values, query):
            hits.append((record, values))
    for name, descending in reversed(_sorts(request.get("sorts"))):
        hits = _sorted(table, hits, name, descending)
    end = start + limit
    return Found(hits[start:end], len(hits), str(end) if end < len(hits) else None)


def _window(request: Mapping[str, Any]) -> tuple[int, int]:
    limit, after = request.get("limit", 10), request.get("after") or "0"
    if not isinstance(limit, int) or isinstance(limit, bool) or not 0 <= limit <= MAX_PAGE:
        raise bad_request(f"limit must be between 0 and {MAX_PAGE}.")
    if not str(after).isdecimal() or len(str(after)) > len(str(MAX_RESULTS)):
        raise bad_request("after must be a number that an earlier answer gave.")
    if int(after) + limit > MAX_RESULTS:
        raise bad_request("There was a problem with the request.")
    return limit, int(after)


def _groups(table: Table, groups: Sequence[Mapping[str, Any]], linked: Linked) -> Test:
    filters = [objects_of(group, "filters") for group in groups]
    if len(filters) > MAX_GROUPS:
        raise bad_request(f"filterGroups holds more than {MAX_GROUPS} groups.")
    if any(len(group) > MAX_FILTERS_IN_GROUP for group in filters) or sum(map(len, filters)) > MAX_FILTERS:
        raise bad_request(f"There are more than {MAX_FILTERS_IN_GROUP} filters in a group or {MAX_FILTERS} in all.")
    tests = [[_test(table, item, linked) for item in group] for group in filters]
    return lambda record, values: not tests or any(all(test(record, values) for test in group) for group in tests)


def _test(table: Table, item: Mapping[str, Any], linked: Linked) -> Test:
    name, operator = item.get("propertyName"), item.get("operator")
    if str(name).startswith(_ASSOCIATIONS):
        return _association(str(name).removeprefix(_ASSOCIATIONS), item, linked)
    definition = table.properties.get(str(name))
    if definition is None:
        raise bad_request(f'Property "{name}" does not exist')
    if operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
        if "value" in item or "values" in item:
            raise bad_request(f"operator {operator} takes no value.")
        return lambda _, values: (definition.name in values) == (operator == "HAS_PROPERTY")
    if operator in _MEMBERSHIP:
        members = item.get("values")
        if not isinstance(members, list) or not members:
            raise bad_request(f"operator {operator} needs values.")
        return _membership(definition, str(operator), [str(member) for member in members])
    if operator not in _COMPARISONS:
        raise bad_request(f"operator {operator} is unknown.")
    if "value" not in item or (operator == "BETWEEN" and "highValue" not in item):
        raise bad_request(f"operator {operator} needs a value.")
    compare = _COMPARISONS[str(operator)]
    low = _comparable(definition, str(item["value"]))
    high = _comparable(definition, str(item.get("highValue", "")))
    return lambda _, values: (
        definition.name in values and compare(_comparable(definition, values[definition.name]), low, high)
    )


def _association(word: str, item: Mapping[str, Any], linked: Linked) -> Test:
    """Whether a record is associated with one of some others, such as ``associations.contact``."""
    operator = item.get("operator")
    if operator not in {"EQ", "IN"}:
        raise bad_request(f"operator {operator} does not go with associations; EQ and IN do.")
    members = item.get("values") if operator == "IN" else [item.get("value")]
    if not isinstance(members, list) or not all(members):
        raise bad_request(f"operator {operator} needs {'values' if operator == 'IN' else 'a value'}.")
    wanted = {str(member) for member in members}
    return lambda record, _: not wanted.isdisjoint(linked(record, word))


def _membership(definition: Property, operator: str, members: Sequence[str]) -> Test:
    # Text is kept in lower case by the index and the members are compared as they come.
    text = definition.type in {"string", "phone_number"}
    wanted = {member if text else str(_comparable(definition, member)) for member in members}

    def test(_: Stored, values: Values) -> bool:
        if definition.name not in values:
            return False
        value = values[definition.name]
        parts = value.split(";") if definition.multiple else [value]
        found = any((part.lower() if text else str(_comparable(definition, part))) in wanted for part in parts)
        return found == (operator == "IN")

    return test


def _comparable(definition: Property, text: str) -> Comparable:
    if definition.type == "number":
        try:
            return Decimal(text)
        except InvalidOperation:
            return text.lower()
    if definition.type in {"date", "datetime"}:
        moment = moment_of(text)
        return Decimal(int(moment.timestamp() * 1000)) if moment else text.lower()
    return text.lower()


def _before(left: Comparable, right: Comparable) -> bool:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left < right
    return str(left) < str(right)


def _has_token(value: Comparable, pattern: Comparable) -> bool:
    words = [str(value), *re.split(r"[^\w]+", str(value))]
    return any(fnmatchcase(word, str(pattern)) for word in words)


_MEMBERSHIP = frozenset({"IN", "NOT_IN"})
_COMPARISONS: Mapping[str, Callable[[Comparable, Comparable, Comparable], bool]] = {
    "EQ": lambda value, low, _: value == low,
    "NEQ": lambda value, low, _: value != low,
    "LT": lambda value, low, _: _before(value, low),
    "LTE": lambda value, low, _: not _before(low, value),
    "GT": lambda value, low, _: _before(low, value),
    "GTE": lambda value, low, _: not _before(value, low),
    "BETWEEN": lambda value, low, high: not _before(value, low) and not _before(high, value),
    "CONTAINS_TOKEN": lambda value, low, _: _has_token(value, low),
    "NOT_CONTAINS_TOKEN": lambda value, low, _: not _has_token(value, low),
}


def _mentions(searched: Sequence[str], values: Mapping[str, str], query: str) -> bool:
    if not query:
        return True
    text = " ".join(values.get(item, "") for item in searched).lower()
    return all(word in text for word in query.split())


def _sorts(sorts: object) -> list[tuple[str, bool]]:
    if sorts is not None and not isinstance(sorts, list):
        raise bad_request("sorts must be a list.")
    found = []
    for item in sorts or []:
        if isinstance(item, dict):
            found.append((str(item.get("propertyName")), item.get("direction") == "DESCENDING"))
        else:
            found.append((str(item).removeprefix("-"), str(item).startswith("-")))
    return found


def _sorted(
    table: Table, hits: Sequence[tuple[Stored, Mapping[str, str]]], name: str, descending: bool
) -> list[tuple[Stored, Mapping[str, str]]]:
    definition = table.properties.get(name)
    if definition is None:
        raise bad_request(f'Property "{name}" does not exist')
    there = [hit for hit in hits if name in hit[1]]
    blank = [hit for hit in hits if name not in hit[1]]

    def rank(hit: tuple[Stored, Mapping[str, str]]) -> tuple[bool, Decimal, str]:
        value = _comparable(definition, hit[1][name])
        return (False, value, "") if isinstance(value, Decimal) else (True, Decimal(0), value)

    return [*sorted(there, key=rank, reverse=descending), *blank]
