"""Why a row gives what it gives: the stages that decided, and that explaining never gives anything else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.expressions import Environment, Outcome, UnresolvedLinkError
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.explaining import MAX_ROWS, explain_row
from mapstudio.mapping.pipeline import CompiledRow
from mapstudio.mapping.row_trace import RecordTrace, RowTrace
from mapstudio.model import Field, FieldType, JsonValue, Option, Record, Schema
from mapstudio.model.exact_json import dumps
from tests.mapping.samples import HEAD, mapping_of

TABLES = """\
values:
  stages: {confirmed: opportunity, 5: five, none: null, blank: " "}
"""
SCHEMA = Schema(
    "crm",
    "contacts",
    (
        Field("text", "", FieldType.TEXT, required=True, max_length=12),
        Field("number", "", FieldType.NUMBER),
        Field("stage", "", FieldType.OPTION, options=(Option("five", ""), Option("opportunity", ""))),
        Field("stages", "", FieldType.OPTIONS, options=(Option("five", ""), Option("opportunity", ""))),
        Field("day", "", FieldType.DATE),
    ),
)
TEXT = "takes text, at most 12 characters; required of a new record"
MISSED = '"gone" is not in the value map "stages", and there is no default'


def compiled(row: str, *, head: str = HEAD, **options: Any) -> CompiledMapping:
    return mapping_of(row, head=head, rest=TABLES).compile(schema=SCHEMA, **options)


def traced(row: str, record: Record, **options: Any) -> RowTrace:
    field = row.partition(":")[0]
    (only,) = explain_row(compiled(row, **options), field, record).rows
    return only


def stages(trace: RowTrace) -> list[tuple[str, JsonValue, str]]:
    return [(str(step.stage), step.value, step.reason or step.note) for step in trace.steps]


@pytest.mark.parametrize(
    ("row", "given", "expected", "ending"),
    [
        ("text: x", "a", [("from", "a", ""), ("cast", "a", TEXT)], "sent"),
        (
            "text: x",
            5.0,
            [
                ("from", 5.0, ""),
                ("cast", "5", f"from a number to a text; {TEXT}"),
            ],
            "sent",
        ),
        (
            "text: x",
            "much too long",
            [("from", "much too long", ""), ("cast", None, '"much too long" has 13 characters; text takes 12')],
            "the record is rejected",
        ),
        (
            "stage: {from: x, values: stages}",
            5,
            [
                ("from", 5, ""),
                ("values", "five", '"5" is a key of stages'),
                ("cast", "five", "takes one of its 2 options"),
            ],
            "sent",
        ),
        (
            "stage: {from: x, values: stages, default: opportunity}",
            "gone",
            [
                ("from", "gone", ""),
                ("values", "opportunity", '"gone" is no key of stages: takes the default'),
                ("cast", "opportunity", "takes one of its 2 options"),
            ],
            "sent",
        ),
        (
            "stage: {from: x, values: stages}",
            "gone",
            [("from", "gone", ""), ("values", None, MISSED)],
            "the record is rejected",
        ),
        (
            "stage: {from: x, values: stages, default: five}",
            "none",
            [
                ("from", "none", ""),
                ("values", None, '"none" is a key of stages, and stands for none'),
                ("default", None, "does not apply: the value map says none"),
                ("on_null", None, "skip"),
            ],
            "not sent",
        ),
        (
            "stage: {from: x, values: stages, on_null: clear}",
            "blank",
            [
                ("from", "blank", ""),
                ("values", " ", '"blank" is a key of stages'),
                ("blank", None, "white space only counts as null"),
                ("on_null", None, "clear"),
            ],
            "empties the field",
        ),
        (
            "stages: {from: x, values: stages, default: five}",
            ["confirmed", "gone", "gone too"],
            [
                ("from", ["confirmed", "gone", "gone too"], ""),
                (
                    "values",
                    ["opportunity", "five", "five"],
                    '"gone", "gone too" of 3 are no keys of stages: the default for each',
                ),
                ("cast", ["opportunity", "five", "five"], "takes some of its 2 options"),
            ],
            "sent",
        ),
        (
            "stages: x",
            "five",
            [("from", "five", ""), ("cast", ["five"], "from a text to a list; takes some of its 2 options")],
            "sent",
        ),
        (
            "stage: {from: x, values: stages}",
            {"a": 1},
            [("from", {"a": 1}, ""), ("values", None, '{"a":1} cannot be looked up in a value map')],
            "the record is rejected",
        ),
        (
            "text: {from: x, default: none}",
            "  ",
            [
                ("from", "  ", ""),
                ("blank", None, "white space only counts as null"),
                ("default", "none", "stands in for null"),
                ("cast", "none", TEXT),
            ],
            "sent",
        ),
        (
            "text: {from: x, blank: keep}",
            "  ",
            [("from", "  ", ""), ("cast", "  ", TEXT)],
            "sent",
        ),
        (
            "text: x",
            None,
            [("from", None, ""), ("on_null", None, "skip")],
            "not sent; the destination requires it of a new record",
        ),
        (
            "number: {from: x, on_null: error}",
            None,
            [("from", None, ""), ("on_null", None, "there is no value, and on_null is error")],
            "the record is rejected",
        ),
        (
            "number: {from: x, on_error: skip}",
            "12,5",
            [("from", "12,5", ""), ("cast", None, '"12,5" is no plain decimal number; number takes a number')],
            "not sent: on_error is skip",
        ),
        ("number: {from: x, draft: true}", 5, [("from", 5, ""), ("cast", 5, "takes a number")], "a draft: not sent"),
        ("text: {constant: abc}", 1, [("constant", "abc", ""), ("cast", "abc", TEXT)], "sent"),
        ("number: lower(x)", 5, [("from", None, "lower needs text, got a number")], "the record is rejected"),
        ("number: {question: really?}", 5, [], "a question is open: nothing is sent"),
        ("number: {ignore: no}", 5, [], "left out on purpose: nothing is sent"),
    ],
)  # fmt: skip
def test_the_stages_that_decided(
    row: str, given: JsonValue, expected: list[tuple[str, JsonValue, str]], ending: str
) -> None:
    trace = traced(row, {"x": given})
    assert stages(trace) == expected
    assert trace.ending == ending


def test_a_bound_value_says_its_name() -> None:
    (trace,) = explain_row(compiled("text: {binding: won}"), "text", {}).rows
    assert stages(trace)[0] == ("binding", {"$binding": "won"}, "bound as won")
    assert trace.ending == "bound when it is planned"
    (trace,) = explain_row(compiled("text: {binding: won}", bindings={"won": "7"}), "text", {}).rows
    assert (stages(trace)[0], trace.ending) == (("binding", "7", "bound as won"), "sent")


def test_without_a_schema_nothing_is_cast() -> None:
    mapping = mapping_of("text: x", rest=TABLES).compile()
    (trace,) = explain_row(mapping, "text", {"x": 5}).rows
    assert stages(trace) == [("from", 5, "")]


def test_the_parts_of_the_expression_stand_below() -> None:
    trace = traced("text: lower(trim(x || y))", {"y": " A "})
    assert trace.expression is not None
    assert trace.expression.value == "a"
    assert trace.expression.parts[0].parts[0].note == "takes the 2nd: the 1st is null"


def test_a_row_that_fails_shows_its_other_parts() -> None:
    trace = traced("number: concat(lower(x), upper(y))", {"x": 5, "y": "b"})
    assert trace.expression is not None
    assert [part.outcome for part in trace.expression.parts] == [Outcome.FAILED, Outcome.VALUE]


def test_a_link_waits_or_stays_open() -> None:
    def never(object_name: str, source_id: str, to: str | None) -> str:
        raise UnresolvedLinkError("it is not there yet", object_name, source_id)

    waiting = traced("number: link('companies', x)", {"x": 12}, links=never)
    assert (waiting.ending, stages(waiting)) == (
        "the record waits for the one that it links to",
        [("from", None, "it is not there yet")],
    )
    open_one = traced("number: link('companies', x)", {"x": 12})
    assert (open_one.ending, open_one.steps[0].reason) == ("a plan looks the link up", "")


def test_a_link_leads_to_what_the_field_refers_to() -> None:
    schema = Schema("crm", "contacts", (Field("firm", "", FieldType.REFERENCE, reference="firms"),))
    asked: list[str | None] = []

    def links(object_name: str, source_id: str, to: str | None) -> str:
        asked.append(to)
        return "9"

    mapping = mapping_of("firm: link('companies', x)").compile(schema=schema, links=links)
    (trace,) = explain_row(mapping, "firm", {"x": 1}).rows
    assert (trace.result.value, set(asked)) == (9, {"firms"})


class TestEach:
    HEAD = HEAD.replace("guests}", "guests, each: {items: rooms, id: n}}")

    def explained(self, record: Record) -> RecordTrace:
        return explain_row(compiled("text: concat($.name, '/', room)", head=self.HEAD), "text", record)

    def test_each_element_has_a_trace_of_its_own(self) -> None:
        trace = self.explained({"name": "Ana", "rooms": [{"n": 1, "room": "x"}, {"n": 2, "room": 5}]})
        assert [(row.element, row.result.value) for row in trace.rows] == [("#1", "Ana/x"), ("#2", "Ana/5")]

    def test_many_are_counted(self) -> None:
        trace = self.explained({"rooms": [{"n": number} for number in range(MAX_ROWS + 7)]})
        assert (len(trace.rows), trace.more) == (MAX_ROWS, 7)

    def test_no_elements_say_why(self) -> None:
        trace = self.explained({"romms": []})
        assert trace.ending == "each gives no elements"
        assert trace.each is not None
        assert trace.each.note == 'the record has no field rooms; did you mean "romms"?'

    def test_what_is_wrong_with_the_elements_rejects(self) -> None:
        trace = self.explained({"rooms": [{"n": 1}, {"n": 1}]})
        assert trace.ending == "the record is rejected"
        assert [reason.row for reason in trace.reasons] == ["each"]


class TestWhere:
    HEAD = HEAD.replace("guests}", "guests, where: lower(email)}")

    def test_a_record_left_out_says_why(self) -> None:
        trace = explain_row(compiled("text: x", head=self.HEAD), "text", {"email": None, "x": "a"})
        assert (trace.rows, trace.ending) == ((), "where leaves the record out")
        assert trace.where is not None
        assert trace.where.parts[0].note == "the field is null"

    def test_a_failing_where_rejects(self) -> None:
        trace = explain_row(compiled("text: x", head=self.HEAD), "text", {"email": 5})
        assert trace.ending == "the record is rejected"
        assert trace.where is not None
        assert trace.where.outcome is Outcome.FAILED


def test_an_edit_that_is_not_kept_is_explained_as_well() -> None:
    mapping = compiled("text: x")
    (trace,) = explain_row(mapping, mapping.try_expression("text", "upper(x)"), {"x": "a"}).rows
    assert trace.result.value == "A"


def test_it_is_said_as_data() -> None:
    trace = explain_row(compiled("stage: {from: x, values: stages}"), "stage", {"x": 5})
    data = trace.to_json()["rows"][0]
    assert [step["stage"] for step in data["steps"]] == ["cast", "values", "from"], "from the result back"
    assert data["steps"][1]["lookups"] == [{"key": "5", "found": True}]
    assert data["expression"]["text"] == "x"
    assert dumps(data)


ROWS = st.sampled_from(
    [
        "{from: x}",
        "{from: lower(x)}",
        "{from: x, values: stages}",
        "{from: x, values: stages, default: five}",
        "{from: x, default: five, on_null: error}",
        "{from: x, default: 7, blank: keep}",
        "{from: x, on_null: clear, on_error: skip}",
        "{from: x, values: stages, on_null: error, draft: true}",
        "{from: 'x[]'}",
        "{from: \"link('a', x)\"}",
        "{constant: 7}",
        "{binding: won}",
        "{question: why?}",
    ]
)
VALUES: st.SearchStrategy[JsonValue] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.sampled_from([5.0, "", " ", "5", "five", "confirmed", "none", "blank", "a text of some length", "2026-01-01"]),
    st.lists(st.sampled_from(["confirmed", "none", None, 5, "five", " "]), max_size=3),
    st.just({"a": 1}),
)


@given(st.sampled_from([item.name for item in SCHEMA.fields]), ROWS, VALUES, st.booleans())
def test_explaining_gives_what_evaluating_gives(field: str, row: str, given_value: JsonValue, cast: bool) -> None:
    mapping = mapping_of(f"{field}: {row}", rest=TABLES).compile(schema=SCHEMA if cast else None)
    record: Record = {"x": given_value}
    (trace,) = explain_row(mapping, field, record).rows
    (result,) = mapping.evaluate_row(field, record)
    assert (trace.result.state, trace.result.reason) == (result.state, result.reason)
    assert dumps([trace.result.value, trace.result.raw]) == dumps([result.value, result.raw])
    failing = [step for step in trace.steps if step.reason]
    assert [step.reason for step in failing] == ([result.reason.reason] if result.reason is not None else [])
    if trace.steps and result.reason is None:
        assert trace.steps[-1].value == result.value, "the last stage gives the result"


def test_the_row_is_not_changed_by_being_watched() -> None:
    mapping = compiled("stage: {from: x, values: stages}")
    before = mapping.row("stage")
    explain_row(mapping, "stage", {"x": 5})
    assert mapping.row("stage") is before
    assert type(before) is CompiledRow
    assert before.evaluate({"x": 5}, Environment()).value == "five"
