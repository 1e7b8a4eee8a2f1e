"""Random records that are what a schema says, written on its own: it shares nothing with what infers types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from hypothesis import strategies as st

from mapstudio.model import Field, FieldType, JsonValue, Option, Schema

Values = st.SearchStrategy[JsonValue]

TEXTS: Values = st.sampled_from(["", "  ", "a", "Ana", "ana@example.com", "12", "-0.5", "12,50", "2024-05-01", "true"])
DATES: Values = st.dates().map(lambda day: day.isoformat())
MOMENTS: Values = st.sampled_from(
    ["2024-05-01T00:00:00Z", "2024-05-01T10:20:30Z", "1999-12-31T23:59:59.5+02:00", "2024-05-01T00:00:00-06:00"]
)
NUMBERS: Values = st.one_of(
    st.integers(-3, 40), st.sampled_from([0.5, -1.25, 3.0, 19.9]), st.just(Decimal("12345678901234567890.12"))
)
ANYTHING: Values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 9), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["a", "id"]), inner)),
    max_leaves=4,
)
RECORDS_OF: Values = st.one_of(
    st.integers(1, 9),
    st.sampled_from(["7", "base.es"]),
    st.fixed_dictionaries({"id": st.integers(1, 9), "name": st.one_of(st.none(), TEXTS)}),
)
_SCALARS: Mapping[FieldType, Values] = {
    FieldType.TEXT: TEXTS,
    FieldType.INTEGER: st.one_of(st.integers(-3, 40), st.just(2**70)),
    FieldType.NUMBER: NUMBERS,
    FieldType.BOOLEAN: st.booleans(),
    FieldType.DATE: DATES,
    FieldType.DATETIME: MOMENTS,
    FieldType.UNKNOWN: ANYTHING,
}
_LISTS = {FieldType.LIST, FieldType.REFERENCES}

SCHEMA = Schema(
    "hotel",
    "bookings",
    (
        Field("id", "ID", FieldType.TEXT, read_only=True, unique=True),
        Field("email", "E-mail", FieldType.TEXT),
        Field("first-name", "First name", FieldType.TEXT),
        Field("nights", "Nights", FieldType.INTEGER),
        Field("total", "Total", FieldType.NUMBER),
        Field("vip", "VIP", FieldType.BOOLEAN),
        Field("birthday", "Birthday", FieldType.DATE),
        Field("seen_at", "Seen", FieldType.DATETIME),
        Field("status", "Status", FieldType.OPTION, options=(Option("new", "New"), Option("paid", "Paid in full"))),
        Field("kind", "Kind", FieldType.OPTION),
        Field("tags", "Tags", FieldType.OPTIONS, options=(Option("spa", "Spa"), Option("golf", "Golf"))),
        Field("country", "Country", FieldType.REFERENCE, reference="countries"),
        Field("country.name", "Country / name", FieldType.TEXT),
        Field("country.code", "Country / code", FieldType.TEXT),
        Field("owner", "Owner", FieldType.REFERENCE, reference="users"),
        Field("address", "Address", FieldType.OBJECT),
        Field("address.city", "City", FieldType.TEXT),
        Field("extra", "Extra", FieldType.OBJECT),
        Field("custom.note", "Note", FieldType.TEXT),
        Field("lines", "Lines", FieldType.LIST),
        Field("lines[].name", "Name", FieldType.TEXT),
        Field("lines[].price", "Price", FieldType.NUMBER),
        Field("lines[].qty", "Quantity", FieldType.INTEGER),
        Field("lines[].day", "Day", FieldType.DATE),
        Field("lines[].state", "State", FieldType.OPTION, options=(Option("open", "Open"), Option("done", "Done"))),
        Field("rooms[].guests[].name", "Name", FieldType.TEXT),
        Field("friends", "Friends", FieldType.REFERENCES, reference="guests"),
        Field("raw", "Raw", FieldType.UNKNOWN),
    ),
)


def records(schema: Schema) -> Values:
    """Return records of a schema: fields may be missing, or be there without being listed."""
    return _object([(item.name.split("."), item) for item in schema.fields])


def _object(listed: Iterable[tuple[list[str], Field]]) -> Values:
    heads: dict[str, list[tuple[list[str], Field]]] = {}
    for parts, item in listed:
        heads.setdefault(parts[0].removesuffix("[]"), []).append((parts, item))
    required, optional = {}, {"unlisted": ANYTHING}
    for name, items in heads.items():
        own = next((item for parts, item in items if parts == [name]), None)
        below = [(parts[1:], item) for parts, item in items if len(parts) > 1]
        values = _values(own, below, is_list=any(parts[0].endswith("[]") for parts, _ in items))
        if own is None or own.type in _LISTS or own.unique:
            required[name] = values
        else:
            optional[name] = st.one_of(st.none(), values)
    return st.fixed_dictionaries(required, optional=optional)


def _values(own: Field | None, below: list[tuple[list[str], Field]], *, is_list: bool) -> Values:
    if is_list or (own is not None and own.type in _LISTS):
        elements = _object(below) if below else RECORDS_OF if own is not None and own.reference else ANYTHING
        return st.lists(elements, max_size=3)
    if own is None or own.type is FieldType.OBJECT:
        return _object(below) if below else st.dictionaries(st.sampled_from(["a", "b"]), ANYTHING, max_size=2)
    if own.type is FieldType.REFERENCE:
        with_id = st.fixed_dictionaries({"id": st.integers(1, 9)})
        return st.builds(lambda one, other: {**one, **other}, with_id, _object(below)) if below else RECORDS_OF
    if own.type in {FieldType.OPTION, FieldType.OPTIONS}:
        chosen = st.sampled_from([option.value for option in own.options] or ["anything", "else"])
        return st.lists(chosen, max_size=2) if own.type is FieldType.OPTIONS else chosen
    return _SCALARS[own.type]
