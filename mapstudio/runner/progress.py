"""How far a plan or an apply has come, told to whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Phase(StrEnum):
    """What is being done."""

    READ = "read"
    MATCH = "match"
    WRITE = "write"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a phase has come.

    Attributes:
        phase: What is being done.
        done: Records done.
        total: Records in all, ``None`` when not known.
    """

    phase: Phase
    done: int
    total: int | None = None


ProgressCallback: TypeAlias = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Tell nobody."""
