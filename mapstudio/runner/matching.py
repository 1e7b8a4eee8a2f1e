"""Which destination record a candidate means: the link first, then the key; when they disagree, a person decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from mapstudio.connectors.declarations import Enforcement
from mapstudio.connectors.exchange import KeyValues
from mapstudio.model import JsonScalar, Lookalike, Reason, SourceRecord
from mapstudio.runner.candidate import Candidate
from mapstudio.runner.progress import Phase, Progress, ProgressCallback
from mapstudio.runner.reviewing import ReviewBook
from mapstudio.runner.state import StateStore
from mapstudio.runner.task import Task

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for one candidate.

    Attributes:
        found: The destination record with its present values, ``None`` when there is none.
        linked: It is known to be this source record's own, by a link or by the destination itself.
        doubt: Why nobody but a person can tell which one it is.
        gone: The id of the record that it was linked to and that is no longer there.
        lookalikes: With a doubt, the records that it may be.
    """

    found: SourceRecord | None = None
    linked: bool = False
    doubt: Reason | None = None
    gone: str | None = None
    lookalikes: tuple[Lookalike, ...] = ()


@dataclass
class Matcher:
    """Finds the destination's records for one plan.

    Attributes:
        task: What is to be done.
        state: Holds the links.
        recovered: Links that a killed run could not note, by source id.
        book: What people said of records that look like one another.
        progress: Told as it goes on.
    """

    task: Task
    state: StateStore
    recovered: Mapping[str, str]
    book: ReviewBook
    progress: ProgressCallback
    _hits: dict[KeyValues, Sequence[SourceRecord]] = field(default_factory=dict, init=False)
    _current: dict[str, SourceRecord] = field(default_factory=dict, init=False)
    _owned: dict[str, str] = field(default_factory=dict, init=False)

    async def match(self, candidates: Sequence[Candidate]) -> Mapping[str, Match]:
        """Return a match for each candidate that is alive, by source id."""
        alive = [item for item in candidates if item.alive]
        links = self.state.links.find(self.task.scope, [item.source_id for item in alive])
        # What a killed run created is newer than any link that was noted before.
        links = {**links, **self.recovered}
        for start in range(0, len(alive), _AT_ONCE):
            await self._look_up(alive[start : start + _AT_ONCE], links)
            self.progress(Progress(Phase.MATCH, min(start + _AT_ONCE, len(alive)), len(alive)))
        matches = {item.source_id: self._match(item, links.get(item.source_id)) for item in alive}
        matches.update(self._moved(candidates, matches))
        matches.update(self._contested(alive, matches))
        return matches

    async def _look_up(self, some: Sequence[Candidate], links: Mapping[str, str]) -> None:
        destination, fields = self.task.destination, self.task.read_fields
        keys = {item.key for item in some if item.key is not None}
        self._hits.update(await destination.connector.lookup(destination.object, self.task.key, keys, fields))
        self._current.update((hit.id, hit) for key in keys for hit in self._hits.get(key, ()))
        missing = {links[item.source_id] for item in some if item.source_id in links} - self._current.keys()
        if missing:
            self._current.update(await destination.connector.current(destination.object, missing, fields))
        await self._look_up_origins([item for item in some if self._is_new(item, links)])

    def _is_new(self, item: Candidate, links: Mapping[str, str]) -> bool:
        """Return whether nothing tells of a record that the destination knows it, or not whether it is this one."""
        linked = links.get(item.source_id)
        if linked is not None and linked in self._current:
            return False
        return not self._meant(item) or self.book.held(item.source_id, item.key) is not None

    def _meant(self, item: Candidate) -> list[SourceRecord]:
        """Return what the key finds, without those of which a person said that they are not it."""
        declined = self.book.declined(item.source_id)
        return [hit for hit in self._hits.get(item.key or (), ()) if hit.id not in declined]

    async def _look_up_origins(self, new: Sequence[Candidate]) -> None:
        destination = self.task.destination
        if not new or destination.capabilities.create is not Enforcement.EXTERNAL_ID:
            return
        origins = {self.task.origin(item.source_id): item.source_id for item in new}
        found = await destination.connector.by_origin(destination.object, origins)
        self._owned.update((origins[origin], identifier) for origin, identifier in found.items())
        unread: Collection[str] = set(found.values()) - self._current.keys()
        if unread:
            fields = self.task.read_fields
            self._current.update(await destination.connector.current(destination.object, unread, fields))

    def _match(self, item: Candidate, link: str | None) -> Match:
        hits = self._meant(item)
        linked = self._current.get(link) if link is not None else None
        gone = link if linked is None else None
        if linked is not None:
            if hits and linked.id not in {hit.id for hit in hits}:
                doubt = f"linked to {linked.id}, but the key finds {_ids(hits)}"
                lookalikes = (Lookalike(linked.id, "it was linked to it"), *_with_its_key(item, hits))
                return Match(doubt=Reason("key", doubt, _key_value(item)), lookalikes=lookalikes)
            return Match(linked, linked=True)
        if len(hits) > 1:
            doubt = f"the key finds {len(hits)} records: {_ids(hits)}"
            found = _with_its_key(item, hits)
            return Match(doubt=Reason("key", doubt, _key_value(item)), gone=gone, lookalikes=found)
        if hits:
            return Match(hits[0], linked=self._owned.get(item.source_id) == hits[0].id, gone=gone)
        own = self._current.get(self._owned.get(item.source_id, ""))
        declined = self.book.declined(item.source_id)
        if declined and (beside := self._only_one(item, own)):
            doubt = f"{_ids(beside)} is not to be it, and the destination would take nothing else for it"
            return Match(
                doubt=Reason("key", doubt, _key_value(item)), gone=gone, lookalikes=_with_its_key(item, beside)
            )
        own = None if own is not None and own.id in declined else own
        return Match(own, linked=own is not None, gone=gone)

    def _only_one(self, item: Candidate, own: SourceRecord | None) -> Sequence[SourceRecord]:
        """Return the declined records that a create would come out at, since the destination keeps no second one."""
        able, declined = self.task.destination.capabilities, self.book.declined(item.source_id)
        if able.create is Enforcement.UNIQUE_FIELD:
            return [hit for hit in self._hits.get(item.key or (), ()) if hit.id in declined]
        return [own] if own is not None and own.id in declined and able.repeatable else []

    def _moved(self, candidates: Sequence[Candidate], matches: Mapping[str, Match]) -> Mapping[str, Match]:
        """Find those whose link is also another record's, and whose key is no longer that record's.

        Records with one key are linked to one destination record. When one of them gets another key, its link would
        overwrite what now belongs to the others, and the two would never agree again.
        """
        together: dict[str, set[str]] = {}
        for item in candidates:
            stands_for = item.winner or item
            together.setdefault(stands_for.source_id, set()).add(item.source_id)
        moved = {
            item.source_id: (item, match.found.id)
            for item in candidates
            if (match := matches.get(item.source_id))
            and match.linked
            and match.found
            and not self._by_key(item, match)
            and self.book.chosen(item.source_id) != match.found.id
        }
        sharing = self.state.links.sharing(self.task.scope, {destination for _, destination in moved.values()})
        doubts: dict[str, Match] = {}
        for source_id, (item, destination) in moved.items():
            others = sharing.get(destination, frozenset()) - together[source_id]
            if others:
                doubt = (
                    f"its key has changed, and its link to {destination} is also that of {', '.join(sorted(others))}"
                )
                shared = (Lookalike(destination, "it was linked to it"),)
                doubts[source_id] = Match(doubt=Reason("key", doubt, _key_value(item)), lookalikes=shared)
        return doubts

    def _contested(self, alive: Sequence[Candidate], matches: Mapping[str, Match]) -> Mapping[str, Match]:
        """Let one destination record be written from one source record only: the one that has the best claim."""
        claims: dict[str, list[Candidate]] = {}
        for item in alive:
            if found := matches[item.source_id].found:
                claims.setdefault(found.id, []).append(item)
        doubts: dict[str, Match] = {}
        for destination, items in claims.items():
            best = max(items, key=lambda item: self._claim(item, matches[item.source_id]))
            doubt = f"{destination} is what {best.source_id} is linked to or found by in the same read"
            for item in items:
                if item is not best:
                    taken = (Lookalike(destination, f"written from {best.source_id}"),)
                    doubts[item.source_id] = Match(doubt=Reason("key", doubt, _key_value(item)), lookalikes=taken)
        return doubts

    def _claim(self, item: Candidate, match: Match) -> tuple[bool, bool]:
        return (match.linked, self._by_key(item, match))

    def _by_key(self, item: Candidate, match: Match) -> bool:
        return any(match.found is not None and hit.id == match.found.id for hit in self._hits.get(item.key or (), ()))


def _key_value(item: Candidate) -> JsonScalar:
    if item.key is None:
        return None
    return item.key[0] if len(item.key) == 1 else ", ".join(str(part) for part in item.key)


def _ids(records: Sequence[SourceRecord]) -> str:
    return ", ".join(record.id for record in records)


def _with_its_key(item: Candidate, records: Sequence[SourceRecord]) -> tuple[Lookalike, ...]:
    return tuple(Lookalike(record.id, f"has the key {_key_value(item)}") for record in records)
