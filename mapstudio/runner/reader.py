"""Looks up past runs and dead letters by what people remember of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mapstudio.model import UsageError
from mapstudio.runner.lock import RunLock
from mapstudio.runner.state import DeadLetter, RunEntry, RunRow, RunStatus, StateStore
from mapstudio.runner.undoing import created_by

LAST = "last"


@dataclass(frozen=True, slots=True)
class RunReader:
    """Runs and dead letters of one state store."""

    state: StateStore

    def runs(self, *, mapping: str | None = None, limit: int = 50) -> Sequence[RunRow]:
        """Return the newest runs first; one whose process is gone counts as stopped."""
        return [self._seen(run) for run in self.state.runs.newest(mapping=mapping, limit=limit)]

    def run(self, reference: str) -> RunRow:
        """Return a run by its id, the beginning of it, or ``last``.

        Raises:
            UsageError: There is none, or several begin so.
        """
        newest = self.state.runs.newest(limit=100_000)
        if reference == LAST and newest:
            return self._seen(newest[0])
        found = [run for run in newest if run.id == reference] or [
            run for run in newest if run.id.startswith(reference)
        ]
        if not found:
            raise UsageError(f'There is no run "{reference}".', remedy="See all by: mapstudio runs list")
        if len(found) > 1:
            names = ", ".join(run.id for run in found[:5])
            raise UsageError(f'{len(found)} runs begin with "{reference}": {names}.', remedy="Give more of the name.")
        return self._seen(found[0])

    def entries(self, run: RunRow) -> Sequence[RunEntry]:
        """Return what the run did to each record (what was unchanged or skipped is only counted)."""
        return self.state.runs.entries(run.id)

    def created(self, run: RunRow) -> Sequence[RunEntry]:
        """Return what the run created and nobody has taken back yet."""
        return created_by(self.state, run)

    def dead_letters(
        self, *, mapping: str | None = None, closed: bool = False, limit: int | None = None
    ) -> Sequence[DeadLetter]:
        """Return the open letters, last rejected first; with ``closed`` also those whose record passed since."""
        return self.state.dead_letters.all(mapping=mapping, closed=closed, limit=limit)

    def dead_letter(self, reference: str) -> DeadLetter:
        """Return a letter by its number, or by the source id of its record.

        Raises:
            UsageError: There is none, or a source id has letters of several mappings.
        """
        letter = self.state.dead_letters.get(int(reference)) if _is_number(reference) else None
        found = [letter] if letter is not None else self.state.dead_letters.of_source(reference)
        if not found:
            raise UsageError(
                f'There is no dead letter "{reference}".', remedy="See all by: mapstudio dead-letters list"
            )
        if len(found) > 1:
            mappings = ", ".join(f"{letter.id} ({letter.mapping})" for letter in found)
            raise UsageError(f'"{reference}" has {len(found)} dead letters: {mappings}.', remedy="Give the number.")
        return found[0]

    def _seen(self, run: RunRow) -> RunRow:
        if run.status is not RunStatus.RUNNING or RunLock(self.state.folder, run.lock).holder() is not None:
            return run
        report = {**run.report, "error": "ended without a word; it may have been killed"}
        return replace(run, status=RunStatus.STOPPED, report=report)


def _is_number(text: str) -> bool:
    # SQLite's integers have 64 bits.
    return text.isascii() and text.isdecimal() and len(text) <= 18


def run_json(run: RunRow) -> dict[str, Any]:
    """Return a run as ``runs list --json`` prints it."""
    return {
        "run": run.id,
        "started": run.started,
        "ended": run.ended,
        "status": str(run.status),
        "mapping": run.mapping,
        "source": run.source.to_json(),
        "destination": run.destination.to_json(),
        **run.counts,
        "report": run.report,
    }
