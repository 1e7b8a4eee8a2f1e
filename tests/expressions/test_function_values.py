"""Whatever a function is given: a value of the kind that it declares, or a reason; the same from both engines."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from mapstudio.expressions import Engine, Environment, EvaluationError, compile_expression
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.kinds import Kind, fits
from mapstudio.expressions.registry import Function
from mapstudio.model import JsonValue

TEXTS = [
    "", " ", "a", "-", "0", "1.234,5", "99999999999999999999", "half-up", "sha1", "later", "days", "es", "en-IN", "EUR",
    "2024-05-01", "2024-05-01T10:00", "2024-10-27T02:30:00", "0001-01-01T00:00Z", "9999-12-31T23:59:59Z", "UTC",
    "Europe/Madrid", "DD/MM/YYYY", "<p>a</p>", "&#", "<b", "(a)", "[", "$1", "{}", "{a}", "{0}{1}", "a@b.co", "@",
    "\ud800", "\x00", "ñ\u0301", "🇪🇸", "x" * 300,
]  # fmt: skip
NUMBERS: list[JsonValue] = [
    0, 1, -1, 2, 400, -400, 2**70, -(10**20), 0.1, -0.5, 1e20, 1e300, 1e-300, Decimal("12345678901234567890.12"),
    Decimal("1e399"), Decimal("1e-399"), Decimal("1e5000"),
]  # fmt: skip
KNOWN: list[JsonValue] = [*TEXTS, *NUMBERS, None, True, False]
SCALARS: st.SearchStrategy[JsonValue] = st.one_of(st.sampled_from(KNOWN), st.text(max_size=12))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abk"), inner, max_size=3),
    max_leaves=8,
)
EXPRESSIONS = st.sampled_from(["&@", "&a", "&k", "&to_string(@)", "&a || `1`"])
# A link has an error of its own, and a lookup needs tables.
PURE = [function for function in FUNCTIONS if function.name not in {"link", "lookup"}]


@st.composite
def calls(draw: st.DrawFn) -> tuple[Function, str, dict[str, JsonValue]]:
    """Return a function, a call of it, and the record that the call reads."""
    function = draw(st.sampled_from(PURE))
    most = function.most if function.most is not None else function.least + 2
    arguments: list[str] = []
    record: dict[str, JsonValue] = {}
    for place in range(draw(st.integers(function.least, most))):
        if function.parameter(place).is_expression:
            arguments.append(draw(EXPRESSIONS))
        else:
            arguments.append(f"v{place}")
            record[f"v{place}"] = draw(VALUES)
    return function, f"{function.name}({', '.join(arguments)})", record


def outcome(text: str, record: JsonValue, engine: Engine) -> tuple[JsonValue, str]:
    try:
        return compile_expression(text).search(record, Environment(engine=engine)), ""
    except EvaluationError as error:
        return None, error.reason


@given(calls())
@settings(max_examples=600)
def test_a_call_gives_what_it_declares_or_a_reason(call: tuple[Function, str, dict[str, JsonValue]]) -> None:
    function, text, record = call
    value, reason = outcome(text, record, Engine.INTERPRETED)
    assert repr(outcome(text, record, Engine.COMPILED)) == repr((value, reason))
    passes_null = function.null_first and outcome(text, {**record, "v0": None}, Engine.INTERPRETED) == (None, "")
    kinds = function.result | ({Kind.NULL} if passes_null and value is None else set())
    assert reason or any(fits(kind, value) for kind in kinds)


@given(calls())
@settings(max_examples=300)
def test_literals_are_checked_without_an_error_of_ours(call: tuple[Function, str, dict[str, JsonValue]]) -> None:
    function, _, record = call
    if function.check_literals is not None:
        problem, remedy = function.check_literals(list(record.values()))
        assert problem or not remedy
