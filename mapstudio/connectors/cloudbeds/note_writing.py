"""Writing notes without writing one twice: the API has nothing that keeps a note from being added again.

A note of the same text that is there already, whoever wrote it, is the one that was to be written. So the notes of a
guest or reservation are read before one is added, and again when the answer to that is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mapstudio.connectors.cloudbeds.api import RefusedCallError
from mapstudio.connectors.cloudbeds.note_kinds import NoteKind, Prefix
from mapstudio.connectors.cloudbeds.notes import Notes
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.writes import refused, settled
from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.connectors.http import LostAnswerError
from mapstudio.connectors.together import together
from mapstudio.model import MapstudioError


@dataclass(frozen=True, slots=True)
class NoteWriter:
    """Writes notes of one kind."""

    session: Session
    kind: NoteKind
    prefix: Prefix

    async def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Write side by side, those on one guest or reservation one after another.

        Raises:
            MapstudioError: Not one of them reached the system.
        """
        by_owner: dict[str, list[int]] = {}
        for place, item in enumerate(writes):
            by_owner.setdefault(self._owner(item), []).append(place)

        async def in_turn(places: list[int]) -> list[tuple[int, WriteOutcome | MapstudioError]]:
            return [(place, await self._attempt(writes[place])) for place in places]

        ended = dict(pair for group in await together(map(in_turn, by_owner.values())) for pair in group)
        return settled(writes, [ended[place] for place in range(len(writes))], "note")

    def _owner(self, item: Write) -> str:
        if item.destination_id is not None:
            return self.kind.parts(item.destination_id)[0]
        return str(item.values.get(self.kind.owner) or "").strip()

    async def _attempt(self, item: Write) -> WriteOutcome | MapstudioError:
        owner, text = self._owner(item), str(item.values.get(self.kind.text) or "").strip()
        if (wrong := self._wrong(item, owner, text)) is not None:
            return wrong
        try:
            if item.destination_id is None:
                return await self._create(item, owner, text)
            return await self._change(item, owner, text)
        except RefusedCallError as error:
            row = self.kind.owner if error.not_found and item.destination_id is None else self.kind.text
            return refused(item, row, error.told or "refused without a reason")
        except MapstudioError as error:
            return error

    def _wrong(self, item: Write, owner: str, text: str) -> WriteOutcome | None:
        if not owner:
            return refused(item, self.kind.owner, "a note needs to say on what it is")
        given = item.values.get(self.kind.owner, owner)
        if str(given) != owner:
            return refused(item, self.kind.owner, "a note cannot move to another one", given)
        return None if text else refused(item, self.kind.text, "a note cannot be empty")

    async def _create(self, item: Write, owner: str, text: str) -> WriteOutcome:
        if (known := await self._same(owner, text)) is not None:
            return WriteOutcome(Written.UPDATED, known)
        form = {self.kind.owner: owner, self.kind.text: self.prefix.marked(text, item.origin.connection)}
        try:
            answer = await self.session.api.post(self.kind.creates, form)
        except LostAnswerError:
            known = await self._same(owner, text)
            if known is None:
                # Sending it again reads the notes first.
                raise
            return WriteOutcome(Written.CREATED, known)
        note = str(answer.body.get(self.kind.id) or "")
        found = self.kind.record_id(owner, note) if note else await self._same(owner, text)
        return WriteOutcome(Written.CREATED, found)

    async def _change(self, item: Write, owner: str, text: str) -> WriteOutcome:
        _, note = self.kind.parts(str(item.destination_id))
        marked = self.prefix.marked(text, item.origin.connection)
        await self.session.api.put(
            self.kind.changes, {self.kind.owner: owner, self.kind.named: note, self.kind.text: marked}
        )
        return WriteOutcome(Written.UPDATED, item.destination_id)

    async def _same(self, owner: str, text: str) -> str | None:
        """Return the note on the owner that says the same."""
        for note in await Notes(self.session, self.kind).on(owner):
            if self.prefix.bare(str(note.data.get(self.kind.text) or "")) == self.prefix.bare(text):
                return note.id
        return None
