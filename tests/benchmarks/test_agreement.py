"""Two outputs are the same when a destination would get the same from them."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.agreement import first_difference, noisy_rows, require_same
from benchmarks.engines import OUTPUT, Engine
from benchmarks.timing import BenchmarkError, Files
from mapstudio.model import JsonValue


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"a": 1}, {"a": 1, "b": None, "c": "", "d": " \t"}),
        ({"a": Decimal("19.90")}, {"a": 19.9}),
        ({"a": 5}, {"a": 5.0}),
        ({"a": [{"x": 1, "y": None}]}, {"a": [{"y": None, "x": 1}]}),
    ],
)
def test_the_same(ours: JsonValue, theirs: JsonValue) -> None:
    assert first_difference(ours, theirs) == ""


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ({"a": 1}, {"a": 2}, "a is 1 and 2"),
        ({"a": 1}, {"a": "1"}, 'a is 1 and "1"'),
        ({"a": True}, {"a": 1}, "a is true and 1"),
        ({"a": 1}, {}, "a is 1 and null"),
        ({"a": [1, 2]}, {"a": [2, 1]}, "a is [1,2] and [2,1]"),
        ({"a": {"x": None}}, {"a": {}}, 'a is {"x":null} and {}'),
        ({"a": Decimal("0.3")}, {"a": 0.30000000000000004}, "a is 0.3 and 0.30000000000000004"),
    ],
)
def test_not_the_same(ours: JsonValue, theirs: JsonValue, told: str) -> None:
    assert first_difference(ours, theirs) == told


def test_only_rows_that_calculate_may_differ_by_the_noise_of_binary_floats() -> None:
    assert noisy_rows() == {"lines_total"}
    assert first_difference({"a": Decimal("0.3")}, {"a": 0.30000000000000004}, {"a"}) == ""
    assert first_difference({"a": Decimal("0.3")}, {"a": 0.300001}, {"a"}) != ""


def _writes(key: str, *lines: str) -> Engine:
    text = "".join(f"{line}\n" for line in lines)
    code = f"import sys, pathlib; pathlib.Path(sys.argv[1]).write_text({text!r})"
    return Engine(key, key, (sys.executable, "-c", code, OUTPUT))


def test_engines_that_differ_give_no_figures(tmp_path: Path) -> None:
    files = Files(tmp_path, tmp_path / "examples.jsonl")
    one = _writes("one", '{"a": 1}', '{"a": 2}')
    assert require_same([one, _writes("same", '{"a": 1.0}', '{"a": 2, "b": null}')], tmp_path, files) == 2
    with pytest.raises(BenchmarkError, match="output 2 of one and other differ: a is 2 and 3"):
        require_same([one, _writes("other", '{"a": 1}', '{"a": 3}')], tmp_path, files)
    with pytest.raises(BenchmarkError, match="one gives 2 outputs, fewer 1"):
        require_same([one, _writes("fewer", '{"a": 1}')], tmp_path, files)


def test_an_engine_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    broken = Engine("broken", "broken 1.0", (sys.executable, "-c", "raise SystemExit('no such field')"))
    with pytest.raises(BenchmarkError, match=r"broken 1\.0 ended with 1: no such field"):
        require_same([broken], tmp_path, Files(tmp_path, tmp_path / "examples.jsonl"))
