"""Undo and redo: every kept edit is the document's whole text, with what was done in words and as a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MOST = 200
"""Older steps are forgotten."""


@dataclass(frozen=True, slots=True)
class Step:
    """The document after one edit.

    Attributes:
        text: All of it.
        label: What was done, such as ``edit phone``; empty for the text as it was opened.
        command: The shell command that does the same; empty where none does.
        field: The row that was edited; empty when it is none.
    """

    text: str
    label: str = ""
    command: str = ""
    field: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the step for the autosave."""
        return {"text": self.text, "label": self.label, "command": self.command, "field": self.field}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Step:
        """Read a step of an autosave.

        Raises:
            KeyError: It has no text.
        """
        return cls(
            str(data["text"]), str(data.get("label", "")), str(data.get("command", "")), str(data.get("field", ""))
        )


class History:
    """The steps of one document.

    Args:
        text: The text as it is on the disk.
    """

    def __init__(self, text: str) -> None:
        self._steps = [Step(text)]
        self._at = 0
        self._saved: int | None = 0

    @property
    def current(self) -> Step:
        """The document as it is now."""
        return self._steps[self._at]

    @property
    def unsaved(self) -> int:
        """How many steps lie between the file and now; with the file's step forgotten, all that are left."""
        if self._saved is None:
            return max(self._at, 1)
        return 0 if self.current.text == self._steps[self._saved].text else abs(self._at - self._saved)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone."""
        return self._at + 1 < len(self._steps)

    def push(self, step: Step) -> bool:
        """Keep an edit and return whether it changed anything; what was undone is forgotten."""
        if step.text == self.current.text:
            return False
        if self._saved is not None and self._saved > self._at:
            self._saved = None
        del self._steps[self._at + 1 :]
        self._steps.append(step)
        self._at += 1
        if len(self._steps) > MOST:
            dropped = len(self._steps) - MOST
            del self._steps[:dropped]
            self._at -= dropped
            self._saved = None if self._saved is None or self._saved < dropped else self._saved - dropped
        return True

    def undo(self) -> Step | None:
        """Go one step back and return what was undone."""
        if not self.can_undo:
            return None
        undone = self.current
        self._at -= 1
        return undone

    def redo(self) -> Step | None:
        """Do again what was undone and return it."""
        if not self.can_redo:
            return None
        self._at += 1
        return self.current

    def mark_saved(self) -> None:
        """The file holds the current text."""
        self._saved = self._at

    def since_saved(self) -> list[Step]:
        """Return the steps from the file's text to now, for the autosave."""
        start = self._saved if self._saved is not None and self._saved <= self._at else None
        return self._steps[start + 1 : self._at + 1] if start is not None else [self.current]

    def replay(self, steps: list[Step]) -> None:
        """Take up the steps of an autosave."""
        for step in steps:
            self.push(step)
