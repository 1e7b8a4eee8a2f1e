"""Start-up is taken off, and too little work gives no figures. What anything costs is not asserted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.engines import INPUT, OUTPUT, Engine
from benchmarks.timing import BenchmarkError, Files, measure

_SPINS = """
import sys, time
for _ in open(sys.argv[1]):
    end = time.process_time() + 0.01
    while time.process_time() < end:
        pass
"""

_WAITS = """
import glob, os
limit = time.monotonic() + 20
while len(glob.glob(os.path.join(os.path.dirname(sys.argv[2]), '*.here'))) < 2:
    assert time.monotonic() < limit, 'alone'
end = time.process_time() + 0.03 * len(open(sys.argv[1]).readlines())
while time.process_time() < end:
    pass
"""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    made = Files(tmp_path, tmp_path / "examples.jsonl")
    for count in (1, 21):
        made.input(count).write_text("{}\n" * count, encoding="utf-8")
    return made


def test_everyone_takes_turns_and_start_up_is_taken_off(files: Files) -> None:
    told: list[str] = []
    engines = [Engine(key, key, (sys.executable, "-c", _SPINS, INPUT, OUTPUT)) for key in ("one", "two")]
    measured = measure(engines, {"one": (1, 21), "two": (1, 21)}, files, 2, told.append)
    assert told == ["round 1 of 2", "round 2 of 2"]
    for found in measured.values():
        assert len(found.cpu.values) == len(found.wall.values) == 2
        # A hundredth of a second for each record, without what Python's own start costs.
        assert 0.005 < found.cpu.median < 0.05


def test_work_that_drowns_in_start_up_gives_no_figures(files: Files) -> None:
    spins = "import sys, time\nif len(open(sys.argv[1]).read()) < 9: time.sleep(0.3)"
    backwards = Engine("idle", "idle", (sys.executable, "-c", spins, INPUT, OUTPUT))
    with pytest.raises(BenchmarkError, match="21 records take no longer than 1: give --records more"):
        measure([backwards], {"idle": (1, 21)}, files, 1, print)


def test_copies_run_side_by_side(files: Files) -> None:
    meets = "import sys, time\nopen(sys.argv[2] + '.here', 'w').close()\n" + _WAITS
    [measured] = measure(
        [Engine("pair", "pair", (sys.executable, "-c", meets, INPUT, OUTPUT), copies=2)],
        {"pair": (1, 21)},
        files,
        1,
        print,
    ).values()
    assert measured.wall.median > 0


def test_a_copy_that_fails_gives_no_figures(files: Files) -> None:
    fails = "import sys\nif sys.argv[2].endswith('1.jsonl'): sys.exit('out of paper')"
    pair = Engine("pair", "the pair", (sys.executable, "-c", fails, INPUT, OUTPUT), copies=2)
    with pytest.raises(BenchmarkError, match="the pair ended with 1: out of paper"):
        measure([pair], {"pair": (1, 21)}, files, 1, print)
