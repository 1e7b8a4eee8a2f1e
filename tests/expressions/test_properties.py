"""Random expressions on random documents: two kinds of error and no others, and the package's own results."""

from __future__ import annotations

import re

import jmespath
from hypothesis import given, settings
from hypothesis import strategies as st
from jmespath.exceptions import JMESPathError

from mapstudio import search
from mapstudio.expressions import EvaluationError, ExpressionSyntaxError, compile_expression
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.parsing import parse
from mapstudio.expressions.values import equals
from mapstudio.model import JsonValue, exact_json

NAMES = st.sampled_from(["a", "b", "c", '"d e"'])
# Floats of few digits, so that sums of the package are exact as well.
NUMBERS = st.one_of(st.integers(-20, 20), st.integers(-8, 8).map(lambda number: number / 4))
LEAVES = st.one_of(
    st.none(), st.booleans(), NUMBERS, st.sampled_from(["", " ", "a", "b", "Ana", "12", "2024-01-01", "é"])
)
DOCUMENTS: st.SearchStrategy[JsonValue] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(["a", "b", "c", "d e"]), inner, max_size=4)
    ),
    max_leaves=25,
)
STANDARD_1 = [
    "abs",
    "avg",
    "ceil",
    "floor",
    "keys",
    "length",
    "max",
    "min",
    "not_null",
    "reverse",
    "sort",
    "sum",
    "to_array",
    "to_number",
    "to_string",
    "type",
    "values",
]
STANDARD_2 = ["contains", "ends_with", "join", "starts_with"]


def _combined(inner: st.SearchStrategy[str], functions: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, NAMES).map(lambda it: f"{it[0]}.{it[1]}"),
        st.tuples(inner, st.sampled_from(["[]", "[*]", "[0]", "[-1]", "[1:]", "[::-1]", ".*"])).map("".join),
        st.tuples(inner, inner).map(lambda it: f"({it[0]})[?{it[1]}]"),
        st.tuples(inner, st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "&&", "||", "|"]), inner).map(
            lambda it: f"({it[0]}) {it[1]} ({it[2]})"
        ),
        inner.map(lambda it: f"!({it})"),
        st.tuples(inner, inner).map(lambda it: f"[{it[0]}, {it[1]}]"),
        st.tuples(inner, inner).map(lambda it: f"{{a: {it[0]}, b: {it[1]}}}"),
        st.tuples(functions, inner).map(lambda it: f"{it[0]}({it[1]})"),
        st.tuples(st.sampled_from(STANDARD_2), inner, inner).map(lambda it: f"{it[0]}({it[1]}, {it[2]})"),
        st.tuples(st.sampled_from(["sort_by", "max_by", "min_by"]), inner, inner).map(
            lambda it: f"{it[0]}({it[1]}, &{it[2]})"
        ),
        st.tuples(inner, inner).map(lambda it: f"map(&{it[0]}, {it[1]})"),
    )


BASES = st.one_of(
    NAMES,
    st.sampled_from(["@", "*", "'a'", "''", "`1`", "`0.5`", "`null`", "`true`", "`[1, [2]]`", '`{"a": 1}`', "`[]`"]),
)
STANDARD = st.recursive(BASES, lambda inner: _combined(inner, st.sampled_from(STANDARD_1)), max_leaves=6)
OURS = st.recursive(BASES, lambda inner: _combined(inner, st.sampled_from(FUNCTIONS.names)), max_leaves=6)


@settings(max_examples=150)
@given(OURS, DOCUMENTS)
def test_only_our_two_errors_ever_leave(text: str, document: JsonValue) -> None:
    before = exact_json.dumps(document)
    try:
        found = search(text, document)
    except (ExpressionSyntaxError, EvaluationError) as error:
        assert "'" not in type(error).__name__
        assert "NoneType" not in str(error)
    else:
        assert exact_json.dumps(found)
    assert exact_json.dumps(document) == before


@settings(max_examples=150)
@given(STANDARD)
def test_the_tree_is_the_package_s_own(text: str) -> None:
    try:
        ours = parse(text).root
    except ExpressionSyntaxError:
        return
    theirs = jmespath.compile(text).parsed
    # The one declared difference: a slice of an indexed list is a projection.
    if not re.search(r"\]\)*\[", text):
        assert ours == theirs


@settings(max_examples=300)
@given(STANDARD, DOCUMENTS)
def test_results_are_the_package_s_own_where_no_difference_is_declared(text: str, document: JsonValue) -> None:
    try:
        expected = jmespath.search(text, document)
    except (JMESPathError, TypeError, AttributeError):
        return
    try:
        found = search(text, document)
    except (ExpressionSyntaxError, EvaluationError):
        assert _may_differ(text, document)
        return
    if not _may_differ(text, document):
        assert equals(found, expected, lambda: None)


def _may_differ(text: str, document: JsonValue) -> bool:
    """Whether the expression can run into a difference that the reference lists."""
    if any(part in text for part in ("[1:]", "[::-1]", "][", "to_number(", "to_string(")):
        return True
    # Booleans beside numbers, deep inside of what is compared; and texts that are looked for numbers.
    comparing = sum(text.count(part) for part in ("==", "!=", "contains("))
    booleans = sum(text.count(part) for part in ("!", "true", "<", ">", "_with(", "==", "contains("))
    return bool(comparing) and (booleans > 1 or "contains(" in text or _holds_boolean(document))


def _holds_boolean(value: JsonValue) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, bool) or any(map(_holds_boolean, inner))


@given(st.sampled_from(FUNCTIONS.names), st.lists(DOCUMENTS, max_size=4))
def test_no_arguments_break_a_function(name: str, arguments: list[JsonValue]) -> None:
    listed = ", ".join(f"@[{index}]" for index in range(len(arguments)))
    try:
        expression = compile_expression(f"{name}({listed})")
    except ExpressionSyntaxError:
        return
    try:
        expression.search(arguments)
    except EvaluationError as error:
        assert error.reason
        assert not error.reason.endswith(".")
