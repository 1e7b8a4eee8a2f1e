"""What plain JMESPath could not run: held against the jmespath package itself."""

from __future__ import annotations

import jmespath
import pytest
from hypothesis import HealthCheck, given, settings
from jmespath.exceptions import JMESPathError, UnknownFunctionError

from mapstudio.expressions import ExpressionSyntaxError, compile_expression
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.portability import STANDARD, unportable
from tests.expressions.test_inference import EXPRESSIONS, RANDOM
from tests.expressions.test_properties import STANDARD as STANDARD_EXPRESSIONS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lines[?a > `1`].b | [0]", []),
        ("sort_by(lines, &a)[-1].{x: a, y: length(b)}", []),
        ("*.a", []),
        ("a[-1]", []),
        ("title_case(a)", [(0, "the function title_case")]),
        ("not_null(lookup('t', a), upper(b))", [(9, "the function lookup"), (25, "the function upper")]),
        ("a + b * c", [(2, "arithmetic with +"), (6, "arithmetic with *")]),
        ("a // b", [(2, "arithmetic with //")]),
        ("-a", [(0, "arithmetic with -")]),
        ("a ? b : c", [(2, "the choice ? :")]),
        ("lines[].[a, $.b]", [(12, "the whole record $")]),
        ("let $x = a in $x", [(0, "variables (let ... in)")]),
        ("let", []),
    ],
)
def test_what_is_not_portable_is_told_where_it_stands(text: str, found: list[tuple[int, str]]) -> None:
    assert [(item.position, item.what) for item in unportable(text)] == found


def test_the_standard_functions_are_all_here() -> None:
    assert set(FUNCTIONS.names) >= STANDARD


def _runs_plainly(text: str) -> bool:
    """Return whether the package can run an expression, whatever it gives."""
    try:
        jmespath.compile(text)
        jmespath.search(text, {})
    except (UnknownFunctionError, jmespath.exceptions.ParseError, jmespath.exceptions.LexerError):
        return False
    except (JMESPathError, TypeError, AttributeError):
        return True
    return True


@pytest.mark.parametrize("text", sorted(EXPRESSIONS))
def test_what_is_told_is_what_the_package_refuses(text: str) -> None:
    functions = compile_expression(text).functions
    if functions <= STANDARD:
        assert bool(unportable(text)) is not _runs_plainly(text)
    else:
        assert {f"the function {name}" for name in functions - STANDARD} <= {item.what for item in unportable(text)}


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(STANDARD_EXPRESSIONS)
def test_a_standard_expression_is_portable(text: str) -> None:
    try:
        compile_expression(text)
    except ExpressionSyntaxError:
        return
    assert unportable(text) == ()


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(RANDOM)
def test_a_portable_expression_runs_in_the_package(text: str) -> None:
    try:
        portable = not unportable(text)
    except ExpressionSyntaxError:
        return
    if portable:
        assert _runs_plainly(text)
