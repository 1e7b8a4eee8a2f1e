"""The figures are told as they are, and the README holds nothing but what the command found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.engines import FLOOR, JMESPATH, JQ_TOOL, MAPSTUDIO, PAIR, VALIDATING, WORKERS, Absent, Engine
from benchmarks.memory import Peak
from benchmarks.preview import PreviewCost
from benchmarks.report import BEGIN, END, README, as_json, markdown, missed, text, write_readme
from benchmarks.result import Result
from benchmarks.targets import targets
from benchmarks.timing import BenchmarkError, Measured, Series


def _took(*microseconds: float) -> Measured:
    series = Series(tuple(value / 1e6 for value in microseconds))
    return Measured(series, series)


def _result(jq: str = "jq 1.6") -> Result:
    titles = {MAPSTUDIO: "mapstudio", VALIDATING: "validating", JMESPATH: "jmespath.py", JQ_TOOL: jq, FLOOR: "floor"}
    times = {
        MAPSTUDIO: _took(10, 20, 10),
        VALIDATING: _took(20, 20, 20),
        JMESPATH: _took(120, 240, 110),
        JQ_TOOL: _took(50, 100, 50),
        FLOOR: _took(9, 18, 9),
    }
    return Result(
        records=1000,
        slow_records=100,
        rounds=3,
        compared=100,
        record_size=2400,
        engines=[Engine(key, title, ()) for key, title in titles.items()],
        absent=[Absent("duckdb", "DuckDB", "it is not installed")],
        one_core=times,
        preview=PreviewCost(30, Series((0.012, 0.014, 0.013)), Series((0.003,)), Series((0.02,)), Series((0.006,))),
        pinned=True,
    )


def test_ratios_are_taken_round_by_round() -> None:
    # The second round was slow for everybody: that is no difference between them.
    ratio = _result().ratio(JMESPATH)
    assert ratio is not None
    assert ratio.median == pytest.approx(12)
    assert ratio.spread == pytest.approx((11, 12))
    assert _result().ratio("duckdb") is None


def test_targets() -> None:
    result = replace(
        _result(),
        two_workers={MAPSTUDIO: _took(10, 10), WORKERS: _took(5, 5)},
        memory=(Peak(1000, 60.0, 1.0), Peak(1_000_000, 160.0, 1.0)),
    )
    assert [(item.reached, item.found) for item in targets(result)] == [
        (True, "12.0 times (11.0 to 12.0)"),
        (False, "5.0 times (5.0 to 5.0)"),
        (True, "90% (90% to 90%)"),
        (False, "45% (45% to 90%)"),
        (True, "2.00 times (2.00 to 2.00)"),
        (False, "160 MB (60 MB after 1,000)"),
        (True, "13.0 ms (12.0 to 14.0)"),
        (False, "6.0 ms (6.0 to 6.0)"),
    ]


def test_what_two_cores_give_is_told_beside_what_two_workers_reach() -> None:
    result = replace(_result(), two_workers={MAPSTUDIO: _took(10, 10), WORKERS: _took(6, 6), PAIR: _took(11, 10)})
    for told in (text(result), markdown(result)):
        assert "do 1.91 times (1.82 to 2.00) the work of one" in " ".join(told.split())
    assert "share nothing" not in text(_result())


def test_a_newer_jq_is_asked_for_less() -> None:
    assert [item.says for item in targets(_result("jq 1.8.1"))][1] == "at least 4 times as fast as jq 1.8"
    assert targets(_result("jq 1.8.1"))[1].reached is True


def test_what_was_not_measured_is_neither_reached_nor_missed() -> None:
    found = targets(_result())
    assert [item.reached for item in found if "workers" in item.says or "memory" in item.says] == [None, None]
    assert not missed([item for item in found if item.reached is not False])
    assert missed(found)


def test_the_terminal_says_who_is_absent_and_what_was_missed() -> None:
    told = text(_result())
    assert "DuckDB: not measured, it is not installed." in told
    assert "missed        at least 6 times as fast as jq 1.6" in told
    assert "start-up" in told


def test_figures_from_a_busy_machine_say_so_everywhere() -> None:
    result = _result()
    waited = Measured(result.one_core[MAPSTUDIO].cpu, result.one_core[MAPSTUDIO].cpu.times(1.5))
    busy = replace(result, one_core={**result.one_core, MAPSTUDIO: waited})
    for told in (text(busy), markdown(busy)):
        assert "The machine was busy" in told
        assert "at 90% of the floor's speed" in " ".join(told.split())
    assert "busy" not in text(result)


def test_json_has_every_round() -> None:
    told = as_json(_result())
    assert told["engines"][0]["cpu_us"]["values"] == pytest.approx([10, 20, 10])
    assert told["engines"][2]["ratio"]["median"] == pytest.approx(12)
    assert told["targets"][0]["reached"] is True


def test_the_readme_is_rewritten_between_its_marks_only(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n\n{BEGIN}\n\nold figures\n\n{END}\n\nafter\n", encoding="utf-8")
    for _ in range(2):
        write_readme(_result(), path)
        assert path.read_text(encoding="utf-8") == f"before\n\n{BEGIN}\n\n{markdown(_result())}\n\n{END}\n\nafter\n"
    path.write_text("no marks", encoding="utf-8")
    with pytest.raises(BenchmarkError, match="lacks the marks"):
        write_readme(_result(), path)
    assert path.read_text(encoding="utf-8") == "no marks"


def test_our_own_readme_has_the_marks() -> None:
    readme = README.read_text(encoding="utf-8")
    assert readme.count(BEGIN) == readme.count(END) == 1
