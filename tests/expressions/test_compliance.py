"""Both compliance suites, and the differences between the package and the specification that we declare."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mapstudio import search
from mapstudio.expressions import EvaluationError, ExpressionSyntaxError
from mapstudio.model import JsonValue, exact_json

# What the Community suite wants otherwise than the official one or the package; docs/reference/expressions.md says why.
CONTRADICTIONS = {
    "jep-12-literal.json": {"`foo`", "`0\x85`", "`0\xa0`", "`0\u1680`", "`0\u2028`", "`0\u3000`"},
    "literal.json": {"'\\\\'"},
    "pipe.json": {"`null`|[@]", "`null`|{foo: @}"},
}


def _cases(folder: Path, suite: str) -> Iterator[tuple[str, dict[str, Any], JsonValue]]:
    for path in sorted((folder / "jmespath" / suite).rglob("*.json")):
        groups: Any = exact_json.loads(path.read_text(encoding="utf-8"))
        for group in groups:
            for case in group["cases"]:
                if "result" in case or "error" in case:
                    yield path.name, case, group["given"]


def _failure(case: dict[str, Any], given: JsonValue) -> str:
    try:
        found = search(case["expression"], given)
    except (ExpressionSyntaxError, EvaluationError) as error:
        return "" if "error" in case else f"failed: {error}"
    if "error" in case:
        return f"gave {found!r} instead of the error {case['error']}"
    same = exact_json.dumps(found) == exact_json.dumps(case["result"]) or found == case["result"]
    return "" if same else f"gave {found!r} instead of {case['result']!r}"


@pytest.mark.reference
@pytest.mark.parametrize(("suite", "least"), [("official", 892), ("community", 1058)])
def test_suite_passes(reference_folder: Path, suite: str, least: int) -> None:
    cases = list(_cases(reference_folder, suite))
    failed = {(name, case["expression"]): failure for name, case, given in cases if (failure := _failure(case, given))}
    declared = {(name, text) for name, texts in CONTRADICTIONS.items() for text in texts if suite == "community"}
    assert len(cases) >= least
    assert {key: failure for key, failure in failed.items() if key not in declared} == {}
    assert declared <= failed.keys(), "a contradiction that is none any more"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("`[1]` == `[true]`", False),
        ("`[1]` != `[true]`", True),
        ('`{"a": [0]}` == `{"a": [false]}`', False),
        ('`{"a": 1}` == `{"a": 1.0}`', True),
        ("`1` == `true`", False),
        ("contains(`[true]`, `1`)", False),
        ("contains('abc', `1`)", False),
        ("'a' < `1`", None),
        ("`1` >= 'a'", None),
        ("`true` < `false`", None),
        ("'2024-01-01' < '2024-02-01'", True),
        ("'abc'[:1]", "a"),
        ("'abc'[::-1]", "cba"),
        ("to_number('1_000')", None),
        ("to_number(' 5 ')", None),
        ("to_number('nan')", None),
        ("to_number('+5')", None),
        ("to_number('01')", None),
        ("to_string(['é'])", '["é"]'),
        ("!`0`", False),
    ],
)
def test_specification_decides(expression: str, expected: JsonValue) -> None:
    found = search(expression, {})
    assert found == expected
    assert type(found) is type(expected)


def test_slice_of_an_indexed_list_is_a_projection() -> None:
    assert search("a[0][:2].b", {"a": [[{"b": 1}, {"b": 2}, {"b": 3}]]}) == [1, 2]


@pytest.mark.parametrize(
    "expression",
    [
        "length(a b)",
        "length(a,)",
        "{a: b c: d}",
        "[:1 2]",
        "(length)(a)",
        "&a",
        "[&a]",
        "`NaN`",
        '`{"a":1,"a":2}`',
        "merge()",
    ],
)
def test_grammar_is_stricter_than_the_package(expression: str) -> None:
    with pytest.raises(ExpressionSyntaxError):
        search(expression, {})


def test_operators_of_many_operands_are_no_nesting() -> None:
    expression = " || ".join(f"a{number}" for number in range(200))
    assert search(expression, {"a199": "last"}) == "last"
    assert search(expression.replace("||", "&&"), {"a0": 0}) is None


def test_result_does_not_share_literals_with_the_expression() -> None:
    first = search("`[1]`", {})
    assert isinstance(first, list)
    first.append(2)
    assert search("`[1]`", {}) == [1]
