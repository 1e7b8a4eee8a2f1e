"""Groups of records with their counts and sums: ``read_group``, and ``formatted_read_group`` of 19."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from mapstudio.sandbox.odoo import reading
from mapstudio.sandbox.odoo.definitions import NUMBERS, FieldDefinition, Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import value_error
from mapstudio.sandbox.odoo.ordering import sort

_SPANS = ("hour", "day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Page:
    """Which of the groups, and in which order."""

    offset: int = 0
    limit: int | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True)
class _By:
    """One thing to group by: a field, for dates with a span."""

    spec: str
    field: FieldDefinition
    span: str


@dataclass(frozen=True, slots=True)
class _Sum:
    """One aggregate: what the answer calls it, the field and the function; without a field it counts."""

    name: str
    field: str
    function: str


@dataclass(frozen=True, slots=True)
class _Group:
    """Records that are alike in all that is grouped by."""

    keys: tuple[Any, ...]
    records: list[int]


def read_group(
    env: Environment,
    model: str,
    domain: Value,
    fields: Sequence[str],
    groupby: Value,
    page: Page,
    *,
    lazy: bool = True,
) -> list[dict[str, Any]]:
    """Return groups as the older method does: lazily by the first field alone.

    Raises:
        ServerError: An unknown field, or one that cannot be grouped by.
    """
    specs = [groupby] if isinstance(groupby, str) else list(groupby or [])
    chosen = [_by(env, model, spec) for spec in (specs[:1] if lazy else specs)]
    asked = fields or ([] if env.words.new else _summable(env, model))
    sums = [_older_sum(env, model, spec) for spec in asked if spec not in {one.spec for one in chosen}]
    told = []
    for group in _groups(env, model, domain, chosen, page):
        count = f"{chosen[0].field.name}_count" if lazy and chosen else "__count"
        values = {one.spec: _shown(env, one, key) for one, key in zip(chosen, group.keys, strict=True)}
        counted = {count: len(group.records), **_summed(env, model, group.records, [one for one in sums if one.field])}
        leaves = [leaf for one, key in zip(chosen, group.keys, strict=True) for leaf in _leaves(one, key)]
        entry = {**values, **counted} if env.words.new else {**counted, **values}
        ranges = {one.spec: _range(one, key) for one, key in zip(chosen, group.keys, strict=True) if one.span}
        if ranges:
            entry["__range"] = ranges
        if chosen or env.words.new:
            entry["__domain"] = _together(leaves, domain) or [[1, "=", 1]]
        if lazy and chosen and _folds(env, chosen[0]):
            entry["__fold"] = (
                bool(env.value(chosen[0].field.relation, group.keys[0], "fold")) if group.keys[0] else False
            )
        if lazy and len(specs) > 1:
            entry["__context"] = {"group_by": specs[1:]}
        told.append(entry)
    return told


def formatted_read_group(
    env: Environment,
    model: str,
    domain: Value,
    groupby: Sequence[str],
    aggregates: Sequence[str],
    page: Page,
) -> list[dict[str, Any]]:
    """Return groups as 19 does.

    Raises:
        ServerError: As for :func:`read_group`.
    """
    chosen = [_by(env, model, spec) for spec in groupby]
    for one in chosen:
        if one.span and ":" not in one.spec:
            raise value_error(f"Granularity not set on a date(time) field: {one.spec!r}")
    sums = [_sum(env, model, spec) for spec in aggregates]
    told = []
    for group in _groups(env, model, domain, chosen, page):
        entry: dict[str, Any] = {}
        for one, key in zip(chosen, group.keys, strict=True):
            entry[one.spec] = (
                [_range(one, key)["from"], _shown(env, one, key)] if one.span and key else _shown(env, one, key)
            )
        leaves = [leaf for one, key in zip(chosen, group.keys, strict=True) for leaf in _leaves(one, key)]
        entry["__extra_domain"] = _together(leaves, []) or [[1, "=", 1]]
        told.append({**entry, **_summed(env, model, group.records, sums)})
    return told


def _by(env: Environment, model: str, spec: str) -> _By:
    name, _, span = spec.partition(":")
    field = env.fields(model).get(name)
    if field is None:
        raise env.words.unknown_field_order(model, name)
    if not field.store and not field.related:
        raise env.words.not_grouped(model, name)
    if field.type in {"date", "datetime"}:
        span = span or "month"
    if span and span not in _SPANS:
        raise env.words.no_such_span(span)
    return _By(spec, field, span)


def _summable(env: Environment, model: str) -> list[str]:
    """Return the fields that 16 adds up when nobody says which."""
    fields = env.fields(model).values()
    return [one.name for one in fields if one.type in NUMBERS and one.store and one.extra.get("group_operator")]


def _sum(env: Environment, model: str, spec: str) -> _Sum:
    if spec == "__count":
        return _Sum(spec, "", "count")
    name, _, function = spec.partition(":")
    if name not in env.fields(model):
        raise env.words.unknown_field_read(model, name)
    if not function:
        raise value_error(f"Aggregate method is mandatory for {name!r}")
    if function not in _FUNCTIONS:
        raise env.words.no_such_sum(function, spec)
    return _Sum(spec, name, function)


def _older_sum(env: Environment, model: str, spec: str) -> _Sum:
    """``field``, ``field:function`` or ``name:function(field)``; a field without a function of its own is left out."""
    name, _, rest = spec.partition(":")
    function, _, inner = rest.rstrip(")").partition("(")
    if name == "__count":
        return _Sum(name, "", "count")
    found = env.fields(model).get(inner or name)
    if found is None:
        raise env.words.unknown_field_order(model, inner or name)
    if function and function not in _FUNCTIONS:
        raise env.words.no_such_sum(function, spec)
    if not function and found.type in NUMBERS and found.store and name != "id":
        function = found.extra.get("aggregator") or found.extra.get("group_operator") or ""
    return _Sum(name, found.name if function else "", function)


def _groups(env: Environment, model: str, domain: Value, chosen: Sequence[_By], page: Page) -> list[_Group]:
    groups: dict[tuple[Any, ...], list[int]] = {}
    for record in reading.search(env, model, domain or [], order="id"):
        keys = [_keys(env, model, one, record) for one in chosen]
        for key in _combinations(keys):
            groups.setdefault(key, []).append(record)
    if not chosen:
        groups.setdefault((), [])
    found = [_Group(key, records) for key, records in groups.items()]
    for place, one in reversed(list(enumerate(chosen))):
        order = (page.order or "").lower()
        descending = f"{one.spec} desc" in order or f"{one.field.name} desc" in order
        found.sort(key=_sorted_by(env, one, [group.keys[place] for group in found], place), reverse=descending)
    return found[page.offset : page.offset + page.limit if page.limit else None]


def _keys(env: Environment, model: str, one: _By, record: int) -> list[Any]:
    value = env.value(model, record, one.field.name)
    if one.span:
        return [_span_start(one.span, value)]
    if isinstance(value, list):
        return value or [None]
    return [value]


def _combinations(keys: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = [()]
    for choices in keys:
        found = [(*begun, choice) for begun in found for choice in choices]
    return found


def _sorted_by(env: Environment, one: _By, keys: Sequence[Any], place: int) -> Callable[[_Group], tuple[bool, Any]]:
    """Nothing comes last; references come in the order of the records that they point to."""
    if one.field.relation in env.models:
        targets = sorted({key for key in keys if key is not None})
        sort(env.sudo(), one.field.relation, targets, None)
        rank = {target: number for number, target in enumerate(targets)}
        return lambda group: (group.keys[place] is None, rank.get(group.keys[place], 0))
    return lambda group: (group.keys[place] is None, group.keys[place] if group.keys[place] is not None else "")


def _shown(env: Environment, one: _By, key: Value) -> Value:
    if key is None:
        return False
    if one.span:
        return _span_label(one.span, datetime.fromisoformat(key))
    if one.field.relation:
        return [key, env.display_name(one.field.relation, key)]
    return key


def _leaves(one: _By, key: Value) -> list[list[Any]]:
    if one.span and key is not None:
        between = _range(one, key)
        return [[one.field.name, ">=", between["from"]], [one.field.name, "<", between["to"]]]
    return [[one.field.name, "=", False if key is None else key]]


def _together(leaves: list[list[Any]], domain: Value) -> list[Any]:
    own: list[Any] = [*["&"] * (len(leaves) - 1), *leaves]
    if domain and leaves:
        return ["&", *own, *["&"] * (_terms(domain) - 1), *domain]
    return own or list(domain or [])


def _terms(domain: Sequence[Any]) -> int:
    """Return how many conditions stand beside each other without an operator before them."""
    operators = sum(item in {"&", "|"} for item in domain if isinstance(item, str))
    return max(sum(not isinstance(item, str) for item in domain) - operators, 1)


def _folds(env: Environment, one: _By) -> bool:
    return one.field.relation in env.models and "fold" in env.models[one.field.relation]


def _range(one: _By, key: Value) -> dict[str, Any]:
    if key is None:
        return {}
    start = datetime.fromisoformat(key)
    layout = "%Y-%m-%d" if one.field.type == "date" else "%Y-%m-%d %H:%M:%S"
    return {"from": start.strftime(layout), "to": _span_end(one.span, start).strftime(layout)}


def _span_start(span: str, value: str | None) -> str | None:
    if not value:
        return None
    moment = datetime.fromisoformat(value[:19])
    day = moment.replace(hour=0, minute=0, second=0)
    if span == "hour":
        return moment.replace(minute=0, second=0).isoformat(" ")
    if span == "week":
        day -= timedelta(days=day.weekday())
    elif span != "day":
        month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1}.get(span, 1)
        day = day.replace(month=month, day=1)
    return day.isoformat(" ")


def _span_end(span: str, start: datetime) -> datetime:
    if span in {"hour", "day", "week"}:
        return start + {"hour": timedelta(hours=1), "day": timedelta(days=1)}.get(span, timedelta(days=7))
    months = start.month - 1 + {"month": 1, "quarter": 3}.get(span, 12)
    return start.replace(year=start.year + months // 12, month=months % 12 + 1)


def _span_label(span: str, start: datetime) -> str:
    if span == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    if span == "week":
        year, week, _ = date(start.year, start.month, start.day).isocalendar()
        return f"W{week} {year}"
    return start.strftime({"hour": "%H:00 %d %b", "day": "%d %b %Y", "month": "%B %Y"}.get(span, "%Y"))


def _summed(env: Environment, model: str, records: Sequence[int], sums: Sequence[_Sum]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for one in sums:
        if not one.field:
            told[one.name] = len(records)
            continue
        values = [env.value(model, record, one.field) for record in records]
        told[one.name] = _FUNCTIONS[one.function]([value for value in values if value is not None])
    return told


def _total(values: Sequence[Any]) -> Value:
    if all(isinstance(value, int) for value in values):
        return sum(values)
    return float(sum((Decimal(repr(value)) for value in values), Decimal(0)))


def _average(values: Sequence[Any]) -> Value:
    return _total(values) / len(values) if values else False


_FUNCTIONS: Mapping[str, Callable[[Sequence[Any]], Value]] = {
    "sum": _total,
    "avg": _average,
    "min": lambda values: min(values, default=False),
    "max": lambda values: max(values, default=False),
    "count": len,
    "count_distinct": lambda values: len({str(value) for value in values}),
    "array_agg": list,
    "bool_and": all,
    "bool_or": any,
}
