"""How it is measured: each run is a process, everyone in turn and round by round, start-up taken off."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.engines import ROOT, Engine


class BenchmarkError(Exception):
    """Something that makes the figures worthless; the message says what."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one run cost, in seconds."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Series:
    """The same thing measured several times, a value for each round."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle."""
        return median(self.values)

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the most."""
        return min(self.values), max(self.values)

    def over(self, other: Series) -> Series:
        """Return this divided by the other, round by round."""
        return Series(tuple(mine / theirs for mine, theirs in zip(self.values, other.values, strict=True)))

    def times(self, factor: float) -> Series:
        """Return all values multiplied."""
        return Series(tuple(value * factor for value in self.values))


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds for each record."""

    cpu: Series
    wall: Series


@dataclass(frozen=True)
class Files:
    """The files of a measurement, all in one folder.

    Attributes:
        folder: Where outputs go too.
        examples: Outputs, for the floor.
    """

    folder: Path
    examples: Path

    def input(self, records: int) -> Path:
        """Return where so many records are."""
        return self.folder / f"input-{records}.jsonl"

    def output(self, engine: Engine, copy: int = 0) -> Path:
        """Return where an engine's outputs go, or those of one of its copies."""
        return self.folder / f"output-{engine.key}-{copy}.jsonl"

    @property
    def environment(self) -> dict[str, str]:
        """Return what commands find in theirs: Python code is compiled once, and not at every start."""
        rest = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {**rest, "PYTHONPYCACHEPREFIX": str(self.folder / "compiled")}

    def errors(self, copy: int = 0) -> Path:
        """Return where is kept what an engine says on standard error."""
        return self.folder / f"errors-{copy}.txt"


def run(engine: Engine, source: Path, files: Files) -> Spent:
    """Run an engine on a file; all its copies at once, until the last has ended.

    Raises:
        BenchmarkError: It failed.
    """
    start = time.perf_counter()
    started = [_start(engine, source, files, copy) for copy in range(engine.copies)]
    spent = 0.0
    for process in started:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        spent += usage.ru_utime + usage.ru_stime
    wall = time.perf_counter() - start
    for copy, process in enumerate(started):
        if process.returncode:
            told = files.errors(copy).read_text(encoding="utf-8", errors="replace").strip()[-500:].rstrip(".")
            raise BenchmarkError(f"{engine.title} ended with {process.returncode}: {told}")
    return Spent(spent, wall)


def _start(engine: Engine, source: Path, files: Files, copy: int) -> subprocess.Popen[bytes]:
    target = files.output(engine, copy)
    command = engine.arguments(source, target, files.examples)
    with (target if engine.prints else Path(os.devnull)).open("wb") as out, files.errors(copy).open("wb") as talk:
        return subprocess.Popen(command, cwd=ROOT, env=files.environment, stdout=out, stderr=talk)


def measure(
    engines: Sequence[Engine],
    sizes: Mapping[str, tuple[int, int]],
    files: Files,
    rounds: int,
    progress: Callable[[str], None],
    after_each: Callable[[], object] = lambda: None,
) -> dict[str, Measured]:
    """Measure everyone in turn, round by round.

    Args:
        engines: In the order in which they run.
        sizes: For each a small and a large number of records: what they cost differs by the records in between, and
            start-up is in neither.
        files: With the inputs of these sizes.
        rounds: How many.
        progress: Told what is going on.
        after_each: Called at the end of each round: what is measured in this process, over the whole time as well.

    Raises:
        BenchmarkError: One of them failed, or did too little to be measured.
    """
    small: dict[str, list[Spent]] = {engine.key: [] for engine in engines}
    large: dict[str, list[Spent]] = {engine.key: [] for engine in engines}
    for number in range(1, rounds + 1):
        progress(f"round {number} of {rounds}")
        for engine in engines:
            for runs, records in zip((small, large), sizes[engine.key], strict=True):
                runs[engine.key].append(run(engine, files.input(records), files))
        after_each()
    return {key: _per_record(small[key], large[key], sizes[key]) for key in small}


def _per_record(small: Sequence[Spent], large: Sequence[Spent], sizes: tuple[int, int]) -> Measured:
    """Return what a record costs. Start-up costs the same in each round: its median is taken off, not its noise.

    Raises:
        BenchmarkError: The work drowns in start-up.
    """
    records = sizes[1] - sizes[0]
    cpu, wall = median(item.cpu for item in small), median(item.wall for item in small)
    if any(item.cpu <= cpu or item.wall <= wall for item in large):
        raise BenchmarkError(f"{sizes[1]:,} records take no longer than {sizes[0]:,}: give --records more")
    return Measured(
        Series(tuple((item.cpu - cpu) / records for item in large)),
        Series(tuple((item.wall - wall) / records for item in large)),
    )


def use_cores(count: int) -> bool:
    """Keep this process and those it starts on so many cores; ``False`` where the system cannot or has not as many."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    cores = sorted(_ALL_CORES)[-count:]
    os.sched_setaffinity(0, cores)
    return len(cores) == count


_ALL_CORES = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
