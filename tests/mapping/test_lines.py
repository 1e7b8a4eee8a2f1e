"""Rows with lines: read, checked, evaluated, edited."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.expressions import Engine
from mapstudio.mapping.checking import check_mapping
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.document import Document
from mapstudio.mapping.evaluation import Output, RowState
from mapstudio.mapping.examples import run_examples
from mapstudio.mapping.explaining import explain_row
from mapstudio.mapping.program import BatchTransformer
from mapstudio.mapping.reading import parse_mapping
from mapstudio.mapping.row_edit import RowEdit
from mapstudio.model import Field, FieldType, JsonValue, Record, Schema, UsageError
from mapstudio.model.exact_json import dumps, loads

ORDERS = """\
mapstudio: 1
name: deals-to-orders
source: {connection: crm, object: deals}
destination: {connection: erp, object: orders, key: ref}
fields:
  ref: id
  lines:   # what was sold
    each: items
    key: product
    fields:
      product: {from: sku, by: code}
      quantity: qty   # as it was sold
      unit: {from: unit, values: {pc: Units}, default: Units}
      text: {from: note, on_null: clear}
      title: $.title
examples:
  - name: two
    given: {id: 1, title: T, items: [{sku: A, qty: 2}, {sku: B, qty: 1, unit: pc}]}
    expect:
      lines:
        - {product: A, quantity: 2, unit: Units, text: null, title: T}
        - {product: B, quantity: 1, unit: Units, text: null, title: T}
