"""Numbers that are handed on as the text that they are: whatever stands there in their place, outputs are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapstudio.expressions.environment import Engine
from mapstudio.mapping.definition import Destination, Mapping, Row, Source, Table
from mapstudio.mapping.format import OnNull
from mapstudio.mapping.program import BatchTransformer
from mapstudio.mapping.program.verbatim import are_plain_numbers
from mapstudio.model import Field, FieldType, Option, Schema
from tests.mapping.test_differential import hold, rows_of

PLAIN = [
    b"1.50",
    b"19.90",
    b"0.00",
    b"0",
    b"0.0",
    b"0.000",
    b"-0.00",
    b"-0",
    b"-3.20",
    b"7",
    b"12345678901234567890.12",
]
TEXTS = [
    *PLAIN,
    *(b"1e5", b"1E-400", b"0e0", b"1e400", b"0." + b"0" * 60 + b"1", b"9" * 50 + b".5", b"1." + b"3" * 500),
    *(b"null", b"true", b'"1.50"', b'""', b'" "', b'"x"', b"[]", b"[1.50]", b"{}", b'{"a":1.50}'),
    b'"' + b"1" * 50 + b'"',
]
HANDED_ON = ["a", "in.a", "{p: a, q: in.a}", "l[].a", "l[*].{a: a, b: b}", "let $n = a in $n"]
SIGNED = ["l[?a > `0`].a", "l[?a >= `0.0`].a", "l[?`0` > a].a", "l[?a <= `0`].b", "a > `0`"]
LOOKED_AT = [
    *("l[?a > `0`].a | [0]", "l[?a > `0`].a | length(@)", "sum(l[?b == 'x'].a)", "max_by(l, &a).b", "a > `1`"),
    *("a < in.a", "a || in.a", "!a", "a * `2`", "not_null(a, in.a)", "to_string(a)", "[a, in.a]", "a.b", "a[0]"),
    *("let $n = l[].a in $n[0]", "l[].a[]", "map(&a, l)", "sort_by(l, &a)[].a", "l[0].a", "a == in.a", "a == `1.5`"),
    *("contains(l[].a, `1.5`)", "a ? 'yes' : 'no'", "l[].a | sort(@)", "l[].[a]", "(l[].a)[1:]"),
]
ROWS = [*HANDED_ON, *SIGNED, *LOOKED_AT]


def line(a: bytes, inner: bytes, listed: Sequence[bytes]) -> bytes:
    elements = b",".join(b'{"a":%s,"b":"x"}' % text for text in listed)
    return b'{"a":%s,"in":{"a":%s},"l":[%s]}' % (a, inner, elements)


USUAL = line(b"1.50", b"2.25", [b"3.75", b"0.00"])
texts = st.one_of(st.sampled_from(TEXTS), st.sampled_from(PLAIN))
lines = st.builds(line, texts, texts, st.lists(texts, max_size=3))


@pytest.mark.parametrize("known", [ROWS, [*HANDED_ON, *SIGNED]], ids=["looked at", "handed on"])
@given(st.data(), st.lists(lines, max_size=6))
@settings(max_examples=400, deadline=None)
def test_whatever_stands_in_the_place_of_a_number(
    known: list[str], data: st.DataObject, given_lines: list[bytes]
) -> None:
    rows = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=5))
    hold(rows_of(*rows), USUAL, *given_lines, b"{}", b'{"in":null,"l":null}', b'{"l":[{},null]}')


@pytest.mark.parametrize("kind", FieldType)
@pytest.mark.parametrize("on_null", OnNull)
def test_whatever_the_destination_makes_of_it(kind: FieldType, on_null: OnNull) -> None:
    options = (Option("1.5", ""), Option("1.50", "")) if kind in {FieldType.OPTION, FieldType.OPTIONS} else ()
    field = Field("", type=kind, options=options, max_length=5, required=on_null is OnNull.ERROR)
    names = [replace(field, name=name) for name in ("f0", "f1", "f2", "f3", "f4")]
    schema = Schema("c", "d", (*names[:4], Field("f4", type=FieldType.LIST)))
    rows = [replace(row, on_null=on_null) for row in rows_of("a", "in.a", "{p: a, q: in.a}", "in.{p: a}", "l[].a")]
    others = [line(text, TEXTS[0], [text]) for text in TEXTS]
    hold(rows, USUAL, *others, schema=schema)
    hold([replace(row, default=5) for row in rows], USUAL, *others, schema=schema)


def test_a_value_map_looks_at_it() -> None:
    row = Row("f0", from_="a", values=Table("", {"1.5": "one and a half"}), default="other")
    hold([row], USUAL, *(line(text, text, []) for text in TEXTS))


def transformer(*rows: str) -> BatchTransformer:
    mapping = Mapping("m.yaml", "m", Source("a", "b"), Destination("c", "d"), rows=rows_of(*rows))
    work = BatchTransformer(mapping.compile(engine=Engine.COMPILED))
    work.run([USUAL] * 300)
    work.run([])
    return work


def test_a_number_keeps_its_text() -> None:
    work = transformer("a", "l[].{a: a}")
    batch = work.run([line(b"19.90", b"1.5", [b"12345678901234567890.120"])])
    assert batch.outputs == b'{"f0":19.90,"f1":[{"a":12345678901234567890.120}]}\n'


def test_one_that_is_none_costs_its_neighbours_nothing_but_another_look() -> None:
    work = transformer("a")
    batch = work.run([USUAL, line(b'"soon"', b"1", []), line(b"null", b"1", []), USUAL])
    assert batch.outputs == b'{"f0":1.50}\n{"f0":"soon"}\n{}\n{"f0":1.50}\n'
    assert (batch.read, batch.written, batch.rejects) == (4, 4, [])


def test_it_is_given_up_where_many_are_none() -> None:
    work = transformer("a")
    first = work.program
    for _ in range(10):
        work.run([USUAL, line(b'"soon"', b"1", [])] * 50)
    assert first is not None
    assert work.program is first.careful


@given(st.lists(texts, min_size=1))
def test_what_is_a_plain_number(found: list[bytes]) -> None:
    are_plain = all(text in PLAIN for text in found)
    assert are_plain_numbers(found) is are_plain
