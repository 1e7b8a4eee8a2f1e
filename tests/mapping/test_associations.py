"""Association rows: what they take, what they make of it, and what is told of them before anything is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.expressions import Engine, UnresolvedLinkError
from mapstudio.mapping.checking import check_mapping
from mapstudio.mapping.evaluation import RowState
from mapstudio.mapping.program import BatchTransformer
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import Field, FieldType, JsonValue, Option, Schema
from mapstudio.model.exact_json import dumps, loads
from tests.mapping.samples import mapping_of, mapping_text

LABELS = (Option("Payer", "Payer"), Option("Guest", "Guest"))
DEALS = Schema(
    "crm",
    "deals",
    (
        Field("email", "Name", FieldType.TEXT, unique=True),
        Field("associations.contacts", "Contacts", FieldType.LIST, reference="contacts"),
        Field("associations.contacts[].labels", "Labels", FieldType.LIST, read_only=True, options=LABELS),
        Field("associations.companies", "Companies", FieldType.LIST, reference="companies"),
    ),
)


def value(row: str, record: dict[str, JsonValue], **options: Any) -> Any:
    """Return what one association row gives, or its reason."""
    (output,) = mapping_of(row).compile(schema=DEALS, **options).evaluate(record, "1").outputs
    [result] = output.rows.values()
    return result.reason.reason if result.reason is not None else result.value


@pytest.mark.parametrize(
    ("row", "given", "entries"),
    [
        ("associations.contacts: x", "12", [{"id": "12", "labels": []}]),
        ("associations.contacts: x", 12, [{"id": "12", "labels": []}]),
        ("associations.contacts: x", ["3", None, 3, "4"], [{"id": "3", "labels": []}, {"id": "4", "labels": []}]),
        ("associations.contacts: x", [], []),
        ("associations.contacts: {from: x, label: Payer}", "12", [{"id": "12", "labels": ["Payer"]}]),
        ("associations.contacts: {from: x, by: email}", " a@x.com ", [{"email": "a@x.com", "labels": []}]),
        (
            "associations.contacts: {from: x, label: Payer}",
            [{"id": 1, "labels": ["Guest"]}, {"id": "2"}, {"id": "1", "label": "Payer"}],
            [{"id": "1", "labels": ["Guest", "Payer"]}, {"id": "2", "labels": ["Payer"]}],
        ),
        (
            "associations.contacts: {from: x, by: email}",
            {"email": "a@x.com", "labels": ["Guest"]},
            [{"email": "a@x.com", "labels": ["Guest"]}],
        ),
    ],
)
def test_ids_values_and_entries_become_what_is_read_of_associations(row: str, given: JsonValue, entries: Any) -> None:
    assert value(row, {"x": given}) == entries


@pytest.mark.parametrize(
    ("row", "given", "words"),
    [
        ("associations.contacts: x", True, "names no record of contacts"),
        ("associations.contacts: x", 0, "names no record of contacts"),
        ("associations.contacts: x", 1.5, "names no record of contacts"),
        ("associations.contacts: x", [["1"]], "names no record of contacts"),
        ("associations.contacts: x", {"id": "1", "name": "Ana"}, "it takes id and labels"),
        ("associations.contacts: {from: x, by: email}", {"id": "1"}, "it takes email and labels"),
        ("associations.contacts: x", {"id": "1", "labels": ["Paier"]}, 'did you mean "Payer"?'),
        ("associations.contacts: x", {"id": "1", "labels": [3]}, "3 is no label"),
    ],
)
def test_what_names_nobody_rejects_with_its_reason(row: str, given: JsonValue, words: str) -> None:
    assert words in value(row, {"x": given})


def test_labels_that_nobody_lists_are_left_to_the_system() -> None:
    assert value("associations.companies: {from: x, label: Any}", {"x": "1"}) == [{"id": "1", "labels": ["Any"]}]


def test_a_link_is_looked_up_in_the_object_of_the_row_and_waits() -> None:
    asked: list[str | None] = []

    def links(object_name: str, source_id: str, to: str | None) -> str:
        asked.append(to)
        if source_id == "9":
            raise UnresolvedLinkError("not yet", object_name, source_id)
        return f"9{source_id}"

    row = "associations.contacts: \"link('guests', x)\""
    assert value(row, {"x": ["1", "2"]}, links=links) == [{"id": "91", "labels": []}, {"id": "92", "labels": []}]
    (output,) = mapping_of(row).compile(schema=DEALS, links=links).evaluate({"x": "9"}, "1").outputs
    assert output.rows["associations.contacts"].state is RowState.WAIT
    assert set(asked) == {"contacts"}


def test_a_binding_without_a_value_stays_visible() -> None:
    assert value("associations.companies: {binding: agency}", {}) == {"$binding": "agency"}
    bound = value("associations.companies: {binding: agency}", {}, bindings={"agency": "77"})
    assert bound == [{"id": "77", "labels": []}]


@given(st.recursive(st.none() | st.integers(-3, 9) | st.sampled_from(["7", "x", " "]), st.lists, max_leaves=6))
def test_the_compiled_batch_gives_the_same(given: JsonValue) -> None:
    compiled = mapping_of("associations.contacts: x\nemail: e").compile(schema=DEALS, engine=Engine.COMPILED)
    (output,) = compiled.evaluate({"x": given, "e": "e"}, "1").outputs
    found = BatchTransformer(compiled).run([dumps({"x": given, "e": "e"}).encode()])
    lines = [loads(line) for line in bytes(found.outputs).splitlines()]
    assert lines == ([] if output.reasons else [output.values])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("associations.contacts: {from: x, label: Paier}", 'did you mean "Payer"?'),
        ("associations.contacts: {constant: {id: 1, labels: [Boss]}}", "it has Guest, Payer"),
        ("associations.contacts: {from: x, on_null: clear}", "add replace: true"),
        ("associations.contacts.first: x", "write associations.OBJECT"),
        ("associations.contacts: {link: x}", "link('OBJECT', ID)"),
        ("associations.contcts: x", 'did you mean "associations.contacts"?'),
        ("email: {from: x, label: Payer}", 'unknown key "label"'),
        ("associations.contacts: {each: x, key: a, fields: {a: b}}", "holds no lines"),
    ],
)
def test_mistakes_are_told_before_anything_is_read(row: str, words: str) -> None:
    loaded = parse_mapping(mapping_text(row), "m.yaml")
    problems = check_mapping(loaded, destination_schema=DEALS)
    told = [str(problem.message) + " " + str(problem.remedy) for problem in problems if problem.severity == "error"]
    assert any(words in text for text in told), told


def test_a_good_row_has_no_problem_whatever_the_type_of_its_value() -> None:
    rows = "associations.contacts: {from: x, by: email, label: Payer, replace: true, on_null: clear}\nemail: e"
    source = Schema("hotel", "guests", (Field("x", type=FieldType.TEXT), Field("e", type=FieldType.TEXT)))
    loaded = parse_mapping(mapping_text(rows), "m.yaml")
    assert check_mapping(loaded, source_schema=source, destination_schema=DEALS) == []
