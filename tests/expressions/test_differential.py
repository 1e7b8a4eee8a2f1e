"""Random expressions on random documents: the generated code against the jmespath package, and against the interpreter.

``MAPSTUDIO_CASES=50000 python -m pytest tests/expressions/test_differential.py tests/mapping/test_differential.py``
tries so many cases, new ones each time.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, note

from mapstudio import compile_expression
from mapstudio.expressions import EvaluationError, ExpressionSyntaxError
from mapstudio.expressions.environment import Engine
from mapstudio.model import JsonValue
from tests.expressions.engines import Outcome, environment, of_program, outcome, own_copy, spoil
from tests.expressions.generating.calls import STANDARD_FUNCTIONS, SUPERSET_FUNCTIONS
from tests.expressions.generating.cases import Tally, cases
from tests.expressions.generating.dice import Dice, dice
from tests.expressions.generating.documents import Documents
from tests.expressions.generating.expressions import Expressions
from tests.expressions.package import DIFFERENCES, Result, evaluate, evaluate_declared, near


def compare_with_package(text: str, document: JsonValue, tally: Tally) -> None:
    """Hold an expression of plain JMESPath to what the package gives."""
    tally["cases"] += 1
    expression = compile_expression(text)
    tally["programs"] += expression.program is not None
    try:
        ours = Result(expression.search(document))
    except EvaluationError:
        ours = Result(failed=True)
    tally["errors"] += ours.failed
    tally["nulls"] += ours.value is None and not ours.failed
    theirs = evaluate(text, document)
    if ours.failed is theirs.failed and near(ours.value, theirs.value):
        tally["as the package"] += 1
        return
    declared, fired = evaluate_declared(text, document)
    assert fired <= DIFFERENCES
    tally.update(fired)
    assert fired, f"{text} on {document!r}: {ours} instead of {theirs}, and no declared difference has an effect"
    same = ours.failed is declared.failed and near(ours.value, declared.value)
    assert same, f"{text} on {document!r}: {ours} instead of {declared}, with {', '.join(sorted(fired))}"


def test_plain_expressions_give_what_the_package_gives() -> None:
    tally = Tally()

    @cases(percent=35)
    @given(dice())
    def compare(chosen: Dice) -> None:
        document = Documents(chosen, decimals=False).document()
        text = Expressions(chosen, document, superset=False, functions=STANDARD_FUNCTIONS).expression()
        note(f"{text} on {document!r}")
        compare_with_package(text, document, tally)

    compare()
    assert tally.share("as the package") > 0.95, tally
    assert tally.share("programs") > 0.99, tally
    # Else there would be little to compare.
    assert tally.share("nulls") < 0.3, tally
    assert tally.share("errors") < 0.2, tally


@pytest.mark.parametrize(
    ("text", "document", "difference"),
    [
        ("[`1`] == [`true`]", {}, "types are compared first"),
        ("contains(a, `1`)", {"a": [True]}, "types are compared first"),
        ("'a' < `1`", {}, "two values without an order are null"),
        ("contains('abc', `1`)", {}, "a text contains texts only"),
        ("a[:2]", {"a": "abc"}, "texts can be sliced"),
        ("a[0][:1].b", {"a": [[{"b": 1}]]}, "a slice is a projection wherever it stands"),
        ("to_number(' 5 ')", {}, "to_number reads JSON's numbers"),
        ("to_string(a)", {"a": ["é"]}, "to_string writes JSON"),
        ("sum(a) == `0.3`", {"a": [0.1, 0.2]}, "sum and avg are exact"),
        ("a == `100000000000000000000000`", {"a": 1e23}, "a number is its decimal value"),
        ("merge(a, `[]`)", {"a": {"b": 1}}, "every argument of merge is an object"),
    ],
)
def test_each_declared_difference_is_seen(text: str, document: JsonValue, difference: str) -> None:
    tally = Tally()
    compare_with_package(text, document, tally)
    assert tally[difference] == 1
    assert difference in DIFFERENCES


def compare_engines(text: str, document: JsonValue, tally: Tally) -> None:
    """Hold the generated code to the interpreter, without letting it fall back on it."""
    tally["cases"] += 1
    try:
        expression = compile_expression(text)
    except ExpressionSyntaxError:
        # A literal that can only fail.
        tally["refused"] += 1
        return
    before = repr(document)
    expected = outcome(expression, document, Engine.INTERPRETED)
    found = of_program(expression, document)
    tally["programs"] += expression.program is not None
    tally["counted"] += expression.program is not None and expression.program.counted
    tally["ran"] += found is not None
    tally["errors"] += bool(expected.reason)
    tally["left without need"] += expression.program is not None and found is None and not expected.reason
    tally["nulls"] += expected.value is None and not expected.reason
    for engine, ours in (("the code", found), ("both", outcome(expression, document, Engine.COMPILED))):
        same = ours is None or ours.same_as(expected)
        assert same, f"{text} on {document!r}: {engine} gives {ours} instead of {expected}"
    assert repr(document) == before, f"{text} changes the record: {document!r} instead of {before}"
    if found is not None:
        _require_own_literals(text, document, expected)


def _require_own_literals(text: str, document: JsonValue, expected: Outcome) -> None:
    """Whoever changes a result must not change the expression."""
    expression = compile_expression(text)
    spoil(expression.search(own_copy(document), environment(Engine.COMPILED)))
    again = of_program(expression, document)
    assert again is not None
    assert again.same_as(expected), f"{text} on {document!r}: a changed result changes the next one to {again}"


def test_generated_code_gives_what_the_interpreter_gives() -> None:
    tally = Tally()

    @cases(percent=40)
    @given(dice())
    def compare(chosen: Dice) -> None:
        document = Documents(chosen, decimals=True).document()
        text = Expressions(chosen, document, superset=True, functions=SUPERSET_FUNCTIONS).expression()
        note(f"{text} on {document!r}")
        compare_engines(text, document, tally)

    compare()
    assert tally.share("refused") < 0.01, tally
    assert tally.share("programs") > 0.98, tally
    # The code itself gave the value, but for errors.
    assert tally["ran"] + tally["errors"] > 0.97 * tally["cases"], tally
    assert tally.share("left without need") < 0.002, tally
    assert tally.share("errors") < 0.3, tally
    assert tally.share("nulls") < 0.25, tally


@pytest.mark.parametrize(
    ("text", "document"),
    [
        pytest.param("a / `3`", {"a": Decimal("1E+399")}, id="a quotient beyond floats"),
        pytest.param("a / `3`", {"a": Decimal("1." + "0" * 20)}, id="a quotient by value, not by digits"),
        pytest.param("a / `7`", {"a": Decimal("1E-390")}, id="a quotient smaller than floats"),
        pytest.param("max_by(a, &b).c", {"a": [{"b": 1, "c": 1}, {"b": Decimal("1.0"), "c": 2}]}, id="first of equals"),
        pytest.param("to_string([a])", {"a": Decimal("12345678901234567890.120")}, id="digits of a decimal"),
    ],
)
def test_what_random_expressions_found(text: str, document: JsonValue) -> None:
    compare_engines(text, document, Tally())


@pytest.mark.parametrize("write", [Decimal, float])
def test_a_number_has_one_text_however_it_is_written(write: Callable[[str], JsonValue]) -> None:
    expression = compile_expression("to_string([@, @])")
    assert expression.search(write("19.90")) == "[19.9,19.9]"
    assert expression.search(write("1E+2")) == "[100.0,100.0]"
    assert compile_expression("to_string(@ / `3`)").search(write("1.0000")) == "0.3333333333333333"
