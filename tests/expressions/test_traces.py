"""Why an expression gives what it gives: traces as they were read and approved, and that they never differ from it.

The files in ``traces`` hold a record and expressions with the trace of each, as ``mapstudio eval --trace`` prints it.
``UPDATE_GOLDENS=1`` writes the present traces there, to be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapstudio.cli.trace_view import laid_out, trace_lines
from mapstudio.expressions import (
    Engine,
    Environment,
    EvaluationError,
    ExpressionSyntaxError,
    Outcome,
    Trace,
    UnresolvedLinkError,
    ValueTable,
    compile_expression,
    explain,
)
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.model import JsonValue, exact_json
from tests.expressions.test_properties import BASES, DOCUMENTS, OURS

FILES = sorted(Path(__file__).with_name("traces").glob("*.txt"))
ENVIRONMENT = Environment(
    tables={"stages": ValueTable({"checked_out": "customer", "confirmed": "opportunity"})},
    today=lambda: date(2026, 11, 20),
)
WIDTH = 140


def _record(path: Path) -> JsonValue:
    return exact_json.loads(path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("given "))


def _cases(path: Path) -> list[tuple[str, str]]:
    blocks = path.read_text(encoding="utf-8").rstrip("\n").split("\n\n> ")[1:]
    return [(text, lines) for text, _, lines in (block.partition("\n") for block in blocks)]


def _drawn(text: str, record: JsonValue) -> str:
    return "\n".join(laid_out(list(trace_lines(explain(text, record, ENVIRONMENT))), WIDTH))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_traces_are_as_they_were_approved(path: Path) -> None:
    record = _record(path)
    drawn = [(text, _drawn(text, record)) for text, _ in _cases(path)]
    if os.environ.get("UPDATE_GOLDENS"):
        head = path.read_text(encoding="utf-8").partition("\n")[0]
        path.write_text(f"{head}\n" + "".join(f"\n> {text}\n{lines}\n" for text, lines in drawn), encoding="utf-8")
    assert drawn == _cases(path)


def test_there_are_traces_of_everything() -> None:
    assert sum(len(_cases(path)) for path in FILES) >= 60


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_each_part_gives_what_it_gives_alone(path: Path) -> None:
    """A part that reads the whole record, and no variable, is an expression of its own."""
    record = _record(path)
    for text, _ in _cases(path):
        for part in _outside_of_lists(explain(text, record, ENVIRONMENT)):
            if part.has_value and part.text and "$" not in part.text and "|" not in part.text:
                assert compile_expression(part.text).search(record, ENVIRONMENT) == part.value


def _outside_of_lists(trace: Trace) -> Iterator[Trace]:
    yield trace
    for part in trace.parts:
        # Behind a pipe, in an element and behind a dot, @ is something else.
        if not (part.label or part.element or ".{" in trace.text or ".[" in trace.text):
            yield from _outside_of_lists(part)


def _superset(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, inner, inner).map(lambda it: f"({it[0]}) ? ({it[1]}) : ({it[2]})"),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(
            lambda it: f"({it[0]}) {it[1]} ({it[2]})"
        ),
        pairs.map(lambda it: f"let $x = {it[0]} in [$x, {it[1]}]"),
        inner.map(lambda text: f"a[?{text}].{{x: b, y: $.c}}"),
        inner.map(lambda text: f"-({text})"),
        inner.map(lambda text: f"coalesce({text}, a.b, 'x')"),
        inner.map(lambda text: f"sort_by(to_array({text}), &to_string(@))"),
    )


EXPRESSIONS = st.one_of(OURS, st.recursive(BASES, _superset, max_leaves=5), _superset(OURS))


@settings(max_examples=300)
@given(EXPRESSIONS, DOCUMENTS, st.sampled_from(Engine))
def test_a_trace_ends_in_what_evaluation_gives(text: str, document: JsonValue, engine: Engine) -> None:
    try:
        expression = compile_expression(text)
    except ExpressionSyntaxError:
        return
    environment = Environment(today=ENVIRONMENT.today, engine=engine)
    before = exact_json.dumps(document)
    trace = explain(expression, document, environment)
    assert exact_json.dumps(document) == before
    try:
        found = expression.search(document, environment)
    except EvaluationError as error:
        assert (trace.reason, trace.has_value) == (error.reason, False)
        assert any(part.outcome in {Outcome.FAILED, Outcome.OPEN} for part in _all(trace)), "somebody is at fault"
    else:
        assert exact_json.dumps(trace.value) == exact_json.dumps(found)
        assert trace.has_value
        assert not trace.reason
    for part in _all(trace):
        assert part.text == text[part.start : part.end]
    assert exact_json.dumps(trace.to_json())


def _all(trace: Trace) -> Iterator[Trace]:
    yield trace
    for part in trace.parts:
        yield from _all(part)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_trace_keeps_to_the_columns_of_the_terminal(path: Path, width: int) -> None:
    record = _record(path)
    for text, _ in _cases(path):
        lines = laid_out(list(trace_lines(explain(text, record, ENVIRONMENT))), width)
        assert max(map(len, lines)) <= width


def test_hostile_names_and_values_do_not_act_on_a_terminal() -> None:
    evil = "\x1b[31m\u202e\n"
    lines = laid_out(list(trace_lines(explain("*.a | [0]", {evil: {"a": evil}, "b": {evil: 1}}))), 120)
    assert not set("\x1b\u202e\n") & set("".join(lines))
    assert any("left out" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("@" + "|[@,@]" * 60, "a"),
        ("@" + "| join('',[@,@])" * 26, "a"),
        ("!" * 58 + "a", {}),
        ("a" + " == a" * 140, {}),
        ("a" + "[]" * 70, {"a": [1]}),
        ("[*][*][*] | [] | [] | sum(@)", [[[1] * 60] * 60] * 60),
        ("&&".join(["a[].b[].c"] * 8), {"a": [{"b": [{"c": 1}] * 20}] * 1500}),
    ],
)
def test_a_hostile_expression_has_a_small_trace(text: str, record: JsonValue) -> None:
    trace = explain(text, record)
    assert len(exact_json.dumps(trace.to_json())) < 2_000_000
    assert sum(1 for _ in _all(trace)) < 5000
    try:
        assert trace.value == compile_expression(text).search(record)
    except EvaluationError as error:
        assert trace.reason == error.reason


def test_the_element_that_fails_is_shown_wherever_it_stands() -> None:
    rows: list[JsonValue] = [{"v": "x"} for _ in range(900)]
    trace = explain("rows[].lower(v)", {"rows": [*rows, {"v": 5}, *rows]})
    failed = [part for part in _all(trace) if part.outcome is Outcome.FAILED]
    assert [(part.label, part.text, part.fault) for part in failed] == [("[900]", "lower(v)", 5)]


def test_the_whole_record_is_that_of_the_mapping() -> None:
    trace = explain("[$.id, id]", {"id": 2}, whole={"id": 1})
    assert [part.value for part in trace.parts] == [1, 2]


def test_an_open_link_is_no_failure_of_its_own() -> None:
    trace = explain("upper(name) || link('companies', company)", {"company": 12})
    assert [part.outcome for part in _all(trace)] == ["stopped", "value", "value", "open", "value"]
    with pytest.raises(UnresolvedLinkError) as caught:
        compile_expression("link('companies', company)").search({"company": 12})
    assert trace.reason == caught.value.reason


@pytest.mark.parametrize(
    ("text", "part", "names"),
    [
        ("lower(guest.phone)", "lower(guest.phone)", {"lower", "guest", "phone"}),
        ("let $p = phone in [$p]", "$p", {"phone"}),
        ("phone | [0:3]", "[0:3]", {"phone"}),
        ("phones[?@ != 'x']", "", {"phones"}),
        ("map(&trim(@), phones)", "trim(@)", {"trim", "phones"}),
        ("lines[].price", "price", {"price"}),
    ],
)
def test_a_part_knows_the_fields_that_it_comes_from(text: str, part: str, names: set[str]) -> None:
    record: JsonValue = {"phone": "123", "phones": ["1"], "lines": [{"price": 1}], "guest": {"phone": "1"}}
    found = [item for item in _all(explain(text, record)) if item.text == part]
    assert found
    assert set(found[-1].names) == names


def test_every_function_can_be_explained() -> None:
    for function in FUNCTIONS:
        for example in function.examples:
            tables = {name: ValueTable(entries) for name, entries in (example.tables or {}).items()}
            trace = explain(example.expression, example.given, Environment(tables=tables))
            assert trace.reason == example.error
            if not example.error:
                assert exact_json.dumps(trace.value) == exact_json.dumps(example.result)
