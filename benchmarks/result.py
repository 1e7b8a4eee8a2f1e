"""What a run found: everyone's times, the preview, the memory, and what follows for the targets."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.engines import MAPSTUDIO, PAIR, Absent, Engine
from benchmarks.memory import Peak
from benchmarks.preview import PreviewCost
from benchmarks.timing import Measured, Series


@dataclass(frozen=True)
class Result:
    """All of it.

    Attributes:
        records: How many records the fast ones were timed on.
        slow_records: How many the slow ones were timed on.
        rounds: How many times.
        compared: On how many outputs all agreed.
        record_size: Bytes of a record, on average.
        engines: Who was measured on one core.
        absent: Who was not.
        one_core: Seconds for each record, by engine.
        two_workers: The same for one and two workers on two cores, and for two commands side by side; empty when not
            measured.
        preview: What the preview costs.
        memory: A short and a long run; empty when not asked for.
        pinned: Whether everyone but the workers ran on one and the same core.
    """

    records: int
    slow_records: int
    rounds: int
    compared: int
    record_size: float
    engines: Sequence[Engine]
    absent: Sequence[Absent]
    one_core: Mapping[str, Measured]
    preview: PreviewCost
    pinned: bool
    two_workers: Mapping[str, Measured] = field(default_factory=dict)
    memory: Sequence[Peak] = ()

    def ratio(self, key: str, to: str = MAPSTUDIO) -> Series | None:
        """Return how many times another's time is of one's, round by round; ``None`` when one of them is absent."""
        if key not in self.one_core or to not in self.one_core:
            return None
        return self.one_core[key].cpu.over(self.one_core[to].cpu)

    def least_ratio(self, key: str) -> float | None:
        """Return the ratio of the quickest runs, for a machine on which the others were disturbed."""
        if key not in self.one_core:
            return None
        return self.one_core[key].cpu.spread[0] / self.one_core[MAPSTUDIO].cpu.spread[0]

    @property
    def side_by_side(self) -> Series | None:
        """How many times the work of one command two do that share nothing, by the clock: what two cores give here."""
        if PAIR not in self.two_workers:
            return None
        return self.two_workers[MAPSTUDIO].wall.times(2).over(self.two_workers[PAIR].wall)

    @property
    def busy(self) -> bool:
        """Whether something else ran on the core: the clock went on while the programs did not."""
        ours = self.one_core[MAPSTUDIO]
        return ours.wall.median > 1.15 * ours.cpu.median

    def engine(self, key: str) -> Engine:
        """Return who has that key."""
        return next(item for item in self.engines if item.key == key)


def machine() -> str:
    """Return what this runs on, in a few words."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(encoding="utf-8"), re.MULTILINE)
        model = found[1].strip() if found else ""
    cores = os.cpu_count() or 1
    parts = (model or platform.machine(), f"{cores} cores", platform.system(), f"Python {platform.python_version()}")
    return ", ".join(parts)
