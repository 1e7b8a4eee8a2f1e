"""Which destination record a candidate means: the link first, then the key; when they disagree, a person decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from mapstudio.connectors.contract import Enforcement
from mapstudio.connectors.exchange import KeyValues
from mapstudio.model import JsonScalar, Reason, SourceRecord
from mapstudio.runner.candidate import Candidate
from mapstudio.runner.progress import Phase, Progress, ProgressCallback
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
    """

    found: SourceRecord | None = None
    linked: bool = False
    doubt: Reason | None = None
    gone: str | None = None


@dataclass
class Matcher:
    """Finds the destination's records for one plan.

    Attributes:
        task: What is to be done.
        state: Holds the links.
        recovered: Links that a killed run could not note, by source id.
        progress: Told as it goes on.
    """

    task: Task
    state: StateStore
    recovered: Mapping[str, str]
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
        linked = links.get(item.source_id)
        return not self._hits.get(item.key or ()) and (linked is None or linked not in self._current)

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
        hits = self._hits.get(item.key or (), ())
        ids = [hit.id for hit in hits]
        linked = self._current.get(link) if link is not None else None
        gone = link if linked is None else None
        if linked is not None:
            if ids and linked.id not in ids:
                doubt = f"linked to {linked.id}, but the key finds {', '.join(ids)}"
                return Match(doubt=Reason("key", doubt, _key_value(item)))
            return Match(linked, linked=True)
        if len(ids) > 1:
            doubt = f"the key finds {len(ids)} records: {', '.join(ids)}"
            return Match(doubt=Reason("key", doubt, _key_value(item)), gone=gone)
        if hits:
            return Match(hits[0], gone=gone)
        own = self._current.get(self._owned.get(item.source_id, ""))
        return Match(own, linked=own is not None, gone=gone)

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
            if (match := matches.get(item.source_id)) and match.linked and match.found and not self._by_key(item, match)
        }
        sharing = self.state.links.sharing(self.task.scope, {destination for _, destination in moved.values()})
        doubts: dict[str, Match] = {}
        for source_id, (item, destination) in moved.items():
            others = sharing.get(destination, frozenset()) - together[source_id]
            if others:
                doubt = (
                    f"its key has changed, and its link to {destination} is also that of {', '.join(sorted(others))}"
                )
                doubts[source_id] = Match(doubt=Reason("key", doubt, _key_value(item)))
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
                    doubts[item.source_id] = Match(doubt=Reason("key", doubt, _key_value(item)))
        return doubts

    def _claim(self, item: Candidate, match: Match) -> tuple[bool, bool]:
        return (match.linked, self._by_key(item, match))

    def _by_key(self, item: Candidate, match: Match) -> bool:
        return any(match.found is not None and hit.id == match.found.id for hit in self._hits.get(item.key or (), ()))


def _key_value(item: Candidate) -> JsonScalar:
    if item.key is None:
        return None
    return item.key[0] if len(item.key) == 1 else ", ".join(str(part) for part in item.key)
