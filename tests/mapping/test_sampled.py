"""Rows on many records at once: the same results as one by one, for random mappings too."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, note

from mapstudio.expressions.environment import Engine
from mapstudio.mapping import parse_mapping
from mapstudio.mapping.sampled import SampledRows
from mapstudio.model import JsonValue, Record
from tests.expressions.generating.cases import Tally, cases
from tests.expressions.generating.dice import Dice, dice
from tests.expressions.generating.documents import Documents
from tests.mapping.generating.rows import Mappings

HEAD = """\
mapstudio: 1
name: m
source: {connection: hotel, object: guests, where: ok, each: {items: rooms, id: id}}
destination: {connection: crm, object: contacts}
fields:
"""


@pytest.mark.parametrize("engine", Engine)
def test_many_records_give_what_each_gives(engine: Engine) -> None:
    tally = Tally()

    @cases(percent=10)
    @given(dice())
    def check(chosen: Dice) -> None:
        documents = Documents(chosen, decimals=True)
        found = [documents.document() for _ in range(3)]
        records: list[Record] = [item if isinstance(item, dict) else {"a": item} for item in found]
        made = Mappings(chosen, records[0]).made()
        note(f"{made}\nrecords: {records}")
        compiled = made.mapping.compile(
            schema=made.schema, bindings=made.bindings, today=lambda: date(2024, 5, 31), engine=engine
        )
        sampled = SampledRows(compiled, records)
        for row in compiled.rows:
            one_by_one = tuple(compiled.evaluate_row(row, record) for record in records)
            # By their text: 1, 1.0 and true are different results.
            assert repr(tuple(sampled.evaluate(row))) == repr(one_by_one), row
            tally["cases"] += 1
            tally["values"] += sum(result.reason is None for results in one_by_one for result in results)

    check()
    assert tally["values"] > tally["cases"], tally


def test_results_stay_with_their_record() -> None:
    compiled = parse_mapping(HEAD + "  a: upper(n)\n", "m.yaml").require().compile()
    rooms: list[JsonValue] = [{"id": 1, "n": "x"}, {"id": 2, "n": 5}]
    records: list[Record] = [{"ok": True, "rooms": rooms}, {"ok": False, "rooms": rooms}, {"ok": True}, {"ok": True}]
    two, *others = SampledRows(compiled, records).evaluate("a")
    assert [(result.value, result.reason is None) for result in two] == [("X", True), (None, False)]
    assert others == [(), (), ()]


def test_results_are_found_by_their_record() -> None:
    compiled = parse_mapping(HEAD + "  a: n\n", "m.yaml").require().compile()
    records: list[Record] = [{"ok": True, "rooms": [{"id": n, "n": n} for n in range(many)]} for many in (2, 0, 1)]
    results = SampledRows(compiled, records).evaluate("a")
    assert [len(results[at]) for at in range(3)] == [2, 0, 1]
    assert results[-1] == results[2] == tuple(results)[2] == (results.flat[2],)
    assert results[1:] == list(results)[1:]
    assert results == SampledRows(compiled, records).evaluate("a") != SampledRows(compiled, records[1:]).evaluate("a")
    with pytest.raises(IndexError):
        results[3]


def test_an_unknown_row_is_told() -> None:
    compiled = parse_mapping(HEAD + "  a: n\n", "m.yaml").require().compile()
    with pytest.raises(KeyError):
        SampledRows(compiled, []).evaluate("b")
