"""Numbers are decimals: nothing is rounded on the way, and nothing is infinite."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import search
from mapstudio.expressions import EvaluationError
from mapstudio.model import JsonValue, exact_json

BIG = Decimal("12345678901234567890.12")


@pytest.mark.parametrize(
    ("expression", "data", "expected"),
    [
        ("sum(@)", [0.1, 0.2], 0.3),
        ("sum(@)", [0.1] * 10, 1),
        ("sum(@)", [BIG, Decimal("0.88")], 12345678901234567891),
        ("sum(@)", [BIG, 0.001], Decimal("12345678901234567890.121")),
        ("sum(@)", [], 0),
        ("avg(@)", [0.1, 0.2], 0.15),
        ("avg(@)", [1, 1, 2], 4 / 3),
        ("avg(@)", [BIG, BIG], BIG),
        ("avg(@)", [], None),
        ("abs(@)", -BIG, BIG),
        ("ceil(@)", BIG, 12345678901234567891),
        ("floor(@)", -BIG, -12345678901234567891),
        ("floor(@)", 1.8, 1),
        ("max(@)", [1, BIG, 2.5], BIG),
        ("min(@)", [Decimal("0.1"), 0.2], Decimal("0.1")),
        ("sort(@)", [BIG, 1, 0.5], [0.5, 1, BIG]),
        ("@[0] == @[1]", [0.1, Decimal("0.1")], True),
        ("@[0] == @[1]", [10**23, 1e23], True),
        ("@[0] < @[1]", [0.1, Decimal("0.10000000000000000001")], True),
        ("@[0] > @[1]", [BIG, 5], True),
        ("to_number('12345678901234567890.12')", {}, BIG),
        ("to_number('1e2')", {}, 100.0),
        ("to_number(@)", BIG, BIG),
        ("type(@)", BIG, "number"),
        ("to_string(@)", BIG, "12345678901234567890.12"),
        ("sort_by(@, &n)[0].n", [{"n": 2}, {"n": Decimal("0.5")}], Decimal("0.5")),
        ("length(to_string(@)) > `20`", [BIG], True),
        ("to_string(abs(@))", -2.0, "2.0"),
        ("concat(@)", 5.0, "5"),
    ],
)
def test_decimals_are_exact(expression: str, data: JsonValue, expected: JsonValue) -> None:
    found = search(expression, data)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("number", "expression"),
    [
        *product(
            [float("nan"), float("inf"), Decimal("NaN")],
            ["sum([@])", "abs(@)", "ceil(@)", "max([@, `1`])", "@ == `1`", "to_string([@])", "concat(@)"],
        ),
        *product([Decimal("1e5000")], ["sum([@])", "abs(@)", "ceil(@)", "to_string([@])", "concat(@)"]),
    ],
)
def test_numbers_out_of_range_are_errors(expression: str, number: float | Decimal) -> None:
    with pytest.raises(EvaluationError, match=r"out of range|no finite number"):
        search(expression, number)


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6)))
def test_sum_is_the_decimal_sum(numbers: list[Decimal]) -> None:
    data = exact_json.loads("[" + ",".join(format(number, "f") for number in numbers) + "]")
    found = search("sum(@)", data)
    assert isinstance(found, int | float | Decimal)
    assert Decimal(str(found)) == sum(map(int, (number.scaleb(6) for number in numbers))) * Decimal("0.000001")
