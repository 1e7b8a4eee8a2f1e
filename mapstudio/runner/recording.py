"""Writes down what happens, as it happens: nothing that was sent is ever without a line that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from mapstudio.connectors.exchange import WriteOutcome, Written
from mapstudio.model import Reason, Verb
from mapstudio.runner.plan import READ, Plan, PlannedRecord, count_verbs
from mapstudio.runner.recovery import Recovered
from mapstudio.runner.refusals import fingerprint, left_of
from mapstudio.runner.reviewing import UNKNOWN, doubt_of, lost_doubts
from mapstudio.runner.state import Intent, Refusal, Rejection, RunEntry, StateStore
from mapstudio.runner.task import Task

_WRITTEN = frozenset({Verb.CREATE, Verb.UPDATE})
_LOGGED = frozenset({Verb.REJECT, Verb.REVIEW, Verb.WAIT, Verb.DUPLICATE})
_PASSED = frozenset({Verb.UNCHANGED, Verb.SKIPPED})


@dataclass
class Recorder:
    """Keeps the books of one run.

    Attributes:
        task: What is to be done.
        state: Where it is kept.
        lock: The lock that is held.
        plan: What is executed.
        run: The run's id, once it has begun.
        counts: What really happened so far.
        rejects: What was rejected so far.
        reviews: What a person has to look at so far.
    """

    task: Task
    state: StateStore
    lock: str
    plan: Plan
    run: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    rejects: list[Rejection] = field(default_factory=list)
    reviews: list[PlannedRecord] = field(default_factory=list)
    _duplicates: dict[str, list[PlannedRecord]] = field(default_factory=dict)

    def begin(self, recovered: Recovered) -> None:
        """Note the run, what it inherits from killed ones, and everything of the plan that needs no writing."""
        for record in self.plan.records:
            if record.verb is Verb.DUPLICATE and record.winner is not None:
                self._duplicates.setdefault(record.winner, []).append(record)
        self.counts = count_verbs(record.verb for record in self.plan.records if record.verb not in _WRITTEN)
        self.counts[READ] = len(self.plan.records)
        with self.state.transaction():
            self._inherit(recovered)
            self.run = self.state.runs.start(
                mapping=self.task.mapping.name,
                lock=self.lock,
                source=self.task.source.info,
                destination=self.task.destination.info,
                counts=self.counts,
            )
            self._settle_unwritten()

    def note_intents(self, batch: Sequence[PlannedRecord]) -> None:
        """Note a batch before it is sent."""
        intents = [Intent(item.source_id, item.destination_id, item.canonical_key) for item in batch]
        with self.state.transaction():
            self.state.intents.note(self.run, self.lock, self.task.scope, intents)

    def note_outcomes(self, batch: Sequence[PlannedRecord], outcomes: Sequence[WriteOutcome]) -> list[str]:
        """Note how a batch ended; return the source ids of those of which nobody knows, whose intents stay."""
        pairs = list(zip(batch, outcomes, strict=True))
        known = [(record, outcome) for record, outcome in pairs if outcome.result in _ENDED]
        doubtful = [_to_review(record, outcome) for record, outcome in pairs if outcome.result is Written.REVIEW]
        refused = [_rejection(record, outcome) for record, outcome in known if outcome.result is Written.REFUSED]
        done = [
            replace(
                record,
                verb=_VERBS[outcome.result],
                destination_id=outcome.destination_id or record.destination_id,
                reasons=outcome.reasons,
            )
            for record, outcome in known
            if outcome.result is not Written.REFUSED
        ]
        # Written, but not all of it: counted as written, and a dead letter says what is missing.
        in_part = [
            Rejection(item.source_id, item.reasons, item.record, item.output, in_part=True)
            for item in done
            if item.reasons
        ]
        for record in done:
            self.counts[record.verb] += 1
        self.counts[Verb.REJECT] += len(refused)
        self.counts[Verb.REVIEW] += len(doubtful)
        settled = [record.source_id for record, outcome in pairs if outcome.result is not Written.UNKNOWN]
        with self.state.transaction():
            self._link(done)
            self._reject([*refused, *in_part])
            self._remember([(record, _reasons(outcome)) for record, outcome in known if _is_refused(outcome)])
            self._remember([(left_of(record), record.reasons) for record in done if record.reasons])
            self._review(doubtful, sent=True)
            self._log([*done, *(_refused_record(record, outcome) for record, outcome in known if _is_refused(outcome))])
            self._log(doubtful)
            self.state.intents.clear(self.run, settled)
            self.state.runs.count(self.run, self.counts)
        return [record.source_id for record, outcome in pairs if outcome.result is Written.UNKNOWN]

    def save_checkpoint(self) -> None:
        """Let the next incremental read go on behind this one; everything read is safe by now.

        Records that wait for a person or for another record are kept nowhere else: they must be read again, so the
        checkpoint stays where it was.
        """
        if self.plan.checkpoint is not None and not self.holds_checkpoint:
            self.state.checkpoints.save(self.task.mapping.name, self.task.scope, self.plan.checkpoint, self.task.digest)

    @property
    def holds_checkpoint(self) -> bool:
        """Whether the checkpoint has to stay where it was for the sake of some records."""
        pending = self.counts[Verb.REVIEW] + self.counts[Verb.WAIT]
        return self.plan.checkpoint is not None and pending > 0

    def _inherit(self, recovered: Recovered) -> None:
        for run, created in recovered.created.items():
            row = self.state.runs.get(run)
            if row is not None:
                counts = {**row.counts, Verb.CREATE: row.counts.get(Verb.CREATE, 0) + created}
                self.state.runs.count(run, counts)
        self._inherit_lost(recovered)
        for intent in recovered.intents:
            if intent.source_id in recovered.links:
                pair = (intent.source_id, recovered.links[intent.source_id])
                self.state.links.save(self.task.scope, [pair], intent.run)
                self._log_found(intent, pair[1])
            self.state.intents.clear(intent.run, [intent.source_id])
        self.state.runs.abandon(
            self.lock, {"mapping": self.task.mapping.name, "error": "ended without a word; it may have been killed"}
        )

    def _inherit_lost(self, recovered: Recovered) -> None:
        """Keep what killed runs may have created, also what this run did not read."""
        for doubt in lost_doubts(recovered):
            intent = recovered.lost[doubt.source_id]
            self.state.reviews.put(self.task.mapping.name, self.task.scope, intent.run, [doubt])
            if (row := self.state.runs.get(intent.run)) is not None:
                counts = {**row.counts, Verb.REVIEW: row.counts.get(Verb.REVIEW, 0) + 1}
                self.state.runs.count(intent.run, counts)
                record = PlannedRecord(doubt.source_id, Verb.REVIEW, intent.key, reasons=doubt.reasons)
                self.state.runs.add_entries(
                    intent.run, [RunEntry(doubt.source_id, str(record.verb), None, record.to_json())]
                )

    def _log_found(self, intent: Intent, destination_id: str) -> None:
        """Let a killed run's log name what it created without a word."""
        if self.state.runs.get(intent.run) is not None:
            record = PlannedRecord(
                intent.source_id,
                Verb.CREATE,
                intent.key,
                destination_id,
                note="found again by the next run: this one had been killed",
            )
            entry = RunEntry(record.source_id, str(record.verb), destination_id, record.to_json())
            self.state.runs.add_entries(intent.run, [entry])

    def _settle_unwritten(self) -> None:
        records = self.plan.records
        self.state.links.drop(self.task.scope, [record.source_id for record in records if record.drops_link])
        self._link([record for record in records if record.verb is Verb.UNCHANGED])
        self._close([record.source_id for record in records if record.verb in _PASSED])
        self._reject(
            Rejection(record.source_id, record.reasons, record.record, record.output)
            for record in records
            if record.verb is Verb.REJECT
        )
        self._review([record for record in records if record.verb is Verb.REVIEW])
        unwanted = [record.source_id for record in records if record.verb is Verb.SKIPPED]
        self.state.reviews.close_unsent(self.task.scope, unwanted)
        self._log(record for record in records if record.verb in _LOGGED)

    def _link(self, records: Iterable[PlannedRecord]) -> None:
        """Link records that stand in the destination, and with them those that they stand for."""
        pairs: list[tuple[str, str]] = []
        for record in records:
            if record.destination_id is not None:
                same = [record.source_id, *(item.source_id for item in self._duplicates.get(record.source_id, ()))]
                pairs.extend((source_id, record.destination_id) for source_id in same)
        self.state.links.save(self.task.scope, pairs, self.run)
        self.state.reviews.close(self.task.scope, [source_id for source_id, _ in pairs])
        self._close(source_id for source_id, _ in pairs)

    def _close(self, source_ids: Iterable[str]) -> None:
        passed = [*source_ids]
        self.state.dead_letters.close(self.task.mapping.name, self.task.scope, passed)
        self.state.refusals.forget(self.task.mapping.name, self.task.scope, passed)

    def _remember(self, refused: Iterable[tuple[PlannedRecord, tuple[Reason, ...]]]) -> None:
        """Note what the destination did not take, so that the next runs do not ask it the same."""
        found = [Refusal(record.source_id, fingerprint(self.task, record), reasons) for record, reasons in refused]
        self.state.refusals.remember(self.task.mapping.name, self.task.scope, found)

    def _review(self, records: Sequence[PlannedRecord], *, sent: bool = False) -> None:
        """Ask a person; what was answered since the plan was made still counts, unless it has just been sent."""
        self.reviews.extend(records)
        doubts = [doubt_of(record, sent=sent) for record in records]
        if sent:
            self.state.reviews.put(self.task.mapping.name, self.task.scope, self.run, doubts)
        else:
            self.state.reviews.put(self.task.mapping.name, self.task.scope, self.run, doubts, planned=self.plan.created)

    def _reject(self, rejections: Iterable[Rejection]) -> None:
        kept = list(rejections)
        self.rejects.extend(kept)
        self.state.dead_letters.put(self.task.mapping.name, self.task.scope, self.run, kept)

    def _log(self, records: Iterable[PlannedRecord]) -> None:
        self.state.runs.add_entries(
            self.run,
            [RunEntry(item.source_id, str(item.verb), item.destination_id, item.to_json()) for item in records],
        )


_ENDED = frozenset({Written.CREATED, Written.UPDATED, Written.REFUSED})
_VERBS = {Written.CREATED: Verb.CREATE, Written.UPDATED: Verb.UPDATE}


def _is_refused(outcome: WriteOutcome) -> bool:
    return outcome.result is Written.REFUSED


def _to_review(record: PlannedRecord, outcome: WriteOutcome) -> PlannedRecord:
    return replace(record, verb=Verb.REVIEW, reasons=outcome.reasons or (UNKNOWN,), found=outcome.found)


def _rejection(record: PlannedRecord, outcome: WriteOutcome) -> Rejection:
    return Rejection(record.source_id, _reasons(outcome), record.record, record.output)


def _refused_record(record: PlannedRecord, outcome: WriteOutcome) -> PlannedRecord:
    return replace(record, verb=Verb.REJECT, reasons=_reasons(outcome))


def _reasons(outcome: WriteOutcome) -> tuple[Reason, ...]:
    return outcome.reasons or (Reason("", "the destination refused the record without saying why"),)
