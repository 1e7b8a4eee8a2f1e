"""How much memory a long run takes: records through a pipe, and the most that the command held at any time."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.engines import INPUT, OUTPUT, ROOT, transform
from benchmarks.timing import BenchmarkError

RECORDS = 1_000_000
_CHUNK = 1 << 20
_POLL = 0.05


@dataclass(frozen=True, slots=True)
class Peak:
    """One run.

    Attributes:
        records: How many went through.
        megabytes: The most resident memory (a megabyte is a million bytes).
        seconds: How long it took.
    """

    records: int
    megabytes: float
    seconds: float


def can_measure() -> bool:
    """Return whether this system tells how much memory another process has."""
    return Path("/proc/self/status").exists()


def peak_memory(base: Path, base_records: int, records: int, progress: Callable[[str], None]) -> Peak:
    """Run mapstudio on a file's records, over and over until there were enough.

    The process is looked at while it runs: what the system counts for ended children includes their parent's memory
    at the fork.

    Raises:
        BenchmarkError: It failed.
    """
    progress(f"memory: {records:,} records through a pipe")
    places = {INPUT: "-", OUTPUT: "/dev/null"}
    command = [places.get(word, word) for word in transform()]
    start, most = time.perf_counter(), 0.0
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert process.stdin is not None  # noqa: S101 - asked for above
    try:
        for _ in range(-(-records // base_records)):
            with base.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    process.stdin.write(chunk)
                    most = max(most, _resident(process.pid))
        process.stdin.close()
    except BrokenPipeError:
        pass
    while process.poll() is None:
        most = max(most, _resident(process.pid))
        time.sleep(_POLL)
    if process.returncode:
        raise BenchmarkError(f"mapstudio ended with {process.returncode} in the run that measures memory")
    return Peak(records, most, time.perf_counter() - start)


def _resident(process: int) -> float:
    """Return the most memory that a process has held so far, 0 when it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0
