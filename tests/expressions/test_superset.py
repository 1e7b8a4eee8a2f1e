"""The grammar beyond the standard: arithmetic by decimal value, choices, the whole record, variables."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import search
from mapstudio.expressions import EvaluationError, compile_expression
from mapstudio.expressions.values import as_decimal, is_number
from mapstudio.model import JsonValue

ORDER: JsonValue = {
    "price": 19.9,
    "quantity": 3,
    "rate": Decimal("0.10"),
    "vip": True,
    "name": "Ana",
    "none": None,
    "currency": "EUR",
    "lines": [{"sku": "A", "net": 0.1, "qty": 1}, {"sku": "B", "net": 0.2, "qty": 2}],
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("price * quantity", 59.7),
        ("price × quantity − rate", 59.6),
        ("`0.1` + `0.2`", 0.3),
        ("`1.1` * `1.1`", 1.21),
        ("`10` / `4`", 2.5),
        ("`1` / `3`", 0.3333333333333333),
        ("`-7` // `2`", -4),
        ("`-7` % `3`", 2),
        ("`5.5` % `2`", 1.5),
        ("`7.5` // `0.1`", 75),
        ("-price", -19.9),
        ("- - `1`", 1),
        ("quantity - `1` - `1`", 1),
        ("quantity-quantity", 0),
        ("`2` + `3` * `4`", 14),
        ("(`2` + `3`) * `4`", 20),
        ("none * price", None),
        ("missing + `1`", None),
        ("-missing", None),
        ("quantity * `2` == `6`", True),
        ("sum(lines[].net) * `2`", 0.6),
        ("lines[0].net + lines[1].net", 0.3),
        ("`1180591620717411303424` + `1`", 2**70 + 1),
        ("vip ? 'A' : 'B'", "A"),
        ("none ? 'A' : vip ? 'B' : 'C'", "B"),
        ("vip ? name | upper(@) : 'x'", "ANA"),
        ("{a: vip ? `1` : `2`}.a", 1),
        ("lines[?vip ? `true` : `false`].sku", []),
        ("lines[].[sku, $.currency]", [["A", "EUR"], ["B", "EUR"]]),
        ("lines[?net < $.rate * `1.5`].sku", ["A"]),
        ("let $rate = rate in lines[].{s: sku, tax: net * $rate}", [{"s": "A", "tax": 0.01}, {"s": "B", "tax": 0.02}]),
        ("let $all = * in length($all)", 7),
        ("let $a = quantity, $b = price in $a * $b", 59.7),
        ("sort_by(lines, &-net)[0].sku", "B"),
        ("let", None),
        ("in", None),
        ("let.in", None),
    ],
)  # fmt: skip
def test_gives(expression: str, expected: JsonValue) -> None:
    given_record = ORDER
    assert search(expression, given_record) == expected


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("name + `1`", "+ needs numbers, got text; concat joins texts"),
        ("price * vip", "* needs numbers, got true or false"),
        ("-name", "- needs a number, got text"),
        ("price / `0`", "/ divides by 0"),
        ("price % `0`", "% divides by 0"),
    ],
)
def test_fails_with_a_reason(expression: str, reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search(expression, ORDER)
    assert caught.value.reason == reason


_MONEY = st.decimals(min_value=-(10**6), max_value=10**6, places=2)


@given(_MONEY, _MONEY)
def test_sums_and_products_of_money_have_no_noise(left: Decimal, right: Decimal) -> None:
    record: JsonValue = {"a": float(left), "b": float(right)}
    for operator, expected in (("+", left + right), ("-", left - right), ("*", left * right)):
        found = search(f"a {operator} b", record)
        assert is_number(found)
        assert as_decimal(found) == expected


@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30).filter(bool))
def test_division_rounds_down_and_leaves_the_rest(left: int, right: int) -> None:
    whole, rest = search("a // b", {"a": left, "b": right}), search("a % b", {"a": left, "b": right})
    assert isinstance(whole, int)
    assert isinstance(rest, int)
    assert whole * right + rest == left
    assert 0 <= Fraction(rest, right) < 1


def test_a_part_of_a_record_still_sees_the_whole() -> None:
    expression = compile_expression("[sku, $.currency]")
    assert isinstance(ORDER, dict)
    lines = ORDER["lines"]
    assert isinstance(lines, list)
    assert expression.search(lines[0], whole=ORDER) == ["A", "EUR"]


@pytest.mark.parametrize(
    ("expression", "paths"),
    [
        ("price * quantity", {"price", "quantity"}),
        ("vip ? name : currency", {"vip", "name", "currency"}),
        ("lines[].[sku, $.currency]", {"lines[].sku", "currency"}),
        ("let $l = lines in $l[].net", {"lines[].net"}),
        ("let $rate = rate in lines[].{t: net * $rate}", {"lines[].net", "rate"}),
        ("$", {"@"}),
    ],
)
def test_what_is_read(expression: str, paths: set[str]) -> None:
    assert compile_expression(expression).paths == paths
