"""How the figures are told: on the terminal, as JSON, and in the README."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from benchmarks.engines import DUCKDB, FLOOR, JMESPATH, JQ_TOOL, MAPSTUDIO, ROOT
from benchmarks.preview import SAMPLE
from benchmarks.result import Result, machine
from benchmarks.targets import Target, targets
from benchmarks.timing import BenchmarkError, Series

README = ROOT / "README.md"
BEGIN = "<!-- benchmark: begin, written by python -m benchmarks.expressions --write-readme -->"
END = "<!-- benchmark: end -->"
_WIDTH = 100
_LINE = 120
_VERDICT = {True: "reached", False: "missed", None: "not measured"}


def text(result: Result) -> str:
    """Return the figures for a terminal."""
    rows = [("engine", "µs/record", "spread", "mapstudio is"), *_rows(result)]
    aims = [(_VERDICT[item.reached], item.says, item.found) for item in targets(result)]
    told = (
        fill(method(result), _WIDTH),
        _aligned(rows),
        *(fill(note, _WIDTH) for note in _notes(result)),
        _aligned(aims),
        *(fill(note, _WIDTH) for note in _remarks(result)),
    )
    return "\n\n".join(told)


def markdown(result: Result) -> str:
    """Return the section of the README, without its heading."""
    head = "| | µs for a record | mapstudio is |\n|---|---|---|\n"
    table = head + "\n".join(f"| {name} | {time} | {ratio} |" for name, time, _, ratio in _rows(result))
    head = "| to be reached | measured | |\n|---|---|---|\n"
    aims = head + "\n".join(f"| {item.says} | {item.found} | {_VERDICT[item.reached]} |" for item in targets(result))
    told = (
        fill(method(result), _LINE),
        table,
        *(fill(note, _LINE) for note in _notes(result)),
        aims,
        *(fill(note, _LINE) for note in _remarks(result)),
    )
    return "\n\n".join(told)


def as_json(result: Result) -> dict[str, Any]:
    """Return the figures as JSON values."""
    return {
        "machine": machine(),
        "records": result.records,
        "slow_records": result.slow_records,
        "rounds": result.rounds,
        "compared": result.compared,
        "record_size": round(result.record_size),
        "pinned": result.pinned,
        "busy": result.busy,
        "engines": [
            {
                "key": item.key,
                "title": item.title,
                "cpu_us": _micro(result.one_core[item.key].cpu),
                "wall_us": _micro(result.one_core[item.key].wall),
                "ratio": _plain(result.ratio(item.key)),
                "least_ratio": result.least_ratio(item.key),
            }
            for item in result.engines
        ],
        "absent": [{"key": item.key, "title": item.title, "why": item.why} for item in result.absent],
        "workers_wall_us": {key: _micro(item.wall) for key, item in result.two_workers.items()},
        "side_by_side": _plain(result.side_by_side),
        "preview_ms": {
            "every_row": _plain(result.preview.every_row.times(1e3)),
            "one_key": _plain(result.preview.one_key.times(1e3)),
            "whole_view": _plain(result.preview.whole_view.times(1e3)),
            "inference": _plain(result.preview.inference.times(1e3)),
        },
        "memory": [
            {"records": item.records, "megabytes": item.megabytes, "seconds": item.seconds} for item in result.memory
        ],
        "targets": [
            {"says": item.says, "found": item.found, "reached": item.reached, "value": item.value}
            for item in targets(result)
        ],
    }


def write_readme(result: Result, path: Path = README) -> None:
    """Put the figures between the README's two marks.

    Raises:
        BenchmarkError: The marks are not there.
    """
    old = path.read_text(encoding="utf-8")
    before, begin, rest = old.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise BenchmarkError(f"README.md lacks the marks {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n\n{markdown(result)}\n\n{END}{after}", encoding="utf-8")


def missed(found: Sequence[Target]) -> bool:
    """Return whether one of them was measured and not reached."""
    return any(item.reached is False for item in found)


def method(result: Result) -> str:
    """Return how it was measured, in a few sentences."""
    where = "on one core" if result.pinned else "on no core in particular, since this system cannot pin"
    size = f"{result.record_size / 1000:.1f} KB"
    return (
        f"{machine()}. Records of {size}, 30 rows, JSON lines to JSON lines, {where}; medians of {result.rounds} "
        "rounds in which everyone took turns, least and most in brackets. Times are processor time of a command on "
        f"{result.records:,} records ({result.slow_records:,} for the slow ones) less that of the same command on "
        f"{result.compared:,}, which leaves out start-up and all else that is done once. The floor reads each record "
        "with orjson and writes an output of the usual size. "
        f"All gave the same outputs for {result.compared:,} records."
    )


def _notes(result: Result) -> list[str]:
    notes = [f"{item.title}: not measured, {item.why}." for item in result.absent]
    if result.busy:
        notes.append(
            "The machine was busy with something else: the clock ran well ahead of the processor time. By the quickest "
            f"run of each, which is disturbed least, mapstudio is {_least(result)}."
        )
    return notes


def _least(result: Result) -> str:
    others = [item for item in result.engines if item.key in {JMESPATH, JQ_TOOL, DUCKDB}]
    told = [f"{result.least_ratio(item.key):.1f} times as fast as {item.title}" for item in others]
    floor = result.least_ratio(FLOOR)
    return ", ".join([*told, *([f"at {floor:.0%} of the floor's speed"] if floor is not None else [])])


def _rows(result: Result) -> list[tuple[str, str, str, str]]:
    found = []
    for item in result.engines:
        cost = result.one_core[item.key].cpu.times(1e6)
        low, high = cost.spread
        found.append((item.title, f"{cost.median:.1f}", f"{low:.1f} to {high:.1f}", _said(result, item.key)))
    return found


def _said(result: Result, key: str) -> str:
    ratio = result.ratio(key)
    if key == MAPSTUDIO or ratio is None:
        return ""
    low, high = ratio.spread
    if key == FLOOR:
        return f"at {ratio.median:.0%} of its speed ({low:.0%} to {high:.0%})"
    return f"{ratio.median:.2f} times as fast ({low:.2f} to {high:.2f})"


def _remarks(result: Result) -> list[str]:
    """Return what helps to understand the figures that were to be reached."""
    cost, pair = result.preview, result.side_by_side
    told = (
        f"At every key the preview evaluates one row on {SAMPLE} records, with its trace: "
        f"{cost.one_key.median * 1e3:.1f} ms. The whole map, checked, compiled and evaluated again, takes "
        f"{cost.whole_view.median * 1e3:.1f} ms."
    )
    if pair is None:
        return [told]
    low, high = pair.spread
    cores = (
        f"Two commands side by side, which share nothing, do {pair.median:.2f} times ({low:.2f} to {high:.2f}) the "
        "work of one in the same time: that is what two cores of this machine give, with nothing to share out."
    )
    return [told, cores]


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)


def _micro(series: Series) -> dict[str, Any] | None:
    return _plain(series.times(1e6))


def _plain(series: Series | None) -> dict[str, Any] | None:
    if series is None:
        return None
    return {"median": series.median, "low": series.spread[0], "high": series.spread[1], "values": list(series.values)}
