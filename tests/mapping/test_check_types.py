"""What a row gives against what its field takes: told before a record is read, and never wrongly."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mapstudio.expressions import ExpressionSyntaxError, compile_expression
from mapstudio.mapping.check_types import row_problems, typed_row
from mapstudio.mapping.checking import check_mapping
from mapstudio.mapping.definition import Mapping, Row, Table
from mapstudio.mapping.evaluation import RowState
from mapstudio.mapping.format import OnNull
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import Field, FieldType, JsonValue, Option, Schema
from tests.expressions.conforming import SCHEMA, records
from tests.expressions.test_inference import EXPRESSIONS, RANDOM

STAGES = (Option("lead", "Lead"), Option("paid", "Paid"))
TARGET = Schema(
    "crm",
    "deals",
    (
        Field("text", type=FieldType.TEXT),
        Field("short", type=FieldType.TEXT, max_length=8),
        Field("integer", type=FieldType.INTEGER),
        Field("number", type=FieldType.NUMBER),
        Field("boolean", type=FieldType.BOOLEAN),
        Field("date", type=FieldType.DATE, required=True),
        Field("datetime", type=FieldType.DATETIME),
        Field("option", type=FieldType.OPTION, options=STAGES),
        Field("free", type=FieldType.OPTION),
        Field("options", type=FieldType.OPTIONS, options=STAGES),
        Field("reference", type=FieldType.REFERENCE),
        Field("references", type=FieldType.REFERENCES),
        Field("object", type=FieldType.OBJECT),
        Field("list", type=FieldType.LIST),
        Field("anything", type=FieldType.UNKNOWN),
    ),
)
HEAD = """\
mapstudio: 1
name: bookings-to-deals
source: {connection: hotel, object: bookings}
destination: {connection: crm, object: deals, key: text}
values:
  stages: {new: lead, paid: paid}
  some: {new: lead}
fields:
  text: id
