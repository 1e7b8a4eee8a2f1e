"""Choices that hypothesis makes, repeats and shrinks: what stands first is what a failing case is brought down to.

All choices of a case come out of one draw of bytes. Drawn one by one, hypothesis would spend half of the cases on
repeating parts of the one before, and most of the time on drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

Chosen = TypeVar("Chosen")
_LEAST, _MOST = 400, 2400


class Dice:
    """Choices, each depending on those before. When the bytes are used up, the first choice is taken everywhere.

    Args:
        entropy: Random bytes.
    """

    def __init__(self, entropy: bytes) -> None:
        self._entropy = entropy
        self._place = 0

    def number(self, least: int, most: int) -> int:
        """Return a whole number; it shrinks to the least."""
        size = 1 if most - least < 32 else 2
        drawn = int.from_bytes(self._entropy[self._place : self._place + size].ljust(size, b"\0"), "big")
        self._place += size
        return least + ((most - least + 1) * drawn >> 8 * size)

    def pick(self, choices: Sequence[Chosen]) -> Chosen:
        """Return one of the choices; it shrinks to the first."""
        return choices[self.number(0, len(choices) - 1)]

    def chance(self, percent: int) -> bool:
        """Return whether something happens; it shrinks to not."""
        return self.number(0, 99) >= 100 - percent

    def weighed(self, choices: Sequence[tuple[int, Chosen]]) -> Chosen:
        """Return one of the choices, each as often as its weight says; it shrinks to the first."""
        place = self.number(0, sum(weight for weight, _ in choices) - 1)
        for weight, choice in choices:
            place -= weight
            if place < 0:
                return choice
        raise AssertionError

    def __repr__(self) -> str:
        # What was made of it is what a failing test tells.
        return f"Dice({len(self._entropy)} bytes)"


def dice() -> st.SearchStrategy[Dice]:
    """Return the strategy of all that is generated here."""
    return st.builds(Dice, st.binary(min_size=_LEAST, max_size=_MOST))
