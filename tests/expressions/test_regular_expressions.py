"""regex_match, regex_find, regex_replace: what patterns mean, and that none of them can hang a run."""

from __future__ import annotations

import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import compile_expression, search
from mapstudio.expressions import EvaluationError, ExpressionSyntaxError
from mapstudio.model import JsonValue
from tests.effort import no_blow_up


@pytest.mark.parametrize(
    ("expression", "text", "expected"),
    [
        (r"regex_match(@, '^\w+$')", "Ñandú", True),
        (r"regex_match(@, '^[\w ]+$')", "José Ibáñez", True),
        (r"regex_match(@, '\W')", "Ibáñez", False),
        (r"regex_match(@, '^\S+\s\S+$')", "a\u00a0b", True),
        (r"regex_match(@, '^\d$')", "٣", False),
        (r"regex_match(@, '[[:alpha:]\]]$')", "]", True),
        (r"regex_match(@, '\Q[\w]\E')", r"x[\w]", True),
        (r"regex_match(@, '[]a]')", "]", True),
        ("regex_match(@, 'a$')", "a\n", False),
        (r"regex_match(@, '(?i)ñ')", "Ñ", True),
        ("regex_match(@, 'x')", None, None),
        (r"regex_find(@, '(?<code>[A-Z]+)(\d)?', 'code')", "n° AB", "AB"),
        (r"regex_find(@, '([A-Z]+)(\d)?', `2`)", "n° AB", None),
        (r"regex_find(@, 'ü.', `0.0`)", "für dich", "ür"),
        (r"regex_replace(@, '(?P<first>\w+) (\w+)', '${2}, ${first}${0}$$1')", "Ana Ruiz", "Ruiz, AnaAna Ruiz$1"),
        ("regex_replace(@, 'a*', '-')", "baac", "-b--c-"),
        (r"regex_replace(@, '[^\w\s-]', '')", "¡Ñoño – él!", "Ñoño  él"),
        ("regex_replace(@, 'x(y)?', '[$1]')", "x-xy", "[]-[y]"),
    ],
)
def test_patterns(expression: str, text: str | None, expected: JsonValue) -> None:
    assert search(expression, text) == expected


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("regex_match(a, '(')", 'the pattern "(": missing ): ('),
        ("regex_match(a, '(?<=a)b')", "looking behind or ahead is not supported"),
        ("regex_match(a, '(?!a)b')", "looking behind or ahead is not supported"),
        (r"regex_match(a, '(a)\1')", "what a group matched before cannot be asked for again"),
        (r"regex_match(a, 'a\Z')", r"write \z for the end of the text"),
        (r"regex_match(a, '[^\W]')", r"\W cannot stand inside [ ]: write [^ ] with \w in it"),
        ("regex_match(a, 'a{2000}')", "at most 1000 times"),
        ("regex_match(a, '" + "a" * 1001 + "')", "the pattern has 1001 characters, 1000 are allowed"),
        ("regex_find(a, 'a', `1`)", "there is no group 1: the pattern has no groups"),
        ("regex_find(a, '(a)', 'b')", "there is no group b: the pattern has 1 group: put ( ) around what is meant"),
        ("regex_replace(a, '(a)', '$2')", "there is no group 2: the pattern has 1 group"),
        ("regex_replace(a, '(a)', 'US$ 5')", "$ stands alone in the replacement: write $$ for a dollar sign"),
    ],
)
def test_wrong_patterns_are_found_when_compiled(expression: str, words: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_expression(expression)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"p": "(", "n": ""}, 'the pattern "(": missing ): ('),
        ({"p": "a", "n": "$1"}, 'the pattern "a": there is no group 1: the pattern has no groups'),
        ({"p": "a", "n": "", "t": "\ud800"}, "the text has a broken character in it, which no pattern can read"),
        ({"p": "\ud800", "n": ""}, 'the pattern "\ud800": the pattern has a broken character in it'),
    ],
)
def test_patterns_of_records_have_reasons(record: dict[str, JsonValue], reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search("regex_replace(t || 'a', p, n)", record)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|aa)+$",
        "(?:a?){900}b",
        "(?:(?:a{10}){10}){9}b",
        "a.*b.*c.*d.*e|f",
        r"(\w+\s?)*=",
        r"(?:\pL?){300}",
        ".*=|a",
        "(((((((((a*)*)*)*)*)*)*)*)*)*b",
    ],
)
@pytest.mark.parametrize("call", ["regex_match(@, '{}')", "regex_replace(@, '{}', '')", "regex_find(@, '{}')"])
def test_no_pattern_hangs(pattern: str, call: str) -> None:
    text = "a" * 60_000 + "!"
    tracemalloc.start()
    try:
        with no_blow_up():
            search(call.format(pattern), text)
    except (EvaluationError, ExpressionSyntaxError) as error:
        assert re.search("too much work|pattern too large", str(error))
    finally:
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
        tracemalloc.stop()


def test_a_replacement_cannot_grow_without_end() -> None:
    with pytest.raises(EvaluationError, match="makes too much text"):
        search("@" + " | regex_replace(@, '.+', '$0$0$0$0')" * 30, "aaaa")


def test_ordinary_work_is_within_the_budget() -> None:
    notes = "Llega tarde (22:30), pide cuna; alergia: nueces. " * 400
    cleaned = search(r"regex_replace(@, '[^\w\s]', '')", notes)
    assert isinstance(cleaned, str)
    assert "(" not in cleaned
    lines: JsonValue = [{"code": f"ES-{number}"} for number in range(2000)]
    assert search(r"length([?regex_match(code, '^[A-Z]{2}-\d*7$')])", lines) == 200


@given(st.text(max_size=30), st.text(max_size=10))
def test_a_quoted_text_is_found_as_replace_finds_it(text: str, part: str) -> None:
    record: JsonValue = {"t": text, "p": "".join(f"\\x{{{ord(item):x}}}" for item in part), "part": part}
    if part:
        assert search("regex_replace(t, p, '-')", record) == search("replace(t, part, '-')", record)