"""


MINIMAL = HEAD.replace("  text: id\n", "  free: id\n").replace("key: text", "key: free")


def told(row: str, *, source: Schema | None = SCHEMA, head: str = HEAD) -> list[Problem]:
    """Return what the types say of a row."""
    loaded = parse_mapping(f"{head}  {row}\n", "m.yaml")
    found = check_mapping(loaded, source_schema=source, destination_schema=TARGET)
    return [problem for problem in found if problem.code == "type"]


NEVER = [
    ("date: nights", "integer | null into required date: an integer is no date", ""),
    ("date: total", "number | null into required date: a number is no date", ""),
    ("date: vip", "boolean | null into required date: a boolean is no date", ""),
    ("datetime: birthday", "date | null into datetime: a date has no time", "concat"),
    ("datetime: parse_date(email, 'DD/MM/YYYY HH:mm')", "datetime without a zone | null into datetime", ""),
    ("boolean: email", "text | null into boolean: text is no boolean", "compare it"),
    ("text: vip", "boolean | null into text: a boolean is no text", "to_string"),
    ("text: lines", "list of object into text: a list of object is no text", "value[0]"),
    ("text: country", "reference | null into text: a reference is no text", "value.id"),
    ("text: address", "object | null into text: an object is no text", "name one of its fields"),
    ("short: birthday", "date | null into text: a date has more than 8 characters", ""),
    ("number: birthday", "date | null into number: a date is no number", ""),
    ("option: vip", "boolean | null into option", "value map"),
    ("option: \"'paied'\"", 'text into option: "paied" is not an option of option; did you mean "paid"?', "value map"),
    ("option: birthday", "date | null into option: a date is no option", "value map"),
    ("list: email", "text | null into list: text is no list", "to_array"),
    ("references: email", "text | null into references: text is no list of ids", "to_array"),
    ("object: lines", "list of object into object", "value[0]"),
    ("reference: country", "reference | null into reference: a reference is no id of a record", "value.id"),
    ("integer: \"'12,5'\"", 'text into integer: "12,5" is no plain decimal number', ""),
    ("date: length(lines)", "integer into required date", ""),
    ("option: {from: tags, values: {spa: lead, golf: paid}}", "list of text | null into option", "value[0]"),
    ("text: '[email, status]'", "list of (option | text | null) into text", "value[0]"),
]
MAYBE = [
    ("date: email", "text | null into required date: only a text such as 2026-08-30 is a date", "parse_date"),
    ("datetime: email", "text | null into datetime: only a text such as", "parse_date"),
    ("number: email", "text | null into number: only a plain decimal such as 12.50 is a number", ""),
    ("integer: email", "text | null into integer: only a text such as 12 is a whole number", ""),
    ("date: seen_at", "datetime | null into required date: only midnight is a date", "format_date"),
    ("option: status", 'option | null into option: "new" is not an option', "value map"),
    ("date: birthday || nights", "date | integer | null into required date: an integer is no date", ""),
    ("text: email || vip", "text | boolean | null into text: a boolean is no text", "to_string"),
    ("option: email || 'paied'", 'text | null into option: "paied" is not an option', ""),
    ("date: {from: nights, default: 2024-01-01}", "text | integer into required date: an integer is no date", ""),
    ("option: {from: status, values: some}", "the source can give paid, which the value map some does", "default"),
]
FINE = [
    "text: email",
    "text: nights",
    "text: birthday",
    "text: owner",
    "short: email",
    "date: birthday",
    "date: parse_date(email)",
    "date: parse_date(email, 'DD/MM/YYYY')",
    "date: format_date(seen_at, 'YYYY-MM-DD')",
    "date: today()",
    "date: raw",
    "datetime: seen_at",
    "datetime: parse_date(email, 'YYYY-MM-DD HH:mmZ')",
    "integer: nights",
    "integer: total",
    "integer: length(lines)",
    "number: sum(lines[].price)",
    "number: to_number(email)",
    "boolean: vip",
    "boolean: status == 'new'",
    "boolean: vip || `null`",
    "option: email",
    "option: \"'paid'\"",
    "option: {from: status, values: stages}",
    "option: {from: status, values: some, default: lead}",
    "option: {from: email, values: stages}",
    "option: lookup('stages', status)",
    "free: status",
    "options: email",
    "options: {from: tags, values: {spa: lead, golf: paid}}",
    "reference: id",
    "reference: link('guests', id)",
    "reference: {from: email, by: code}",
    "references: friends",
    "object: address",
    "list: lines",
    "anything: lines",
]


@pytest.mark.parametrize(("row", "message", "remedy"), NEVER, ids=[it[0] for it in NEVER])
def test_what_can_never_be_written_is_an_error(row: str, message: str, remedy: str) -> None:
    (found,) = told(row, head=MINIMAL)
    assert found.severity is Severity.ERROR
    assert found.message.startswith(message)
    assert remedy in found.remedy
    assert (found.row, found.line, found.position) == (row.partition(":")[0], 10, None)


@pytest.mark.parametrize(("row", "message", "remedy"), MAYBE, ids=[it[0] for it in MAYBE])
def test_what_may_not_fit_is_a_warning(row: str, message: str, remedy: str) -> None:
    (found,) = told(row, head=MINIMAL)
    assert found.severity is Severity.WARNING
    assert found.message.startswith(message)
    assert remedy in found.remedy


@pytest.mark.parametrize("row", FINE)
def test_what_fits_is_left_alone(row: str) -> None:
    assert told(row, head=MINIMAL) == []


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("date: a", []),
        ("date: a || 'x'", []),
        ("date: length(a)", ["integer into required date: an integer is no date"]),
        ("date: a[*].b", ["list into required date: a list is no date"]),
        ("option: {from: a, values: stages}", []),
    ],
)
def test_without_a_schema_of_the_source_only_what_is_certain_is_told(row: str, found: list[str]) -> None:
    assert [problem.message for problem in told(row, source=None)] == found


def test_an_expression_that_always_fails_is_an_error() -> None:
    (found,) = told("number: abs('x')")
    assert (found.severity, found.message) == (Severity.ERROR, "the expression fails on every record")


def test_a_row_that_is_never_sent_or_drops_errors_is_only_warned_of() -> None:
    for row in ("date: {from: nights, draft: true}", "date: {from: nights, on_error: skip}"):
        assert [problem.severity for problem in told(row)] == [Severity.WARNING]


def test_never_a_value_and_on_null_error_reject_every_record() -> None:
    (found,) = told("number: {from: to_number(birthday), on_null: error}")
    assert (found.severity, found.message) == (Severity.ERROR, "there is never a value, and on_null is error")


def test_where_narrows_what_the_rows_see() -> None:
    head = HEAD.replace("bookings}", "bookings, where: email && status == 'paid'}")
    assert [problem.message for problem in told("boolean: email", head=head)] == [
        "text | null into boolean: text is no boolean"
    ]
    assert told("option: status", head=head) == []


def test_each_needs_a_list_and_its_rows_see_the_elements() -> None:
    head = HEAD.replace("bookings}", "bookings, each: {items: lines, id: name}}").replace("text: id", "text: name")
    assert [problem.message for problem in told("date: qty", head=head)] == [
        "integer | null into required date: an integer is no date"
    ]
    assert told("date: day", head=head) == []
    (found,) = told("text: name", head=head.replace("items: lines", "items: length(lines)"))[:1]
    assert (found.row, found.severity, found.message) == (
        "each",
        Severity.ERROR,
        "each takes a list, and length(lines) is an integer",
    )


RECORDS = st.lists(records(SCHEMA), min_size=1, max_size=3)
TABLES = {
    "stages": Table("stages", {"new": "lead", "paid": "paid", "7": None, "true": "  "}),
    "mixed": Table("mixed", {"new": 5, "paid": True, "a": "2024-05-01", "spa": ["lead"], "3": "x"}),
}


@st.composite
def _rows(draw: st.DrawFn) -> Row:
    item = draw(st.sampled_from(TARGET.fields))
    return Row(
        item.name,
        from_=draw(st.one_of(st.sampled_from(sorted(EXPRESSIONS)), RANDOM)),
        values=draw(st.sampled_from([None, None, None, *TABLES])),
        default=draw(st.sampled_from([None, None, "lead", 5, "2024-05-01", True])),
        by=draw(st.sampled_from([None, None, "code"])),
        on_null=draw(st.sampled_from(list(OnNull))),
        keep_blank=draw(st.booleans()),
    )


def _mapping(row: Row) -> Mapping:
    loaded = parse_mapping(f"{HEAD}", "m.yaml").require()
    return Mapping(loaded.file, loaded.name, loaded.source, loaded.destination, values=TABLES, rows=(row,))


@settings(max_examples=400, suppress_health_check=list(HealthCheck), deadline=None)
@given(_rows(), RECORDS)
def test_a_certain_failure_never_writes_a_value(row: Row, examples: list[JsonValue]) -> None:
    try:
        compile_expression(row.from_ or "")
    except ExpressionSyntaxError:
        assume(False)
    mapping = _mapping(row)
    certain = [
        problem
        for problem in row_problems(mapping, row, SCHEMA, TARGET)
        if problem.severity is Severity.ERROR and problem.code == "type"
    ]
    of = typed_row(mapping, row, SCHEMA)
    assert of is not None
    compiled = mapping.compile(schema=TARGET, source_schema=SCHEMA, links=lambda *_: "7")
    for record in examples:
        assert isinstance(record, dict)
        (result,) = compiled.evaluate_row(compiled.row(row.field), record)
        if certain:
            assert result.state is not RowState.VALUE, f"{certain[0]}, and yet {result.value!r}"
            if not of.value.null:
                assert result.state is RowState.ERROR
        if result.state in {RowState.ABSENT, RowState.CLEAR}:
            assert of.value.null


def test_the_property_is_not_empty() -> None:
    """Most of what is tried above must be certain for some fields, or the property would say nothing."""
    certain = 0
    for text in EXPRESSIONS:
        for item in TARGET.fields:
            row = Row(item.name, from_=text)
            found = row_problems(_mapping(row), row, SCHEMA, TARGET)
            certain += any(problem.severity is Severity.ERROR for problem in found)
    assert certain > len(EXPRESSIONS)
