"""``python -m benchmarks.expressions``: mapstudio beside jmespath.py, jq, DuckDB and the floor, in one run.

Exit code 0, also when targets are missed (``--require`` makes that 1); 1 when the outputs of two engines differ or one
fails: there are no figures then.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.agreement import require_same
from benchmarks.engines import MAPSTUDIO, PAIR, WORKERS, Absent, Engine, find_engines
from benchmarks.memory import RECORDS, can_measure, peak_memory
from benchmarks.preview import PreviewMeasurement
from benchmarks.report import as_json, missed, text, write_readme
from benchmarks.result import Result
from benchmarks.targets import targets
from benchmarks.timing import BenchmarkError, Files, Measured, measure, use_cores
from benchmarks.workload.records import write_records

_COMPARED = 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and tell; return the exit code."""
    chosen = _options().parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="mapstudio-benchmark-") as folder:
            result = _measured(Path(folder), chosen)
        if chosen.write_readme:
            write_readme(result)
    except BenchmarkError as error:
        _talk(f"No figures: {error}.")
        return 1
    print(json.dumps(as_json(result), indent=2, ensure_ascii=False) if chosen.json else text(result))
    return int(chosen.require and missed(targets(result)))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.expressions", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how many times everyone is measured (15)")
    parser.add_argument("--records", type=int, default=50_000, help="how many records in a run (50000)")
    parser.add_argument("--quick", action="store_true", help="3 rounds")
    parser.add_argument("--memory", action="store_true", help=f"also put {RECORDS:,} records through one run")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--write-readme", action="store_true", help="write the figures into README.md")
    parser.add_argument("--require", action="store_true", help="exit code 1 when a target is missed")
    return parser


def _measured(folder: Path, chosen: argparse.Namespace) -> Result:
    rounds = 3 if chosen.quick else chosen.rounds
    slow = max(chosen.records // 10, 100)
    files = Files(folder, folder / "examples.jsonl")
    compared = min(_COMPARED, slow // 5)
    _talk(f"writing {chosen.records:,} records")
    for count in {compared, slow, chosen.records, *_for_workers(chosen.records)}:
        write_records(files.input(count), count)
    engines, absent = find_engines()
    pinned = use_cores(1)
    _talk("comparing the outputs")
    agreed = require_same(engines, files.input(compared), files)
    files.output(engines[0]).replace(files.examples)
    alone = [item for item in engines if item.key not in {WORKERS, PAIR}]
    # What is done once is in both: also that the first records are looked at twice, and that code is made for them.
    sizes = {item.key: (compared, slow if item.slow else chosen.records) for item in alone}
    # The quick ones right after one another, and often rather than long: a machine that is slow for some seconds is so
    # for all of them.
    order = sorted(alone, key=lambda item: item.slow)
    preview = PreviewMeasurement()
    one_core = measure(order, sizes, files, rounds, _talk, after_each=preview.measure)
    result = Result(
        records=chosen.records,
        slow_records=slow,
        rounds=rounds,
        compared=agreed,
        record_size=files.input(chosen.records).stat().st_size / chosen.records,
        engines=alone,
        absent=absent,
        one_core=one_core,
        preview=preview.cost,
        pinned=pinned,
    )
    result = _with_workers(result, engines, files)
    return _with_memory(result, files) if chosen.memory else result


def _with_workers(result: Result, engines: Sequence[Engine], files: Files) -> Result:
    """Measure by the clock one worker, two, and what two commands do that share nothing; both cores are theirs then."""
    both = [item for item in engines if item.key in {MAPSTUDIO, WORKERS, PAIR}]
    if not use_cores(2):
        why = "there is only one core, or this system cannot pin"
        titles = [item.title for item in both if item.key == WORKERS]
        return replace(result, absent=[*result.absent, *(Absent(WORKERS, title, why) for title in titles)])
    _talk("one and two workers, by the clock")
    sizes = {item.key: _for_workers(result.records) for item in both}
    measured: dict[str, Measured] = measure(both, sizes, files, result.rounds, _talk)
    return replace(result, two_workers=measured)


def _for_workers(records: int) -> tuple[int, int]:
    """Return a small and a large number of records: both keep two workers busy, so that starting them is in neither."""
    return records, records * 4


def _with_memory(result: Result, files: Files) -> Result:
    if not can_measure():
        return result
    base = files.input(result.records)
    runs = [peak_memory(base, result.records, count, _talk) for count in (result.records, RECORDS)]
    return replace(result, memory=runs)


def _talk(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
