"""The two kinds of notes: on a guest, and on a reservation. They are read and written in the same way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NAMED = re.compile(r"\[[\w.-]{1,60}\]\s*")


@dataclass(frozen=True, slots=True)
class NoteKind:
    """One kind.

    Attributes:
        object: The object's name.
        owner_object: What a note is on.
        owner: The field that says on which one.
        id: The field of the note's own id.
        text: The field of its text.
        reads: The method that gives all notes of an owner.
        creates: The method that adds one.
        changes: The method that replaces a text.
        archives: The method that takes one off.
        named: What the last two call the note's id.
    """

    object: str
    owner_object: str
    owner: str
    id: str
    text: str
    reads: str
    creates: str
    changes: str
    archives: str
    named: str

    def record_id(self, owner: str, note: str) -> str:
        """Return the id of a record: without its owner a note is found nowhere."""
        return f"{owner}-{note}"

    def parts(self, record_id: str) -> tuple[str, str]:
        """Return owner and note of a record's id; both are empty for what is none."""
        owner, _, note = record_id.rpartition("-")
        return (owner, note) if owner and note else ("", "")


NOTES: Mapping[str, NoteKind] = {
    kind.object: kind
    for kind in (
        NoteKind(
            *("guest_notes", "guests", "guestID", "guestNoteID", "guestNote"),
            *("getGuestNotes", "postGuestNote", "putGuestNote", "deleteGuestNote", "noteID"),
        ),
        NoteKind(
            *("reservation_notes", "reservations", "reservationID", "reservationNoteID", "reservationNote"),
            *("getReservationNotes", "postReservationNote", "putReservationNote", "deleteReservationNote"),
            "reservationNoteID",
        ),
    )
}
TEXTS = frozenset(kind.text for kind in NOTES.values())


@dataclass(frozen=True, slots=True)
class Prefix:
    """How the notes that mapstudio writes begin, so that people see where they come from and mappings can skip them.

    Attributes:
        fixed: What the connection says; without it a note begins with the name of the connection it comes from.
    """

    fixed: str = ""

    def marked(self, text: str, origin: str) -> str:
        """Return a text as it is written."""
        start = self.fixed or f"[{origin}]"
        return text if text.startswith(start) else f"{start} {text}"

    def is_ours(self, text: str) -> bool:
        """Return whether a text begins as :meth:`marked` lets it begin."""
        return text.startswith(self.fixed) if self.fixed else _NAMED.match(text) is not None

    def bare(self, text: str) -> str:
        """Return a text without the beginning that :meth:`marked` gives it."""
        if self.fixed:
            return text.removeprefix(self.fixed).strip()
        return _NAMED.sub("", text, count=1).strip() if self.is_ours(text) else text.strip()
