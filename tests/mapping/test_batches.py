"""Batches of lines: records of ``each`` in generated code, and records that are not of the form that was expected."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from mapstudio.expressions import Engine
from mapstudio.mapping import parse_mapping
from mapstudio.mapping.program import Batch, BatchTransformer
from mapstudio.mapping.program.batches import STRICT_FIRST
from mapstudio.mapping.program.records import Ran

HEAD = """\
mapstudio: 1
name: lines
source: {connection: erp, object: orders, where: ok, each: {items: "lines[?qty > `0`]", id: product.sku}}
destination: {connection: crm, object: items}
fields:
"""
PLAIN = HEAD.replace(', where: ok, each: {items: "lines[?qty > `0`]", id: product.sku}', "")
ROWS = """\
  sku: product.sku
  order: $.name
  total: qty * price
  city: $.address.city
"""


def transformer(text: str, engine: Engine = Engine.COMPILED) -> BatchTransformer:
    return BatchTransformer(parse_mapping(text, "m.yaml").require().compile(engine=engine))


def run(text: str, records: list[Any], engine: Engine = Engine.COMPILED) -> Batch:
    return transformer(text, engine).run([json.dumps(record).encode() for record in records])


def line(sku: Any, qty: Any = 1, price: Any = 2.5) -> dict[str, Any]:
    return {"product": {"sku": sku, "weight": 1}, "qty": qty, "price": price}


def test_each_element_is_an_output_in_generated_code() -> None:
    records = [
        {"ok": 1, "name": "SO1", "address": {"city": "Lugo"}, "lines": [line("a"), line("b", 0), line("c", 2, None)]},
        {"ok": 1, "lines": None},
        {"ok": False, "lines": [line("a")]},
        {"ok": 1, "lines": [line("a"), line("a")]},
        {"ok": 1, "lines": [line("x", 1, "free"), line("y", 3)]},
        {"ok": 1, "lines": [line(7), line(True)]},
        {"ok": 1, "lines": {"0": line("a")}},
        {"ok": 1, "lines": [line(" ")]},
    ]
    found = run(HEAD + ROWS, records)
    assert found == run(HEAD + ROWS, records, Engine.INTERPRETED)
    assert [json.loads(text) for text in bytes(found.outputs).splitlines()] == [
        {"sku": "a", "order": "SO1", "total": 2.5, "city": "Lugo"},
        {"sku": "c", "order": "SO1", "city": "Lugo"},
        {"sku": "y", "total": 7.5},
    ]
    assert (found.read, found.written, found.skipped) == (8, 3, 1)
    assert [(at, str(reject.source), reject.reasons[0].row) for at, reject in found.rejects] == [
        (4, "4", "each"),
        (5, "5#x", "total"),
        (6, "6", "each"),
        (8, "8", "each"),
    ]


def test_elements_that_stand_in_the_mapping_itself_are_no_warning() -> None:
    text = HEAD.replace('"lines[?qty > `0`]"', "'`5` == `5`'") + ROWS
    assert run(text, [{"ok": 1}]).rejects[0][1].reasons[0].row == "each"


def test_nothing_of_a_record_is_handed_on_before_its_last_element_is_made() -> None:
    program = transformer(HEAD + ROWS).program
    assert program is not None
    outputs = bytearray(b"before\n")
    detours: list[int] = []
    record = {"ok": 1, "lines": [line("a"), line("b", 1, "free")]}
    assert program.run([json.dumps(record).encode()], outputs, detours.append) == Ran(0, 0)
    assert bytes(outputs) == b"before\n"
    assert detours == [0]


def test_an_output_that_cannot_be_written_together_with_others_is_where_it_belongs() -> None:
    # Half a surrogate pair, which only a mapping can bring in, is written as an escape, one by one.
    rows = ("a: a", """b: 'a == ''half'' && `"\\ud800"` || ''whole'''""", "sum: '`1` + a2'")
    text = PLAIN + "".join(f"  {row}\n" for row in rows)
    records = [{"a": "x"}, {"a": "half"}, {"a": "y", "a2": "no number"}, {"a": "z", "a2": 2}]
    found = run(text, records)
    assert found == run(text, records, Engine.INTERPRETED)
    assert [json.loads(item) for item in bytes(found.outputs).splitlines()] == [
        {"a": "x", "b": "whole"},
        {"a": "half", "b": "\ud800"},
        {"a": "z", "b": "whole", "sum": 3},
    ]
    assert (found.read, found.written, [at for at, _ in found.rejects]) == (4, 3, [3])


def test_numbers_that_no_context_holds_arrive_all_the_same() -> None:
    numbers = ["1." + "1" * 70, "1e100", "1e-100", "0e-100", "-0.00", "12345678901234567890.12", "9" * 300, "0.1"]
    lines = [f'{{"a": {number}}}'.encode() for number in numbers]
    found = transformer(f"{PLAIN}  a: a\n").run(lines)
    assert (found.written, found.rejects) == (len(numbers), [])
    written = [json.loads(item, parse_float=Decimal, parse_int=Decimal)["a"] for item in found.outputs.splitlines()]
    assert written == list(map(Decimal, numbers))


def test_many_records_of_another_form_are_decoded_as_a_whole_from_then_on() -> None:
    text = f"{PLAIN}  city: address.city\n"
    work = transformer(text)
    blank = [json.dumps({"address": ""}).encode()] * 300
    filled = [json.dumps({"address": {"city": "Lugo"}}).encode()] * 300
    assert work.run(filled).written == 300
    assert "projected=True" in repr(work.program)
    assert work.run(blank).written == 300
    assert "projected=False" in repr(work.program)
    assert bytes(work.run(blank[:1] + filled[:1]).outputs) == b'{}\n{"city":"Lugo"}\n'


def test_once_a_key_stood_twice_every_record_is_looked_at() -> None:
    work = transformer(f"{PLAIN}  a: a\n")
    good, bad = b'{"a":1}', b'{"a":1,"a":2}'
    assert work.run([bad] + [good] * (2 * STRICT_FIRST)).rejects[0][0] == 1
    assert [at for at, _ in work.run([good, good, bad, good, bad]).rejects] == [3, 5]
