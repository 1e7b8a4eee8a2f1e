"""Examples are the mapping's unit tests: a subset of the output, part of a reason, a skip."""

from __future__ import annotations

import pytest

from mapstudio.mapping.examples import ExampleResult, run_examples
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import Field, FieldType, Schema
from tests.mapping.samples import CONTACTS, GUESTS, HEAD, mapping_of

FIELDS = (
    "a: x\nb.c: y\nb.d: z\ne: {from: upper(w), on_error: skip}\nf: {from: v, on_null: clear}\n"
    "g: {binding: won}\nh: lower(u)"
)
WHERE = HEAD.replace("guests}", "guests, where: x}")


def run(example: str, *, fields: str = FIELDS, head: str = WHERE) -> ExampleResult:
    (result,) = run_examples(mapping_of(fields, head=head, rest=f"examples:\n  - {{name: it, {example}}}\n"))
    return result


@pytest.mark.parametrize(
    "example",
    [
        "given: {x: 1}, expect: {}",
        "given: {x: 1}, expect: {a: 1}",
        "given: {x: 1}, expect: {a: 1.0}",
        "given: {x: [1, {k: 2}]}, expect: {a: [1, {k: 2}]}",
        "given: {x: {k: 1, l: 2}}, expect: {a: {k: 1}}",
        "given: {x: 1, y: 2, z: 3}, expect: {b: {c: 2}}",
        "given: {x: 1}, expect: {b: {c: null}, f: null, e: null, nowhere: null}",
        "given: {x: 1}, expect: {g: {binding: won}}",
        "given: {x: 1}, expect: {g: {$binding: won}}",
        "given: {x: 1}, expect: [{a: 1}]",
        "given: {x: 1, u: 5}, expect_error: {h: ''}",
        "given: {x: 1, w: 5}, expect_error: {e: ''}, expect: {a: 1}",
        "given: {x: 1, u: 5, w: 5}, expect_error: {h: ''}",
        "given: {}, expect_skip: true",
        "given: {x: 2026-08-30}, expect: {a: '2026-08-30'}",
    ],
)
def test_what_passes(example: str) -> None:
    assert run(example).differences == ()
    assert run(example).passed


@pytest.mark.parametrize(
    ("example", "words"),
    [
        ("given: {x: 1}, expect: {a: 2}", "a: expected 2, got 1"),
        ("given: {x: 1}, expect: {a: '1'}", 'a: expected "1", got 1'),
        ("given: {x: true}, expect: {a: 1}", "a: expected 1, got true"),
        ("given: {x: 1, y: 2}, expect: {b: {c: 3}}", "b.c: expected 3, got 2"),
        ("given: {x: 1}, expect: {b: {c: 3}}", "b.c: expected 3, got nothing"),
        ("given: {x: 1}, expect: {f: 1}", "f: expected 1, got null"),
        ("given: {x: 1}, expect: {a: null}", "a: expected null, got 1"),
        ("given: {x: [1, 2]}, expect: {a: [1]}", "a: expected [1], got [1,2]"),
        ("given: {x: [{k: 1, l: 2}]}, expect: {a: [{k: 1}]}", "a: expected"),
        ("given: {x: 1, u: 5}, expect: {a: 1}", "h: rejected"),
        ("given: {x: 1}, expect_error: {h: wrong}", "h: expected an error, but there is none"),
        ("given: {x: 1, u: 5}, expect_error: {h: no such words}", 'expected an error with "no such words"'),
        ("given: {x: 1, u: 5, w: 5}, expect_error: {e: ''}", "h: rejected"),
        ("given: {}, expect: {a: 1}", "where skips the record"),
        ("given: {}, expect_error: {h: x}", "where skips the record"),
        ("given: {x: 1}, expect_skip: true", "expected the record to be skipped"),
        ("given: {x: 1}, expect: [{a: 1}, {a: 2}]", "expected 2 outputs, got 1"),
    ],
)
def test_what_fails_says_how(example: str, words: str) -> None:
    result = run(example)
    assert not result.passed
    assert any(words in difference for difference in result.differences), result.differences


def test_every_difference_is_told() -> None:
    assert len(run("given: {x: 1, y: 2}, expect: {a: 5, b: {c: 6, d: 7}}").differences) == 3


