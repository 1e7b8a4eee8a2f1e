"""What is done with texts beyond the standard's functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import compile_expression, search
from mapstudio.expressions import EvaluationError, ExpressionSyntaxError
from mapstudio.model import JsonValue
from tests.effort import no_blow_up

HTML = """<html><head><title>T</title><style>p {color: red}</style></head><body>
<h1>Reserva&nbsp;4711</h1><p>Llega   tarde,
<a title="a > b" href='#'>VIP</a> &amp; alérgico</p><script>alert("</p>")</script>
<ul><li>vista al mar</li><li>cuna</li></ul>uno<br/><br>dos<!-- <p>nada</p> -->
<table><tr><td>1</td><td>2</td></tr></table></body></html>"""


def test_html_is_read_as_a_page_shows_it() -> None:
    assert search("strip_html(@)", HTML) == (
        "Reserva 4711\nLlega tarde, VIP & alérgico\nvista al mar\ncuna\nuno\n\ndos\n1 2"
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("two\nlines &lt;ok&gt;", "two\nlines <ok>"),
        ("x < y and <b>z</b>", "x < y and z"),
        ("<p>never closed", "never closed"),
        ("a <b", "a <b"),
        ('<p title="never closed>a</p>b', "a\nb"),
        ("<script>never closed", ""),
        ("&#27;[31mred<br>&#x1F600;", "[31mred\n😀"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("", ""),
    ],
)
def test_broken_html_is_read_all_the_same(html: str, text: str) -> None:
    assert search("strip_html(@)", html) == text


@pytest.mark.parametrize(
    "part",
    ["<!--", "<a ", "<", "</", "<![CDATA[", '<a b="', "<script></scrip", "&#", "<a'>", "<p> ", "<style></style>"],
)
def test_no_html_takes_long(part: str) -> None:
    with no_blow_up():
        search("strip_html(@)", part * 20_000)


@pytest.mark.parametrize(
    ("text", "length", "cut"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "abc"),
        ("ab cd", 3, "ab"),
        ("cafe\u0301s", 4, "caf"),
        ("cafe\u0301s", 5, "cafe\u0301"),
        ("👨\u200d👩\u200d👧!", 3, ""),
        ("a👍🏽b", 2, "a"),
        ("🇪🇸🇲🇽", 2, "🇪🇸"),
        ("🇪🇸🇲🇽", 3, "🇪🇸"),
        ("abc", 0, ""),
    ],
)
def test_truncate_cuts_no_character_in_two(text: str, length: int, cut: str) -> None:
    assert search("truncate(t, n)", {"t": text, "n": length}) == cut


@given(st.text(), st.integers(0, 20), st.sampled_from(["", "…", "..."]))
def test_truncate_is_never_longer_than_it_may_be(text: str, length: int, ellipsis: str) -> None:
    expression = compile_expression("truncate(t, n, e)")
    record: JsonValue = {"t": text, "n": length, "e": ellipsis}
    try:
        cut = expression.search(record)
    except EvaluationError as error:
        assert len(ellipsis) > length, error
        return
    assert isinstance(cut, str)
    assert len(cut) <= length
    assert cut == text or text.startswith(cut.removesuffix(ellipsis))


@given(st.text())
def test_a_slug_is_plain_and_stays_as_it_is(text: str) -> None:
    slug = search("slug(@)", text)
    if slug is not None:
        assert isinstance(slug, str)
        assert slug.isascii()
        assert not set(slug) - set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert search("slug(@)", slug) == slug


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("format('{{{}}}', a)", "{x}"),
        ("format('{0}{0}{1}', a, b)", "xx2.5"),
        ("format('{a}/{ b }/{none}', @)", "x/2.5/"),
        ("format('{}-{}', a, none)", "x-"),
        ("format('{}-{}', none, none)", None),
        ("format('{a}', none)", None),
        ("format('{}', yes)", "true"),
        ("format(none, a)", None),
    ],
)
def test_format(expression: str, expected: JsonValue) -> None:
    assert search(expression, {"a": "x", "b": 2.50, "none": None, "yes": True}) == expected


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("format('{} {}', a)", "has 2 places for 1 value"),
        ("format('{}', a, b)", "has 1 place for 2 values"),
        ("format('plain', a)", "has 0 places for 1 value"),
        ("format('{1}', a)", "has 2 places for 1 value"),
        ("format('{a} {b}', a, b)", "names in { } need one object: such as"),
        ("format('{} {0}', a)", "places of different kinds"),
        ("format('{', a)", "{ stands alone: write {{ for the character itself"),
        ("format('{a.b}', a)", "{a.b} is no place for a value"),
        ("hash(a, 'sha265')", 'there is no hash "sha265": did you mean "sha256"?'),
        ("pad_left(a, `3`, '--')", 'it pads with one character, got "--"'),
    ],
)
def test_wrong_literals_are_found_when_compiled(expression: str, words: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_expression(expression)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("format(t, 'a')", 'the template "{} {}" has more places than values'),
        ("format('{a}', 'x')", "names in { } need one object, got text"),
        ("format('{}', @)", "format needs texts, numbers and booleans, got an object"),
        ("hash('a', t)", 'there is no hash "{} {}"'),
        ("pad_right('a', `9`, t)", 'pad_right pads with one character, got "{} {}"'),
        ("truncate('abcdef', `2`, '...')", 'the ellipsis "..." is longer than the text may be'),
        ("pad_left('a', `100000000`)", "the expression makes too much text on this record"),
        ("find_first('abc', 'b', `0.5`)", "find_first needs a whole number, got 0.5"),
    ],
)
def test_reasons(expression: str, reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search(expression, {"t": "{} {}"})
    assert caught.value.reason == reason


def test_hash_is_of_utf_8() -> None:
    assert search("hash('ñ')", {}) == "024bb90888ca89a15a19e9bdd8c712bfb070465fce1ef25e43c170ea44fc5e5f"
    assert search("hash(@, 'md5')", "\ud800") == search("hash(@, 'md5')", "\ud800")
