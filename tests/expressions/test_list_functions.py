"""What is done with lists beyond the standard's functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import search
from mapstudio.expressions import EvaluationError
from mapstudio.model import JsonValue

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, "1", "a", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@given(st.lists(VALUES, max_size=8))
def test_unique_keeps_the_first_of_equal_ones(elements: list[JsonValue]) -> None:
    found = search("unique(@)", elements)
    assert isinstance(found, list)
    for place, item in enumerate(found):
        assert not any(search("[0] == [1]", [item, other]) for other in found[:place])
    assert all(any(search("[0] == [1]", [item, other]) for other in found) for item in elements)
    assert search("unique(@)", found) == found


@given(st.dictionaries(st.text(max_size=3), VALUES, max_size=4))
def test_items_and_back(value: dict[str, JsonValue]) -> None:
    assert search("from_items(items(@))", value) == value


@given(st.lists(st.fixed_dictionaries({"k": st.sampled_from("abc"), "n": st.integers()}), max_size=8))
def test_groups_hold_every_element_in_order(elements: list[dict[str, JsonValue]]) -> None:
    groups = search("group_by(@, &k)", [*elements])
    assert isinstance(groups, dict)
    for key, group in groups.items():
        assert group == [item for item in elements if item["k"] == key]
    assert search("sum(map(&length(@), values(@)))", groups) == len(elements)


@pytest.mark.parametrize(
    ("expression", "data", "expected"),
    [
        ("unique(@)", [1, 1.0, True, "1", None, None, [1], [1.0]], [1, True, "1", None, [1]]),
        ("unique(@)", None, None),
        ("compact(@)", [None, "", "\t\u00a0", "a", 0, False, [], {}], ["a", 0, False, [], {}]),
        ("first(@)", [], None),
        ("last(@)", [1, None], None),
        ("zip(@, @, [`1`])", ["a", "b"], [["a", "a", 1]]),
        ("from_items(@)", [["a", 1], ["a", 2]], {"a": 2}),
        ("sum_by(@, &n)", [{"n": None}, {}], 0),
        ("join_text(', ', @)", [None, " "], None),
        ("join_text(', ', @)", ["a", True, 12.50, ""], "a, true, 12.5"),
        ("join_text('', @)", None, None),
        ("to_semicolon(@)", [" a ", "b", "a", None, 5.0], "a;b;5"),
        ("to_semicolon(@)", None, None),
        ("to_semicolon(@)", [""], None),
    ],
)
def test_lists(expression: str, data: JsonValue, expected: JsonValue) -> None:
    assert search(expression, data) == expected


@pytest.mark.parametrize(
    ("expression", "data", "reason"),
    [
        ("from_items(@)", [["a"]], "from_items needs pairs of a key and a value, got a list of 1"),
        ("from_items(@)", [{"a": 1}], "from_items needs pairs of a key and a value, got an object"),
        ("from_items(@)", [[1, 2]], "from_items needs texts as keys, got a number"),
        ("group_by(@, &n)", [{"n": 1}], "group_by needs a text for each element, got a number; to_string gives one"),
        ("group_by(@, &n)", [{}], "group_by needs a text for each element, got nothing"),
        ("sum_by(@, &n)", [{"n": "1"}], "sum_by needs a number for each element, got text"),
        ("join_text(', ', @)", ["a", ["b"]], "join_text needs texts, numbers and booleans, got a list"),
        ("join_text(', ', @)", "a", "join_text needs a list as its 2nd argument, got text"),
        ("to_semicolon(@)", [{}], "to_semicolon needs texts, numbers and booleans, got an object"),
        ("items(@)", None, "items needs an object, got nothing"),
        ("first(@)", "text", "first needs a list, got text"),
        ("@ | zip(@, @) | zip(@, @) | map(&zip(@, @), @) | [@, @, @] | map(&zip(@, @), @)", [0] * 120_000, ""),
    ],
)
def test_reasons(expression: str, data: JsonValue, reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search(expression, data)
    assert caught.value.reason == (reason or "the expression does too much work on this record")


def test_deep_values_have_no_identity() -> None:
    deep: JsonValue = 1
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(EvaluationError, match="nested too deep"):
        search("unique(@)", [deep, deep])
