"""Money and other amounts: rounded, held within limits and multiplied by their decimal value."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from functools import reduce

from mapstudio.expressions.arithmetic import compute
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.functions.whole import whole
from mapstudio.expressions.kinds import Kind, Parameter, one, optional, repeated
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import (
    EXACT,
    MAX_EXPONENT,
    Number,
    NumberRangeError,
    as_decimal,
    compare_numbers,
    is_number,
    order,
    plain_number,
)
from mapstudio.model import JsonValue
from mapstudio.model.suggest import did_you_mean

_GROUP = "Numbers"
MODES = {
    "half-even": ROUND_HALF_EVEN,
    "half-up": ROUND_HALF_UP,
    "half-down": ROUND_HALF_DOWN,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
    "ceiling": ROUND_CEILING,
    "floor": ROUND_FLOOR,
}


def rounded(exact: Decimal, digits: int, mode: str = ROUND_HALF_EVEN) -> Decimal:
    """Return a decimal value with at most so many digits behind the point; negative ones round to tens, hundreds, ...

    Raises:
        NumberRangeError: So many digits are none.
    """
    if abs(digits) > MAX_EXPONENT:
        raise NumberRangeError
    if exact.as_tuple().exponent >= -digits:  # type: ignore[operator] # a finite number's is an integer
        return exact
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=mode, context=EXACT)


def _check_mode(literals: Sequence[JsonValue]) -> tuple[str, str]:
    mode = literals[2] if len(literals) > 2 else None
    if isinstance(mode, str) and mode not in MODES:
        return f"there is no way to round {shown(mode)}", did_you_mean(mode, MODES) or f"one of {', '.join(MODES)}"
    return "", ""


@FUNCTIONS.function(
    "round",
    one("number", Kind.NUMBER),
    optional("digits", Kind.NUMBER),
    optional("mode", Kind.TEXT),
    returns="number",
    group=_GROUP,
    summary=(
        "The number with at most so many digits behind the point (none without digits, tens with -1). A half goes to "
        "the even neighbour, or as the mode says: half-even, half-up, half-down, up, down, ceiling, floor."
    ),
    examples=[
        Example("round(`2.675`, `2`)", 2.68),
        Example("round(`2.665`, `2`)", 2.66),
        Example("round(`2.665`, `2`, 'half-up')", 2.67),
        Example("round(`2.5`)", 2),
        Example("round(`1249`, `-1`, 'down')", 1240),
    ],
    null_first=True,
    check_literals=_check_mode,
)
def _round(_: Call, number: Number, digits: Number = 0, mode: str = "half-even") -> JsonValue:
    if mode not in MODES:
        raise EvaluationError(f"there is no way to round {shown(mode)}", mode)
    return plain_number(rounded(as_decimal(number), whole("round", digits), MODES[mode]))


@FUNCTIONS.function(
    "multiply",
    Parameter("number", (Kind.NUMBER, Kind.NULL), repeated=True),
    returns="number or null",
    group=_GROUP,
    summary="The exact product; null when one of the numbers is null.",
    examples=[
        Example("multiply(`0.1`, `3`)", 0.3),
        Example("multiply(price, qty, `1.21`)", 48.158, given={"price": 19.9, "qty": 2}),
        Example("multiply(`2`, `null`)", None),
    ],
)
def _multiply(_: Call, *numbers: Number | None) -> JsonValue:
    first, *others = numbers
    return reduce(lambda product, number: compute("*", product, number), others, _plain(first))


def _plain(number: Number | None) -> JsonValue:
    return None if number is None else plain_number(as_decimal(number))


@FUNCTIONS.function(
    "clamp",
    one("number", Kind.NUMBER),
    one("least", Kind.NUMBER, Kind.NULL),
    one("greatest", Kind.NUMBER, Kind.NULL),
    returns="number",
    group=_GROUP,
    summary="The number, or the limit that it is beyond; a limit of null is none.",
    examples=[
        Example("clamp(`120`, `0`, `100`)", 100),
        Example("clamp(`-3`, `0`, `null`)", 0),
        Example("clamp(`50`, `0`, `100`)", 50),
    ],
    null_first=True,
)
def _clamp(_: Call, number: Number, least: Number | None, greatest: Number | None) -> JsonValue:
    if least is not None and greatest is not None and compare_numbers(least, greatest) > 0:
        raise EvaluationError(f"clamp's least number {shown(least)} is greater than its greatest {shown(greatest)}")
    if least is not None and compare_numbers(number, least) < 0:
        return least
    if greatest is not None and compare_numbers(number, greatest) > 0:
        return greatest
    return number


@FUNCTIONS.function(
    "max_of",
    repeated("value", Kind.NUMBER, Kind.TEXT, Kind.NULL),
    returns="number, text or null",
    group=_GROUP,
    summary="The greatest of the numbers, or the last of the texts (such as ISO dates); null ones are left out.",
    examples=[
        Example("max_of(`3`, `null`, `12`)", 12),
        Example("max_of('2024-05-01', '2024-11-01')", "2024-11-01"),
        Example("max_of(`null`, `null`)", None),
    ],
)
def _max_of(_: Call, *values: Number | str | None) -> JsonValue:
    return _best("max_of", values, 1)


@FUNCTIONS.function(
    "min_of",
    repeated("value", Kind.NUMBER, Kind.TEXT, Kind.NULL),
    returns="number, text or null",
    group=_GROUP,
    summary="The least of the numbers, or the first of the texts (such as ISO dates); null ones are left out.",
    examples=[Example("min_of(`3`, `null`, `12`)", 3), Example("min_of('b', 'a')", "a")],
)
def _min_of(_: Call, *values: Number | str | None) -> JsonValue:
    return _best("min_of", values, -1)


def _best(name: str, values: Sequence[Number | str | None], direction: int) -> JsonValue:
    best: JsonValue = None
    for value in values:
        if value is None:
            continue
        found = direction if best is None else order(value, best)
        if found is None:
            raise EvaluationError(f"{name} cannot compare a text and a number", value)
        if is_number(value):
            as_decimal(value)
        if found == direction:
            best = value
    return best
