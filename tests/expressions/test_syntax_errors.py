"""A text that is no expression: where, what was expected, what its author probably meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import compile_expression
from mapstudio.expressions import ExpressionSyntaxError

PIECES = st.sampled_from(
    """
    a b1 "x~y" 't' `1` `[1]` . * [ ] [] [? ( ) { } : , | || && & ! == < @ 0 -1 lower( sort_by( = ? $ ' " ` é \x00
    """.replace("~", "_").split()
)


@pytest.mark.parametrize(
    ("text", "position", "message", "remedy"),
    [
        ("", 0, "the expression is empty", "write a field's name"),
        ("a = b", 2, 'found "="', "write == to compare"),
        ("a and b", 2, 'found "and"', "write && instead of and"),
        ("a OR b", 2, 'found "OR"', "write || instead of or"),
        ("not a", 4, 'found "a"', "write ! instead of not"),
        ("status == 'won", 10, "the quote ' is not closed at character 11", "close it with '"),
        ('"first name', 0, 'the quote " is not closed at character 1', 'close it with "'),
        ("`5", 0, "the literal ` is not closed", "close it with `"),
        ("lower(a", 7, 'the "(" at character 6 is not closed', 'close it with ")"'),
        ("[a, b", 5, 'the "[" at character 1 is not closed', 'close it with "]"'),
        ("lines[?a", 8, 'the "[?" at character 6 is not closed', 'close it with "]"'),
        ("lower(a))", 8, 'found ")"', 'nothing is open here: remove ")"'),
        ("lower(a,)", 8, 'found ")"', "remove the comma"),
        ("concat(a 'b')", 9, 'expected "," or ")"', "a comma or an operator is missing"),
        ("lines[*]price", 8, 'found "price"', 'write "." before price'),
        ("price > 5", 8, 'found "5"', "a number stands between backticks: `5`"),
        ("line-1", 5, 'found "1"', 'a field with - in its name stands in double quotes: "line-1"'),
        ("“x”", 0, '"“" has no meaning', "use straight quotes"),
        ('"lower"(a)', 0, "a function's name stands without quotes", "write lower(...)"),
        ("lowr(a)", 0, "there is no function lowr", 'did you mean "lower"?'),
        ("a || lower()", 5, "lower takes 1 argument, got 0", "write lower(text)"),
        ("default(a)", 0, "default takes 2 arguments, got 1", "write default(value, fallback)"),
        ("sort_by(a, b)", 11, "sort_by takes an expression with &", "&expression"),
        ("a & b", 2, 'found "&"', "& stands before an argument"),
        ("&a", 0, "& stands where no function takes an expression", "write && for and"),
        ("price * 2", 8, 'found "2"', "a number stands between backticks: `2`"),
        ("vip ? 'A'", 9, 'expected ":" and what to take otherwise', ""),
        ("$total", 0, "there is no variable $total", "let $total = EXPRESSION in"),
        ("let $total = a in $totl", 18, "there is no variable $totl", 'did you mean "$total"?'),
        ("let $a = b, $c = $a in $c", 17, "there is no variable $a", ""),
        ("let $a = b $a", 11, 'expected "," or "in"', ""),
        ("let $a b in $a", 7, 'expected "="', ""),
        ("a.$b", 2, 'expected a field, "*", "[" or "{"', ""),
        ("lines[price]", 6, 'found "price"', "[].price reads it from each"),
        ("lines[::0]", 8, "the step of a slice cannot be 0", ""),
        ("`{a: 1}`", 0, "is no literal", "between backticks stands JSON"),
        ("a.", 2, "found the end", "something is missing at the end"),
    ],
)
def test_says_where_what_and_how(text: str, position: int, message: str, remedy: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_expression(text)
    assert caught.value.position == position
    assert message in caught.value.message
    assert remedy in caught.value.remedy
    assert "\n" not in str(caught.value)


@given(
    st.one_of(
        st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join), st.lists(PIECES, max_size=25).map(" ".join)
    )
)
def test_any_text_compiles_or_has_an_error_in_it(text: str) -> None:
    try:
        compile_expression(text)
    except ExpressionSyntaxError as error:
        assert 0 <= error.position <= len(text)
        assert error.message
        assert "Traceback" not in error.message
