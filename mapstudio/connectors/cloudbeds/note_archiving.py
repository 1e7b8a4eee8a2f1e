"""Archiving notes, so that an undo can take back those that mapstudio wrote, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mapstudio.connectors.cloudbeds.api import RefusedCallError
from mapstudio.connectors.cloudbeds.note_kinds import NoteKind, Prefix
from mapstudio.connectors.cloudbeds.notes import Notes
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.together import together
from mapstudio.model import Reason


@dataclass(frozen=True, slots=True)
class NoteArchiver:
    """Archives notes of one kind."""

    session: Session
    kind: NoteKind
    prefix: Prefix

    async def archive(self, ids: Sequence[str]) -> list[Reason | None]:
        """Archive notes and return why not, in order; one that is archived or gone already is left as it is.

        A note without the mark that mapstudio's begin with is a person's, also where it was one of ours before:
        somebody has written it anew, and those words would be lost.
        """
        owners = sorted({owner for owner, _ in map(self.kind.parts, ids) if owner})
        groups = await together(Notes(self.session, self.kind).on(owner) for owner in owners)
        texts = {note.id: str(note.data.get(self.kind.text) or "") for group in groups for note in group}
        wanted = [one for one in dict.fromkeys(ids) if one in texts]
        told = await together(self._attempt(one, texts[one]) for one in wanted)
        refused = dict(zip(wanted, told, strict=True))
        return [refused.get(one) for one in ids]

    async def _attempt(self, record_id: str, text: str) -> Reason | None:
        if not self.prefix.is_ours(text):
            return Reason(self.kind.text, "it no longer begins as mapstudio's notes do: a person has written it", text)
        owner, note = self.kind.parts(record_id)
        try:
            await self.session.api.delete(self.kind.archives, {self.kind.owner: owner, self.kind.named: note})
        except RefusedCallError as error:
            if error.not_found:
                # Archived in the meantime, or by the same call when its answer was lost.
                return None
            return Reason(self.kind.text, error.told or "refused without a reason", text)
        return None
