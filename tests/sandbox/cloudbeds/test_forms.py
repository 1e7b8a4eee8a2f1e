from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.sandbox.cloudbeds.forms import MAX_BYTES, MAX_DEPTH, MAX_VARIABLES, FormError, parse_form

_NAMES = st.text("abcdefghijABC_", min_size=1, max_size=8)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a=1&b=", {"a": "1", "b": ""}),
        ("a=1&a=2", {"a": "2"}),
        ("a[]=x&a[]=y", {"a": ["x", "y"]}),
        ("f[0][n]=vip&f[0][v]=Hu%C3%A9sped+1&f[1][n]=diet", {"f": [{"n": "vip", "v": "Huésped 1"}, {"n": "diet"}]}),
        ("f%5B0%5D%5Bn%5D=vip", {"f": [{"n": "vip"}]}),
        ("f[3][n]=x", {"f": {"3": {"n": "x"}}}),
        ("f[n]=x&f[m]=y", {"f": {"n": "x", "m": "y"}}),
        ("a=1&a[b]=2", {"a": {"b": "2"}}),
        ("a[b=1", {"a_b": "1"}),
        ("a.b c=1", {"a_b_c": "1"}),
        ("a[5]=x&a[]=y", {"a": {"5": "x", "6": "y"}}),
        ("", {}),
    ],
)
def test_names_are_read_as_php_reads_them(body: str, expected: object) -> None:
    assert parse_form(body.encode()) == expected


@given(
    st.dictionaries(
        _NAMES, st.lists(st.dictionaries(_NAMES, _TEXTS, min_size=1, max_size=4), min_size=1, max_size=4), max_size=4
    )
)
def test_lists_of_objects_come_back_as_they_were(data: dict[str, list[dict[str, str]]]) -> None:
    pairs = [
        (f"{name}[{index}][{key}]", value)
        for name, items in data.items()
        for index, item in enumerate(items)
        for key, value in item.items()
    ]
    assert parse_form(urlencode(pairs).encode()) == data


@given(st.binary(max_size=300))
def test_any_bytes_are_a_form_or_an_error_of_the_form(body: bytes) -> None:
    with suppress(FormError):
        parse_form(body)


@pytest.mark.parametrize(
    "body",
    [
        b"a=" + b"x" * MAX_BYTES,
        b"&".join(b"a%d=1" % index for index in range(MAX_VARIABLES + 1)),
        b"a" + b"[b]" * MAX_DEPTH + b"=1",
        b"a" * 600 + b"=1",
        b"a=%ff%fe",
        "a=ñ".encode("latin-1"),
    ],
    ids=["bytes", "variables", "depth", "name", "escapes", "encoding"],
)
def test_limits_are_kept(body: bytes) -> None:
    with pytest.raises(FormError):
        parse_form(body)
