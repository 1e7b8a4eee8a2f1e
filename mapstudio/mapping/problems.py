"""What is wrong with a mapping: found all at once, each with its place and a remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mapstudio.model import UsageError


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    """Nothing runs before it is mended."""
    WARNING = "warning"
    """Runs, but someone should look; an error with ``--strict``."""
    NOTE = "note"
    """Said for information (``checked the file alone``); never an error."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        file: The file's name as the user gave it.
        line: From 1; 0 when the problem has no place in the file.
        row: The destination field, or ``where``, ``each``, ``key``, or an example's name; empty outside of these.
        message: One sentence on what is wrong.
        remedy: What to do, empty when the message says it.
        severity: See :class:`Severity`.
        code: The name of a trap in an expression, or ``type``, ``portable``, ``unknown-field``; empty for the rest.
        position: Where in the row's expression, from 0; ``None`` when it concerns the row as a whole.
    """

    file: str
    line: int
    row: str
    message: str
    remedy: str = ""
    severity: Severity = Severity.ERROR
    code: str = ""
    position: int | None = None

    @property
    def subject(self) -> str:
        """What it is about, as a message begins: ``row phone, character 7: ``; empty outside of rows."""
        where = f", character {self.position + 1}" if self.position else ""
        return f"row {self.row}{where}: " if self.row else ""

    def to_json(self) -> dict[str, Any]:
        """Return the problem as ``check --json`` prints it."""
        return {
            "file": self.file,
            "line": self.line,
            "row": self.row,
            "message": self.message,
            "remedy": self.remedy,
            "severity": str(self.severity),
            "code": self.code,
            "position": self.position,
        }

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.subject}{self.message}{'; ' if self.remedy else ''}{self.remedy}"


class MappingError(UsageError):
    """A mapping that cannot be used; nothing was read or written.

    Attributes:
        problems: All of them.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Return those that keep the mapping from running."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]
