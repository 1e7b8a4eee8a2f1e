"""Client data in and out: decimal values never change, and no text from a stranger breaks the reader."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.model import JsonValue
from mapstudio.model.exact_json import JsonError, dumps, loads, loads_nearly, parse_number

NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,2})?", fullmatch=True)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(), NUMBERS.map(loads)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=20,
)


@given(NUMBERS)
def test_a_number_keeps_its_decimal_value(text: str) -> None:
    written = dumps(loads(text))
    assert Decimal(written) == Decimal(text)


@given(VALUES)
def test_round_trip(value: JsonValue) -> None:
    assert loads(dumps(value)) == value
    assert loads(dumps(value, indent=2)) == value


@given(st.text(alphabet=st.characters()))
def test_any_text_survives_half_surrogate_pairs_too(text: str) -> None:
    for whole in (text, text + "\ud800", "\udfff" + text):
        assert loads(dumps({whole: [whole]})) == {whole: [whole]}
        dumps(whole).encode()


def test_text_stays_readable() -> None:
    assert dumps("Begoña 🏨") == '"Begoña 🏨"'


@pytest.mark.parametrize(
    ("text", "kind"), [("0.1", float), ("12345678901234567890.12", Decimal), ("1e400", Decimal), ("1.10", float)]
)
def test_a_float_only_where_it_is_exact(text: str, kind: type) -> None:
    assert type(parse_number(text)) is kind


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("{'a': 1}", "not JSON"),
        ("<html>", "not JSON"),
        ("NaN", "NaN is not a JSON number"),
        ("[-Infinity]", "-Infinity is not a JSON number"),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ("1" * 5000, "an integer of 5000 digits is too long"),
        ("1e" + "9" * 30, "the exponent of a number is out of range"),
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 100_000, "nested too deep"),
        (b"\xff\xfe", "not JSON"),
        (b'"\xe9"', "not JSON: the text is not UTF-8"),
    ],
)
def test_refused(text: str | bytes, reason: str) -> None:
    with pytest.raises(JsonError, match=f"^{reason}"):
        loads(text)


@given(st.one_of(st.text(max_size=50), st.binary(max_size=50)))
def test_no_text_breaks_the_reader(text: str | bytes) -> None:
    try:
        value = loads(text)
    except JsonError:
        return
    assert json.loads(dumps(value), parse_float=Decimal) == json.loads(text, parse_float=Decimal)


KEYS = st.sampled_from(['"a"', '"b"', '"\\u0061"', '"\\u003a"', '":"'])
TEXTS = st.recursive(
    st.sampled_from(["1", "1.50", "1e999", "9" * 401, "NaN", '"x:y"', '"\\u003A"', '"\\""', "null"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(KEYS, st.sampled_from([":", " : "]), inner), max_size=4).map(
            lambda pairs: "{" + ",".join(map("".join, pairs)) + "}"
        ),
    ),
    max_leaves=12,
)


@given(TEXTS)
def test_what_is_certain_at_a_glance_is_so(text: str) -> None:
    value, certain = loads_nearly(text.encode())
    if certain:
        assert loads(text) == value


def test_most_records_are_certain_at_a_glance() -> None:
    record: JsonValue = {"id": 7, "at": "10:30", "lines": [{"price": 1.5, "note": "Begoña: «sí»"}] * 9}
    assert loads_nearly(dumps(record).encode()) == (record, True)
