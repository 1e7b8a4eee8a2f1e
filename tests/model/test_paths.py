"""Output paths: dots build objects, quotes keep them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.model import Record
from mapstudio.model.paths import get_path, has_path, join_path, leaves, set_path, split_path

PARTS = st.lists(st.text(min_size=1), min_size=1, max_size=4).map(tuple)


@given(PARTS)
def test_split_undoes_join(parts: tuple[str, ...]) -> None:
    assert split_path(join_path(parts)) == parts


@given(PARTS)
def test_what_was_set_is_found(parts: tuple[str, ...]) -> None:
    record: Record = {}
    path = join_path(parts)
    assert not has_path(record, path)
    assert get_path(record, path) is None
    set_path(record, path, 5)
    assert has_path(record, path)
    assert get_path(record, path) == 5
    assert list(leaves(record)) == [(path, 5)]


def test_objects_are_shared_and_a_value_in_the_way_gives_way() -> None:
    record: Record = {"address": {"city": "Madrid"}, "name": "x"}
    set_path(record, "address.zip", "28004")
    set_path(record, "name.first", "Ana")
    set_path(record, '"a.b"', None)
    assert record == {"address": {"city": "Madrid", "zip": "28004"}, "name": {"first": "Ana"}, "a.b": None}
    assert has_path(record, '"a.b"')
    assert not has_path(record, "a.b")


@pytest.mark.parametrize("path", ["", ".", "a.", ".a", "a..b", '"a', 'a"b', '"a"b'])
def test_no_paths(path: str) -> None:
    with pytest.raises(ValueError, match="is not a field path"):
        split_path(path)
