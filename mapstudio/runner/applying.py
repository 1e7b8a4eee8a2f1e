"""Executes a plan, batch by batch; stops between two batches and nowhere else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mapstudio.connectors.exchange import Written
from mapstudio.model import MapstudioError, Verb
from mapstudio.runner.plan import Plan, PlannedRecord
from mapstudio.runner.progress import Phase, Progress, ProgressCallback
from mapstudio.runner.recording import Recorder
from mapstudio.runner.recovery import Recovered
from mapstudio.runner.report import Report
from mapstudio.runner.sending import Sent, batches, send
from mapstudio.runner.state import RunStatus, StateStore, stamp, utc_now
from mapstudio.runner.task import Task

logger = logging.getLogger(__name__)
_HELD = "the checkpoint stays where it was, so that --since last reads again what waits or is to be reviewed"


@dataclass
class Execution:
    """One run.

    Attributes:
        task: What is to be done.
        state: Where it is noted.
        plan: What to execute.
        lock: The name of the lock that is held.
        stopping: Whether the user wants to stop; asked before each batch.
        progress: Told after each batch.
    """

    task: Task
    state: StateStore
    plan: Plan
    lock: str
    stopping: Callable[[], bool]
    progress: ProgressCallback
    _unknown: list[str] = field(default_factory=list)
    _sent: int = 0
    _associated: int = 0
    _steps: int = 0

    async def execute(self, recovered: Recovered) -> Report:
        """Run to the end, or to the first batch after which it cannot or shall not go on.

        Being cancelled counts as being interrupted: the batch in flight is finished and noted first.

        Raises:
            StateError: What happened cannot be noted; the intents on disk tell the next run.
        """
        started = stamp(utc_now())
        recorder = Recorder(self.task, self.state, self.lock, self.plan)
        recorder.begin(recovered)
        total = sum(record.verb in {Verb.CREATE, Verb.UPDATE} for record in self.plan.records)
        logger.info("run %s: %s begins, %d records to write", recorder.run, self.task.mapping.name, total)
        self.progress(Progress(Phase.WRITE, 0, total))
        error: MapstudioError | None = None
        try:
            for batch in batches(self.task, self.plan.records):
                if self.stopping():
                    break
                error = await self._deliver(recorder, batch)
                self.progress(Progress(Phase.WRITE, self._sent, total))
                if error is not None:
                    break
        except asyncio.CancelledError:
            self._end(recorder, started, total, error=None, stopped=True)
            raise
        # Also when only the last batch was in flight: whoever stops a run does not want the next mapping's.
        return self._end(recorder, started, total, error=error, stopped=self.stopping() or error is not None)

    async def _deliver(self, recorder: Recorder, batch: Sequence[PlannedRecord]) -> MapstudioError | None:
        recorder.note_intents(batch)
        sending = asyncio.create_task(send(self.task, batch))
        try:
            sent = await asyncio.shield(sending)
        except asyncio.CancelledError:
            self._note(recorder, batch, await sending)
            raise
        return self._note(recorder, batch, sent)

    def _note(self, recorder: Recorder, batch: Sequence[PlannedRecord], sent: Sent) -> MapstudioError | None:
        unknown = recorder.note_outcomes(batch, sent.outcomes)
        self._unknown.extend(unknown)
        unsent = sum(outcome.result is Written.UNSENT for outcome in sent.outcomes)
        self._sent += len(batch) - len(unknown) - unsent
        self._associated += sent.associated
        self._steps += sent.steps
        logger.info(
            "run %s: %d of %d records of a batch have an outcome",
            recorder.run,
            len(batch) - len(unknown) - unsent,
            len(batch),
        )
        return sent.error

    def _end(
        self, recorder: Recorder, started: str, total: int, *, error: MapstudioError | None, stopped: bool
    ) -> Report:
        status = RunStatus.STOPPED if stopped else RunStatus.DONE
        report = Report(
            run=recorder.run,
            mapping=self.task.mapping.name,
            status=status,
            counts=recorder.counts,
            started=started,
            ended=stamp(utc_now()),
            not_done=total - self._sent - len(self._unknown),
            unknown=tuple(self._unknown),
            rejects=tuple(recorder.rejects),
            reviews=tuple(recorder.reviews),
            notes=(*self.plan.notes, *([_HELD] if recorder.holds_checkpoint else [])),
            error=error,
            associated=self._associated if self.task.associations else None,
            steps=self._steps if self.task.actions else None,
        )
        with self.state.transaction():
            if status is RunStatus.DONE:
                recorder.save_checkpoint()
            self.state.runs.end(recorder.run, status, recorder.counts, report.details())
        logger.info("run %s: %s, %s", recorder.run, status, recorder.counts)
        return report