def test_with_each_a_list_of_outputs_is_expected() -> None:
    head = HEAD.replace("guests}", "guests, each: {items: rooms, id: id}}")
    given = "given: {rooms: [{id: 1, x: a}, {id: 2, x: b}]}"
    assert run(f"{given}, expect: [{{a: a}}, {{a: b}}]", fields="a: x", head=head).passed
    assert run("given: {}, expect: []", fields="a: x", head=head).passed
    assert run(f"{given}, expect: [{{a: a}}, {{a: c}}]", fields="a: x", head=head).differences == (
        'output 2: a: expected "c", got "b"',
    )
    assert "expected one output" in run(f"{given}, expect: {{a: a}}", fields="a: x", head=head).differences[0]
    assert run("given: {rooms: [{x: a}]}, expect_error: {each: no id}", fields="a: x", head=head).passed


def test_at_fixes_today() -> None:
    fields = "a: format_date(today(), 'YYYY-MM-DD')"
    assert run("given: {x: 1}, at: 2024-02-29, expect: {a: '2024-02-29'}", fields=fields).passed


def test_links_lead_where_the_example_says() -> None:
    fields = "a: link('companies', x)"
    links = "links: {companies: {1: 901, '2': x7}}"
    assert run(f"given: {{x: 1}}, {links}, expect: {{a: '901'}}", fields=fields).passed
    assert run(f"given: {{x: '2'}}, {links}, expect: {{a: x7}}", fields=fields).passed
    for other in (links, "links: {}"):
        result = run(f"given: {{x: 3}}, {other}, expect: {{a: '901'}}", fields=fields)
        assert result.differences == ("""a: expected "901", got {"$link":{"object":"companies","id":"3"}}""",)
        assert run(f"given: {{x: 3}}, {other}, expect: {{a: {{$link: {{id: '3'}}}}}}", fields=fields).passed


def test_a_schema_casts() -> None:
    mapping = mapping_of("visits: x", rest="examples:\n  - {name: n, given: {x: '5'}, expect: {visits: 5}}\n")
    assert not run_examples(mapping)[0].passed
    assert run_examples(mapping, schema=CONTACTS)[0].passed


def test_only_the_named_ones_run() -> None:
    mapping = parse_mapping(GUESTS, "m.yaml").require()
    assert [result.name for result in run_examples(mapping)] == ["confirmed guest", "no e-mail"]
    assert [result.name for result in run_examples(mapping, only=["no e-mail"])] == ["no e-mail"]
    assert run_examples(mapping)[0].passed


ORDERS = Schema(
    "erp",
    "orders",
    (
        Field("partner_id", type=FieldType.REFERENCE, reference="partners"),
        Field("ref", type=FieldType.TEXT),
        Field("lines", type=FieldType.REFERENCES, reference="lines"),
        Field("lines[].product", type=FieldType.REFERENCE, reference="products"),
        Field("lines[].sku", type=FieldType.TEXT),
    ),
)
LINES = "lines:\n  each: items\n  key: sku\n  fields: {sku: sku, product: product}"


@pytest.mark.parametrize(
    ("fields", "given", "expect"),
    [
        ("partner_id: x", "x: '12'", "partner_id: '12'"),
        ("partner_id: link('companies', x)", "x: '12'", "partner_id: '12'"),
        ("ref: x", "x: 5", "ref: 5"),
        (LINES, "items: [{sku: 7, product: '3'}]", "lines: [{sku: 7, product: '3'}]"),
        ("partner_id: {binding: won}", "x: 1", "partner_id: {binding: won}"),
    ],
)
def test_what_passes_without_a_schema_passes_with_one(fields: str, given: str, expect: str) -> None:
    links = ", links: {companies: {12: 12}}" if "link(" in fields else ""
    example = f"examples:\n  - {{name: it, given: {{{given}}}{links}, expect: {{{expect}}}}}\n"
    mapping = mapping_of(fields, rest=example)
    for schema in (None, ORDERS):
        assert run_examples(mapping, schema=schema)[0].differences == ()


def test_another_value_fails_with_a_schema_too() -> None:
    for fields, given, expect in (
        ("partner_id: x", "x: '12'", "partner_id: '13'"),
        ("partner_id: x", "x: '12'", "partner_id: [12]"),
        (LINES, "items: [{sku: 7, product: '3'}]", "lines: [{sku: 7, product: '4'}]"),
        (LINES, "items: [{sku: 7, product: '3'}]", "lines: [{sku: 7}]"),
        (LINES, "items: [{sku: 7, product: '3'}]", "lines: 7"),
    ):
        example = f"examples:\n  - {{name: it, given: {{{given}}}, expect: {{{expect}}}}}\n"
        assert not run_examples(mapping_of(fields, rest=example), schema=ORDERS)[0].passed
