"""Records that a person has to look at: which of them a plan holds back, and what was said of them.

A record that was sent and of which nobody knows whether it was written is not sent again, neither by the next plan nor
with ``retry``: only once it is found after all, or once a person has said that it is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from mapstudio.connectors.exchange import KeyValues
from mapstudio.model import PreconditionError, Reason, UsageError, Verb
from mapstudio.model.exact_json import dumps
from mapstudio.runner.plan import Plan, PlannedRecord
from mapstudio.runner.recovery import Recovered
from mapstudio.runner.state import Decision, Doubt, Review, StateStore
from mapstudio.runner.task import Task, digest_of

KILLED = Reason(
    "",
    "the run that was about to create it was killed, and the destination does not show it: it may have been created",
)
UNKNOWN = Reason("", "the answer was lost, and the destination does not show it: it may have been created")
_SAME_KEY = "has the same key as {other}, of which nobody knows whether it was created"
_NOT_THERE = "it was linked to {chosen} by a person, which is not there"


@dataclass(frozen=True)
class ReviewBook:
    """What is known of the records of one plan.

    Attributes:
        by_source: The reviews by source id.
        lost: What killed runs were about to create and nobody has found, by source id.
        by_key: The same as doubts, and the open reviews of records that may have been created, by key.
    """

    by_source: Mapping[str, Review] = field(default_factory=dict)
    lost: Mapping[str, Doubt] = field(default_factory=dict)
    by_key: Mapping[str, Doubt] = field(default_factory=dict)

    def left_out(self, source_id: str) -> bool:
        """Whether a person said that the record is to be left out."""
        review = self.by_source.get(source_id)
        return review is not None and review.decision is Decision.SKIP

    def declined(self, source_id: str) -> frozenset[str]:
        """Return the destination records of which a person said that they are not it."""
        review = self.by_source.get(source_id)
        return review.declined if review is not None else frozenset()

    def chosen(self, source_id: str) -> str | None:
        """Return the destination record of which a person said that it is it."""
        review = self.by_source.get(source_id)
        return review.chosen if review is not None else None

    def held(self, source_id: str, key: KeyValues | None) -> Doubt | None:
        """Return why the record must not be created, ``None`` when it may be."""
        if source_id in self.lost:
            return self.lost[source_id]
        review = self.by_source.get(source_id)
        if review is not None and review.closed_at is None:
            if review.decision is Decision.CREATE:
                return None
            if review.decision is Decision.LINK:
                reason = Reason("key", _NOT_THERE.format(chosen=review.chosen))
                return replace(review.doubt, reasons=(reason, *review.doubt.reasons))
            if review.doubt.sent:
                return review.doubt
        same = self.by_key.get(key_digest(key) or "")
        if same is None or same.source_id == source_id:
            return None
        return replace(same, source_id=source_id, reasons=(Reason("key", _SAME_KEY.format(other=same.source_id)),))


def review_book(task: Task, state: StateStore, recovered: Recovered) -> ReviewBook:
    """Return what is known before a plan is made."""
    reviews = state.reviews.of_scope(task.scope)
    lost = {doubt.source_id: doubt for doubt in lost_doubts(recovered)}
    settled = frozenset({Decision.CREATE, Decision.LINK})
    sent = [
        review.doubt
        for review in reviews
        if review.doubt.sent
        and review.closed_at is None
        and review.decision not in settled
        and review.mapping == task.mapping.name
    ]
    by_key = {doubt.key: doubt for doubt in (*sent, *lost.values()) if doubt.key is not None}
    return ReviewBook({review.source_id: review for review in reviews}, lost, by_key)


def lost_doubts(recovered: Recovered) -> list[Doubt]:
    """Return what a person is to be asked of the records that killed runs left."""
    return [
        Doubt(intent.source_id, (KILLED,), key=key_digest(intent.key), sent=True) for intent in recovered.lost.values()
    ]


def doubt_of(record: PlannedRecord, *, sent: bool = False) -> Doubt:
    """Return what a person is to be asked of a record that is to be reviewed."""
    key = key_digest(record.canonical_key)
    return Doubt(record.source_id, record.reasons, record.found, key, record.record, record.output, sent)


def key_digest(key: KeyValues | None) -> str | None:
    """Return what tells a key from others without holding it."""
    return digest_of(dumps([*key])) if key else None


def check_held(task: Task, state: StateStore, plan: Plan, recovered: Recovered) -> None:
    """Compare a plan with what has become to be reviewed, or was decided, since it was made.

    Raises:
        PreconditionError: A record that the plan would create must not be created by itself any more.
    """
    book = review_book(task, state, recovered)
    for record in plan.records:
        if record.verb is not Verb.CREATE:
            continue
        held = book.held(record.source_id, record.canonical_key)
        if held is not None or book.left_out(record.source_id):
            why = held.reasons[0].reason if held is not None else "a person left it out"
            raise PreconditionError(
                f"{record.source_id} must not be created any more: {why}.", remedy="Nothing was written. Plan again."
            )


def link_to(state: StateStore, review: Review, destination_id: str) -> Review:
    """Keep that a record is this destination record; the next apply updates it, or finds it as it is.

    Raises:
        UsageError: The id is empty.
    """
    chosen = destination_id.strip()
    if not chosen:
        raise UsageError("The id of the destination record is empty.", remedy="Give the id of the record that it is.")
    others = {item.id for item in review.doubt.found} | review.declined
    with state.transaction():
        state.links.save(review.scope, [(review.source_id, chosen)], review.run)
        state.reviews.decide(review.number, Decision.LINK, chosen=chosen, declined=others - {chosen})
    return _again(state, review)


def create_anew(state: StateStore, review: Review) -> Review:
    """Keep that a record is none of those that were found; the next apply creates it.

    Raises:
        UsageError: It stands in the destination since, and not because a person said where.
    """
    if review.closed_at is not None and review.decision is not Decision.LINK:
        raise UsageError(
            f"{review.source_id} stands in the destination since {review.closed_at[:19]} UTC, and was not created now.",
            remedy=f"Say that it is another one by: mapstudio review link {review.name} ID",
        )
    others = {item.id for item in review.doubt.found} | review.declined
    others |= {review.chosen} if review.chosen is not None else set()
    with state.transaction():
        state.links.drop(review.scope, [review.source_id])
        state.reviews.decide(review.number, Decision.CREATE, chosen=None, declined=others)
    return _again(state, review)


def leave_out(state: StateStore, review: Review) -> Review:
    """Keep that a record is to be left alone, until something else is said."""
    state.reviews.decide(review.number, Decision.SKIP, chosen=None, declined=review.declined)
    return _again(state, review)


def find_reviews(state: StateStore, references: Iterable[str]) -> list[Review]:
    """Return reviews by their names (``r3``) or the source ids of their records.

    Raises:
        UsageError: There is none, or a source id has several.
    """
    return [_find(state, reference) for reference in references]


def _find(state: StateStore, reference: str) -> Review:
    found = [*state.reviews.of_source(reference)]
    digits = reference.removeprefix("r")
    # SQLite's integers have 64 bits.
    if not found and digits != reference and digits.isascii() and digits.isdecimal() and len(digits) <= 18:
        named = state.reviews.get(int(digits))
        found = [named] if named is not None else []
    if not found:
        raise UsageError(f'There is no review "{reference}".', remedy="See all by: mapstudio review list")
    if len(found) > 1:
        names = ", ".join(f"{review.name} ({review.mapping})" for review in found)
        raise UsageError(f'"{reference}" has {len(found)} reviews: {names}.', remedy="Give the name of one.")
    return found[0]


def _again(state: StateStore, review: Review) -> Review:
    found = state.reviews.get(review.number)
    return found if found is not None else review
