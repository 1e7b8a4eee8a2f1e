"""Records are read one by one, and what is no record is told with its line."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.cli import json_input
from mapstudio.cli.json_input import Item, read_items
from mapstudio.model.exact_json import dumps


def items(text: str | bytes) -> list[Item]:
    return list(read_items(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def told(text: str | bytes) -> list[tuple[int, Any]]:
    return [(item.line, item.problem or item.record) for item in items(text)]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)
records = st.lists(st.dictionaries(st.text(st.characters(codec="utf-8")), values, max_size=4), min_size=1, max_size=6)


@given(records, st.integers(1, 9), st.integers(0, 2))
def test_lines_an_array_and_objects_over_lines_hold_the_same_records(rows: list[Any], chunk: int, indent: int) -> None:
    original = json_input._CHUNK
    json_input._CHUNK = chunk
    try:
        assert [item.record for item in items("\n".join(dumps(row) for row in rows))] == rows
        assert [item.record for item in items(dumps(rows, indent=indent))] == rows
        separate = "".join("{\n" + dumps(row)[1:] + "\n" for row in rows)
        assert [item.record for item in items(separate)] == rows
    finally:
        json_input._CHUNK = original


def test_a_bad_line_is_told_and_the_next_is_read() -> None:
    assert told('{"a":1}\n\n{"a":\n[1]\n{"a":2}') == [
        (1, {"a": 1}),
        (3, "not JSON: Expecting value at column 6"),
        (4, "a record must be a JSON object"),
        (5, {"a": 2}),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\n", []),
        ("[]", []),
        (" [ ]\n", []),
        (b'\xef\xbb\xbf{"a":1}', [(1, {"a": 1})]),
        ('[{"a":1},\n 7,\n {"a":2}]', [(1, {"a": 1}), (2, "a record must be a JSON object"), (3, {"a": 2})]),
        ('[{"a":1},\n{"a":2}\n', [(1, {"a": 1}), (2, {"a": 2}), (3, "not JSON: the array is not closed")]),
        ('[{"a":1}\n{"a":2}]', [(1, {"a": 1}), (2, "not JSON: Expecting ',' or ']'; what follows is not read")]),
        ('[{"a":1}]\nx', [(1, {"a": 1}), (2, "not JSON: Extra data after the array; what follows is not read")]),
        (
            '{\n "a": 1\n}\n{\n "a": nope\n}',
            [(1, {"a": 1}), (5, "not JSON: Expecting value; what follows is not read")],
        ),
        (b'[{"a":"\xff"}]', [(1, "not JSON: the text is not UTF-8; what follows is not read")]),
        (b'{"a":"\xff"}\n{"b":1}', [(1, "not JSON: the text is not UTF-8"), (2, {"b": 1})]),
        ("[" * 100_000, [(1, "nested too deep; what follows is not read")]),
        ('{"a":NaN}', [(1, "NaN is not a JSON number")]),
        ('{"a":1,"a":2}', [(1, "the key 'a' stands twice in one object")]),
    ],
)
def test_odd_files(text: str | bytes, expected: list[tuple[int, Any]]) -> None:
    assert told(text) == expected


class Endless(io.RawIOBase):
    """An array that is made while it is read."""

    def __init__(self, count: int) -> None:
        element = dumps({"name": "x" * 900}).encode()
        self._parts: Iterator[bytes] = iter([b"["] + [element + b","] * count + [element + b"]"])
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._parts, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def test_a_large_array_is_never_held_whole() -> None:
    tracemalloc.start()
    count = sum(1 for _ in read_items(io.BufferedReader(Endless(20_000))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_001
    assert peak < 4_000_000
