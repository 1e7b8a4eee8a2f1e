"""What a run really did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapstudio.model import ExitCode, MapstudioError, Verb
from mapstudio.runner.plan import PlannedRecord
from mapstudio.runner.state import Rejection, RunStatus


@dataclass(frozen=True, slots=True)
class Report:
    """The end of a run.

    Attributes:
        run: The run's id.
        mapping: The mapping's name.
        status: Done, or stopped before its end.
        counts: What really happened, by verb; ``read`` is what was read, also when the run was stopped.
        started: RFC 3339 UTC.
        ended: RFC 3339 UTC.
        not_done: Records planned to be written that were not sent.
        unknown: Source ids of records whose write has no answer; the next run finds out.
        rejects: What was rejected, by the mapping or by the destination, and what was written without one of its
            associations or steps; all of it is in dead letters.
        reviews: What a person has to look at; all of it is in the reviews.
        notes: What else is to be said.
        error: What stopped the run, ``None`` when the user did or nothing.
        associated: How many associations were made or removed; ``None`` when the mapping has none.
        steps: How many steps were taken after writing; ``None`` when the mapping has none.
    """

    run: str
    mapping: str
    status: RunStatus
    counts: Mapping[str, int]
    started: str
    ended: str
    not_done: int = 0
    unknown: tuple[str, ...] = ()
    rejects: Sequence[Rejection] = ()
    reviews: Sequence[PlannedRecord] = ()
    notes: tuple[str, ...] = ()
    error: MapstudioError | None = None
    associated: int | None = None
    steps: int | None = None

    @property
    def exit_code(self) -> ExitCode:
        """What a command ends with: 130 when interrupted, the error's when stopped, 1 with rejects, else 0."""
        if self.status is RunStatus.STOPPED:
            return self.error.exit_code if self.error is not None else ExitCode.INTERRUPTED
        return ExitCode.REJECTED if self.counts[Verb.REJECT] or self.rejects else ExitCode.DONE

    @property
    def quiet(self) -> bool:
        """Whether nothing was sent because everything was there already."""
        return self.status is RunStatus.DONE and not (self.counts[Verb.CREATE] or self.counts[Verb.UPDATE])

    def to_json(self) -> dict[str, Any]:
        """Return counts and run as ``apply --json`` prints them."""
        return {**self.counts, "run": self.run, **self.details()}

    def details(self) -> dict[str, Any]:
        """Return everything but the counts, as the state store keeps it."""
        told: dict[str, Any] = {"mapping": self.mapping, "status": str(self.status)}
        if self.status is RunStatus.STOPPED:
            told["not_done"] = self.not_done
            told["error"] = str(self.error) if self.error is not None else "interrupted"
        if self.associated is not None:
            told["associations"] = self.associated
        if self.steps is not None:
            told["steps"] = self.steps
        if self.unknown:
            told["unknown"] = [*self.unknown]
        if self.notes:
            told["notes"] = [*self.notes]
        return told
