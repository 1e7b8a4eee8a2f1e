"""Whatever a stranger's mapping holds, either engine ends soon, with a value or a reason, in little memory."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, note, settings

from mapstudio import compile_expression
from mapstudio.expressions import EvaluationError, ExpressionSyntaxError
from mapstudio.expressions.environment import Engine
from mapstudio.mapping.definition import Destination, Mapping, Row, Source
from mapstudio.mapping.program import BatchTransformer
from mapstudio.model import JsonValue
from tests.effort import no_blow_up
from tests.expressions.engines import environment
from tests.expressions.generating.dice import Dice, dice

BYTES = 50_000_000
TOO_MUCH = "too much (work|text) on this record"
ENGINES = pytest.mark.parametrize("engine", list(Engine))

GROWING = (
    *("[@,@]", "{a: @, b: @}", "[@,@][]", "[$,@,$]", "[@[::-1],@]", "[@,@][*].[@,@]", "to_array(@)[].[@,@][]"),
    *("join('',[@,@])", "concat(@,@)", "to_string([@,@])", "join('aaaa', map(&to_string(@), to_array(@)))"),
    *("(let $x = @ in [$x,$x])", "(let $x = @, $y = $ in {a: $x, b: [$y,$x]})", "(@ == @ ? [@,@] : @)", "[@ == $, @]"),
    *("map(&[@,@], to_array(@))", "map(&map(&[@,@], [@,@]), to_array(@))", "zip(to_array(@), to_array(@))"),
    *("items({a: @, b: @})", "merge({a: @}, {b: @})", "values({a: @, b: @})", "from_items([['a',@],['b',@]])"),
    *("group_by(to_array(@), &to_string(@))", "unique([@,@])", "sort_by([@,@], &to_string(@))", "reverse([@,@])"),
    *("replace(to_string(@), 'a', 'aaaaaaaa')", "replace(to_string(@), '', 'aaaaaaaa')", "split(to_string(@), '')"),
    *("regex_replace(to_string(@), 'a', 'aaaaaaaa')", "regex_replace(to_string(@), '', 'aa')"),
    *("regex_match(to_string(@), '(a*)*b')", "regex_find(to_string(@), '(.*)(.*)(.*)(.*)b')"),
    *("pad_left(to_string(@), `1000000000`)", "pad_right(to_string(@), `3000000`, 'é')", "title_case(to_string(@))"),
    *("slug(to_string(@))", "strip_html(to_string(@))", "upper(to_string(@))", "join_text('xxxxxxxx', to_array(@))"),
    *("format('{}{}{}{}', @, @, @, @)", "to_array(@)[?@ == @]", "contains([@,@], @)", "min_by([@,@], &to_string(@))"),
    *("@ * @", "@ * `9e399`", "multiply(@, @)", "sum([@,@])", "truncate(to_string(@), `5000000`)"),
)
DOCUMENTS: tuple[JsonValue, ...] = (
    "aaaa",
    "a" * 2000,
    7,
    ["a"] * 200,
    {"a": "aaaa", "l": [{"x": number} for number in range(100)]},
    "x<b>a</b>&amp;" * 100,
)


def evaluate(text: str, document: JsonValue, engine: Engine) -> str:
    """Return the reason, empty where there is a value."""
    try:
        compile_expression(text).search(document, environment(engine))
    except (ExpressionSyntaxError, EvaluationError) as error:
        return str(error)
    return ""


def require_soon(text: str, document: JsonValue, engine: Engine) -> str:
    with no_blow_up():
        reason = evaluate(text, document, engine)
    tracemalloc.start()
    try:
        evaluate(text, document, engine)
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()
    return reason


@ENGINES
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("@" + " | join('',[@,@])" * 26, "too much text"),
        ("!" * 5000 + "a", "characters, 4096 are allowed"),
        ("!" * 4000 + "a", "nested"),
        ("(" * 10_000, "characters, 4096 are allowed"),
        ("(" * 4000, "nested"),
        ("@" + "|{a:@,b:@}" * 60 + "|to_string(@)", "too much work"),
        ("@" + "|[let $x = @ in [$x,$x]][0]" * 60, "too much work"),
        ("@" + "|map(&[@,@],[@,@])" * 60, "too much work"),
        ("@" + "|zip([@,@],[@,@])" * 60, "too much work"),
        ("@" + "|items({a:@,b:@})" * 60, "too much work"),
        ("@" + "|unique([[@,@],@])" * 60, "too much work"),
        ("[@" + "|[@,@]" * 40 + ",@" + "|[@,@]" * 40 + "]|@[0]==@[1]", "too much work"),
        ("pad_left('', `1000000000`)", "too much text"),
        ("@" + "|replace(@,'','aaaaaaaaaaaaaaaaaaaa')" * 40, "too much text"),
        ("@" + "|regex_replace(@,'a','aaaaaaaaaaaaaaaaaaaa')" * 40, "too much work"),
        ("@" + "|to_string([@])" * 60, "too much text"),
        ("`9e399`" + " * `9e399`" * 60, "out of range"),
        ("pad_left('a', `3000000`, 'a') | regex_match(@, '(a|aa|aaa)*(a|aa|aaa)*(a|aa|aaa)*b')", "too much work"),
        ("pad_left('a', `1000000`, 'a') | title_case(@)", "too much work"),
        (f"{{{', '.join(f'k{number}: @' for number in range(200))}}}" + " | [*, *] | [*, *]" * 6, ""),
    ],
)
def test_hostile_expressions_end_soon(text: str, reason: str, engine: Engine) -> None:
    found = require_soon(text, "aaaa", engine)
    assert reason in found
    assert bool(reason) is bool(found)


@settings(max_examples=15, derandomize=True, deadline=None)
@given(dice())
def test_random_chains_of_what_grows_end_soon(chosen: Dice) -> None:
    few = [chosen.pick(GROWING) for _ in range(chosen.number(1, 3))]
    chain = "".join(f" | {chosen.pick(few)}" for _ in range(chosen.number(3, 70)))
    text = chosen.weighed(
        [
            (6, f"@{chain}"),
            (2, f"[@{chain}, @{chain}] | @[0] == @[1]"),
            (1, f"l[*].[@{chain}]"),
            (1, f"to_string(@{chain})"),
        ]
    )
    document = chosen.pick(DOCUMENTS)
    note(f"{text} on {str(document)[:60]}")
    assert require_soon(text, document, Engine.COMPILED) == evaluate(text, document, Engine.INTERPRETED)


def test_every_growing_step_is_valid() -> None:
    for text in GROWING:
        compile_expression(f"@ | {text}")


def test_each_record_of_a_batch_has_no_more_than_its_own_budget() -> None:
    texts = ["@" + " | join('', [to_string(@), to_string(@)])" * 30, "pad_left('', `7900000`)", "a"]
    rows = tuple(Row(f"f{index}", from_=text, skip_errors=index < 2) for index, text in enumerate(texts))
    mapping = Mapping("m.yaml", "m", Source("a", "b"), Destination("c", "d"), rows=rows)
    lines = [b'{"a": 1}'] * 20
    tracemalloc.start()
    try:
        found = BatchTransformer(mapping.compile()).run(lines)
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()
    assert (found.written, found.rejects) == (20, [])


@ENGINES
def test_long_lists_that_differ_at_their_beginning_are_compared_soon(engine: Engine) -> None:
    lists: list[JsonValue] = [[number, *range(5000)] for number in range(300)]
    with no_blow_up():
        found = compile_expression("[?contains($, [@[0], `-1`])] | length(@)").search(lists, environment(engine))
    assert found == 0
