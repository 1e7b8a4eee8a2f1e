"""Hostile expressions end in an error, soon and without filling the memory."""

from __future__ import annotations

import tracemalloc

import pytest

from mapstudio import compile_expression, search
from mapstudio.expressions import Engine, Environment, EvaluationError, ExpressionSyntaxError
from mapstudio.model import JsonValue

TOO_MUCH = "too much (work|text) on this record"


@pytest.mark.parametrize(
    "text",
    [
        "!" * 5000 + "a",
        "(" * 10_000,
        "(" * 4000,
        "!" * 4000 + "a",
        "[" * 4000,
        "{a:" * 1300,
        "[?" * 2000,
        "lower(" * 600,
        "a.[" * 1300,
        "a" + "[]" * 2000,
        "a" + "[*]" * 1300,
        "a" + "==a" * 1300,
        "a" + "[:1]" * 900,
        "&" * 4000,
        "`" + "[" * 2000 + "]" * 2000 + "`",
        "`" + "[" * 2000,
        "a" * 4097,
        "map(&" * 700,
    ],
)
def test_too_long_or_too_deep(text: str) -> None:
    with pytest.raises(ExpressionSyntaxError):
        compile_expression(text)


def test_sixty_levels_are_allowed() -> None:
    assert search("(" * 60 + "a" + ")" * 60, {"a": 1}) == 1
    with pytest.raises(ExpressionSyntaxError, match="more than 60 levels"):
        compile_expression("(" * 61 + "a" + ")" * 61)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("@" + " | join('',[@,@])" * 26, "aaaa"),
        ("@" + "|concat(@,@)" * 40, "aaaa"),
        ("@" + "|replace(@,'','aaaaaaaaaaaaaaaaaaaa')" * 40, "a"),
        ("@" + "|[@,@]" * 60, "aaaa"),
        ("@" + "|{a:@,b:@}" * 60, "aaaa"),
        ("@" + "|[@,@][]" * 60, ["a"]),
        ("@" + "|[@,@]" * 40 + "|to_string(@)", "a"),
        ("[@" + "|[@,@]" * 40 + ",@" + "|[@,@]" * 40 + "]|@[0]==@[1]", "a"),
    ],
)
def test_evaluation_has_a_budget(text: str, data: JsonValue) -> None:
    expression = compile_expression(text)
    tracemalloc.start()
    try:
        with pytest.raises(EvaluationError, match=TOO_MUCH):
            expression.search(data)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


def test_ordinary_work_is_within_the_budget() -> None:
    lines: list[JsonValue] = [{"qty": number % 7, "price": number} for number in range(2000)]
    expression = compile_expression("sort_by(lines[?qty > `2`], &price)[].{q: qty, p: to_string(price)} | length(@)")
    assert expression.search({"lines": lines}) == 1142


def test_deep_data_never_end_in_a_recursion() -> None:
    deep: JsonValue = 1
    other: JsonValue = 2
    for _ in range(100_000):
        deep, other = [deep], [other]
    assert search("@[0] == @[1]", [deep, other]) is False
    with pytest.raises(EvaluationError, match="nested too deep"):
        search("to_string(@)", deep)


@pytest.mark.parametrize("operator", ["||", "&&", "|"])
def test_a_chain_of_a_thousand_operands_is_no_nesting(operator: str) -> None:
    operand = "@" if operator == "|" else "a"
    text = operator.join([operand] * 1_000)
    expression = compile_expression(text)
    assert expression.program is not None
    assert expression.search({"a": 1}) == ({"a": 1} if operator == "|" else 1)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused_by_both_engines(number: float) -> None:
    for engine in Engine:
        with pytest.raises(EvaluationError, match="no finite number"):
            compile_expression("a").search({"a": number}, Environment(engine=engine))