"""
SCHEMA = Schema(
    "erp",
    "orders",
    (
        Field("ref", type=FieldType.TEXT),
        Field("state", type=FieldType.TEXT),
        Field("lines", type=FieldType.REFERENCES),
        Field("lines[].product", type=FieldType.REFERENCE, reference="products"),
        Field("lines[].quantity", type=FieldType.NUMBER),
        Field("lines[].unit", type=FieldType.TEXT, max_length=5),
        Field("lines[].text", type=FieldType.TEXT),
        Field("lines[].title", type=FieldType.TEXT, required=True),
        Field("lines[].total", type=FieldType.NUMBER, read_only=True),
    ),
)
DEALS = Schema(
    "crm",
    "deals",
    (
        Field("id", type=FieldType.TEXT),
        Field("title", type=FieldType.TEXT),
        Field("items", type=FieldType.LIST),
        Field("items[].sku", type=FieldType.TEXT),
        Field("items[].qty", type=FieldType.NUMBER),
        Field("items[].unit", type=FieldType.TEXT),
        Field("items[].note", type=FieldType.TEXT),
    ),
)


def compiled(text: str = ORDERS, schema: Schema | None = SCHEMA, engine: Engine = Engine.COMPILED) -> CompiledMapping:
    return parse_mapping(text, "m.yaml").require().compile(schema=schema, engine=engine)


def output(items: JsonValue, text: str = ORDERS) -> Output:
    return compiled(text).evaluate({"id": "1", "title": "T", "items": items}, "1").outputs[0]


def told(row: str, schema: Schema = SCHEMA, source: Schema | None = None) -> list[tuple[str, str, str]]:
    text = ORDERS.split("  lines:", maxsplit=1)[0] + f"  {row}\n"
    loaded = parse_mapping(text, "m.yaml")
    problems = check_mapping(loaded, destination_schema=schema, source_schema=source)
    return [
        (str(item.severity), item.row, f"{item.message}; {item.remedy}")
        for item in problems
        if item.severity != "note" and item.row != "ref"
    ]


class TestEvaluating:
    def test_every_element_becomes_a_line_and_the_whole_record_is_the_dollar(self) -> None:
        assert output([{"sku": "A", "qty": "2.50"}]).values["lines"] == [
            {"product": "A", "quantity": loads("2.50"), "unit": "Units", "text": None, "title": "T"}
        ]

    def test_null_says_nothing_of_lines_and_an_empty_list_says_that_there_are_none(self) -> None:
        assert "lines" not in output(None).values
        assert output(None).rows["lines"].state is RowState.ABSENT
        assert output([]).values["lines"] == []

    def test_all_that_fails_is_told_with_the_keys_of_the_lines(self) -> None:
        found = output([{"sku": "A", "qty": "x"}, {"sku": "B", "qty": True, "unit": "pallet", "note": [1]}])
        assert [reason.row for reason in found.reasons] == [
            "lines[A].quantity",
            "lines[B].quantity",
            "lines[B].text",
        ]
        assert "lines" not in found.values

    @pytest.mark.parametrize(
        ("items", "why"),
        [
            ([{"qty": 1}], "element 1 has no product"),
            ([{"sku": " "}], "element 1 has no product"),
            ([{"sku": "A"}, {"sku": "A"}], 'two elements have the product "A"'),
            ([{"sku": 1}, {"sku": "1"}], 'two elements have the product "1"'),
            ({"sku": "A"}, "is not a list"),
            ("A", "is not a list"),
        ],
    )
    def test_a_line_needs_a_key_of_its_own(self, items: JsonValue, why: str) -> None:
        (reason,) = output(items).reasons
        assert reason.row == "lines"
        assert why in reason.reason

    def test_a_key_that_fails_names_the_place_once(self) -> None:
        (reason,) = output([{"sku": "A"}, {"sku": {"no": 1}}]).reasons
        assert reason.row == "lines[].product"
        assert reason.reason.startswith("element 2: ")

    def test_an_inner_row_may_drop_what_fails_and_it_is_told(self) -> None:
        text = ORDERS.replace("quantity: qty ", "quantity: {from: qty, on_error: skip} ")
        found = output([{"sku": "A", "qty": "x"}], text)
        assert found.reasons == ()
        assert found.values["lines"] == [{"product": "A", "unit": "Units", "text": None, "title": "T"}]
        assert [reason.row for reason in found.rows["lines"].also] == ["lines[A].quantity"]

    def test_a_draft_is_evaluated_and_not_sent(self) -> None:
        text = ORDERS.replace("    each: items", "    draft: true\n    each: items")
        found = output([{"sku": "A"}], text)
        assert found.values == {"ref": "1"}
        assert found.rows["lines"].value == [{"product": "A", "unit": "Units", "text": None, "title": "T"}]

    def test_an_open_link_in_a_line_stays_visible(self) -> None:
        text = ORDERS.replace("{from: sku, by: code}", "link('products', sku)")
        assert output([{"sku": "A"}], text).values["lines"] == [
            {"product": {"$link": {"object": "products", "id": "A"}}, "unit": "Units", "text": None, "title": "T"}
        ]

    def test_elements_of_each_have_lines_and_the_whole_record(self) -> None:
        text = ORDERS.replace("object: deals", "object: deals, each: {items: parts, id: id}").split("examples:")[0]
        result = compiled(text).evaluate({"title": "W", "parts": [{"id": 1, "items": [{"sku": "A"}]}]}, "9")
        (only,) = result.outputs
        assert only.source_id == "9#1"
        assert only.values["lines"] == [{"product": "A", "unit": "Units", "text": None, "title": "W"}]
        assert "parts[].items[].sku" in compiled(text).source_paths
        assert "title" in compiled(text).source_paths

    def test_what_is_used_decides_what_is_fetched(self) -> None:
        assert {"items[].sku", "items[].qty", "items[].unit", "items[].note", "title"} <= compiled().source_paths

    def test_a_line_without_a_required_field_is_told_by_transform(self) -> None:
        text = ORDERS.replace("title: $.title", "title: heading")
        found = compiled(text)
        lines: list[JsonValue] = [{"sku": "A", "heading": "x"}, {"sku": "B"}]
        assert found.missing_required(found.evaluate({"id": "1", "items": lines}).outputs[0].values) == (
            "lines[].title",
        )

    def test_bindings_of_lines_are_asked_for(self) -> None:
        text = ORDERS.replace("title: $.title", "title: {binding: heading}")
        mapping = parse_mapping(text, "m.yaml").require()
        with pytest.raises(Exception, match="heading"):
            mapping.compile(bindings={})
        (found,) = mapping.compile(bindings={"heading": "H"}).evaluate({"id": "1", "items": [{"sku": "A"}]}).outputs
        assert found.values["lines"] == [{"product": "A", "unit": "Units", "text": None, "title": "H"}]

    def test_examples_expect_lines(self) -> None:
        mapping = parse_mapping(ORDERS, "m.yaml").require()
        assert [result.differences for result in run_examples(mapping, schema=SCHEMA)] == [()]
        wrong = parse_mapping(ORDERS.replace("{product: A, quantity: 2,", "{product: A, quantity: 3,"), "m.yaml")
        assert not run_examples(wrong.require(), schema=SCHEMA)[0].passed

    def test_an_example_expects_the_error_of_a_line(self) -> None:
        text = ORDERS.split("  - name: two", maxsplit=1)[0] + (
            "  - name: bad\n    given: {id: 1, items: [{sku: A, qty: x}]}\n"
            "    expect_error: {'lines[A].quantity': no plain decimal}\n"
        )
        assert run_examples(parse_mapping(text, "m.yaml").require(), schema=SCHEMA)[0].differences == ()

    def test_explain_follows_the_list(self) -> None:
        (row,) = explain_row(compiled(), "lines", {"id": "1", "title": "T", "items": [{"sku": "A"}]}).rows
        assert row.result.value == [{"product": "A", "unit": "Units", "text": None, "title": "T"}]
        assert row.expression is not None
        assert row.expression.value == [{"sku": "A"}]


_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(["A", "B", " ", "x1", "2.5"]))
_ELEMENTS: st.SearchStrategy[JsonValue] = st.one_of(
    st.dictionaries(st.sampled_from(["sku", "qty", "unit", "note"]), _SCALARS, max_size=4), _SCALARS, st.just([])
)
_ITEMS = st.one_of(st.lists(_ELEMENTS, max_size=4), _SCALARS)


@given(_ITEMS)
def test_all_ways_of_running_give_the_same(items: JsonValue) -> None:
    record: Record = {"id": "1", "title": "T", "items": items}
    one = compiled().evaluate(record, "1")
    other = compiled(engine=Engine.INTERPRETED).evaluate(record, "1")
    assert one.outputs == other.outputs
    batch = BatchTransformer(compiled()).run([dumps(record).encode()])
    (only,) = one.outputs
    if only.reasons:
        assert [item.reasons for _, item in batch.rejects] == [only.reasons]
    else:
        assert bytes(batch.outputs) == f"{dumps(only.values)}\n".encode()


@given(st.lists(st.dictionaries(st.sampled_from(["sku", "qty"]), _SCALARS, max_size=2), max_size=5))
def test_lines_are_as_many_as_elements_each_with_its_own_key(items: list[JsonValue]) -> None:
    found = output(items)
    lines = found.values.get("lines")
    if not found.reasons:
        assert isinstance(lines, list)
        assert len(lines) == len(items)
        keys = [str(line["product"]) for line in lines if isinstance(line, dict)]
        assert len(set(keys)) == len(items)


class TestChecking:
    @pytest.mark.parametrize(
        ("row", "severity", "name", "words"),
        [
            ("lines: {key: a, fields: {a: b}}", "error", "lines", 'has no "each"'),
            ("lines: {each: x, fields: {a: b}}", "error", "lines", 'has no "key"'),
            ("lines: {each: x, key: a}", "error", "lines", 'has no "fields"'),
            ("lines: {each: x, key: product, fields: {}}", "error", "lines", "a line has no row"),
            ("lines: {each: x, key: [product], fields: {product: b}}", "error", "lines", '"key" must be a text'),
            (
                "lines: {each: x, key: prodct, fields: {product: b, title: c}}",
                "error",
                "lines",
                'did you mean "product"?',
            ),
            (
                "lines: {each: x, key: product, filds: {a: b}, fields: {product: b, title: c}}",
                "error",
                "lines",
                'did you mean "fields"?',
            ),
            (
                "lines: {each: x, key: product, fields: {product: b, more: {each: y, key: z, fields: {z: z}}}}",
                "error",
                "lines[].more",
                "cannot hold lines",
            ),
            (
                "lines: {each: x, key: product, fields: {product: b, title: c, quantty: d}}",
                "error",
                "lines[].quantty",
                'did you mean "lines[].quantity"?',
            ),
            (
                "lines: {each: x, key: product, fields: {product: b, title: c, total: d}}",
                "error",
                "lines[].total",
                "read-only",
            ),
            (
                "lines: {each: x, key: product, fields: {product: b, title: c, quantity: {constant: much}}}",
                "error",
                "lines[].quantity",
                "takes a number",
            ),
            (
                "lines: {each: x, key: product, fields: {product: b}}",
                "warning",
                "lines[].title",
                "required to add a line",
            ),
            (
                "lines: {each: x, key: product, fields: {product: {question: which?}, title: c}}",
                "error",
                "lines",
                "sends nothing (question)",
            ),
            (
                "lines: {each: x, key: product, fields: {product: 'b(', title: c}}",
                "error",
                "lines[].product",
                "no valid expression",
            ),
            ("lines: {each: \"link('a', b)\", key: product, fields: {product: b}}", "error", "lines", "is for rows"),
            ("state: {each: x, key: a, fields: {a: b}}", "error", "state", "takes no lines"),
            ("nines: {each: x, key: a, fields: {a: b}}", "error", "nines", 'did you mean "lines"?'),
        ],
    )
    def test_mistakes_are_told_before_anything_is_read(self, row: str, severity: str, name: str, words: str) -> None:
        found = told(row)
        assert any(item[:2] == (severity, name) and words in item[2] for item in found), found

    def test_words_of_inner_rows_are_looked_up_in_the_elements(self) -> None:
        row = "lines: {each: items, key: product, fields: {product: skku, title: $.titel, quantity: qty}}"
        found = {name: words for _, name, words in told(row, source=DEALS)}
        assert "items[].skku is no field" in found["lines[].product"]
        assert 'did you mean "items[].sku"?' in found["lines[].product"]
        assert "titel is no field" in found["lines[].title"]
        assert "lines[].quantity" not in found

    def test_types_of_inner_rows_are_checked(self) -> None:
        row = 'lines: {each: items, key: product, fields: {product: sku, title: title, quantity: "qty == `1`"}}'
        found = [item for item in told(row) if item[1] == "lines[].quantity"]
        assert found
        assert found[0][0] == "error"

    def test_each_must_be_a_list(self) -> None:
        row = "lines: {each: title, key: product, fields: {product: sku, title: title}}"
        assert any(name == "lines" and "each takes a list" in words for _, name, words in told(row, source=DEALS))

    def test_the_sample_is_without_a_fault(self) -> None:
        loaded = parse_mapping(ORDERS, "m.yaml")
        problems = check_mapping(loaded, source_schema=DEALS, destination_schema=SCHEMA)
        assert [str(item) for item in problems if item.severity == "error"] == []

    def test_lines_are_no_key_of_the_record(self) -> None:
        loaded = parse_mapping(ORDERS.replace("key: ref", "key: lines"), "m.yaml")
        assert any("cannot be looked up" in item.message for item in check_mapping(loaded))


class TestEditing:
    def test_an_inner_row_is_edited_alone(self) -> None:
        document = Document(ORDERS)
        document.set_row("lines[].quantity", RowEdit(expression="qty * `2`"))
        document.set_row("lines[].product", RowEdit(by="sku"))
        edited = ORDERS.replace("quantity: qty   #", "quantity: qty * `2`   #").replace("by: code", "by: sku")
        assert document.text == edited

    def test_an_inner_row_is_added_and_removed(self) -> None:
        document = Document(ORDERS)
        document.set_row("lines[].discount", RowEdit(expression="discount"))
        assert document.text == ORDERS.replace(
            "      title: $.title\n", "      title: $.title\n      discount: discount\n"
        )
        document.remove_row("lines[].discount")
        assert document.text == ORDERS

    def test_editing_another_row_keeps_the_lines(self) -> None:
        document = Document(ORDERS)
        document.set_row("ref", RowEdit(expression="title"))
        document.set_row("state", RowEdit(constant="sale"))
        rest = re.sub(r"  ref: .*\n|  state: .*\n", "", document.text)
        assert rest == ORDERS.replace("  ref: id\n", "")

    def test_a_feed_is_refused_and_a_note_is_not(self) -> None:
        document = Document(ORDERS)
        with pytest.raises(UsageError, match="writes lines"):
            document.set_row("lines", RowEdit(expression="items"))
        assert document.text == ORDERS
        document.set_row("lines", RowEdit(note="see the price list", draft=True))
        row = parse_mapping(document.text, "m.yaml").require().row("lines")
        assert row is not None
        assert (row.note, row.draft) == ("see the price list", True)
        document.remove_row("lines")
        assert "lines" not in document.fields()

    def test_a_row_without_lines_has_no_inner_rows(self) -> None:
        with pytest.raises(UsageError, match="no row with lines"):
            Document(ORDERS).set_row("ref[].a", RowEdit(expression="b"))
