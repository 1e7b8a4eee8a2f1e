"""Random mappings on random lines: the generated code against the interpreter, record by record.

See ``tests/expressions/test_differential.py`` for how many cases, and how to try more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from mapstudio.expressions.compiler.shapes import ENOUGH_SAMPLES
from mapstudio.expressions.environment import Engine
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.definition import Destination, Each, Mapping, Row, RowKind, Source, Table
from mapstudio.mapping.format import OnNull
from mapstudio.mapping.program import BatchTransformer, parse_record
from mapstudio.mapping.program.batches import STRICT_FIRST
from mapstudio.mapping.program.records import RecordProgram, compile_records
from mapstudio.model import Field, FieldType, JsonValue, Record, Schema
from tests.expressions.generating.cases import Tally, cases
from tests.expressions.generating.dice import Dice, dice
from tests.expressions.generating.documents import Documents
from tests.mapping.generating.lines import Lines
from tests.mapping.generating.rows import Made, Mappings
from tests.mapping.reference import Reference


def compiled(made: Made, engine: Engine) -> CompiledMapping:
    return made.mapping.compile(
        schema=made.schema, bindings=made.bindings, today=lambda: date(2024, 5, 31), engine=engine
    )


class Way(Enum):
    """How far a mapping is compiled."""

    PROJECTED = "no more is decoded than is read, where that can be known"
    WHOLE = "records are decoded as a whole"
    BY_EXPRESSION = "each expression is code of its own"


def transformer(made: Made, way: Way, known: Record | None) -> BatchTransformer:
    """Return what transforms lines.

    Args:
        made: The mapping.
        way: See there.
        known: So many records like this one came before that none is looked at twice, and that their form is expected.
    """
    mapping = compiled(made, Engine.COMPILED)
    work = BatchTransformer(mapping)
    if way is not Way.PROJECTED:
        work.program = compile_records(mapping, projected=False) if way is Way.WHOLE else None
    if known is not None:
        work._seen = STRICT_FIRST
        work._samples = [known] * ENOUGH_SAMPLES if way is Way.PROJECTED else []
    return work


def compare(made: Made, lines: Sequence[bytes], tally: Tally, *, known: Record | None) -> None:
    """Hold two batches to what the interpreter gives, on every way."""
    tally["cases"] += 1
    before = repr(made)
    reference = Reference(compiled(made, Engine.INTERPRETED))
    reference.evaluate(lines, 1)
    for way in Way:
        work = transformer(made, way, known)
        half = len(lines) // 2
        found = work.run(lines[half:], half + 1, work.run(lines[:half]))
        wrong = reference.differences(found)
        told = [f"{row.field}: {row.from_!r}" for row in made.mapping.rows]
        assert not wrong, f"{wrong}\n{way.value}\nrows: {told}\n{made}\nlines: {lines}"
        if work.program is not None:
            _count(work.program, lines, reference, tally)
    assert repr(made) == before
    tally["outputs"] += len(reference.outputs)
    tally["empty"] += sum(not output for output in reference.outputs)


def _count(program: RecordProgram, lines: Sequence[bytes], reference: Reference, tally: Tally) -> None:
    """Count the records that the code itself transformed, and those that it left although they are good."""
    left: list[int] = []
    program.run(lines, bytearray(), left.append)
    rejected = {number - 1 for number, _ in reference.rejects}
    records = [number for number, line in enumerate(lines) if line.strip() and number not in rejected]
    tally["programs"] += 1
    tally["projected"] += program.projected
    tally["good"] += len(records)
    tally["left without need"] += len(set(left).intersection(records))


def test_batches_give_what_the_interpreter_gives_for_each_record() -> None:
    tally = Tally()

    @cases(percent=25)
    @given(dice())
    def check(chosen: Dice) -> None:
        document = Documents(chosen, decimals=True).document()
        record: Record = document if isinstance(document, dict) else {"a": document}
        made = Mappings(chosen, record).made()
        known = record if chosen.chance(50) else None
        lines = Lines(chosen, record)
        given_lines = lines.clean() if known is not None else lines.any()
        note(f"{made}\nlines: {given_lines}")
        compare(made, given_lines, tally, known=known)

    check()
    assert tally["programs"] > 1.6 * tally["cases"], tally
    assert tally.share("projected") > 0.6, tally
    assert tally["outputs"] > tally["cases"], tally
    assert tally.share("empty", of="outputs") < 0.3, tally
    # Records of another form than most are left on purpose: each is decoded a second time, as a whole.
    assert tally.share("left without need", of="good") < 0.35, tally


def rows_of(*texts: str) -> tuple[Row, ...]:
    return tuple(Row(f"f{index}", from_=text) for index, text in enumerate(texts))


def hold(rows: Sequence[Row], *records: JsonValue | bytes, schema: Schema | None = None, **source: Any) -> Tally:
    mapping = Mapping("m.yaml", "m", Source("a", "b", **source), Destination("c", "d"), rows=tuple(rows))
    lines = [record if isinstance(record, bytes) else json.dumps(record).encode() for record in records]
    tally = Tally()
    for known in (None, parse_record(lines[0])[0]):
        compare(Made(mapping, schema, None), lines, tally, known=known)
    return tally


@pytest.mark.parametrize(
    ("texts", "records"),
    [
        pytest.param(["a[][].b"], [{"a": [None, [{"b": 1}]]}, {"a": [[{"b": 2}]]}], id="null among lists of objects"),
        pytest.param(
            ["map(&address, rooms)[*].city", "map(&guests, rooms)[].name"],
            [{"rooms": [{"address": {"city": "x"}, "guests": [{"name": "y"}]}, {}]}],
            id="nulls that map keeps",
        ),
        pytest.param(["a * b", "a + b"], [{"a": 10**300, "b": 10**300}, {"a": 2, "b": 3}], id="integers out of range"),
        pytest.param(["a + b"], [{"a": 9 * 10**399, "b": 9 * 10**399}], id="a sum out of range"),
        pytest.param(["to_string(a)"], [b'{"a": 19.90}', b'{"a": [1.50, 2E+0]}'], id="the text of a number"),
        pytest.param(["a / `3`"], [b'{"a": 1.00000000000000000000}', b'{"a": 1e399}'], id="a quotient by value"),
        pytest.param(["a"], [b'{"a": 0.' + b"3" * 900 + b"}", b'{"a": 1e1000000}'], id="more digits than a context"),
        pytest.param(
            ['"q\\"t"', 'a."b\\\\c"', '{"q\\"t": a}'], [{'q"t': 1, "a": {"b\\c": 2}}], id="names JSON escapes"
        ),
        pytest.param(['`"\\ud800"`', "a"], [{"a": 1}, b'{"a": "\\ud800"}'], id="half of a surrogate pair"),
        pytest.param(["a * `0`", "a"], [b'{"a": 1e1000000}', {"a": 1}], id="nothing times more than a context holds"),
        pytest.param(["a / `1e400`"], [b'{"a": 0e+0}', b'{"a": 0.00}', b'{"a": 0e-400}'], id="nothing however written"),
        pytest.param(["a + `1`", "a"], [b'{"a": 1.' + b"0" * 500 + b"}"], id="zeros are no digits"),
        pytest.param(["pad_left('x', `9000000`)", "a"], [{"a": 1}] * 3, id="a budget for each record"),
        pytest.param(
            ["a > `5`", "b"], [b'{"a": 5.00000000000000000000001}', b'{"a": 5.0}', b'{"a": 1e400}'], id="near"
        ),
    ],
)
def test_what_random_mappings_found(texts: list[str], records: list[JsonValue | bytes]) -> None:
    assert hold(rows_of(*texts), *records)["programs"]


LOOPS = [
    "lines[*].sku",
    "lines[?price > `2`].sku",
    "lines[?kind == 'a'].[sku, price]",
    "lines[].price",
    "sum(lines[*].price)",
    "sum(lines[?kind == 'a'].price)",
    "sum(lines[*].price) * `2`",
    "to_string(sum(lines[*].price))",
    "max_by(lines, &price).sku",
    "min_by(lines, &price)",
    "min_by(lines, &sku).kind.x",
    "lines[?length(sku) > `1`] | [0].sku",
    "lines[?kind.x].kind.x",
    "length(lines)",
    "max_by(lines, &price).price",
]
LINES: Sequence[JsonValue] = [
    None,
    [],
    "text",
    {"sku": "a"},
    [None],
    ["text", 1],
    [[{"sku": "a"}]],
    [{"sku": "ab", "price": 2.5, "kind": "a"}, {"sku": "c", "price": 2.50, "kind": {"x": 1}}, {"price": 7}],
    [{"sku": "ab", "price": 0.1, "kind": "a"}, {"sku": "cd", "price": 0.2, "kind": "a"}, {"sku": "e", "price": None}],
    [{"sku": "ab", "price": "3"}, {"sku": "cd", "price": "20"}],
    [{"sku": "ab", "price": 3}, {"sku": "cd", "price": "20"}],
    [{"sku": "ab", "price": True}, {"sku": "cd", "price": 1}],
    [{"sku": ["a", "b"], "price": 1, "kind": {"x": {"y": 2}}}, {"sku": None, "price": 2**70, "kind": {"x": None}}],
]


@given(st.lists(st.sampled_from(LOOPS), min_size=2, max_size=6), st.lists(st.sampled_from(LINES), max_size=5))
@settings(max_examples=300, deadline=None)
def test_what_several_rows_make_of_one_list(texts: list[str], listed: list[JsonValue]) -> None:
    hold(rows_of(*texts), *({"lines": lines} for lines in listed), {})


def test_a_default_is_cast_whatever_the_expression_gives() -> None:
    schema = Schema("c", "d", (Field("f0", type=FieldType.TEXT), Field("f1", type=FieldType.TEXT, max_length=2)))
    rows = [replace(row, default=5) for row in rows_of("lower(a)", "lower(b)")]
    hold(rows, {"a": "X"}, {"b": "Y"}, {}, schema=schema)


def test_no_required_field_is_missing_where_nothing_is_written() -> None:
    schema = Schema("c", "d", (Field("f0"), Field("needed", required=True)))
    hold(rows_of("a"), {"a": 1}, schema=schema, where="b")


def test_a_required_field_that_is_null_for_all_is_missing_in_all() -> None:
    schema = Schema("c", "d", (Field("f0"), Field("needed", required=True)))
    row = Row("needed", kind=RowKind.CONSTANT, constant=None, on_null=OnNull.CLEAR)
    hold([*rows_of("a"), row], {"a": 1}, {"a": 2}, schema=schema)


def test_each_of_what_is_never_a_list() -> None:
    for items in ("'text'", "`null`", "`1`.a"):
        hold(rows_of("a"), {"a": 1}, each=Each(items, "id"))


def test_names_that_json_escapes_in_the_destination() -> None:
    rows = [
        Row('"q\\"t"', from_="a"),
        Row('"x.y"."back\\\\slash"', from_="a"),
        Row("é", kind=RowKind.CONSTANT, constant=1),
    ]
    hold(rows, {"a": 1}, {"a": None})


def test_a_key_is_found_by_its_value_however_it_is_written() -> None:
    table = Table("", {"1": "one", "2.5": None})
    rows = [Row("f0", from_="a", values=table, default="other")]
    hold(rows, b'{"a": 1}', b'{"a": 1.0}', b'{"a": 1.' + b"0" * 500 + b"}", b'{"a": 25e-1}', b'{"a": 1e400}')


@pytest.mark.parametrize("skip_errors", [False, True])
def test_a_text_may_be_as_long_as_the_destination_says(*, skip_errors: bool) -> None:
    limits = {"f0": 3, "f1": 5, "f2": None, "f3": 3}
    fields = [Field(name, type=FieldType.TEXT, max_length=limit) for name, limit in limits.items()]
    rows = [replace(row, skip_errors=skip_errors) for row in rows_of("a", "a", "upper(a)", "truncate(a, `3`)")]
    texts: list[JsonValue] = [
        "abc",
        "abcd",
        "abcdef",
        "ééé",
        "éééé",
        "🏨🏨🏨",
        "🏨🏨🏨🏨",
        "",
        "   ",
        5,
        12345,
        None,
        ["abcd"],
    ]
    hold(rows, *({"a": text} for text in texts), schema=Schema("c", "d", tuple(fields)))
