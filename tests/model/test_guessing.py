"""What is proposed for fields that nobody tells of holds for every record that was seen."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mapstudio.mapping.cast import make_caster
from mapstudio.mapping.schema_fields import has_source_path
from mapstudio.model import Field, FieldType, JsonValue, Record, Schema
from mapstudio.model.guessing import guess_fields, guess_type
from mapstudio.model.paths import split_path

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.decimals(-(10**6), 10**6, places=2),
    st.text(max_size=8),
    st.sampled_from(["", "0042", "42", "4.5", "2026-02-30", "true", "2026-05-01 10:00:00", "2026-05-01T10:00:00"]),
    st.dates().map(lambda day: day.isoformat()),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat(timespec="seconds")),
)
NAMES = st.sampled_from(["tier", "stay", "visits", "a.b", 'say "x"', "2026-05-01", "84510005", "", "x[]"])
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=12,
)
RECORDS = st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=5)


def values_at(value: JsonValue, parts: tuple[str, ...]) -> Iterator[JsonValue]:
    """Yield what stands at a path of a schema in one record."""
    if not parts:
        yield value
    elif isinstance(value, dict) and (name := parts[0].removesuffix("[]")) in value:
        inner = value[name]
        if parts[0].endswith("[]"):
            for item in inner if isinstance(inner, list) else ():
                yield from values_at(item, parts[1:])
        else:
            yield from values_at(inner, parts[1:])


@given(RECORDS)
def test_every_value_that_was_seen_is_of_the_type_that_is_proposed(records: list[Record]) -> None:
    fields = guess_fields(records)
    assert len({item.name for item in fields}) == len(fields)
    for item in fields:
        cast = make_caster(item)
        values = [value for record in records for value in values_at(record, split_path(item.name))]
        assert values
        for value in values:
            if value not in (None, ""):
                # What only fits after a conversion is not of that type.
                assert cast(value) == value
        assert item.guessed_from == len(records)
        assert item.read_only


@given(RECORDS)
def test_an_expression_can_read_what_is_proposed(records: list[Record]) -> None:
    schema = Schema("hotel", "guests", tuple(guess_fields(records)))
    assert all(has_source_path(schema, item.name) for item in schema.fields)


@given(st.lists(VALUES, max_size=5), st.integers(0, 5))
@example([None, "", "7"], 1)
def test_blanks_prove_nothing(values: list[JsonValue], at: int) -> None:
    assert guess_type(values) == guess_type([*values[:at], None, "", *values[at:]])


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([None, ""], FieldType.UNKNOWN),
        (["gold", "", None], FieldType.TEXT),
        (["0042", "0100"], FieldType.TEXT),
        (["42", "100"], FieldType.TEXT),
        ([1, 2], FieldType.INTEGER),
        ([1, Decimal("2.5")], FieldType.NUMBER),
        ([True, False], FieldType.BOOLEAN),
        ([1, True], FieldType.UNKNOWN),
        ([1, "many"], FieldType.UNKNOWN),
        (["2026-05-01"], FieldType.DATE),
        (["2026-05-01", "2026-02-30"], FieldType.TEXT),
        (["2026-05-01T10:00:00-06:00", "2026-05-01T10:00:00Z"], FieldType.DATETIME),
        (["2026-05-01", "2026-05-01T10:00:00Z"], FieldType.TEXT),
        (["2026-05-01T10:00:00"], FieldType.TEXT),
        ([[], [1]], FieldType.LIST),
        ([{}, {"a": 1}], FieldType.OBJECT),
        ([{}, []], FieldType.UNKNOWN),
    ],
)
def test_types(values: list[JsonValue], kind: FieldType) -> None:
    assert guess_type(values) is kind


def test_objects_and_lists_of_objects_are_listed_by_their_paths() -> None:
    records: list[Record] = [
        {"tier": "", "stay": {"nights": 3, "from": "2026-05-01"}, "visits": [{"year": 2025}], "tags": ["vip"]},
        {"tier": "gold", "stay": None, "visits": [{"year": 2024, "rooms": [{"name": "12"}]}], "tags": []},
    ]
    assert [(item.name, str(item.type)) for item in guess_fields(records)] == [
        ("tier", "text"),
        ("stay", "object"),
        ("stay.nights", "integer"),
        ("stay.from", "date"),
        ("visits", "list"),
        ("visits[].year", "integer"),
        ("visits[].rooms", "list"),
        ("visits[].rooms[].name", "text"),
        ("tags", "list"),
    ]


def test_an_object_whose_keys_are_data_is_not_taken_apart() -> None:
    records: list[Record] = [{"nights": {"2026-05-01": 120, "2026-05-02": 130}}, {"guests": {"84510005": {"x": 1}}}]
    assert [item.name for item in guess_fields(records)] == ["nights", "guests"]


def test_no_records_propose_nothing() -> None:
    assert guess_fields([]) == []


def test_what_is_told_of_a_schema_leaves_a_guess_open() -> None:
    told = Field("notes", type=FieldType.LIST)
    guessed = Field("stay", type=FieldType.OBJECT, guessed_from=5)
    inner = Field("stay.nights", type=FieldType.INTEGER, guessed_from=5)
    beside = Field("notes[].mood", type=FieldType.TEXT, guessed_from=5)
    schema = Schema("hotel", "guests", (told, guessed, inner, beside))
    assert [(item.name, str(item.type)) for item in schema.told.fields] == [
        ("notes", "list"),
        ("stay", "unknown"),
        ("notes[].mood", "unknown"),
    ]
    sure = Schema("hotel", "guests", (told,))
    assert sure.told is sure
